#include "simulation/connection.hpp"

#include "simulation/computer.hpp"
#include "simulation/network.hpp"

#include <caesura/simulation/world.hpp>

#include <algorithm>
#include <utility>

namespace caesura::simulation {

Connection::Connection(Network& network, End caller, End callee)
    : network_(network), ends_{std::move(caller), std::move(callee)} {
    end(Side::caller).window_end = end(Side::callee).advertised;
    end(Side::callee).window_end = end(Side::caller).advertised;
    ++network_.connections;
}

Connection::~Connection() {
    if (is_counted_) {
        --network_.connections;
    }
}

Way& Connection::way() const {
    return network_.way(*end(Side::caller).computer, *end(Side::callee).computer);
}

Duration Connection::round_trip() const {
    return 2 * std::clamp(way().quality().latency, World::tick, forever / 2);
}

void Connection::carry(Side from, std::uint64_t bytes, std::function<void()> arrive) {
    const std::uint32_t here = end(from).computer->number;
    const std::uint32_t there = end(other(from)).computer->number;
    const bool is_there = here == there ? from == Side::caller : here < there;
    way().carry(network_, is_there ? Heading::there : Heading::back, bytes, end(from).last_arrival,
                std::move(arrive), [self = shared_from_this()] {
                    self->watch_cut(Side::caller);
                    self->watch_cut(Side::callee);
                });
}

/// What is sent again and again without an answer is given up in the end.
void Connection::watch_cut(Side side) {
    End& one = end(side);
    if (!std::exchange(one.watches_cut, true)) {
        network_.at(after(network_.now, one.computer->preset.retransmission_timeout),
                    [self = shared_from_this(), side, then = one.acknowledged] {
                        self->give_up_if_cut(side, then);
                    });
    }
}

void Connection::give_up_if_cut(Side side, std::uint64_t acknowledged_then) {
    End& one = end(side);
    one.watches_cut = false;
    const bool waits = one.acknowledged < one.sent || one.fin == Fin::sent;
    if (!way().is_cut() || !waits || one.life == Life::lost) {
        return;
    }
    if (one.acknowledged == acknowledged_then) {
        lose(side, Error::timed_out);
    } else {
        watch_cut(side);
    }
}

// --- what was sent -----------------------------------------------------------------------------

std::uint64_t Connection::send(Side side, std::span<const Slice> slices, std::uint64_t most) {
    End& from = end(side);
    std::uint64_t offered = 0;
    for (const Slice slice : slices) {
        offered += slice.size();
    }
    const std::uint64_t taken = from.buffer.send(std::min(offered, most));
    std::uint64_t left = taken;
    for (const Slice slice : slices) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, slice.size()));
        end(other(side)).incoming.append(slice.first(count));
        left -= count;
    }
    from.written += taken;
    charge(from);
    if (taken > 0) {
        pump_soon(side);
    }
    return taken;
}

/// Keeps the computer's sum of what is held for sends.
void Connection::charge(End& one) {
    one.computer->pool_used += one.buffer.charged() - one.charged;
    one.charged = one.buffer.charged();
    ++one.computer->changes;
}

/// Not within the call that gives rise to it: a would-block may end without a read, and a byte is
/// not there at once (reported for Windows: CPython bpo-34130, curl 10562).
void Connection::pump_soon(Side side) {
    if (!std::exchange(end(side).pump_due, true)) {
        network_.at(after(network_.now, World::tick),
                    [self = shared_from_this(), side] { self->pump(side); });
    }
}

void Connection::pump(Side side) {
    End& from = end(side);
    from.pump_due = false;
    if (from.life == Life::lost) {
        return;
    }
    const std::uint64_t most = std::min(from.written, from.window_end);
    while (from.sent < most) {
        const std::uint64_t bytes = std::min<std::uint64_t>(
            std::max<std::size_t>(way().quality().segment, 1), most - from.sent);
        from.sent += bytes;
        from.buffer.transmitted(bytes);
        carry(side, bytes,
              [self = shared_from_this(), side, bytes] { self->arrive(other(side), bytes); });
    }
    if (from.fin == Fin::queued && from.sent == from.written) {
        from.fin = Fin::sent;
        carry(side, 0, [self = shared_from_this(), side] { self->fin_arrives(other(side)); });
    }
    ++from.computer->changes;
}

void Connection::acknowledged(Side side, std::uint64_t position, std::uint64_t window_end) {
    End& from = end(side);
    if (from.life == Life::lost) {
        return;
    }
    from.buffer.acknowledged(position - from.acknowledged);
    from.acknowledged = position;
    from.window_end = std::max(from.window_end, window_end);
    charge(from);
    pump(side);
}

void Connection::finish(Side side) {
    if (end(side).fin == Fin::none && end(side).life != Life::lost) {
        end(side).fin = Fin::queued;
        pump_soon(side);
    }
}

// --- what comes --------------------------------------------------------------------------------

