#include "common/progress_line.hpp"

#include <algorithm>

namespace caesura {

namespace {

// A line that breaks cannot be written over.
constexpr std::size_t longest = 78;

} // namespace

ProgressLine::ProgressLine(Output& output) : output_(output), is_seen_(output.is_terminal()) {}

void ProgressLine::show(const std::string& text) {
    if (!is_seen_) {
        return;
    }
    const std::string line = text.substr(0, longest);
    const std::string rest(width_ - std::min(width_, line.size()), ' ');
    static_cast<void>(output_.write(as_slice("\r" + line + rest)));
    width_ = line.size();
}

void ProgressLine::show(std::size_t done, std::size_t of, const std::string& what) {
    show("[" + std::to_string(done) + "/" + std::to_string(of) + "] " + what);
}

void ProgressLine::clear() {
    if (width_ > 0) {
        static_cast<void>(output_.write(as_slice("\r" + std::string(width_, ' ') + "\r")));
        width_ = 0;
    }
}

} // namespace caesura
