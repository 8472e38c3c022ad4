#include "peer.hpp"
#include "stage.hpp"
#include "support/forwarding_sockets.hpp"

#include <caesura/file.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Sockets whose sends can be made short, futile or impossible.
class FaultySockets : public ForwardingSockets {
public:
    std::size_t most_at_once = ~std::size_t{0};
    // Every so many calls one is answered would_block, though there is room; 0: none.
    int futile_every = 0;
    // What the next sends say instead.
    std::vector<Error> failures;
    int calls = 0;

    Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                             Follows follows) override {
        ++calls;
        if (!failures.empty()) {
            const Error error = failures.front();
            failures.erase(failures.begin());
            return Failure{error, 99};
        }
        if (futile_every != 0 && calls % futile_every == 0) {
            return Failure{Error::would_block};
        }
        std::vector<Slice> shortened;
        std::size_t room = most_at_once;
        for (const Slice slice : slices) {
            if (room > 0) {
                shortened.push_back(slice.first(std::min(room, slice.size())));
                room -= shortened.back().size();
            }
        }
        return ForwardingSockets::send(socket, shortened, room == 0 ? Follows::unknown : follows);
    }
};

struct FaultyStage {
    FaultySockets sockets;
    PatchedSystem system{sockets};
    Stage stage{system};
};

} // namespace

TEST_CASE("a poem arrives whole when the system takes one byte at a time") {
    FaultyStage faulty;
    faulty.sockets.most_at_once = 1;
    const std::string text = long_text(300);
    const auto troupe = troupe_of({.made = [&](Role& role) {
        const std::vector<SharedBytes> pieces{SharedBytes(text.substr(0, 1)),
                                              SharedBytes(text.substr(1, 2)),
                                              SharedBytes(text.substr(3))};
        role.transport->write_sequence(pieces);
        role.transport->lose_connection();
    }});
    const auto listener = faulty.stage.listen(troupe);
    Peer peer(faulty.stage, *listener);
    peer.listen();
    int before = 0;
    faulty.stage.until([&] {
        CHECK(faulty.sockets.calls <= before + 1); // a turn: a short send is not followed by more
        before = faulty.sockets.calls;
        return peer.at_end();
    });
    CHECK(peer.heard() == text);
    peer.close();
    faulty.stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
    CHECK(troupe->roles.front().outcome->sent == text.size());
    CHECK(faulty.sockets.calls == 300);
}

TEST_CASE("a poem arrives whole when readiness to write is often an empty promise") {
    FaultyStage faulty;
    faulty.sockets.most_at_once = 7777;
    faulty.sockets.futile_every = 2;
    const std::string text = long_text(1'000'000);
    const auto troupe = reciting(SharedBytes(text));
    const auto listener = faulty.stage.listen(troupe);
    Peer peer(faulty.stage, *listener);
    CHECK((peer.hear_all() == text));
}

TEST_CASE("room that is promised again and again, and never there, is asked for on a timer") {
    FaultyStage faulty;
    faulty.sockets.futile_every = 1; // and the poller says that it can be written to
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    const auto listener = faulty.stage.listen(troupe);
    Peer peer(faulty.stage, *listener);
    bool waited = false;
    faulty.stage.until([&] { return faulty.sockets.calls > 0; });
    faulty.stage.reactor.call_later(milliseconds(50), [&] { waited = true; });
    faulty.stage.until([&] { return waited; });
    CHECK(faulty.sockets.calls < 100); // a loop that spins makes thousands
    faulty.sockets.futile_every = 0;
    CHECK(peer.hear_all() == "poem");
}

