#pragma once

#include <caesura/system.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace caesura {

class Resident;

/// What a reactor calls: nothing in, nothing out.
using Call = std::function<void()>;

/// What a reactor calls for a watch that is ready. It never hears of a readiness that the watch
/// does not want at that moment, nor of one meant for an earlier watch of the same number.
using ReadyCallback = std::function<void(const Ready&)>;

/// Names one timer for ever. Never pending when default-made.
struct TimerId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    bool operator==(const TimerId&) const = default;
};

/// Posts calls to a reactor's thread from any thread, and may outlive the reactor. Copyable.
class Poster {
public:
    /// As Reactor::call_from_thread. False, and the call destroyed unrun, when the reactor is gone.
    bool operator()(Call call) const;

private:
    friend class Reactor;
    explicit Poster(std::shared_ptr<class Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}
    std::shared_ptr<class Mailbox> mailbox_;
};

/// Floor 3: one loop in one thread. Everything but call_from_thread, stop and poster belongs to
/// that thread; several reactors in several threads know nothing of each other.
///
/// The order of one turn, and why:
///   1. wait            for events, or the next deadline
///   2. the clock       is read once; that instant is now() until the turn is over, so that all
///                      that happens in one turn happens at one time
///   3. ready events    before timers: data that has come counts before the deadline it met
///   4. due timers      in the order of their deadlines, then of their making; one made in this
///                      turn runs in a later one, so that a timer cannot starve the events
///   5. posted calls    those that were there when their turn came
///   6. the released    are destroyed, when no callback of theirs can be under way
/// After each single callback what it wrote is tried at once, not a turn later (settling).
///
/// Any callback may do anything: add or remove any watch or timer, write to or close any
/// connection, stop the reactor. Not from a callback: run, run_once and its three parts,
/// shut_down, and destroying the reactor; and not from one of a resident's (of a protocol's, say):
/// settle. Those that are called all the same throw std::logic_error.
class Reactor {
public:
    /// `poller` null = the system's preferred back-end. Cannot fail: a reactor that finds no
    /// descriptors for its wake-up pair looks for posted calls on a timer until it does.
    explicit Reactor(System& system = this_system(), std::unique_ptr<Poller> poller = nullptr);
    /// As shut_down; listeners, connectors, looping calls and the like must be gone before.
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    System& system() const;
    Sockets& sockets() const { return system().sockets(); }
    /// The name of the back-end.
    std::string_view poller_name() const;

    /// The time of this turn; outside of a turn, and while it waits, the clock's.
    Instant now() const;

    // Timers.

    /// Calls once, at the earliest `delay` from now(). A negative delay counts as zero, a huge one
    /// never comes.
    TimerId call_later(Duration delay, Call call);
    /// Calls once, at the earliest at `deadline`; one that has passed counts as now().
    TimerId call_at(Instant deadline, Call call);
    /// False when it has run, is running, or was cancelled.
    bool cancel(TimerId timer);
    /// Makes it `delay` from now(). False as above.
    bool reset(TimerId timer, Duration delay);
    bool pending(TimerId timer) const;

    // Bare sockets: watched, never owned.

