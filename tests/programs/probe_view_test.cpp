// What `send-probe watch` draws, and when.

#include "send-probe/screen.hpp"
#include "send-probe/view.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace caesura;
using namespace caesura::probe;

namespace {

Snapshot sample() {
    Snapshot snapshot;
    snapshot.title = "[1/2] sweep";
    snapshot.phase = "blocked";
    snapshot.time = std::chrono::milliseconds(1290);
    snapshot.queue = 0;
    snapshot.unsent = 1024;
    snapshot.receiver = 512;
    snapshot.delivered = 1;
    snapshot.taken = 1600;
    snapshot.rate = 1'234'567;
    return snapshot;
}

std::size_t marks_in(const std::string& line) {
    return static_cast<std::size_t>(std::count(line.begin(), line.end(), '#'));
}

// Takes down what is written, and is what it is told to be.
class Paper final : public Output {
public:
    explicit Paper(bool obeys, std::size_t rows = 24) : obeys_(obeys), rows_(rows) {}

    bool can_block() const override { return false; }
    bool is_terminal() const override { return obeys_; }
    bool obeys_controls() override { return obeys_; }
    std::size_t rows() const override { return rows_; }
    WriteResult write(Slice bytes) override {
        text += as_text(bytes);
        return {{}, bytes.size()};
    }

    std::string text;

private:
    bool obeys_;
    std::size_t rows_;
};

bool shows(Screen& screen, std::chrono::milliseconds at, const std::string& phase) {
    Snapshot snapshot = sample();
    snapshot.phase = phase;
    const Instant now = Instant{} + at;
    const bool is_due = screen.is_due(now, snapshot.title, snapshot.phase);
    if (is_due) {
        screen.show(now, snapshot);
    }
    return is_due;
}

} // namespace

TEST_CASE("a picture has a bar for each place, all of one scale, and `unknown` for what is") {
    CHECK(picture_of(sample()) ==
          std::vector<std::string>{
              "[1/2] sweep", "1.2 s  blocked, 1,234,567 B/s; a whole bar is 1,024 B",
              "queue         |                                            |               0 B",
              "kernel unsent |############################################|           1,024 B",
              "in flight     |                                            |           unknown",
              "receiver      |######################                      |             512 B",
              "delivered     |#                                           |               1 B",
              "taken 1,600 B, of which 1,599 B lie between the programs"});
}

TEST_CASE("a picture is never wider than a terminal, nor of another height") {
    Snapshot snapshot = sample();
    snapshot.title = std::string(200, 'x');
    snapshot.phase = std::string(200, 'y');
    snapshot.taken.reset();
    snapshot.rate.reset();
    for (unsigned bits = 0; bits < 64; ++bits) {
        snapshot.unsent = ~std::uint64_t{0} >> bits;
        snapshot.delivered = std::uint64_t{1} << bits;
        const auto lines = picture_of(snapshot);
        CHECK(lines.size() == picture_of(sample()).size());
        for (const std::string& line : lines) {
            CHECK_MESSAGE(line.size() <= view_width, line);
        }
        CHECK(marks_in(lines[3]) >= 1);
        CHECK(marks_in(lines[6]) >= 1);
    }
}

TEST_CASE("as a line, the same in words") {
    CHECK(line_of(sample()) == "1.2 s  [1/2] sweep: blocked; queue 0 B, kernel unsent 1,024 B, in "
                               "flight unknown, receiver 512 B, delivered 1 B, 1,234,567 B/s");
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(123456) == "123,456");
}

TEST_CASE("on a terminal that obeys, a picture is drawn over the one before, ten times a second") {
    using std::chrono::milliseconds;
    Paper paper(true);
    Screen screen(paper);
    CHECK(shows(screen, milliseconds(0), "sending"));
    CHECK_FALSE(shows(screen, milliseconds(99), "blocked"));
    const std::string first = paper.text;
    CHECK(first.find("F\x1b[J") == std::string::npos);
    CHECK(shows(screen, milliseconds(100), "sending"));
    CHECK(paper.text.find("\x1b[8F\x1b[J", first.size()) != std::string::npos);
    paper.text.clear();
    screen.say("a line");
    CHECK(paper.text == "\x1b[8F\x1b[Ja line\n");
    paper.text.clear();
    CHECK(shows(screen, milliseconds(200), "sending"));
    CHECK(paper.text.find("F\x1b[J") == std::string::npos); // what was said stays
}

TEST_CASE("elsewhere there is a line for a new phase and for each second, and no control") {
    using std::chrono::milliseconds;
    for (Paper paper : {Paper(false), Paper(true, 8)}) { // the second has too few rows
        Screen screen(paper);
        CHECK(shows(screen, milliseconds(0), "sending"));
        CHECK_FALSE(shows(screen, milliseconds(999), "sending"));
        CHECK(shows(screen, milliseconds(999), "blocked"));
        CHECK_FALSE(shows(screen, milliseconds(1098), "sending"));
        CHECK(shows(screen, milliseconds(1100), "sending"));
        CHECK_FALSE(shows(screen, milliseconds(2099), "sending"));
        CHECK(shows(screen, milliseconds(2100), "sending"));
        screen.say("a line");
        CHECK(paper.text.find('\x1b') == std::string::npos);
        CHECK(std::count(paper.text.begin(), paper.text.end(), '\n') == 5);
    }
}
