// What `send-probe watch` draws, and when.

#include "common/line_width.hpp"
#include "common/progress_line.hpp"
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
    explicit Paper(bool obeys, std::size_t rows = 24, std::size_t columns = 80)
        : obeys_(obeys), rows_(rows), columns_(columns) {}

    bool can_block() const override { return false; }
    bool is_terminal() const override { return obeys_; }
    bool obeys_controls() override { return obeys_; }
    std::size_t rows() const override { return rows_; }
    std::size_t columns() const override { return columns_; }
    WriteResult write(Slice bytes) override {
        text += as_text(bytes);
        return {{}, bytes.size()};
    }

    std::string text;

private:
    bool obeys_;
    std::size_t rows_;
    std::size_t columns_;
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
    CHECK(picture_of(sample(), widest_line) ==
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
        const auto lines = picture_of(snapshot, widest_line);
        CHECK(lines.size() == picture_of(sample(), widest_line).size());
        for (const std::string& line : lines) {
            CHECK_MESSAGE(line.size() <= widest_line, line);
        }
        CHECK(marks_in(lines[3]) >= 1);
        CHECK(marks_in(lines[6]) >= 1);
    }
}

TEST_CASE("a picture of a narrow terminal has shorter bars, then none, and no line that breaks") {
    CHECK(picture_of(sample(), 49) ==
          std::vector<std::string>{"[1/2] sweep",
                                   "1.2 s  blocked, 1,234,567 B/s; a whole bar is 1,0",
                                   "queue         |               |               0 B",
                                   "kernel unsent |###############|           1,024 B",
                                   "in flight     |               |           unknown",
                                   "receiver      |#######        |             512 B",
                                   "delivered     |#              |               1 B",
                                   "taken 1,600 B, of which 1,599 B lie between the p"});
    for (std::size_t width = 0; width <= widest_line; ++width) {
        const auto lines = picture_of(sample(), width);
        CHECK(lines.size() == 8);
        for (const std::string& line : lines) {
            CHECK_MESSAGE(line.size() <= width, line);
        }
    }
}

TEST_CASE("no line fills the last column of a terminal, nor more of it than a page is wide") {
    CHECK(line_width(Paper(true, 24, 0)) == widest_line); // nobody can tell
    CHECK(line_width(Paper(true, 24, 1)) == 0);
    CHECK(line_width(Paper(true, 24, 50)) == 49);
    CHECK(line_width(Paper(true, 24, 200)) == widest_line);
    Paper narrow(true, 24, 20);
    ProgressLine progress(narrow);
    progress.show(1, 20, "sweep: writes of 65536 bytes");
    CHECK(narrow.text == "\r[1/20] sweep: write");
    narrow.text.clear();
    Screen(narrow).show(Instant{}, sample());
    CHECK(narrow.text.find("kernel unsent ||   \n") != std::string::npos);
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
