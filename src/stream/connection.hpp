#pragma once

#include "connection/send_queue.hpp"
#include "connection/state.hpp"
#include "reactor/resident.hpp"
#include "stream/patience.hpp"

#include <caesura/protocol.hpp>
#include <caesura/reactor.hpp>
#include <caesura/tcp.hpp>

#include <memory>
#include <optional>

namespace caesura {

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
    static void start(Reactor& reactor, Factory& factory, Accepted accepted,
                      const ConnectionOptions& options, std::shared_ptr<Departures> departures);

    Connection(Reactor& reactor, Accepted accepted, std::unique_ptr<Protocol> protocol,
               const ConnectionOptions& options, std::shared_ptr<Departures> departures);

    void write(std::string_view text) override;
    void write(SharedBytes bytes) override;
    void write(FileRange range) override;
    void write_sequence(std::span<const SharedBytes> pieces) override;
    void lose_connection() override { ask(Event::lose); }
    void lose_write_connection() override { ask(Event::lose_write); }
    void abort_connection() override { ask(Event::abort); }
    void pause_producing() override;
    void resume_producing() override;
    void set_receive_limit(std::size_t bytes) override;
    std::uint64_t queued() const override { return queue_.bytes(); }
    Ledger ledger() const override;
    const Endpoint& peer() const override { return peer_; }
    Result<Endpoint> host() const override { return sockets().local(socket_.get()); }
    void set_no_delay(bool on) override { set_option(SocketOption::no_delay, on); }
    void set_keep_alive(bool on) override { set_option(SocketOption::keep_alive, on); }

    void settle() override;
    void shut_down() override;

private:
    /// What stands between the queue and the system.
    enum class Sending : std::uint8_t {
        free,    // nothing known: try
        blocked, // the system's buffer is full: an event will come
        starved  // the system is short of memory: a timer is set, for no event will come
    };
    /// Likewise for what the system has for us.
    enum class Receiving : std::uint8_t { free, starved };

    Sockets& sockets() const { return reactor_.sockets(); }
    void set_option(SocketOption option, bool on);

    template <class Callback>
    void guard(const Callback& callback);
    void ask(Event event);
    void take(Event event, Failure failure = {});
    void close(Ending ending);
    void report();

    void on_ready(const Ready& ready);
    void read(bool error_hint);
    bool read_once(bool error_hint);
    void read_last_words();
    void receive_failed(const Failure& failure);
    void finish_reading();

    void flush();
    Result<std::size_t> send(const Batch& batch);
    void send_failed(const Failure& failure);
    void finish_writing();
    void retry_soon();
    void retry();

    void update_interest();
    void change_interest();
    void update_patience();
    void patience_over();

    Reactor& reactor_;
    SocketOwner socket_;
    std::unique_ptr<Protocol> protocol_;
    std::shared_ptr<Departures> departures_;
    ConnectionOptions options_;
    Endpoint peer_;
    SendQueue queue_;
    Outcome outcome_;

    State state_ = step(State::connecting, Event::connected).next;
    Sending sending_ = Sending::free;
    Receiving receiving_ = Receiving::free;
    bool paused_ = false; // true exactly between pause_producing and resume_producing
    Interest interest_ = Interest::none;
    std::uint32_t receive_limit_;
    std::optional<WatchId> watch_; // none until there is something to wait for

    Patience patience_; // with the drain or the stall limit, of which at most one is in force
    TimerId retry_timer_;
};

} // namespace caesura
