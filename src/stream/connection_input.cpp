#include "stream/connection.hpp"

// What a connection hears from its peer. See connection.cpp for what comes of it.
namespace caesura {

namespace {

// Per turn, so that one fast peer cannot keep the others waiting.
constexpr int reads_per_turn_max = 4;

constexpr Duration shortage_pause = std::chrono::milliseconds(10);

} // namespace

void Connection::read(const Failure& end) {
    int reads_left = reads_per_turn_max;
    while (reads_left > 0 && read_once(end)) {
        --reads_left;
    }
}

void Connection::read_rest(std::uint64_t most) {
    const std::uint64_t enough = outcome_.received + most;
    while (read_once({}) && outcome_.received < enough) {
    }
}

/// Of a connection whose end the system has told already, and thereby forgotten: where it says that
/// the pipe is broken the peer's FIN had come before, and is to be read; otherwise an end would be
/// a lie (both seen on Linux).
void Connection::read_last_words(const Failure& failure) {
    const Failure end = failure.error == Error::broken_pipe ? Failure{} : failure;
    const std::uint64_t enough = outcome_.received + last_words_max;
    std::uint64_t before = 0;
    do {
        before = outcome_.received;
        read_once(end);
    } while (before < outcome_.received && outcome_.received < enough);
    if (reads(state_)) {
        take(event_of(failure), failure);
    }
}

/// Returns whether there may be more. If there is more all the same, the poller says so again.
/// `end`: what it is when there is none; no failure: the peer's FIN.
bool Connection::read_once(const Failure& end) {
    if (!reads(state_) || (paused_ && delivers(state_))) {
        return false;
    }
    const auto room =
        delivers(state_) ? reactor_.receive_room().first(receive_limit_) : reactor_.receive_room();
    const auto received = sockets().receive(socket_.get(), room);
    if (!received) {
        receive_failed(received.failure());
        return false;
    }
    if (*received == 0) {
        end ? take(event_of(end), end) : finish_reading();
        return false;
    }
    outcome_.received += *received;
    if (deadlines_) {
        deadlines_->moved();
    }
    if (state_ == State::draining) {
        discard(*received);
    } else if (delivers(state_)) {
        guard([&] { protocol_->data_received(room.first(*received)); });
    }
    return *received == room.size();
}

void Connection::discard(std::size_t bytes) {
    discarded_ += bytes;
    if (discarded_ > options_.drain_bytes &&
        sockets().unacknowledged(socket_.get()).value_or(0) == 0) {
        take(Event::drain_over);
    }
}

void Connection::receive_failed(const Failure& failure) {
    if (is_resource_shortage(failure.error)) {
        receiving_ = Receiving::starved;
        retry_after(shortage_pause);
    } else if (failure.error != Error::would_block) {
        take(event_of(failure), failure);
    }
}

void Connection::finish_reading() {
    if (delivers(state_)) {
        guard([this] { protocol_->peer_finished(); });
    }
    take(Event::peer_fin);
}

} // namespace caesura
