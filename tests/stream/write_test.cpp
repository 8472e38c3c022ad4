#include "peer.hpp"
#include "stage.hpp"
#include "support/forwarding_sockets.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Writes down the calls that serve a connection, a letter each: a = a connection was accepted,
// s = bytes were sent, S = and were said to be the last, F = FIN was sent, c = the socket was
// closed; and how the bytes were sent.
class ObservedSockets : public ForwardingSockets {
public:
    std::string calls;
    std::size_t most_slices_seen = 0;
    std::set<const std::byte*> sent_from;
    std::vector<std::pair<SocketOption, int>> options;

    Result<Accepted> accept(Socket listener) override {
        auto accepted = ForwardingSockets::accept(listener);
        calls += accepted ? "a" : "";
        return accepted;
    }
    Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                             Follows follows) override {
        calls += follows == Follows::fin ? 'S' : 's';
        most_slices_seen = std::max(most_slices_seen, slices.size());
        sent_from.insert(slices.front().data());
        return ForwardingSockets::send(socket, slices, follows);
    }
    Failure shut_writes(Socket socket) override {
        calls += 'F';
        return ForwardingSockets::shut_writes(socket);
    }
    void close(Socket socket) override {
        calls += 'c';
        ForwardingSockets::close(socket);
    }
    Failure set_option(Socket socket, SocketOption option, int value) override {
        options.emplace_back(option, value);
        return ForwardingSockets::set_option(socket, option, value);
    }
};

std::string whole_number_of(const Outcome& outcome) {
    return std::to_string(outcome.sent) + " sent, " + std::to_string(outcome.received) +
           " received, " + std::to_string(outcome.undelivered) + " undelivered";
}

} // namespace

