#pragma once

#include "send-probe/reading.hpp"

#include <caesura/reactor.hpp>

#include <functional>
#include <optional>

namespace caesura::probe {

/// The reader's end of one link on the serving side. It reads what it is told to, at the pace it is
/// told to, and nothing else.
class ServedLink {
public:
    /// Told of the end; and while there is none, every second how many bytes there were.
    using OnHeard = std::function<void(const Heard&)>;

    ServedLink(Reactor& reactor, SocketOwner socket);
    ~ServedLink();
    ServedLink(const ServedLink&) = delete;
    ServedLink& operator=(const ServedLink&) = delete;

    Failure set_receive_buffer(int bytes);
    /// Reads at that pace from now on.
    void pace(const Pace& pace);
    /// Reads no more; how much it has read since `pace`.
    std::uint64_t stop();
    /// After such a while, reads to the end, until nothing has come for so long. Then `on_end`, and
    /// now and then before that `on_more`; neither may destroy this.
    void hear(Duration lateness, Duration patience, OnHeard on_more, OnHeard on_end);
    bool is_hearing() const { return doing_ == Doing::waiting || doing_ == Doing::hearing; }
    /// Sends so many bytes, which must be taken at once.
    Failure say(std::size_t bytes);

    /// In all.
    std::uint64_t bytes_read() const { return total_; }

private:
    enum class Doing : std::uint8_t {
        nothing,
        pacing,  // reading a portion
        resting, // after one
        waiting, // before hearing
        hearing
    };

    void turn_to(Doing doing);
    void set_timer(Duration delay, void (ServedLink::*then)());
    void begin_portion();
    void begin_hearing();
    void end_in_silence();
    void end_hearing();
    void read(const Ready& ready);
    void read_portion(const Ready& ready);
    void read_more(const Ready& ready);

    Reactor& reactor_;
    SocketOwner socket_;
    WatchId watch_;
    TimerId timer_;
    Doing doing_ = Doing::nothing;

    Pace pace_{1, {}};
    std::size_t left_ = 0; // of the portion
    std::uint64_t paced_ = 0;
    std::uint64_t total_ = 0;
    std::optional<Heard> over_; // an end that was met while reading at a pace

    Heard heard_;
    Duration patience_{};
    Instant said_{}; // when on_more was told
    OnHeard on_more_;
    OnHeard on_end_;
};

} // namespace caesura::probe
