#include "common/progress_line.hpp"

#include "common/line_width.hpp"

#include <algorithm>

namespace caesura {

ProgressLine::ProgressLine(Output& output) : output_(output), is_seen_(output.is_terminal()) {}

void ProgressLine::show(const std::string& text) {
    if (!is_seen_) {
        return;
    }
    // A line that breaks cannot be written over.
    const std::string line = text.substr(0, line_width(output_));
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
