#pragma once

#include "send-probe/bench.hpp"
#include "send-probe/screen.hpp"

#include <caesura/host.hpp>

#include <memory>
#include <string>

namespace caesura::probe {

/// Somebody has asked a command to end.
struct Interrupted {};

/// Bytes per second, over a second or what there is of one.
class Speed {
public:
    void start(Instant now);
    void add(std::uint64_t bytes) { bytes_ += bytes; }
    /// std::nullopt at first: a moment has no speed.
    std::optional<std::uint64_t> per_second(Instant now);

private:
    Instant since_{};
    std::uint64_t bytes_ = 0;
    std::optional<std::uint64_t> last_; // of the second before
};

/// Looks on and shows on a screen where the bytes of a link are. Throws Interrupted out of the
/// bench when a signal asks for the end.
class Spectator final : public Onlooker {
public:
    /// Errors of watching signals end the probe.
    explicit Spectator(Screen& screen);

    void set_title(std::string title) { title_ = std::move(title); }
    void set_phase(std::string phase);

    void join(Bench& bench, const Ends& link) override;
    void leave() override;
    void sent(std::size_t offered, const Result<std::size_t>& taken) override;
    void received(const Result<std::size_t>& got) override;
    void waited() override;

    /// Looks for a signal only: for what waits without a bench.
    void check_signals();

private:
    Snapshot look();
    void look_if_due();
    void moved(std::uint64_t bytes, const char* phase);

    Screen& screen_;
    std::unique_ptr<SignalSource> signals_;
    Instant next_check_{}; // for signals, by the real clock
    std::string title_;
    std::string phase_;

    Bench* bench_ = nullptr; // of the link
    Ends link_;
    Instant start_{};
    std::uint64_t queue_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t delivered_ = 0;
    Speed speed_;
};

} // namespace caesura::probe
