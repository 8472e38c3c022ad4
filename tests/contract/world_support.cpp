#include "world.hpp"

#include "support/chosen.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace caesura::testing {

namespace {

// Long enough for a busy machine; a case takes milliseconds.
constexpr Duration patience = std::chrono::seconds(20);

// Where only waits take time, a loop that never waits would never end. No case asks so often.
constexpr int most_questions_at_once = 10'000'000;

} // namespace

void require_none(const Failure& failure) {
    if (failure) {
        FAIL("failed: ", describe(failure));
    }
}

std::optional<Ready> only_report(std::span<const Ready> ready, WatchId watch) {
    const auto is_it = [watch](const Ready& one) { return one.watch == watch; };
    if (std::count_if(ready.begin(), ready.end(), is_it) != 1) {
        return std::nullopt;
    }
    return *std::find_if(ready.begin(), ready.end(), is_it);
}

void skip_aloud(std::string_view reason) {
    static int skips = 0;
    MESSAGE("left out (", ++skips, " so far): ", std::string(reason));
}

World::World()
    : under_test_(system_under_test()),
      deadline_(after(under_test_.system.clock().now(), patience)) {
    poller = fresh_poller();
}

Duration World::time_left() const {
    const Duration left = until(deadline_, clock().now());
    if (left == Duration::zero()) {
        FAIL("still waiting when the time was over");
    }
    const Instant now = clock().now();
    asked_ = now == asked_at_ ? asked_ + 1 : 0;
    asked_at_ = now;
    if (asked_ == most_questions_at_once) {
        FAIL("turning without a wait");
    }
    return left;
}

std::unique_ptr<Poller> World::fresh_poller() const {
    std::unique_ptr<Poller> made = system().make_poller(chosen_poller());
    REQUIRE(made != nullptr);
    return made;
}

// --- waiting -----------------------------------------------------------------------------------

std::vector<Ready> World::look(Duration timeout, Scope scope) {
    return look(*poller, timeout, scope);
}

std::vector<Ready> World::look(Poller& other, Duration timeout, Scope scope) {
    std::vector<Ready> ready;
    require_none(other.wait(table, scope, std::min(timeout, time_left()), ready));
    const bool sound = std::all_of(ready.begin(), ready.end(), [this](const Ready& one) {
        const bool says_something = one.readable || one.writable || one.error || one.invalid;
        return says_something && table.find(one.watch) != nullptr;
    });
    REQUIRE(sound);
    return ready;
}

Ready World::wait_for(WatchId watch) {
    REQUIRE(table.find(watch) != nullptr);
    while (true) {
        const std::vector<Ready> ready = look(time_left());
        if (const std::optional<Ready> report = only_report(ready, watch)) {
            return *report;
        }
    }
}

Ready World::await(Socket socket, Interest interest) {
    if (table.find(socket) != nullptr) {
        return await_beside(socket, interest);
    }
    const WatchId id = watch(socket, interest);
    const Ready ready = wait_for(id);
    REQUIRE(table.remove(id));
    return ready;
}

Ready World::await_beside(Socket socket, Interest interest) const {
    WatchTable beside;
    REQUIRE(beside.add(socket, interest).has_value());
    const std::unique_ptr<Poller> other = fresh_poller();
    std::vector<Ready> ready;
    while (ready.empty()) {
        require_none(other->wait(beside, Scope::all, time_left(), ready));
    }
    return ready.front();
}

WatchId World::watch(Socket socket, Interest interest) {
    const std::optional<WatchId> id = table.add(socket, interest);
    REQUIRE(id.has_value());
    return *id;
}

// --- sockets -----------------------------------------------------------------------------------

SocketOwner World::open(Family family) const {
    return value_of(sockets().open(family));
}

SocketOwner World::listener(Family family, int backlog) const {
    return value_of(sockets().listen(Endpoint::loopback(family), backlog));
}

Endpoint World::local(Socket socket) const {
    return value_of(sockets().local(socket));
}

Endpoint World::peer(Socket socket) const {
    return value_of(sockets().peer(socket));
}

Endpoint World::deserted(Family family) const {
    const SocketOwner gone = listener(family);
    return local(gone.get());
}

bool World::has_ipv6() const {
    return bool(sockets().listen(Endpoint::loopback(Family::ipv6), 0));
}

Failure World::connect(Socket socket, const Endpoint& peer) {
    return outcome_of(socket, sockets().connect(socket, peer));
}

Failure World::outcome_of(Socket socket, Failure so_far) {
    while (so_far.error == Error::would_block) {
        await(socket, Interest::connect);
        so_far = sockets().connect_outcome(socket);
    }
    return so_far;
}

Accepted World::accept(Socket listener) {
    while (true) {
        await(listener, Interest::read);
        Result<Accepted> accepted = sockets().accept(listener);
        if (accepted.error() != Error::would_block) {
            return value_of(std::move(accepted));
        }
    }
}

Link World::link(Family family) {
    const SocketOwner listening = listener(family);
    return link(listening.get());
}

Link World::link(Socket listener) {
    const Endpoint there = local(listener);
    Link link{open(there.family), {}};
    require_none(connect(link.client.get(), there));
    Accepted accepted = accept(listener);
    REQUIRE(to_string(accepted.peer) == to_string(local(link.client.get())));
    link.server = std::move(accepted.socket);
    return link;
}

std::vector<Link> World::links(std::size_t count) {
    const SocketOwner listening = listener();
    std::vector<Link> links;
    for (std::size_t i = 0; i < count; ++i) {
        links.push_back(link(listening.get()));
    }
    return links;
}

SocketPair World::pair() const {
    return value_of(sockets().pair());
}

// --- short texts -------------------------------------------------------------------------------

void World::say(Socket socket, std::string_view text, Follows follows) {
    Slice rest = as_slice(text);
    while (!rest.empty()) {
        const Result<std::size_t> taken = sockets().send(socket, {&rest, 1}, follows);
        if (taken.error() == Error::would_block) {
            await(socket, Interest::write);
            continue;
        }
        const std::size_t count = value_of(taken);
        REQUIRE(count >= 1);
        REQUIRE(count <= rest.size());
        rest = rest.subspan(count);
    }
}

Result<std::size_t> World::receive(Socket socket, std::span<std::byte> room) {
    while (true) {
        const Result<std::size_t> got = sockets().receive(socket, room);
        if (got.error() != Error::would_block) {
            REQUIRE((!got || *got <= room.size()));
            return got;
        }
        await(socket, Interest::read);
    }
}

std::string World::hear(Socket socket, std::size_t count) {
    std::string heard(count, '\0');
    std::span<std::byte> room = std::as_writable_bytes(std::span(heard));
    while (!room.empty()) {
        const std::size_t got = value_of(receive(socket, room));
        if (got == 0) {
            FAIL("the stream ended ", room.size(), " bytes too early");
        }
        room = room.subspan(got);
    }
    return heard;
}

std::string World::hear_all(Socket socket) {
    std::string heard;
    std::array<std::byte, 65536> room{};
    while (true) {
        const Ready ready = await(socket, Interest::read);
        const Result<std::size_t> got = sockets().receive(socket, room);
        if (got.error() == Error::would_block) {
            continue;
        }
        if (value_of(got) == 0) {
            REQUIRE_FALSE(ready.error);
            return heard;
        }
        REQUIRE(*got <= room.size());
        heard += as_text(std::span(room).first(*got));
    }
}

} // namespace caesura::testing
