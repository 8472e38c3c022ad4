// send-probe --to: probes of the way to a `send-probe serve`, and to what is none.

#include "programs/clients.hpp"
#include "programs/probes.hpp"
#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace caesura;
using namespace caesura::testing;
using probe::Document;
using probe::Table;

namespace {

Document seen_to(const Serving& serving, const Words& arguments) {
    return seen_by(Words{"--to", serving.target()} + arguments);
}

// A probe of a server that the test plays itself.
class Played {
public:
    explicit Played(const Words& arguments = {"rearm"})
        : child_(Child::start(send_probe(Words{"--to", server_.target()} + arguments))) {}

    PlainServer& server() { return server_; }
    // It ends with one line, which has all these words in it.
    void check_fails(const Words& words) {
        const Ran ran = finish(child_);
        CAPTURE(ran.errors);
        CHECK(ran.exit == exited(1));
        CHECK(lines_of(ran.errors).size() == 1);
        CHECK(ran.output.empty());
        for (const std::string& word : Words{server_.target()} + words) {
            CHECK_MESSAGE(contains(ran.errors, word), word);
        }
    }

private:
    PlainServer server_;
    Child child_;
};

} // namespace

TEST_CASE(
    "send-probe --to: a sweep of the way to another process agrees in kind with one at home") {
    const Serving serving;
    const Document document = seen_to(serving, {"sweep", "--budget", "--write-size", "1000,16M",
                                                "--rcvbuf", "65536", "--settle", "0.05"});
    const Table& table = table_in(document, "sweep");
    REQUIRE(table.rows.size() == 4);
    for (const probe::Row& row : table.rows) {
        CHECK(number_at(table, row, "taken") > 0);
        CHECK(text_at(table, row, "error") == "would_block");
        CHECK(text_at(table, row, "note").empty());
        CHECK(number_at(table, row, "room_after_read") > 0);
        CHECK(number_at(table, row, "room_after_read") <= number_at(table, row, "taken"));
    }
    CHECK(number_at(table, table.rows[3], "taken") < number_at(table, table.rows[1], "taken"));
    check_documented(document);
    CHECK(fact_in(document, "path") == "to 127.0.0.1");
    CHECK(fact_in(document, "reader_system") == fact_in(document, "system"));
    CHECK(!fact_in(document, "round_trip").empty());
}

TEST_CASE("send-probe --to: close, with processes of its own too") {
    const Serving serving;
    const Document document = seen_to(serving, {"close", "--rounds", "2", "--exit-rounds", "1"});
    const Table& table = table_in(document, "close");
    std::map<std::string, Words> delivers;
    std::map<std::string, Words> saw;
    for (const probe::Row& row : table.rows) {
        delivers[text_at(table, row, "ending")].push_back(text_at(table, row, "delivers"));
        saw[text_at(table, row, "ending")].push_back(text_at(table, row, "reader_saw"));
    }
    CHECK(delivers.size() == 7);
    CHECK(delivers["shutdown, close"] == Words{"all", "all", "all", "all", "all", "all"});
    CHECK(saw["shutdown, close"] == Words{"fin", "fin", "fin", "fin", "fin", "fin"});
    CHECK(saw["close, exit"].size() == 3);
    for (const std::string& end : saw["abort (linger 0)"]) {
        CHECK(end != "fin");
    }
    CHECK(table_in(document, "close_rounds").rows.size() == 27 * 2 + 6);
    check_documented(document);
}

TEST_CASE("send-probe --to: rearm and second look at the way there too") {
    Serving serving;
    const Document rearm = seen_to(serving, {"rearm", "--sndbuf", "65536", "--settle", "0.05"});
    const Table& table = table_in(rearm, "rearm");
    REQUIRE(table.rows.size() == 3);
    for (const probe::Row& row : table.rows) {
        CHECK(number_at(table, row, "read") > 0);
    }
    check_documented(rearm);
    const Document second = seen_to(serving, {"second", "--total-limit", "130M"});
    CHECK(table_in(second, "second").rows.size() == 8);
    check_documented(second);
    CHECK(serving.end() == exited(0));
}

TEST_CASE(
    "send-probe --to: all keeps what was seen when the other side goes, and what it sees here") {
    const TemporaryFolder folder;
    Serving serving;
    const std::string out = folder.at("out");
    Child child = Child::start(send_probe({"all", "--to", serving.target(), "--out", out}));
    serving.await_log({"session of", "begins"});
    serving.child().kill();
    const Ran ran = finish(child);
    CHECK(ran.exit == exited(1));
    const Words said = lines_of(ran.errors);
    for (const char* const probe : {"sweep: ", "rearm: ", "second: ", "close: "}) {
        CHECK(lines_with(said, probe + serving.target()).size() == 1);
    }
    const Document document = document_of(content_of(out + "/results.json"));
    check_documented(document);
    CHECK(contains(table_in(document, "poll").title, "of this machine alone"));
}

