#pragma once

#include "simulation/byte_store.hpp"
#include "simulation/way.hpp"

#include <caesura/bytes.hpp>
#include <caesura/endpoint.hpp>
#include <caesura/error.hpp>

#include <caesura/simulation/send_buffer.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace caesura::simulation {

struct Computer;

/// The two ends of a connection.
enum class Side : std::uint8_t { caller, callee };

constexpr Side other(Side side) {
    return side == Side::caller ? Side::callee : Side::caller;
}

/// What the program has done with an end, and what has been done to it.
enum class Life : std::uint8_t {
    open,
    left, // closed by the program: what was taken is still delivered
    lost  // reset, aborted or given up: nothing moves any more
};

/// Where the FIN of an end is.
enum class Fin : std::uint8_t { none, queued, sent, acknowledged };

/// One end: what it sends, and what it has been sent. Positions are in bytes since the beginning.
///
/// Invariant: acknowledged <= sent <= written; read <= received <= the other end's sent.
struct End {
    End(Computer& on, const SendPolicy& sends, std::uint64_t capacity)
        : computer(&on), buffer(sends), receive_capacity(capacity), advertised(capacity) {}

    std::uint64_t unread() const { return received - read; }

    Computer* computer;
    Endpoint address;
    Life life = Life::open;
    Error lost_by = Error::none;
    bool loss_told = false;

    SendBuffer buffer;
    std::uint64_t charged = 0; // by it, to the computer
    std::uint64_t written = 0;
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t window_end = 0; // as far as the peer lets it send
    Fin fin = Fin::none;
    bool pump_due = false;
    bool watches_cut = false;
    Instant last_arrival{}; // at the peer, of what was sent last

    ByteStore incoming; // from `read` to what the peer has written
    std::uint64_t received = 0;
    std::uint64_t read = 0;
    bool fin_received = false;
    std::uint64_t receive_capacity;
    std::uint64_t advertised; // the end of the window that the peer was told of last
};

/// A connection between two computers, or within one: moves bytes, FINs and resets from end to end
/// as time passes, never at once. What the calls of a system make of that is Sockets' business.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Network& network, End caller, End callee);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    End& end(Side side) { return ends_[static_cast<std::size_t>(side)]; }
    const End& end(Side side) const { return ends_[static_cast<std::size_t>(side)]; }

    /// Takes what the end's buffer takes of the slices; 0: it would block.
    std::uint64_t send(Side side, std::span<const Slice> slices, std::uint64_t most);
    /// Reads bytes that have come, as many as fit.
    std::size_t receive(Side side, std::span<std::byte> room);
    /// A FIN after what was taken. Nothing, when there is one already.
    void finish(Side side);
    /// The program closes its end: a FIN, or with unread input a reset.
    void leave(Side side);
    /// The end resets the connection.
    void reset(Side side);
    /// The peer's FIN and its reset come to this open end at once, while bytes wait there. False,
    /// and nothing done, when the peer has said more than has come, or none waits.
    bool finish_and_reset(Side side);
    /// Somebody on the way resets it: both ends hear of it, this one at once.
    void break_off(Side side);
    /// The end has lost the connection for a reason of its own; the peer does not hear of it.
    void lose(Side side, Error error);
    /// What the program itself has held back is gone (Wine 10).
    void drop_held_back(Side side);
    void set_receive_capacity(Side side, std::uint64_t bytes);
    /// From the caller's end to the callee's and back: how long.
    Duration round_trip() const;
    /// Sends something without bytes to the other end, behind all that was sent before.
    void carry(Side from, std::uint64_t bytes, std::function<void()> arrive);

private:
    void pump_soon(Side side);
    void pump(Side side);
    void arrive(Side side, std::uint64_t bytes);
    void fin_arrives(Side side);
    void reset_arrives(Side side);
    void acknowledge(Side side);
    void acknowledged(Side side, std::uint64_t position, std::uint64_t window_end);
    void tell_reset(Side side);
    void watch_cut(Side side);
    void give_up_if_cut(Side side, std::uint64_t acknowledged_then);
    void charge(End& end);
    bool is_over(Side side) const;
    void settle();
    Way& way() const;

    Network& network_;
    std::array<End, 2> ends_;
    bool is_counted_ = true;
};

} // namespace caesura::simulation
