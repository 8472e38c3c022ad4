#pragma once

#include <caesura/reactor.hpp>
#include <caesura/sockets.hpp>

#include <cstdint>
#include <mutex>
#include <vector>

namespace caesura {

/// Calls from other threads on their way to a reactor, and the means to wake it up for them: one
/// byte through a connected pair, at most one under way at a time, and none while the reactor is
/// awake and looks into the box by itself. Shared by the reactor and its Posters, so that a Poster
/// can find out that the reactor is gone.
///
/// The pair can break (on Windows it is a TCP connection, which others can cut off). The read end
/// is watched, so its end wakes the reactor, which then asks for a new pair.
class Mailbox {
public:
    explicit Mailbox(Sockets& sockets) : sockets_(sockets) {}

    // From any thread.

    /// False, and the call destroyed, when the box is closed.
    bool post(Call call);
    /// Asks for run() to end.
    void ask_to_stop();

    // From the reactor's thread.

    /// Makes a pair, or a new one. To be called while awake. Returns the end to watch for reading;
    /// Socket::none when the system has none to give.
    Socket open_pair();
    /// Takes the bytes out of the pair. False: the pair is broken.
    bool drain();
    /// What was posted, in order.
    std::vector<Call> take();
    /// From now on whoever posts wakes the reactor; false, and it stays awake, when something was
    /// posted, or run() was asked to end since stay_awake.
    bool fall_asleep();
    /// From now on nobody needs to wake it, and it knows if run() was asked to end.
    void stay_awake();
    /// True once after ask_to_stop.
    bool take_stop();
    /// From now on nothing is accepted. What is left is destroyed.
    void close();

private:
    /// Whether run() was asked to end. A loop that is not run's must not be kept awake by what only
    /// run takes notice of, hence `known`.
    enum class Stop : std::uint8_t { none, news, known };

    void wake_locked();

    Sockets& sockets_;
    mutable std::mutex mutex_;
    std::vector<Call> calls_;
    SocketOwner read_end_; // the reactor's thread only
    SocketOwner write_end_;
    bool byte_under_way_ = false; // true exactly from the send until drain
    bool asleep_ = false;         // true exactly from fall_asleep until stay_awake
    Stop stop_ = Stop::none;
    bool closed_ = false;
};

} // namespace caesura
