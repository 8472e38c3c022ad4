#include "send-probe/screen.hpp"

#include "common/line_width.hpp"
#include "send-probe/bench.hpp"

namespace caesura::probe {

namespace {

constexpr Duration frame = std::chrono::milliseconds(100);
constexpr Duration quiet = std::chrono::seconds(1);

// A picture that is higher than the terminal could not be gone back over.
bool has_room(const Output& output) {
    const std::size_t rows = output.rows();
    return rows == 0 || rows > picture_of({}, widest_line).size();
}

} // namespace

Screen::Screen(Output& output)
    : output_(output), draws_(has_room(output) && output.obeys_controls()) {}

bool Screen::is_due(Instant now, const std::string& title, const std::string& phase) const {
    if (!last_) {
        return true;
    }
    const bool is_new = title != last_title_ || phase != last_phase_;
    return now >= after(*last_, draws_ || is_new ? frame : quiet);
}

void Screen::show(Instant now, const Snapshot& snapshot) {
    last_ = now;
    last_title_ = snapshot.title;
    last_phase_ = snapshot.phase;
    if (!draws_) {
        return write(line_of(snapshot) + "\n");
    }
    // Without wrapping (DECAWM): a line that takes two would be gone back over as one, should the
    // terminal have become narrower.
    std::string text = "\x1b[?7l" + erased();
    const auto lines = picture_of(snapshot, line_width(output_));
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    drawn_ = lines.size();
    write(text + "\x1b[?7h");
}

void Screen::say(const std::string& line) {
    write(erased() + line + "\n");
}

// ECMA-48: CPL goes up so many lines, ED clears from there to the end.
std::string Screen::erased() {
    const std::string text = drawn_ == 0 ? "" : "\x1b[" + std::to_string(drawn_) + "F\x1b[J";
    drawn_ = 0;
    return text;
}

void Screen::write(const std::string& text) {
    must(output_.write(as_slice(text)), "stdout");
}

} // namespace caesura::probe
