#include "stream/connection.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace caesura {

static_assert(batch_slices_max <= most_slices);

namespace {

// Per turn and connection, so that one fast peer cannot keep the others waiting.
constexpr std::uint64_t sent_per_turn_max = std::uint64_t{4} << 20;
constexpr int reads_per_turn_max = 4;

// More than systems keep of a connection's input by default. When there is no other turn, all of it
// is read, but a peer that goes on and on must not keep us.
constexpr std::uint64_t last_words_max = std::uint64_t{16} << 20;

constexpr Duration shortage_pause = std::chrono::milliseconds(10);

Event event_of(const Failure& failure) {
    return is_connection_lost(failure.error) ? Event::reset : Event::failed;
}

} // namespace

void Connection::start(Reactor& reactor, Factory& factory, Accepted accepted,
                       const ConnectionOptions& options, std::shared_ptr<Departures> departures) {
    try {
        auto protocol = factory.build_protocol(accepted.peer);
        if (!protocol) {
            return;
        }
        auto made = std::make_unique<Connection>(reactor, std::move(accepted), std::move(protocol),
                                                 options, std::move(departures));
        Connection& connection = *made;
        reactor.keep(std::move(made));
        connection.protocol_->attach(connection);
        connection.guard([&] { connection.protocol_->connection_made(); });
        reactor.settle_soon(connection);
    } catch (...) {
        reactor.report_exception();
    }
}

Connection::Connection(Reactor& reactor, Accepted accepted, std::unique_ptr<Protocol> protocol,
                       const ConnectionOptions& options, std::shared_ptr<Departures> departures)
    : reactor_(reactor), socket_(std::move(accepted.socket)), protocol_(std::move(protocol)),
      departures_(std::move(departures)), options_(options), peer_(accepted.peer),
      receive_limit_(static_cast<std::uint32_t>(reactor.receive_room().size())),
      patience_(reactor, [this] { patience_over(); }) {
    if (options.no_delay) {
        set_no_delay(true);
    }
    if (options.keep_alive) {
        set_keep_alive(true);
    }
}

void Connection::set_option(SocketOption option, bool on) {
    if (socket_) {
        // The peer may have reset the connection already: some systems then refuse.
        static_cast<void>(sockets().set_option(socket_.get(), option, on ? 1 : 0));
    }
}

// What the protocol asks for.

void Connection::write(std::string_view text) {
    write(SharedBytes::copy_of(as_slice(text)));
}

void Connection::write(SharedBytes bytes) {
    write_sequence({&bytes, 1});
}

void Connection::write_sequence(std::span<const SharedBytes> pieces) {
    if (accepts_writes(state_)) {
        for (const SharedBytes& piece : pieces) {
            queue_.push(piece);
        }
        reactor_.settle_soon(*this);
    }
}

void Connection::write(FileRange range) {
    if (accepts_writes(state_)) {
        queue_.push(std::move(range));
        reactor_.settle_soon(*this);
    }
}

void Connection::ask(Event event) {
    take(event);
    if (state_ != State::closed) {
        reactor_.settle_soon(*this);
    }
}

void Connection::pause_producing() {
    paused_ = true;
}

void Connection::resume_producing() {
    paused_ = false;
    if (state_ != State::closed) {
        reactor_.settle_soon(*this);
    }
}

void Connection::set_receive_limit(std::size_t bytes) {
    assert(bytes > 0);
    const std::size_t most = reactor_.receive_room().size();
    receive_limit_ = static_cast<std::uint32_t>(std::min(bytes, most));
}

Ledger Connection::ledger() const {
    Ledger ledger{queue_.bytes(), outcome_.sent, std::nullopt};
    if (socket_) {
        ledger.unacknowledged = sockets().unacknowledged(socket_.get());
    }
    return ledger;
}

// The machine.

template <class Callback>
void Connection::guard(const Callback& callback) {
    try {
        callback();
    } catch (...) {
        reactor_.report_exception();
        take(Event::failed, {Error::callback_threw, 0});
    }
}

void Connection::take(Event event, Failure failure) {
    const Step taken = step(state_, event);
    assert(taken.verdict != Verdict::illegal);
    state_ = taken.next;
    if (taken.ending) {
        outcome_.failure = failure;
        close(*taken.ending);
    }
}

void Connection::close(Ending ending) {
    outcome_.ending = ending;
    outcome_.undelivered = queue_.bytes();
    if (ending == Ending::unconfirmed && options_.drain <= Duration::zero()) {
        // Too early to know anything, so two system calls to hear that would be for nothing.
        outcome_.undelivered = outcome_.sent;
    } else if (ending != Ending::finished) {
        outcome_.undelivered += sockets().unacknowledged(socket_.get()).value_or(outcome_.sent);
    }
    if (watch_) {
        reactor_.unwatch(*watch_);
    }
    patience_.stop();
    reactor_.cancel(retry_timer_);
    queue_.clear();
    const bool orderly = ending == Ending::finished || ending == Ending::unconfirmed;
    orderly ? socket_.close() : socket_.abort();
    reactor_.settle_soon(*this);
}

void Connection::report() {
    guard([this] { protocol_->connection_lost(outcome_); });
    protocol_.reset();
    if (departures_ && departures_->on_departure) {
        // Out of its place first: it may put another there.
        std::exchange(departures_->on_departure, nullptr)();
    }
    reactor_.release(*this);
}

void Connection::settle() {
    if (state_ == State::closed) {
        report();
        return;
    }
    if (sending_ == Sending::free && sends(state_)) {
        flush();
    }
    if (state_ != State::closed) { // else it has asked to settle once more
        update_interest();
        update_patience();
    }
}

