#pragma once

#include <caesura/host.hpp>

#include <algorithm>
#include <memory>

namespace caesura {

/// Whether the user wants an end: Ctrl-C, and what else asks a program to end. Where signals cannot
/// be watched they act by themselves.
class Interruption {
public:
    Interruption() {
        if (auto source = this_host().watch_signals()) {
            source_ = std::move(*source);
        }
    }

    /// Once it has come it stays.
    bool has_come() {
        if (state_ == State::awaited && source_) {
            const auto signals = source_->take();
            const bool asks = std::any_of(signals.begin(), signals.end(),
                                          [](Signal signal) { return signal != Signal::user1; });
            state_ = asks ? State::come : State::awaited;
        }
        return state_ == State::come;
    }

private:
    enum class State : std::uint8_t { awaited, come };

    std::unique_ptr<SignalSource> source_;
    State state_ = State::awaited;
};

} // namespace caesura
