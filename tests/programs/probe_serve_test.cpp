// send-probe serve, spoken to by hand: well, badly, and not at all.

#include "programs/clients.hpp"
#include "programs/probes.hpp"
#include "support/tcp.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace caesura;
using namespace caesura::testing;

namespace {

const std::string nobodys_token(32, '0');

std::string line_from(Connection& connection) {
    std::string line;
    while (true) {
        const std::string next = connection.read(1);
        if (next == "\n") {
            return line;
        }
        line += next;
    }
}

// A session, begun as the protocol has it.
struct Session {
    explicit Session(const Serving& serving) : control(connect_to(serving.at())), at(serving.at()) {
        control.say("caesura-probe 1 session\n");
        std::string line = line_from(control);
        for (; line.rfind("fact ", 0) == 0; line = line_from(control)) {
            facts.push_back(line);
        }
        REQUIRE(line.rfind("welcome ", 0) == 0);
        token = line.substr(8);
    }

    std::string ask(const std::string& command) {
        control.say(command + "\n");
        return line_from(control);
    }
    // The answer is in `ready`.
    Connection link() {
        Connection connection = connect_to(at);
        connection.say("caesura-probe 1 link " + token + "\n");
        ready = line_from(control);
        return connection;
    }

    Connection control;
    Endpoint at;
    Words facts;
    std::string token;
    std::string ready;
};

// It still does what it is there for.
void check_serves(const Serving& serving) {
    Session session(serving);
    Connection link = session.link();
    link.say("hello");
    link.shut_writes();
    CHECK(session.ask("hear 1 0 30000000") == "heard 1 5 0 fin");
    CHECK(session.ask("drop 1") == "dropped 1");
}

// One line, and then a FIN, so that it is read whatever had been said.
void check_refuses(Connection& connection, const std::string& reason) {
    CHECK(connection.read_all() == "refused " + reason + "\n");
}

} // namespace

