#pragma once

#include "send-probe/view.hpp"

#include <caesura/file.hpp>

#include <optional>

namespace caesura::probe {

/// Shows snapshots to whoever looks at an output. On a terminal that can do so: a picture, drawn
/// over and over in its place, at most ten times a second. Elsewhere: a line for each new phase, at
/// most ten a second, and one for each second without any. All by the clock of what is watched.
class Screen {
public:
    explicit Screen(Output& output);

    /// Whether a snapshot would be shown now. To be asked first: taking one has its price.
    bool is_due(Instant now, const std::string& title, const std::string& phase) const;
    void show(Instant now, const Snapshot& snapshot);
    /// A line that stays, above the picture where there is one.
    void say(const std::string& line);

private:
    void write(const std::string& text);
    std::string erased();

    Output& output_;
    bool draws_;
    std::size_t drawn_ = 0; // lines of the picture that stands there
    std::optional<Instant> last_;
    std::string last_title_;
    std::string last_phase_;
};

} // namespace caesura::probe