TEST_CASE("send-probe --to: IPv6, and a name") {
    if (!has_ipv6()) {
        return;
    }
    const Serving serving({"--listen", "::1"});
    const Document document = seen_to(serving, {"fingerprint"});
    CHECK(fact_in(document, "path") == "to ::1");
    const Serving at_home;
    const std::string name = "localhost:" + std::to_string(at_home.at().port);
    CHECK(fact_in(seen_by({"--to", name, "fingerprint"}), "path") == "to 127.0.0.1");
}

TEST_CASE("send-probe --to: where nobody serves, one line says so") {
    std::string target;
    {
        Serving serving;
        target = serving.target();
        REQUIRE(serving.end() == exited(0));
    }
    check_failed(send_probe({"--to", target, "sweep"}),
                 {target, "cannot connect", "start `send-probe serve` there"});
    check_failed(send_probe({"--to", "no-such-host.invalid:7", "sweep"}),
                 {"no-such-host.invalid:7", "cannot look it up"});
}

TEST_CASE("send-probe --to: a server that is none is told, however it behaves") {
    const std::string none = "it is no `send-probe serve` of this version";
    const std::vector<std::pair<std::string, Words>> answers = {
        {"HTTP/1.1 400 Bad Request\r\n", {none, "it says 'HTTP/1.1 400"}},
        {"\x1b[2J\n", {none, "\\x1b[2J"}},
        {"", {"it has gone: it has closed"}},
        {"half a line", {"it has gone: it has closed"}},
        {"refused 4 sessions are under way\n", {"it refuses: 4 sessions are under way"}},
        {"ready 1\n", {"it does not begin as `send-probe serve` does"}},
        {"fact without\n", {"it does not begin as `send-probe serve` does"}},
        {"welcome 123\n", {none, "welcome 123"}}};
    for (const auto& [answer, words] : answers) {
        Played played;
        Connection connection = played.server().accept();
        CHECK(connection.read(24) == "caesura-probe 1 session\n");
        connection.say(answer);
        connection.shut_writes();
        played.check_fails(words);
    }
    Played played;
    Connection connection = played.server().accept();
    CHECK(connection.read(24) == "caesura-probe 1 session\n");
    connection.reset();
    played.check_fails({"it has gone: connection"});
    Played cut_off; // it may have gone before all is said
    Connection other = cut_off.server().accept();
    other.try_to_say(std::string(100'000, 'x'));
    cut_off.check_fails({none, "its lines are too long"});
}

TEST_CASE("send-probe --to: facts without end are not collected") {
    Played played;
    Connection connection = played.server().accept();
    std::string facts;
    for (int i = 0; i < 33; ++i) {
        facts += "fact number " + std::to_string(i) + "\n";
    }
    connection.say(facts);
    played.check_fails({"it does not begin as `send-probe serve` does"});
}

TEST_CASE(
    "send-probe --to: a server that answers out of turn, or leaves, ends the probe in a line") {
    const std::string token(32, 'a');
    for (const char* const answer : {"dropped 1\n", "read 1 0\n", "fact a b\n"}) {
        Played played;
        Connection control = played.server().accept();
        control.say("welcome " + token + "\n");
        Connection data = played.server().accept();
        CHECK(data.read(54) == "caesura-probe 1 link " + token + "\n");
        control.say(answer);
        played.check_fails({"it answers out of turn"});
    }
    for (const char* const answer : {"read 2 0\n", "said 1\n", "hearing 2 0\n"}) {
        Played played({"rearm", "--settle", "0", "--patience", "0", "--total-limit", "8M"});
        Connection control = played.server().accept();
        control.say("welcome " + token + "\n");
        Connection data = played.server().accept();
        control.say(std::string("ready 1\n") + answer);
        played.check_fails({"it answers out of turn"});
    }
    Played played;
    Connection control = played.server().accept();
    control.say("welcome " + token + "\n");
    Connection data = played.server().accept();
    control.say("ready 1\n");
    control.close();
    data.close();
    played.check_fails({"it has gone"});
}

TEST_CASE("send-probe --to: told to end it does so at once, whatever it waits for, in one line") {
    const auto check_interrupted = [](Child& child) {
        REQUIRE(child.signal(Signal::interrupt));
        const Ran ran = finish(child);
        CHECK(ran.exit == exited(1));
        CHECK(ran.errors == "send-probe: interrupted; nothing was written\n");
        CHECK(ran.output.empty());
    };
    PlainServer silent; // it never answers
    Child one = Child::start(send_probe({"--to", silent.target(), "sweep"}));
    const Connection connection = silent.accept();
    check_interrupted(one);
    Serving serving; // and here no send is tried again for minutes
    Child other = Child::start(send_probe({"--to", serving.target(), "sweep", "--settle", "3000"}));
    serving.await_log({"session of", "begins"});
    check_interrupted(other);
}

TEST_CASE("send-probe --to: when the other side is killed in the middle, one line says so") {
    Serving serving;
    Child child = Child::start(send_probe({"--to", serving.target(), "sweep", "--settle", "30"}));
    serving.await_log({"session of", "begins"});
    serving.child().kill();
    const Ran ran = finish(child);
    CAPTURE(ran.errors);
    CHECK(ran.exit == exited(1));
    CHECK(lines_of(ran.errors).size() == 1);
    CHECK(contains(ran.errors, serving.target()));
    CHECK(ran.output.empty());
}