TEST_CASE("send-probe serve: a reader reads what it is told to, counts it, and sees the end") {
    Serving serving;
    Session session(serving);
    CHECK(!session.facts.empty());
    Connection link = session.link();
    CHECK(session.ready == "ready 1");
    CHECK(session.ask("buffer 1 65536") == "buffered 1");
    CHECK(session.ask("say 1 1000") == "said 1");
    CHECK(link.read(1000) == std::string(1000, '\0'));
    link.say(std::string(10'000, 'x'));
    CHECK(session.ask("stop 1") == "read 1 0");
    // A portion, and then a rest that lasts.
    session.control.say("pace 1 1000 3600000000\n");
    std::uint64_t read = 0;
    while (read == 0) {
        const std::string answer = session.ask("stop 1");
        REQUIRE(answer.rfind("read 1 ", 0) == 0);
        read = std::stoull(answer.substr(7));
        CHECK(read <= 1000);
        if (read == 0) {
            session.control.say("pace 1 1000 3600000000\n");
        }
    }
    link.shut_writes();
    CHECK(session.ask("hear 1 1000 30000000") ==
          "heard 1 " + std::to_string(10'000 - read) + " 0 fin");
    CHECK(session.ask("drop 1") == "dropped 1");
    session.control.close();
    serving.await_log({"session of", "ends: 1 links, 10000 bytes read; it has closed"});
    CHECK(serving.end() == exited(0));
}

TEST_CASE("send-probe serve: a reader tells a reset, silence, and an end that it met before") {
    Serving serving;
    Session session(serving);
    Connection aborted = session.link();
    aborted.reset();
    const std::string heard = session.ask("hear 1 0 30000000");
    CHECK((contains(heard, " connection_reset") || contains(heard, " hint")));
    Connection silent = session.link();
    CHECK(session.ready == "ready 2");
    silent.say("x");
    CHECK(contains(session.ask("hear 2 0 50000"), "silence"));
    Connection finished = session.link();
    finished.say("12345");
    finished.shut_writes();
    session.control.say("pace 3 1000 0\n");
    std::string answer;
    while (answer != "read 3 5") {
        answer = session.ask("stop 3");
        if (answer == "read 3 0") {
            session.control.say("pace 3 1000 0\n");
        } else {
            REQUIRE(answer == "read 3 5");
        }
    }
    CHECK(session.ask("hear 3 0 30000000") == "heard 3 0 0 fin");
    // A system may tell of a reset but once.
    Connection lost = session.link();
    session.control.say("pace 4 1000 0\n");
    lost.reset();
    CHECK(contains(session.ask("hear 2 0 50000"), "silence"));
    const std::string late = session.ask("hear 4 0 30000000");
    CHECK((contains(late, "heard 4 0 ") && !contains(late, "fin")));
    CHECK(session.ask("drop 2") == "dropped 2");
    Connection next = session.link();
    CHECK(session.ready == "ready 2"); // numbers are used again
}

TEST_CASE("send-probe serve: what does not begin as it should is refused in one line") {
    const Serving serving;
    const std::string not_it = "this is caesura-probe, and that was not";
    const std::string another = "this is version 1 of caesura-probe, and that was another";
    const std::string too_long = "too long a line";
    const std::vector<std::pair<std::string, std::string>> beginnings = {
        {"\n", not_it},
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", not_it},
        {std::string("\0\xff\x16\x03\x01\n", 6), not_it},
        {"caesura-probe 2 session\n", another},
        {"caesura-probe 1\n", another},
        {"caesura-probe -1 session\n", another},
        {"caesura-probe 1 session \n", "session: there is more than belongs there"},
        {"caesura-probe 1 session\r\n", "no such word"},
        {"caesura-probe 1 run /bin/sh\n", "no such word"},
        {"caesura-probe 1 drop 1\n", "no such word"},
        {"caesura-probe 1 link\n", "link: its text is missing or will not do"},
        {"caesura-probe 1 link 7\n", "link: its text is missing or will not do"},
        {"caesura-probe 1 link " + nobodys_token + "\n", "there is no such session"},
        {"caesura-probe 1 link " + nobodys_token + "\nx", "a link says nothing before it is ready"},
        {std::string(257, 'x'), too_long},
        {std::string(300'000, 'x'), too_long},
        {"caesura-probe 1 session" + std::string(300, ' ') + "\n", too_long}};
    for (const auto& [said, reason] : beginnings) {
        Connection stranger = connect_to(serving.at());
        stranger.say(said);
        stranger.shut_writes();
        check_refuses(stranger, reason);
    }
    check_serves(serving);
}

TEST_CASE(
    "send-probe serve: who is refused may finish his words, so that no reset eats the answer") {
    const Serving serving;
    Connection stranger = connect_to(serving.at());
    stranger.say("hello\n");
    check_refuses(stranger, "this is caesura-probe, and that was not");
    for (int i = 0; i < 8; ++i) {
        stranger.say(std::string(64 * 1024, 'x'));
    }
    stranger.shut_writes();
    // But not without end.
    Connection flood = connect_to(serving.at());
    flood.say("hello\n");
    check_refuses(flood, "this is caesura-probe, and that was not");
    const std::string words(64 * 1024, 'x');
    bool is_heard = true;
    for (int i = 0; i < 4096 && is_heard; ++i) {
        is_heard = flood.try_to_say(words);
    }
    CHECK(!is_heard);
}

TEST_CASE(
    "send-probe serve: a session that asks for what there is not is refused, and others not") {
    const Serving serving;
    Session other(serving);
    Connection link_of_other = other.link();
    const std::string no_link = "there is no link of that number";
    const std::string first = "number 1 is missing or out of bounds";
    const std::vector<std::pair<std::string, std::string>> commands = {
        {"", "no such word"},
        {"bye", "no such word"},
        {"caesura-probe 1 session", "no such word"},
        {"ready 1", "no such word"},
        {"connect 192.0.2.1 80", "no such word"},
        {"drop", "drop: " + first},
        {"drop -1", "drop: " + first},
        {"drop 0", "drop: " + first},
        {"drop 81", "drop: " + first},
        {"drop 99999999999999999999999", "drop: " + first},
        {"drop 2", no_link},
        {"stop 80", no_link},
        {"say 1 1001", "say: number 2 is missing or out of bounds"},
        {"pace 1 0 0", "pace: number 2 is missing or out of bounds"},
        {"hear 1 0 3600000001", "hear: number 3 is missing or out of bounds"},
        {"hear 1 0 1 1", "hear: there is more than belongs there"},
        {std::string(400, '1'), "too long a line"}};
    for (const auto& [command, reason] : commands) {
        Session session(serving);
        Connection link = session.link();
        session.control.say(command + "\n");
        check_refuses(session.control, reason);
        CHECK((link.read_to_the_end().text).empty()); // it goes with its session
    }
    Connection nobody = connect_to(serving.at());
    nobody.say("caesura-probe 1 link " + nobodys_token + "\n");
    check_refuses(nobody, "there is no such session");
    link_of_other.say("still here");
    link_of_other.shut_writes();
    CHECK(other.ask("hear 1 0 30000000") == "heard 1 10 0 fin");
}

TEST_CASE("send-probe serve: a link that is read to its end takes nothing but a drop") {
    const Serving serving;
    Session session(serving);
    Connection link = session.link();
    session.control.say("hear 1 3600000000 3600000000\n");
    CHECK(session.ask("drop 1") == "dropped 1");
    Connection again = session.link();
    session.control.say("hear 1 3600000000 3600000000\nhear 1 0 0\n");
    check_refuses(session.control, "that link is being read to its end");
}

TEST_CASE("send-probe serve: links and sessions are counted, and one too many is refused") {
    const Serving serving;
    std::vector<Session> sessions;
    for (int i = 0; i < 4; ++i) {
        sessions.emplace_back(serving);
    }
    Connection fifth = connect_to(serving.at());
    fifth.say("caesura-probe 1 session\n");
    check_refuses(fifth, "4 sessions are under way; try again later");
    std::vector<Connection> links;
    for (int i = 1; i <= 80; ++i) {
        links.push_back(sessions[0].link());
        REQUIRE(sessions[0].ready == "ready " + std::to_string(i));
    }
    links.push_back(connect_to(serving.at()));
    links.back().say("caesura-probe 1 link " + sessions[0].token + "\n");
    check_refuses(sessions[0].control, "a session has no more than 80 links");
    check_serves(serving);
}

TEST_CASE("send-probe serve: silence is borne for a while, wherever it sets in") {
    const Serving serving({"--idle", "3"});
    const std::string reason = "nothing was said for too long";
    // Not while it is his turn to speak.
    Session patient(serving);
    Connection link = patient.link();
    patient.control.say("hear 1 4000000 0\n");
    Connection silent = connect_to(serving.at());
    Connection half = connect_to(serving.at());
    half.say("caesura-probe 1 sess");
    Session session(serving);
    session.control.say("drop");
    check_refuses(silent, reason);
    check_refuses(half, reason);
    check_refuses(session.control, reason);
    CHECK(line_from(patient.control) == "heard 1 0 0 silence");
}

TEST_CASE(
    "send-probe serve: a thousand connections that say nothing keep nobody from being served") {
    const Serving serving;
    Session session(serving);
    std::vector<Connection> crowd;
    for (int i = 0; i < 1000; ++i) {
        if (crowd.size() == 200) {
            CHECK(crowd.front().read_to_the_end().text.empty()); // it had to make room
            crowd.clear();
        }
        crowd.push_back(connect_to(serving.at()));
        crowd.back().try_to_say("caesura-pro");
    }
    check_serves(serving);
    Connection link = session.link();
    link.shut_writes();
    CHECK(session.ask("hear 1 0 30000000") == "heard 1 0 0 fin");
}

TEST_CASE("send-probe serve: who leaves in the middle of anything harms nobody") {
    Serving serving;
    for (const bool rudely : {false, true}) {
        const auto leave = [rudely](Connection& connection) {
            rudely ? connection.reset() : connection.close();
        };
        Connection early = connect_to(serving.at());
        leave(early);
        Connection half = connect_to(serving.at());
        half.say("caesura-probe 1 se");
        leave(half);
        for (const char* const last :
             {"pace 1 100", "pace 1 1000 100\n", "hear 1 0 3600000000\n", "say 1 10\nsay 1 10\n"}) {
            Session session(serving);
            Connection link = session.link();
            link.say("some bytes");
            session.control.say(last);
            leave(session.control);
            CHECK(link.read_to_the_end().text.find_first_not_of('\0') == std::string::npos);
            serving.await_log({"session of", "ends: 1 links"});
        }
        Session session(serving);
        Connection link = session.link();
        leave(link);
        CHECK(session.ask("drop 1") == "dropped 1");
    }
    check_serves(serving);
    CHECK(serving.end() == exited(0));
}

TEST_CASE("send-probe serve: it listens on one address, the loopback unless it is told otherwise") {
    Endpoint elsewhere = Endpoint::loopback(Family::ipv4);
    elsewhere.address[3] = 2; // 127.0.0.2, which is as near
    Serving near;
    CHECK(near.at().is_loopback());
    elsewhere.port = near.at().port;
    CHECK(is_deserted(elsewhere));
    check_serves(near);
    const Serving anywhere({"--listen", "0.0.0.0"});
    elsewhere.port = anywhere.at().port;
    CHECK(!is_deserted(elsewhere));
    if (has_ipv6()) {
        const Serving ipv6({"--listen", "::1"});
        CHECK(ipv6.target().rfind("[::1]:", 0) == 0);
        check_serves(ipv6);
    }
    const std::string port = std::to_string(near.at().port);
    check_failed(send_probe({"serve", "--port", port}),
                 {"cannot listen on 127.0.0.1:" + port, "give another --port or --listen"});
    CHECK(near.end() == exited(0));
}
