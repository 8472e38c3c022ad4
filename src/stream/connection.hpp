#pragma once

#include "connection/state.hpp"
#include "reactor/resident.hpp"
#include "stream/deadlines.hpp"
#include "stream/outflow.hpp"
#include "stream/patience.hpp"
#include "stream/production.hpp"

#include <caesura/protocol.hpp>
#include <caesura/reactor.hpp>
#include <caesura/tcp.hpp>

#include <memory>
#include <optional>

namespace caesura {

/// What the connections of one listener, or of one attempt to connect, begin with.
struct Terms {
    ConnectionOptions options;
    /// What limit_unsent has answered to the options' budget.
    std::size_t piece;
};

/// invalid_argument when the options make no sense.
Failure check(const ConnectionOptions& options);

/// Whom to tell when a connection has gone and its descriptor is free: a listener that ran out of
/// them, which may itself be gone by then. Empty when nobody waits.
struct Departures {
    Call on_departure;
};

/// One established connection: joins the state machine and the send queue, which do no I/O, to a
/// socket and a reactor. Owned by the reactor.
///
/// What the protocol asks for only changes the machine and the queue; settle(), at the end of each
/// callback, is the one place where bytes are sent, where interest and patience are brought into
/// line with the state, and where the end is reported.
class Connection final : public Transport, public Resident {
public:
    /// Has the factory make a protocol for a new connection, gives them to the reactor, and tells
    /// the protocol. When the factory refuses, or throws, the connection is closed.
    /// `cut_off` is how it has ended already, where that became known before it could begin: then
    /// the protocol hears what has come, and its end.
    static void start(Reactor& reactor, Factory& factory, Accepted accepted, const Terms& terms,
                      std::shared_ptr<Departures> departures, const Failure& cut_off = {});

    Connection(Reactor& reactor, Accepted accepted, std::unique_ptr<Protocol> protocol,
               const Terms& terms, std::shared_ptr<Departures> departures);

    void write(std::string_view text) override;
    void write(SharedBytes bytes) override;
    void write(FileRange range) override;
    void write_sequence(std::span<const SharedBytes> pieces) override;
    void lose_connection() override { ask_in_time(Event::lose); }
    void lose_write_connection() override { ask_in_time(Event::lose_write); }
    void close_connection() override;
    void abort_connection() override { ask(Event::abort); }
    void pause_producing() override;
    void resume_producing() override;
    [[nodiscard]] bool register_producer(std::shared_ptr<Producer> producer,
                                         Producing kind) override;
    void unregister_producer() override;
    Failure set_stall_timeout(Duration limit) override {
        return set_limit(&ConnectionOptions::stall_timeout, limit);
    }
    Failure set_idle_timeout(Duration limit) override {
        return set_limit(&ConnectionOptions::idle_timeout, limit);
    }
    Failure set_transfer_timeout(Duration limit) override {
        return set_limit(&ConnectionOptions::transfer_timeout, limit);
    }
    void set_min_rate(std::uint64_t bytes_per_second) override;
    void set_receive_limit(std::size_t bytes) override;
    std::uint64_t queued() const override { return outflow_.queue().bytes(); }
    Ledger ledger() const override { return ledger(false); }
    const Endpoint& peer() const override { return peer_; }
    Result<Endpoint> host() const override { return sockets().local(socket_.get()); }
    Failure limit_unsent(std::size_t bytes) override;
    void set_no_delay(bool on) override { set_option(SocketOption::no_delay, on); }
    void set_keep_alive(bool on) override { set_option(SocketOption::keep_alive, on); }

    void settle() override;
    void shut_down() override;

private:
    /// What stands between us and what the system has for us.
    enum class Receiving : std::uint8_t {
        free,
        starved // the system is short of memory: a timer is set, for no event will come
    };
    /// How we go once the program is done with the connection.
    enum class Leaving : std::uint8_t { in_time, now };

    Sockets& sockets() const { return reactor_.sockets(); }
    void set_option(SocketOption option, bool on);
    Failure set_limit(Duration ConnectionOptions::*which, Duration limit);

    /// Runs a callback of the user's, whose exception ends this connection only.
    template <class Callback>
    void guard(const Callback& callback) {
        const Reactor::ResidentCallback under_way(reactor_);
        try {
            callback();
        } catch (...) {
            reactor_.report_exception();
            take(Event::failed, {Error::callback_threw, 0});
        }
    }
    void ask(Event event, Failure failure = {});
    void ask_in_time(Event event);
    void take(Event event, Failure failure = {});
    void close(Ending ending, bool fin_was_out);
    std::optional<std::uint64_t> unacknowledged(bool counts_fin = false) const;
    Ledger ledger(bool counts_fin) const;
    void report();

    // More than systems keep of a connection's input by default. When there is no other turn, all
    // of it is read, but a peer that goes on and on must not keep us.
    static constexpr std::uint64_t last_words_max = std::uint64_t{16} << 20;

    static Event event_of(const Failure& failure) {
        return is_connection_lost(failure.error) ? Event::reset : Event::failed;
    }

    void on_ready(const Ready& ready);
    void read(const Failure& end);
    bool read_once(const Failure& end);
    void read_rest(std::uint64_t most);
    void read_last_words(const Failure& failure);
    void discard(std::size_t bytes);
    void receive_failed(const Failure& failure);
    void finish_reading();

    void flush();
    void flush_rest();
    bool is_overfull() const {
        return options_.queue_limit != 0 && queued() > options_.queue_limit;
    }
    void finish_writing();
    void finish_draining();
    void leave_now();
    bool is_producing() const { return production_ && production_->producer(); }
    void direct_producer();
    void stop_producer();
    void retry_after(Duration pause);
    void retry();

    void update_interest();
    void change_interest();
    void update_limits();
    void set_deadlines();
    bool is_unheard() const { return watch_ && reactor_.heed(*watch_); }
    void deadline_over(Error reason);
    void patience_over();

    Reactor& reactor_;
    SocketOwner socket_;
    std::unique_ptr<Protocol> protocol_;
    std::shared_ptr<Departures> departures_;
    ConnectionOptions options_;
    Endpoint peer_;
    Outflow outflow_;
    Outcome outcome_;

    State state_ = step(State::connecting, Event::connected).next;
    Receiving receiving_ = Receiving::free;
    Leaving leaving_ = Leaving::in_time;
    bool paused_ = false; // true exactly between pause_producing and resume_producing
    Interest interest_ = Interest::none;
    std::uint32_t receive_limit_;
    std::optional<WatchId> watch_; // none until there is something to wait for

    Patience patience_; // with the drain or the stall limit, of which at most one is in force
    TimerId retry_timer_;
    Instant retry_due_{}; // while that is pending
    Instant began_;
    std::unique_ptr<Deadlines> deadlines_;   // none while there are no such limits
    std::unique_ptr<Production> production_; // none until a producer is registered
    std::optional<Event> wish_;              // lose or lose_write, until the producer has ended
    std::uint64_t discarded_ = 0;            // bytes, since our FIN
};

} // namespace caesura
