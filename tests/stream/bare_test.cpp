#include "peer.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace caesura;
using namespace caesura::testing;

namespace {

// A socket that is served by hand: without protocol, factory or listener.
class HandServed {
public:
    HandServed(Stage& stage, SocketOwner socket) : stage_(stage), socket_(std::move(socket)) {
        watch_ = *stage_.reactor.watch(socket_.get(), Interest::read,
                                       [this](const Ready& ready) { serve(ready); });
    }
    HandServed(const HandServed&) = delete;
    HandServed& operator=(const HandServed&) = delete;
    ~HandServed() { stage_.reactor.unwatch(watch_); }

private:
    // Reads until the end; then writes back all it has read, and closes.
    void serve(const Ready& ready) {
        std::array<std::byte, 4096> room;
        while (ready.readable) {
            const auto count = stage_.reactor.sockets().receive(socket_.get(), room);
            if (!count) {
                CHECK(count.error() == Error::would_block);
                return;
            }
            if (*count == 0) {
                CHECK(stage_.reactor.set_interest(watch_, Interest::write));
                return;
            }
            text_ += as_text(Slice(room).first(*count));
        }
        const Slice slice = as_slice(std::string_view(text_).substr(sent_));
        const auto count =
            stage_.reactor.sockets().send(socket_.get(), {&slice, 1}, Follows::unknown);
        sent_ += count ? *count : 0;
        if (sent_ == text_.size()) {
            CHECK(stage_.reactor.unwatch(watch_));
            socket_.close();
        }
    }

    Stage& stage_;
    SocketOwner socket_;
    WatchId watch_;
    std::string text_;
    std::size_t sent_ = 0;
};

} // namespace

TEST_CASE("sockets can be watched, accepted, read and written by hand, without any protocol") {
    const std::string text = long_text(3'000'000);
    Stage stage;
    Sockets& sockets = stage.reactor.sockets();
    const auto listener = sockets.listen(Endpoint::loopback(Family::ipv4), 0);
    REQUIRE(listener);
    std::deque<HandServed> served;
    REQUIRE(stage.reactor.watch(listener->get(), Interest::read, [&](const Ready& ready) {
        CHECK(ready.readable);
        auto accepted = sockets.accept(listener->get());
        if (accepted) {
            served.emplace_back(stage, std::move(accepted->socket));
        }
    }));
    const auto where = sockets.local(listener->get());
    REQUIRE(where);
    Peer first(stage, *where);
    Peer second(stage, *where);
    first.say(text);
    first.half_close();
    second.say("short");
    second.half_close();
    CHECK((first.hear_all() == text));
    CHECK(second.hear_all() == "short");
}

TEST_CASE("a watched socket that somebody closes is reported once, and the others are served") {
    Stage stage;
    Sockets& sockets = stage.reactor.sockets();
    auto closed = sockets.pair();
    auto living = sockets.pair();
    REQUIRE(closed);
    REQUIRE(living);
    int invalid = 0;
    int readable = 0;
    REQUIRE(stage.reactor.watch(closed->first.get(), Interest::read, [&](const Ready& ready) {
        CHECK(ready.invalid);
        ++invalid;
    }));
    REQUIRE(stage.reactor.watch(living->first.get(), Interest::read,
                                [&](const Ready&) { ++readable; }));
    stage.a_few_turns();
    closed->first.close(); // a mistake: unwatch comes first
    stage.until([&] { return invalid > 0; });
    const std::byte byte{};
    const Slice slice(&byte, 1);
    REQUIRE(sockets.send(living->second.get(), {&slice, 1}, Follows::unknown));
    stage.until([&] { return readable > 0; });
    stage.a_few_turns();
    CHECK(invalid == 1);
}

TEST_CASE("a socket with room is writable again and again, until nobody wants to know") {
    Stage stage;
    auto pair = stage.reactor.sockets().pair();
    REQUIRE(pair);
    int writable = 0;
    const auto watch =
        stage.reactor.watch(pair->first.get(), Interest::write, [&](const Ready& ready) {
            CHECK(ready.writable);
            CHECK_FALSE(ready.readable);
            ++writable;
        });
    REQUIRE(watch);
    stage.until([&] { return writable == 3; });
    CHECK(stage.reactor.set_interest(*watch, Interest::none));
    stage.a_few_turns();
    CHECK(writable == 3);
}