TEST_CASE("a system without buffer space for a send is asked again on a timer") {
    for (const Error shortage : {Error::no_buffer_space, Error::out_of_memory}) {
        FaultyStage faulty;
        faulty.sockets.failures = {shortage, shortage, shortage};
        const auto troupe = reciting(SharedBytes(std::string("poem")));
        const auto listener = faulty.stage.listen(troupe);
        Peer peer(faulty.stage, *listener);
        faulty.stage.until([&] { return faulty.sockets.calls == 1; });
        faulty.stage.a_few_turns();
        faulty.stage.a_few_turns();
        CHECK(faulty.sockets.calls < 4); // no turn by itself is a reason to try again
        CHECK(peer.hear_all() == "poem");
        CHECK(faulty.sockets.calls == 4);
        peer.close();
        faulty.stage.until([&] { return troupe->played(1); });
        CHECK(troupe->roles.front().outcome->ending == Ending::finished);
    }
}

TEST_CASE("a write while a send waits for buffer space waits behind it") {
    FaultyStage faulty;
    faulty.sockets.failures = {Error::no_buffer_space};
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->write("first "); },
                                   .data =
                                       [](Role& role, std::string_view) {
                                           role.transport->write("second");
                                           role.transport->lose_connection();
                                       }});
    const auto listener = faulty.stage.listen(troupe);
    Peer peer(faulty.stage, *listener);
    peer.say("go on");
    CHECK(peer.hear_all() == "first second");
}

TEST_CASE("a connection that ends while a send waits for buffer space ends as ever") {
    FaultyStage faulty;
    faulty.sockets.failures = {Error::no_buffer_space};
    const auto troupe = troupe_of(
        {.made = [](Role& role) { role.transport->write("poem"); },
         .data = [](Role& role, std::string_view) { role.transport->abort_connection(); }});
    const auto listener = faulty.stage.listen(troupe);
    Peer peer(faulty.stage, *listener);
    peer.say("stop");
    faulty.stage.until([&] { return troupe->played(1); });
    bool waited = false;
    faulty.stage.reactor.call_later(milliseconds(30), [&] { waited = true; });
    faulty.stage.until([&] { return waited; });
    CHECK(troupe->roles.front().outcome->undelivered == 4);
    CHECK(faulty.sockets.calls == 1);
}

TEST_CASE("input that waited is delivered before a send's failure ends the connection") {
    // Small pieces, so that the input takes more of them than one turn would deliver.
    for (const std::size_t limit : {std::size_t{3}, std::size_t{65536}}) {
        FaultyStage faulty;
        const std::string last_words = long_text(1000);
        const auto troupe =
            troupe_of({.made = [&](Role& role) { role.transport->set_receive_limit(limit); }});
        const auto listener = faulty.stage.listen(troupe);
        Peer peer(faulty.stage, *listener);
        faulty.stage.until([&] { return troupe->roles.size() == 1; });
        faulty.sockets.failures = {Error::connection_reset};
        troupe->roles.front().transport->write("poem");
        peer.say(last_words);
        faulty.stage.until([&] { return troupe->played(1); });
        const Role& role = troupe->roles.front();
        CHECK(role.received == last_words);
        CHECK(role.outcome->ending == Ending::reset);
        CHECK(role.outcome->failure == Failure{Error::connection_reset, 99});
        CHECK(role.outcome->received == last_words.size());
    }
}

TEST_CASE("an end that is read after a send has told of a reset is no end of the peer's bytes") {
    FaultyStage faulty;
    const auto troupe = troupe_of();
    const auto listener = faulty.stage.listen(troupe);
    Peer peer(faulty.stage, *listener);
    faulty.stage.until([&] { return troupe->roles.size() == 1; });
    faulty.sockets.failures = {Error::connection_reset};
    troupe->roles.front().transport->pause_producing(); // or the end would be read first
    peer.half_close();
    troupe->roles.front().transport->write("poem");
    troupe->roles.front().transport->resume_producing();
    faulty.stage.until([&] { return troupe->played(1); });
    const Role& role = troupe->roles.front();
    CHECK(role.story == "mlx"); // it never hears that the peer has finished
    CHECK(role.outcome->ending == Ending::reset);
    CHECK(role.outcome->failure == Failure{Error::connection_reset, 99});
}