TEST_CASE("what a client says comes back, every byte of it") {
    const std::string text = long_text(300'000);
    Stage stage;
    const auto echo =
        troupe_of({.data = [](Role& role, std::string_view data) { role.transport->write(data); }});
    const auto caller = troupe_of({.made = [&](Role& role) { role.transport->write(text); },
                                   .data =
                                       [&](Role& role, std::string_view) {
                                           if (role.received.size() == text.size()) {
                                               role.transport->lose_connection();
                                           }
                                       }});
    const auto listener = stage.listen(echo);
    const auto connector = stage.connect(*listener, caller);
    stage.until([&] { return echo->played(1) && caller->played(1); });
    for (const auto& troupe : {echo, caller}) {
        const Role& role = troupe->roles.front();
        CHECK((role.received == text));
        CHECK(role.outcome->ending == Ending::finished);
        CHECK(whole_number_of(*role.outcome) == "300000 sent, 300000 received, 0 undelivered");
        CHECK_FALSE(role.outcome->failure);
    }
    CHECK(echo->roles.front().story == "mdflx");
    CHECK(caller->roles.front().story == "mdlx");
}

TEST_CASE("bytes go out in the order they were written in, whatever they were written as") {
    const TemporaryFolder folder;
    const auto file = this_host().open_file(folder.write("poem", "0123456789"));
    REQUIRE(file);
    Stage stage;
    const auto troupe = troupe_of({.made = [&](Role& role) {
        Transport& transport = *role.transport;
        const std::vector<SharedBytes> pieces{SharedBytes(std::string("c")), SharedBytes(),
                                              SharedBytes(std::string("d"))};
        transport.write("a");
        transport.write(SharedBytes(std::string("b")));
        transport.write_sequence(pieces);
        transport.write(FileRange{*file, 3, 4});
        transport.write("");
        transport.write("e");
        transport.write(FileRange{}); // nothing
        transport.write(FileRange{*file, 0, 1});
        transport.write(FileRange{*file, 9, 1});
        CHECK(transport.queued() == 11);
        transport.write_sequence({});
        transport.write("f");
        transport.lose_connection();
        transport.write("never");
        transport.write(FileRange{*file, 0, 10});
        CHECK(transport.queued() == 12);
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK(peer.hear_all() == "abcd3456e09f");
    CHECK_FALSE(peer.lost());
}

TEST_CASE("writes made in several callbacks stay in order") {
    const std::string text = long_text(100'000);
    Stage stage;
    const auto troupe = troupe_of({.made = [&](Role& role) {
        role.transport->write(text.substr(0, 10));
        for (std::size_t at = 10; at < text.size(); at += 999) {
            stage.reactor.call_from_thread(
                [&, at] { role.transport->write(text.substr(at, 999)); });
        }
        stage.reactor.call_from_thread([&] { role.transport->lose_connection(); });
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK((peer.hear_all() == text));
}

TEST_CASE("a short poem costs an accept, a send and a FIN, all in one turn") {
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = reciting(SharedBytes(std::string("a short poem")));
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] {
        const bool accepted = !sockets.calls.empty();
        CHECK(sockets.calls == (accepted ? "aSF" : "")); // whenever a turn is over
        return accepted;
    });
    CHECK(peer.hear_all() == "a short poem");
}

TEST_CASE("without a drain a short poem costs an accept, a send and a close, all in one turn") {
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = reciting(SharedBytes(std::string("a short poem")));
    const auto listener = stage.listen(troupe, ConnectionOptions{.drain = Duration::zero()});
    Peer peer(stage, *listener);
    stage.until([&] {
        const bool accepted = !sockets.calls.empty();
        CHECK(sockets.calls == (accepted ? "aSc" : ""));
        return accepted;
    });
    CHECK(peer.hear_all() == "a short poem");
}

TEST_CASE("bytes are said to be the last only when they are, and our end was asked for") {
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->write("one"); },
                                   .data =
                                       [](Role& role, std::string_view) {
                                           role.transport->write("two");
                                           role.transport->lose_write_connection();
                                       }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK(peer.hear(3) == "one");
    CHECK(sockets.calls == "as");
    peer.say("go on");
    CHECK(peer.hear_all() == "onetwo");
    CHECK(sockets.calls == "asSF");
}

TEST_CASE("the first write of each connection goes out before the next is accepted") {
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = reciting(SharedBytes(std::string("a short poem")));
    const auto listener = stage.listen(troupe);
    std::deque<Peer> peers;
    for (int i = 0; i < 10; ++i) {
        peers.emplace_back(stage, *listener);
    }
    stage.until([&] { return troupe->roles.size() == 10; });
    std::string expected;
    for (int i = 0; i < 10; ++i) {
        expected += "aSF";
    }
    CHECK(sockets.calls == expected);
    for (Peer& peer : peers) {
        CHECK(peer.hear_all() == "a short poem");
    }
}

TEST_CASE("what is written outside of any callback goes out in the next turn") {
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->roles.size() == 1; });
    troupe->roles.front().transport->write("late");
    CHECK(sockets.calls == "a"); // no call does output by itself
    stage.reactor.run_once(Duration::zero());
    CHECK(sockets.calls == "as");
    CHECK(peer.hear(4) == "late");
}

TEST_CASE("many clients of one poem share its bytes, and it is let go of at the end") {
    constexpr std::size_t clients = 40;
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto text = std::make_shared<const std::string>(long_text(1'000'000));
    const SharedBytes poem(text, as_slice(*text));
    auto troupe = troupe_of({.made = [poem](Role& role) {
        role.transport->write(poem);
        role.transport->lose_connection();
    }});
    const auto listener = stage.listen(troupe);
    std::deque<Peer> peers;
    for (std::size_t i = 0; i < clients; ++i) {
        peers.emplace_back(stage, *listener).listen();
    }
    const auto all_at_end = [&] {
        return std::all_of(peers.begin(), peers.end(),
                           [](const Peer& peer) { return peer.at_end(); });
    };
    stage.until(all_at_end);
    for (Peer& peer : peers) {
        CHECK((peer.heard() == *text));
        peer.close();
    }
    stage.until([&] { return troupe->played(clients); });
    const auto* const first = as_slice(*text).data();
    for (const std::byte* const from : sockets.sent_from) {
        CHECK(from >= first);
        CHECK(from < first + text->size());
    }
    CHECK(text.use_count() == 3); // ours, poem's, and the script's: no queue's
}

TEST_CASE("a thousand small pieces go out gathered, at most 64 in one send") {
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const std::string text = long_text(10'000);
    const auto troupe = troupe_of({.made = [&](Role& role) {
        std::vector<SharedBytes> pieces;
        for (std::size_t at = 0; at < text.size(); at += 10) {
            pieces.emplace_back(text.substr(at, 10));
        }
        role.transport->write_sequence(pieces);
        role.transport->lose_connection();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK((peer.hear_all() == text));
    CHECK(sockets.most_slices_seen == 64);
    CHECK(sockets.calls == "a" + std::string(15, 's') + "SF");
}

TEST_CASE("a file is sent from where it lies, as long as it is") {
    const std::string text = long_text(3'000'000);
    const TemporaryFolder folder;
    const auto file = this_host().open_file(folder.write("poem", text));
    REQUIRE(file);
    Stage stage;
    const auto troupe = troupe_of({.made = [&](Role& role) {
        role.transport->write(FileRange{*file, 0, text.size()});
        role.transport->lose_connection();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK((peer.hear_all() == text));
    peer.close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->sent == text.size());
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("each end knows both addresses, and they agree") {
    Stage stage;
    Endpoint seen;
    const auto note_host = [](Endpoint& where) {
        return Script{.made = [&where](Role& role) {
            const auto host = role.transport->host();
            REQUIRE(host);
            where = *host;
        }};
    };
    Endpoint server_host;
    Endpoint client_host;
    const auto server = troupe_of(note_host(server_host));
    server->on_build = [&](const Endpoint& peer) {
        seen = peer;
        return true;
    };
    const auto client = troupe_of(note_host(client_host));
    const auto listener = stage.listen(server);
    const auto connector = stage.connect(*listener, client);
    stage.until([&] { return server->roles.size() == 1 && client->roles.size() == 1; });
    CHECK(server_host == listener->local());
    CHECK(server->roles.front().transport->peer() == client_host);
    CHECK(client->roles.front().transport->peer() == listener->local());
    CHECK(seen == client_host);
}

TEST_CASE("the options of a connection are set on its socket, at both ends") {
    ObservedSockets sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const ConnectionOptions options{.no_delay = true, .keep_alive = true};
    const auto server = troupe_of();
    const auto client = troupe_of();
    const auto listener = stage.listen(server, options);
    const auto connector = stage.connect(*listener, client, options);
    stage.until([&] { return server->roles.size() == 1 && client->roles.size() == 1; });
    const auto times = [&](SocketOption option, int value) {
        return std::count(sockets.options.begin(), sockets.options.end(), std::pair(option, value));
    };
    CHECK(times(SocketOption::no_delay, 1) == 2);
    CHECK(times(SocketOption::keep_alive, 1) == 2);
    client->roles.front().transport->set_no_delay(false);
    client->roles.front().transport->set_keep_alive(false);
    CHECK(times(SocketOption::no_delay, 0) == 1);
    CHECK(times(SocketOption::keep_alive, 0) == 1);
}

TEST_CASE("a reader that never reads leaves the rest with us, and the ledger knows how much") {
    const SharedBytes poem(long_text(std::size_t{32} << 20));
    Stage stage;
    const auto troupe = troupe_of({.made = [&](Role& role) { role.transport->write(poem); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->roles.size() == 1; });
    Transport& transport = *troupe->roles.front().transport;
    // At whatever moment: no byte is counted twice or not at all.
    for (int turn = 0; turn < 40; ++turn) {
        const Ledger ledger = transport.ledger();
        CHECK(ledger.queued == transport.queued());
        CHECK(ledger.queued + ledger.handed_over == poem.size());
        if (ledger.unacknowledged) {
            CHECK(*ledger.unacknowledged <= ledger.handed_over);
        }
        stage.reactor.run_once(Duration::zero());
    }
    const std::uint64_t heard = peer.hear(poem.size()).size();
    CHECK(heard == poem.size());
    CHECK(transport.queued() == 0);
    CHECK(transport.ledger().handed_over == poem.size());
}

TEST_CASE(
    "a range that reaches beyond its file, or has none, ends the connection with that reason") {
    const TemporaryFolder folder;
    const auto file = this_host().open_file(folder.write("poem", "0123456789"));
    REQUIRE(file);
    constexpr std::uint64_t most = ~std::uint64_t{0};
    for (const FileRange& range :
         {FileRange{*file, 0, 11}, FileRange{*file, 10, 1}, FileRange{*file, 11, 1},
          FileRange{*file, 1, most}, FileRange{*file, most, 1}, FileRange{nullptr, 0, 1}}) {
        Stage stage;
        const auto troupe = troupe_of({.made = [&](Role& role) { role.transport->write(range); }});
        const auto listener = stage.listen(troupe);
        Peer client(stage, *listener);
        client.hear_all();
        CHECK(client.lost());
        CHECK(client.heard().empty());
        stage.until([&] { return troupe->played(1); });
        CHECK(troupe->roles.front().outcome->ending == Ending::failed);
        CHECK(troupe->roles.front().outcome->failure.error == Error::invalid_argument);
    }
}