    /// Hears of `socket` until unwatch, which must come before the socket is closed.
    /// std::nullopt when it is watched already. When the system says that it is no socket (any
    /// more) the callback hears `invalid` once and the watch is gone.
    std::optional<WatchId> watch(Socket socket, Interest interest, ReadyCallback callback);
    /// False when the watch is gone; likewise unwatch.
    bool set_interest(WatchId watch, Interest interest);
    bool unwatch(WatchId watch);
    /// While there is something else to do, warm watches are looked at only every quarter of a
    /// millisecond (or as soon after as the system's timer allows), not every turn: many sockets
    /// that can wait then cost little. Watches begin hot. `cold` is the reactor's own to give, and
    /// counts as `warm` here. False when the watch is gone.
    bool set_tier(WatchId watch, Tier tier);
    /// Whether watches that have been silent for long are *cooled*; they are unless this says no.
    ///
    /// While there are 64 watches or more, one that was silent for longer than a second and four
    /// times its longest recent gap is not asked about each turn any more. The cold ones are swept:
    /// looked at without waiting, all at once, as often as that takes 1 % of one core's time,
    /// measured by the clock. What is found ready is heard in the same turn and hot from then on.
    /// So a cold watch is heard late, but within 10 ms or 99 times what one sweep costs (0.1
    /// to 0.5 s for ten thousand sockets), and within half a second in any case, counted from the
    /// sweep before to the end of the turn that is then under way. No event is lost and timers
    /// are as exact as ever. Never cold are listeners (and whatever else has no peer), and watches
    /// that wait for a connect.
    ///
    /// With fewer than 64 watches nothing cools, and a turn makes no system call but the wait.
    void set_cooling(bool on);
    /// Has the next wait ask about a watch that has gone cold. True when it had: whoever is about
    /// to judge its silence, in a timer, waits for one more turn (for a timer that is due at once),
    /// because something may have come in time. False when it has not gone cold, or is gone.
    bool heed(WatchId watch);

    // Other threads.

    /// Runs the call on the reactor's thread, in the order of posting: at the end of the present
    /// turn, or in a later one. From any thread.
    void call_from_thread(Call call);
    /// Makes run() return at the end of its turn; if it is not running, of its first turn.
    /// From any thread.
    void stop();
    /// For those who may outlive the reactor, such as a thread that looks up a name.
    Poster poster() const;

    // The loop.

    /// Turns until stop. Throws std::logic_error when called from within a callback.
    void run();
    /// One turn, waiting at most `longest`. Throws as run does.
    void run_once(Duration longest = forever);

    // The same in parts, for a loop that somebody else owns. In the order prepare, wait, dispatch;
    // wait may be on a helper thread, and until it has returned only call_from_thread, stop and
    // poster may be used.

    /// Finishes what was begun outside of callbacks. Returns how long wait may take: zero when
    /// something is due, or was just finished; `forever` when only an event can make work.
    Duration prepare();
    /// Waits at most `longest`; an event, a posted call or stop ends it early.
    void wait(Duration longest);
    /// Steps 2 to 6 of the turn.
    void dispatch();
    /// When the next timer is due; `never` when there is none.
    Instant next_deadline() const;

    /// Ends what lives on it: connections are aborted, and hear connection_lost before it returns.
    /// For whoever is going before the reactor does, and is known to his protocols.
    void shut_down();

    /// What to do with an exception that leaves a user's callback. It may do anything that a
    /// callback may, also set another handler, but must not throw.
    ///
    /// Without a handler, of those that leave the timers, watches and posted calls of one turn the
    /// first leaves run, run_once or dispatch once the turn is over (each can be called again), and
    /// the others are lost. So does what leaves a factory's connection_failed or accept_failed.
    /// Those of a protocol's callbacks, and of a factory's build_protocol, only end that
    /// connection.
    void set_exception_handler(std::function<void(std::exception_ptr)> handler);

    // For those who build streams on a reactor.

    /// Owns it until release, or the end of the reactor.
    void keep(std::unique_ptr<Resident> resident);
    /// Destroys it at the end of the turn.
    void release(Resident& resident);
    /// Has resident.settle() called once at the end of the present callback (outside of any: at
    /// the next prepare).
    void settle_soon(Resident& resident);
    /// Settles now what asked for it: for a callback that serves several in a row. Does nothing
    /// when called from within a settling. Throws std::logic_error while a ResidentCallback lives.
    void settle();
    /// A callback of a resident's user is under way for as long as this lives: settling now could
    /// end the resident, and destroy under itself what is called.
    class ResidentCallback {
    public:
        explicit ResidentCallback(Reactor& reactor);
        ~ResidentCallback();
        ResidentCallback(const ResidentCallback&) = delete;
        ResidentCallback& operator=(const ResidentCallback&) = delete;

    private:
        Reactor& reactor_;
    };
    /// Hands the exception in flight to the handler, if there is one. To be called in a catch.
    void report_exception() noexcept;
    /// Room to read into, of this reactor; its content lasts until somebody else reads.
    std::span<std::byte> receive_room() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace caesura
