#pragma once

#include "send-probe/bench.hpp"
#include "send-probe/screen.hpp"

#include <string>

namespace caesura::probe {

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

/// Looks on and shows on a screen where the bytes of a link are.
class Spectator final : public Onlooker {
public:
    explicit Spectator(Screen& screen) : screen_(screen) {}

    void set_title(std::string title) { title_ = std::move(title); }
    void set_phase(std::string phase);

    void join(Bench& bench, const Ends& link) override;
    void leave() override;
    void sent(std::size_t offered, const Result<std::size_t>& taken) override;
    void received(const Result<std::size_t>& got) override;
    void waited() override;

private:
    Snapshot look();
    void look_if_due();
    void moved(std::uint64_t bytes, const char* phase);

    Screen& screen_;
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
