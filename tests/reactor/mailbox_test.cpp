#include "reactor/bench.hpp"
#include "reactor/mailbox.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace caesura;
using caesura::testing::at_destruction;
using caesura::testing::FakeSockets;

namespace {

struct Post {
    FakeSockets sockets;
    Mailbox mailbox{sockets};
    std::string words;
    Socket read_end = Socket::none;

    Post() {
        read_end = mailbox.open_pair();
        REQUIRE(read_end != Socket::none);
    }

    bool post(char letter) {
        return mailbox.post([this, letter] { words += letter; });
    }
    void run_all() {
        for (const Call& call : mailbox.take()) {
            call();
        }
    }
};

} // namespace

TEST_CASE("posted calls come out once, in the order of posting") {
    Post post;
    CHECK(post.post('a'));
    CHECK(post.post('b'));
    post.run_all();
    CHECK(post.post('c'));
    post.run_all();
    post.run_all();
    CHECK(post.words == "abc");
}

TEST_CASE("no byte is sent to a reactor that is awake") {
    Post post;
    post.post('a');
    post.mailbox.ask_to_stop();
    CHECK(post.sockets.bytes_sent == 0);
}

TEST_CASE("a reactor that sleeps is woken once, however much is posted") {
    Post post;
    REQUIRE(post.mailbox.fall_asleep());
    for (int i = 0; i < 10; ++i) {
        post.post('a');
        post.mailbox.ask_to_stop();
    }
    CHECK(post.sockets.bytes_sent == 1);
    CHECK(post.sockets.readable(post.read_end));
    post.mailbox.stay_awake();
    CHECK(post.mailbox.drain());
    CHECK_FALSE(post.sockets.readable(post.read_end));
    post.run_all();
    CHECK(post.mailbox.take_stop());
    REQUIRE(post.mailbox.fall_asleep());
    post.post('b');
    CHECK(post.sockets.bytes_sent == 2);
}

TEST_CASE("nobody falls asleep on a call or a stop that waits") {
    Post post;
    post.post('a');
    CHECK_FALSE(post.mailbox.fall_asleep());
    post.run_all();
    CHECK(post.mailbox.fall_asleep());
    post.mailbox.stay_awake();
    post.mailbox.ask_to_stop();
    CHECK_FALSE(post.mailbox.fall_asleep());
    post.mailbox.stay_awake(); // now it is known
    CHECK(post.mailbox.fall_asleep());
    CHECK(post.mailbox.take_stop());
    CHECK_FALSE(post.mailbox.take_stop());
    CHECK(post.mailbox.fall_asleep());
}

TEST_CASE("readiness without a byte is no end of the pair") {
    Post post;
    CHECK(post.mailbox.drain());
}

TEST_CASE("a wake-up that the system refuses to send wakes all the same, by the pair's end") {
    // Nothing lies in the pair, so "would block" is a shortage like the others.
    for (const Error error : {Error::no_buffer_space, Error::out_of_memory, Error::would_block}) {
        Post post;
        post.sockets.send_failures = {error};
        REQUIRE(post.mailbox.fall_asleep());
        CHECK(post.post('a'));
        CHECK(post.sockets.readable(post.read_end));
        post.mailbox.stay_awake();
        CHECK_FALSE(post.mailbox.drain());
        CHECK(post.mailbox.open_pair() != Socket::none);
        post.run_all();
        CHECK(post.words == "a");
    }
}

TEST_CASE("a broken pair is told from a silent one, and a new one works") {
    Post post;
    post.sockets.break_pairs();
    CHECK(post.sockets.readable(post.read_end));
    CHECK_FALSE(post.mailbox.drain());
    post.read_end = post.mailbox.open_pair();
    CHECK(post.sockets.pairs == 2);
    REQUIRE(post.mailbox.fall_asleep());
    post.post('a');
    CHECK(post.sockets.readable(post.read_end));
}

TEST_CASE("a byte that was lost with a broken pair does not keep the new one silent") {
    Post post;
    REQUIRE(post.mailbox.fall_asleep());
    post.post('a');
    CHECK(post.sockets.bytes_sent == 1);
    post.sockets.break_pairs();
    post.mailbox.stay_awake();
    CHECK_FALSE(post.mailbox.drain());
    post.read_end = post.mailbox.open_pair();
    post.run_all();
    REQUIRE(post.mailbox.fall_asleep());
    post.post('b');
    CHECK(post.sockets.readable(post.read_end));
}

TEST_CASE("a mailbox without a pair still takes calls") {
    FakeSockets sockets;
    sockets.pair_failures = {Error::too_many_open};
    Mailbox mailbox(sockets);
    CHECK(mailbox.open_pair() == Socket::none);
    CHECK(mailbox.fall_asleep());
    CHECK(mailbox.post([] {}));
    CHECK_FALSE(mailbox.fall_asleep());
    CHECK(mailbox.take().size() == 1);
}

TEST_CASE("a closed mailbox takes nothing, and gives the pair back") {
    Post post;
    post.mailbox.close();
    CHECK_FALSE(post.post('a'));
    post.mailbox.ask_to_stop();
    CHECK(post.mailbox.take().empty());
    CHECK(post.sockets.calls.size() == 2); // both ends closed
    CHECK(post.sockets.bytes_sent == 0);
}

TEST_CASE("calls that are left when a mailbox closes are destroyed, and may post while they are") {
    Post post;
    bool accepted = true;
    post.mailbox.post([held = at_destruction([&] { accepted = post.post('b'); })] {});
    post.mailbox.close();
    CHECK_FALSE(accepted);
    CHECK(post.words.empty());
}