TEST_CASE("a send's failure that is no loss of the connection fails it with that reason") {
    FaultyStage faulty;
    faulty.sockets.failures = {Error::access_denied};
    const auto troupe = reciting(SharedBytes(std::string("poem")));
    const auto listener = faulty.stage.listen(troupe);
    Peer peer(faulty.stage, *listener);
    peer.hear_all();
    CHECK(peer.lost());
    faulty.stage.until([&] { return troupe->played(1); });
    const Outcome& outcome = *troupe->roles.front().outcome;
    CHECK(outcome.ending == Ending::failed);
    CHECK(outcome.failure == Failure{Error::access_denied, 99});
    CHECK(outcome.undelivered == 4);
}

TEST_CASE("a file that changes under way ends the connection, and no byte is invented") {
    constexpr std::size_t half = 256 * 1024;
    // Of its second half nothing can be read.
    struct ChangingFile : File {
        std::string text = long_text(half);
        FileVersion version() const override { return {0, 0, 2 * half, 0}; }
        Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
            if (offset + room.size() > half) {
                std::fill(room.begin(), room.end(), std::byte{'?'});
                return {Error::file_changed};
            }
            std::memcpy(room.data(), text.data() + offset, room.size());
            return {};
        }
    };
    Stage stage;
    const auto file = std::make_shared<ChangingFile>();
    const auto troupe = troupe_of({.made = [&](Role& role) {
        role.transport->write(FileRange{file, 0, 2 * half});
        role.transport->lose_connection();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->played(1); });
    const Outcome& outcome = *troupe->roles.front().outcome;
    CHECK(outcome.ending == Ending::failed);
    CHECK(outcome.failure.error == Error::file_changed);
    CHECK(outcome.sent <= half);
    CHECK(outcome.undelivered >= half);
    CHECK(file->text.starts_with(peer.hear_all()));
    CHECK(peer.lost());
}

TEST_CASE("readiness to read without anything to read is no harm") {
    struct HesitantSockets : ForwardingSockets {
        int calls = 0;
        Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override {
            if (++calls % 2 == 1) {
                return Failure{Error::would_block};
            }
            return ForwardingSockets::receive(socket, room);
        }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    peer.half_close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().received == "hello");
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a receive that fails ends the connection with its reason") {
    struct FailingSockets : ForwardingSockets {
        Error error = Error::none;
        Result<std::size_t> receive(Socket, std::span<std::byte>) override {
            return Failure{error, 98};
        }
    } sockets;
    for (const auto& [error, ending] : {std::pair{Error::connection_reset, Ending::reset},
                                        {Error::connection_aborted, Ending::reset},
                                        {Error::timed_out, Ending::reset},
                                        {Error::not_connected, Ending::failed}}) {
        sockets.error = error;
        PatchedSystem system(sockets);
        Stage stage(system);
        const auto troupe = troupe_of();
        const auto listener = stage.listen(troupe);
        Peer peer(stage, *listener);
        peer.say("hello");
        stage.until([&] { return troupe->played(1); });
        CHECK(troupe->roles.front().story == "mlx");
        CHECK(troupe->roles.front().outcome->ending == ending);
        CHECK(troupe->roles.front().outcome->failure == Failure{error, 98});
    }
}

TEST_CASE("a receive that the system has no memory for is tried again, not the end") {
    struct PoorSockets : ForwardingSockets {
        int calls = 0;
        Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override {
            if (++calls <= 3) {
                return Failure{Error::no_buffer_space, 97};
            }
            return ForwardingSockets::receive(socket, room);
        }
    } sockets;
    PatchedSystem system(sockets);
    Stage stage(system);
    const auto troupe = troupe_of();
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    peer.half_close();
    stage.until([&] { return sockets.calls == 1; });
    stage.a_few_turns();
    stage.a_few_turns();
    CHECK(sockets.calls < 4); // on a timer: the poller would say readable at once
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().received == "hello");
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}
