#pragma once

#include <caesura/reactor.hpp>

#include <cstdint>
#include <optional>

namespace caesura {

/// How long one connection goes on waiting for its peer. Each time the peer takes something the
/// wait begins anew: our side says so when the system takes bytes from us, and what the peer's
/// system acknowledges meanwhile is looked at here, a few times in the course of a limit, where the
/// system can tell. So the end comes at the limit after the last progress, never sooner, and little
/// more than a quarter of it late at most.
class Patience {
public:
    /// `over` is called when it is.
    Patience(Reactor& reactor, Call over);
    ~Patience() { stop(); }
    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;

    /// Waits, or goes on waiting, at most `limit`; `forever` is no wait at all.
    void wait(Socket socket, Duration limit);
    /// Bytes were taken: the next wait() begins a new one.
    void progress() { since_ = never; }
    /// Not yet: it is over in the next turn, unless there is progress before.
    void once_more();
    void stop();

private:
    void look();

    Reactor& reactor_;
    Call over_;
    TimerId timer_;
    Socket socket_ = Socket::none;
    Duration limit_{};
    Instant since_ = never;                       // the last progress, while waiting; else never
    std::optional<std::uint64_t> unacknowledged_; // when last looked at
};

} // namespace caesura
