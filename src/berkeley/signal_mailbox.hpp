#pragma once

#include <caesura/host.hpp>

#include <atomic>
#include <vector>

namespace caesura {

/// Where what a system says about signals is put, whatever context it says that in, and taken out
/// by a loop. One may be open at a time in a process.
///
/// Two things travel: a bit, which says that a signal has come and is what counts, and one byte
/// through a socket pair, which wakes the loop and tells the order. A byte is sent only when a bit
/// turns from 0 to 1, or when the last one could not be sent, so the pair never fills up however
/// many signals come, and no later signal is lost to an earlier flood.
class SignalMailbox {
public:
    explicit SignalMailbox(SocketPair pair) : pair_(std::move(pair)) {}
    /// Closes.
    ~SignalMailbox();
    SignalMailbox(const SignalMailbox&) = delete;
    SignalMailbox& operator=(const SignalMailbox&) = delete;

    /// From now on deliver() puts signals here. False when another one is open.
    bool open();

    /// Puts a signal into the open mailbox; false when none is open. May be called from a signal
    /// handler and from any thread: nothing but lock-free atomics and one send. Changes the
    /// system's last error.
    static bool deliver(Signal signal);

    /// Readable when there is something to take.
    Socket socket() const { return pair_.second.get(); }

    /// See SignalSource::take.
    std::vector<Signal> take();

private:
    void put(Signal signal);
    std::vector<Signal> read_order();

    SocketPair pair_;
    std::atomic<unsigned> arrived_{0};
    std::atomic<bool> is_wake_up_due_{false}; // true while the last byte could not be sent
};

} // namespace caesura