void Connection::shut_down() {
    take(Event::abort);
}

// Input.

void Connection::on_ready(const Ready& ready) {
    if (ready.invalid) {
        take(Event::failed, {Error::bad_descriptor, 0});
        return;
    }
    // Input first: on Windows a reset, or a send that fails, drops what has not been read yet.
    if (ready.readable) {
        read(ready.error);
    }
    if (ready.writable && sending_ == Sending::blocked) {
        sending_ = Sending::free;
    }
    if (state_ != State::closed) {
        reactor_.settle_soon(*this);
    }
}

void Connection::read(bool error_hint) {
    int reads_left = reads_per_turn_max;
    while (reads_left > 0 && read_once(error_hint)) {
        --reads_left;
    }
}

void Connection::read_last_words() {
    const std::uint64_t enough = outcome_.received + last_words_max;
    while (read_once(false) && outcome_.received < enough) {
    }
}

/// Returns whether there may be more. If there is more all the same, the poller says so again.
bool Connection::read_once(bool error_hint) {
    if (!reads(state_) || (paused_ && delivers(state_))) {
        return false;
    }
    const auto room = reactor_.receive_room().first(receive_limit_);
    const auto received = sockets().receive(socket_.get(), room);
    if (!received) {
        receive_failed(received.failure());
        return false;
    }
    if (*received == 0) {
        error_hint ? take(Event::reset, {Error::connection_reset, 0}) : finish_reading();
        return false;
    }
    outcome_.received += *received;
    if (delivers(state_)) {
        guard([&] { protocol_->data_received(room.first(*received)); });
    }
    return *received == room.size();
}

void Connection::receive_failed(const Failure& failure) {
    if (is_resource_shortage(failure.error)) {
        receiving_ = Receiving::starved;
        retry_soon();
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

// Output.

void Connection::flush() {
    std::uint64_t allowed = sent_per_turn_max;
    while (!queue_.empty() && allowed > 0) {
        const Batch batch = queue_.next(allowed);
        const auto taken = send(batch);
        if (!taken) {
            send_failed(taken.failure());
            return;
        }
        queue_.advance(*taken);
        allowed -= *taken;
        outcome_.sent += *taken;
        patience_.progress();
        if (*taken < batch.bytes()) {
            sending_ = Sending::blocked; // a second try would only be told so
            return;
        }
    }
    if (queue_.empty() && flushes(state_)) {
        finish_writing();
    } else if (!queue_.empty()) {
        sending_ = Sending::blocked; // enough for this turn
    }
}

Result<std::size_t> Connection::send(const Batch& batch) {
    const bool last = flushes(state_) && queue_.is_whole(batch);
    const Follows follows = last ? Follows::fin : Follows::unknown;
    if (const FileRange* const range = batch.range()) {
        return sockets().send_file(socket_.get(), *range, follows);
    }
    return sockets().send(socket_.get(), batch.slices(), follows);
}

void Connection::send_failed(const Failure& failure) {
    if (failure.error == Error::would_block) {
        sending_ = Sending::blocked;
        return;
    }
    if (is_resource_shortage(failure.error)) {
        sending_ = Sending::starved;
        retry_soon();
        return;
    }
    // What the peer said before it went is still worth having, and may say why it went.
    read_last_words();
    take(event_of(failure), failure);
}

void Connection::finish_writing() {
    take(Event::flushed);
    if (state_ == State::draining && options_.drain <= Duration::zero()) {
        take(Event::drain_over);
    } else if (state_ != State::closed) {
        // Refused when the peer has reset the connection, which a read will tell better.
        static_cast<void>(sockets().shut_writes(socket_.get()));
    }
}

void Connection::retry_soon() {
    if (!reactor_.pending(retry_timer_)) {
        retry_timer_ = reactor_.call_later(shortage_pause, [this] { retry(); });
    }
}

void Connection::retry() {
    receiving_ = Receiving::free;
    if (sending_ == Sending::starved) {
        sending_ = Sending::free;
    }
    reactor_.settle_soon(*this);
}

// Bringing interest and patience into line with the state.

void Connection::update_interest() {
    Interest wanted = Interest::none;
    if (reads(state_) && !(paused_ && delivers(state_)) && receiving_ == Receiving::free) {
        wanted = wanted | Interest::read;
    }
    if (sends(state_) && sending_ == Sending::blocked) {
        wanted = wanted | Interest::write;
    }
    if (wanted != interest_) {
        interest_ = wanted;
        change_interest();
    }
    if (watch_ && state_ == State::draining) {
        reactor_.set_tier(*watch_, Tier::cold); // only to notice the peer's FIN, which can wait
    }
}

void Connection::change_interest() {
    if (watch_) {
        reactor_.set_interest(*watch_, interest_);
        return;
    }
    watch_ =
        reactor_.watch(socket_.get(), interest_, [this](const Ready& ready) { on_ready(ready); });
    if (!watch_) {
        // Somebody watches a socket of this number that he has closed meanwhile.
        take(Event::failed, {Error::bad_descriptor, 0});
    }
}

void Connection::update_patience() {
    if (state_ == State::draining) {
        patience_.wait(socket_.get(), options_.drain);
    } else if (sends(state_) && !queue_.empty()) {
        patience_.wait(socket_.get(), options_.stall_timeout);
    } else {
        patience_.stop();
    }
}

void Connection::patience_over() {
    take(state_ == State::draining ? Event::drain_over : Event::stalled);
}

} // namespace caesura