void Connection::arrive(Side side, std::uint64_t bytes) {
    if (end(other(side)).lost_by == Error::timed_out) {
        return; // nobody sends it again any more
    }
    End& to = end(side);
    switch (to.life) {
    case Life::left:
        reset(side); // nobody is there to read it
        break;
    case Life::lost:
        tell_reset(side); // nor here (RFC 9293, 3.10.7.1)
        break;
    case Life::open:
        to.received += bytes;
        ++to.computer->changes;
        network_.trace.note(network_.now, to.computer->number, "arrive", to.address.port, bytes,
                            to.received);
        acknowledge(side);
        break;
    }
}

/// Tells the peer what has come, and how much more may.
void Connection::acknowledge(Side side) {
    End& to = end(side);
    to.advertised = std::max(to.advertised, to.read + to.receive_capacity);
    carry(side, 0,
          [self = shared_from_this(), side, position = to.received, window = to.advertised] {
              self->acknowledged(other(side), position, window);
          });
}

std::size_t Connection::receive(Side side, std::span<std::byte> room) {
    End& to = end(side);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), to.unread()));
    to.incoming.take(room.first(count));
    to.read += count;
    ++to.computer->changes;
    // A window is told of once it has opened by what is worth a segment (RFC 9293, 3.8.6.2.2).
    const std::uint64_t window = to.read + to.receive_capacity;
    const std::uint64_t worth_telling =
        std::min<std::uint64_t>(to.receive_capacity / 2, way().quality().segment);
    if (to.life == Life::open && window >= to.advertised + worth_telling) {
        acknowledge(side);
    }
    return count;
}

void Connection::set_receive_capacity(Side side, std::uint64_t bytes) {
    End& to = end(side);
    to.receive_capacity = std::max<std::uint64_t>(bytes, 1);
    if (to.life == Life::open) {
        acknowledge(side);
    }
}

void Connection::fin_arrives(Side side) {
    if (end(other(side)).lost_by == Error::timed_out) {
        return; // likewise
    }
    End& to = end(side);
    if (to.life == Life::lost) {
        tell_reset(side);
        return;
    }
    to.fin_received = true;
    ++to.computer->changes;
    network_.trace.note(network_.now, to.computer->number, "fin", to.address.port, to.received);
    carry(side, 0, [self = shared_from_this(), side] {
        self->end(other(side)).fin = Fin::acknowledged;
        self->settle();
    });
    settle();
}

// --- ends --------------------------------------------------------------------------------------

void Connection::leave(Side side) {
    End& one = end(side);
    if (one.life != Life::open) {
        return;
    }
    one.life = Life::left;
    if (one.charged > 0) {
        network_.faults.happened(Fault::close_with_unsent);
    }
    if (one.unread() > 0) {
        network_.faults.happened(Fault::close_with_unread);
        reset(side); // on every system
        return;
    }
    finish(side);
    settle();
}

void Connection::reset(Side side) {
    if (end(side).life == Life::lost) {
        return;
    }
    lose(side, Error::connection_aborted);
    tell_reset(side);
}

void Connection::break_off(Side side) {
    if (end(side).life != Life::lost) {
        reset_arrives(side);
        tell_reset(side);
    }
}

void Connection::tell_reset(Side side) {
    carry(side, 0, [self = shared_from_this(), side] { self->reset_arrives(other(side)); });
}

bool Connection::finish_and_reset(Side side) {
    const End& here = end(side);
    const End& peer = end(other(side));
    if (here.unread() == 0 || peer.life == Life::lost || peer.fin == Fin::none ||
        peer.written != here.received) {
        return false;
    }
    lose(other(side), Error::connection_aborted);
    end(side).fin_received = true;
    reset_arrives(side);
    return true;
}

void Connection::reset_arrives(Side side) {
    End& one = end(side);
    if (one.life == Life::lost) {
        return;
    }
    network_.trace.note(network_.now, one.computer->number, "reset", one.address.port,
                        one.received);
    const bool posix = one.computer->preset.dialect == Dialect::posix;
    lose(side, posix && one.fin_received ? Error::broken_pipe : Error::connection_reset);
    if (one.computer->preset.reset_eats == ResetEats::unread_input) {
        one.incoming.truncate(0);
        one.received = one.read;
    }
}

void Connection::lose(Side side, Error error) {
    End& one = end(side);
    one.life = Life::lost;
    one.lost_by = error;
    one.buffer.clear();
    charge(one);
    settle();
}

void Connection::drop_held_back(Side side) {
    End& one = end(side);
    const std::uint64_t dropped = std::min(one.buffer.held_back(), one.written - one.sent);
    one.buffer.dropped(dropped);
    charge(one);
    one.written -= dropped;
    ByteStore& incoming = end(other(side)).incoming;
    incoming.truncate(incoming.size() - dropped);
}

bool Connection::is_over(Side side) const {
    const End& one = end(side);
    return one.life == Life::lost || (one.life == Life::left && one.fin == Fin::acknowledged);
}

void Connection::settle() {
    if (is_counted_ && is_over(Side::caller) && is_over(Side::callee)) {
        is_counted_ = false;
        --network_.connections;
    }
}

} // namespace caesura::simulation
