#include "programs/clients.hpp"

#include "support/tcp.hpp"

#include <caesura/system.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <utility>

namespace caesura::testing {

namespace {

Sockets& sockets() {
    return this_system().sockets();
}

Failure connect(SocketOwner& socket, const Endpoint& server) {
    auto opened = sockets().open(server.family);
    REQUIRE(opened);
    socket = std::move(*opened);
    Failure failure = sockets().connect(socket.get(), server);
    while (failure.error == Error::would_block) {
        await(socket.get(), Interest::connect);
        failure = sockets().connect_outcome(socket.get());
    }
    return failure;
}

// Compares what one client gets with what it should get, as it comes.
class Listener {
public:
    Listener(Connection& connection, std::string_view poem)
        : connection_(connection), rest_(poem) {}

    // False when it has come to its end, good or bad.
    bool read() {
        static std::array<std::byte, 256 * 1024> room;
        const auto count = sockets().receive(connection_.socket(), room);
        if (!count) {
            return count.error() == Error::would_block;
        }
        if (*count == 0) {
            is_content_ = rest_.empty();
            return false;
        }
        if (*count > rest_.size() || std::memcmp(room.data(), rest_.data(), *count) != 0) {
            return false;
        }
        rest_.remove_prefix(*count);
        return true;
    }

    bool is_content() const { return is_content_; }

    void leave() { connection_.close(); }

private:
    Connection& connection_;
    std::string_view rest_; // of the poem
    bool is_content_ = false;
};

} // namespace

Connection::Connection(Accepted accepted) : socket_(std::move(accepted.socket)) {
    const auto local = sockets().local(socket_.get());
    REQUIRE(local);
    name_ = to_string(*local);
}

void Connection::say(std::string_view text) {
    REQUIRE(try_to_say(text));
}

bool Connection::try_to_say(std::string_view text) {
    Slice rest = as_slice(text);
    while (!rest.empty()) {
        const auto sent = sockets().send(socket_.get(), std::span(&rest, 1), Follows::unknown);
        if (sent) {
            rest = rest.subspan(*sent);
        } else if (sent.error() == Error::would_block) {
            await(socket_.get(), Interest::write);
        } else {
            return false;
        }
    }
    return true;
}

void Connection::shut_writes() {
    REQUIRE_FALSE(sockets().shut_writes(socket_.get()));
}

std::string Connection::read(std::size_t bytes) {
    std::string text(bytes, '\0');
    auto rest = std::as_writable_bytes(std::span(text));
    while (!rest.empty()) {
        const auto count = sockets().receive(socket_.get(), rest);
        if (count) {
            REQUIRE(*count > 0);
            rest = rest.subspan(*count);
        } else {
            REQUIRE(count.error() == Error::would_block);
            await(socket_.get(), Interest::read);
        }
    }
    return text;
}

std::string Connection::read_all() {
    Heard heard = read_to_the_end();
    REQUIRE_MESSAGE(!heard.failure, describe(heard.failure));
    return std::move(heard.text);
}

Heard Connection::read_to_the_end() {
    std::vector<std::byte> room(std::size_t{64} * 1024);
    Heard heard;
    bool error_hint = false; // after which an end is a reset, by the contract of Poller
    while (true) {
        // Before each read: who is not asked at all cannot give a hint.
        error_hint |= await(socket_.get(), Interest::read).error;
        const auto count = sockets().receive(socket_.get(), room);
        if (count && *count == 0) {
            heard.failure = error_hint ? Failure{Error::connection_reset} : Failure{};
            return heard;
        }
        if (count) {
            heard.text += as_text(Slice(room).first(*count));
        } else if (count.error() != Error::would_block) {
            heard.failure = count.failure();
            return heard;
        }
    }
}

Connection connect_to(const Endpoint& server) {
    SocketOwner socket;
    const Failure failure = connect(socket, server);
    REQUIRE_MESSAGE(!failure, to_string(server), ": ", describe(failure));
    return Connection({std::move(socket), server});
}

Heard hear(const Endpoint& server) {
    SocketOwner socket;
    const Failure failure = connect(socket, server);
    if (failure) {
        return {{}, failure};
    }
    return Connection({std::move(socket), server}).read_to_the_end();
}

std::size_t count_of_those_who_get(std::string_view poem, std::vector<Connection>& clients) {
    const auto poller = this_system().make_poller("");
    WatchTable table;
    std::vector<Listener> listeners; // by slot of the table
    for (Connection& client : clients) {
        REQUIRE(table.add(client.socket(), Interest::read));
        listeners.emplace_back(client, poem);
    }
    std::vector<Ready> ready;
    while (table.size() > 0) {
        ready.clear();
        REQUIRE_FALSE(poller->wait(table, Scope::all, std::chrono::seconds(30), ready));
        REQUIRE_FALSE(ready.empty());
        for (const Ready& one : ready) {
            if (!listeners[one.watch.slot].read()) {
                table.remove(one.watch);
                listeners[one.watch.slot].leave();
            }
        }
    }
    std::size_t content = 0;
    for (const Listener& listener : listeners) {
        content += listener.is_content() ? 1 : 0;
    }
    return content;
}

bool is_deserted(const Endpoint& server) {
    SocketOwner socket;
    return connect(socket, server).error == Error::connection_refused;
}

PlainServer::PlainServer(Family family) : listener_(listen_on_loopback(family)) {
    const auto local = sockets().local(listener_.get());
    REQUIRE(local);
    port_ = local->port;
}

std::string PlainServer::target() const {
    const auto local = sockets().local(listener_.get());
    REQUIRE(local);
    return to_string(*local);
}

Connection PlainServer::accept() {
    return Connection(await_connection(listener_.get()));
}

} // namespace caesura::testing
