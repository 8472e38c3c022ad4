#include "send-probe/progress_line.hpp"

#include "send-probe/line_width.hpp"

#include <algorithm>

namespace caesura::probe {

ProgressLine::ProgressLine(Output& output) : output_(output), is_seen_(output.is_terminal()) {}

void ProgressLine::show(std::size_t done, std::size_t of, const std::string& what) {
    if (!is_seen_) {
        return;
    }
    // A line that breaks cannot be written over.
    const std::string line = ("[" + std::to_string(done) + "/" + std::to_string(of) + "] " + what)
                                 .substr(0, line_width(output_));
    const std::string rest(width_ - std::min(width_, line.size()), ' ');
    static_cast<void>(output_.write(as_slice("\r" + line + rest)));
    width_ = line.size();
}

void ProgressLine::clear() {
    if (width_ > 0) {
        static_cast<void>(output_.write(as_slice("\r" + std::string(width_, ' ') + "\r")));
        width_ = 0;
    }
}

} // namespace caesura::probe
