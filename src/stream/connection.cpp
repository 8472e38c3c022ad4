#include "stream/connection.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace caesura {

namespace {

// What has come meanwhile from a peer that gets no time to read what we have sent: enough for a
// request, and no more than one turn has room for.
constexpr std::uint64_t small_talk_max = std::uint64_t{1} << 20;

} // namespace

Failure check(const ConnectionOptions& options) {
    const Duration shortest = std::min({options.drain, options.stall_timeout,
                                        options.idle_timeout, options.transfer_timeout});
    return {shortest < Duration::zero() ? Error::invalid_argument : Error::none};
}

void Connection::start(Reactor& reactor, Factory& factory, Accepted accepted, const Terms& terms,
                       std::shared_ptr<Departures> departures, const Failure& cut_off) {
    try {
        auto protocol = factory.build_protocol(accepted.peer);
        if (!protocol) {
            return;
        }
        auto made = std::make_unique<Connection>(reactor, std::move(accepted), std::move(protocol),
                                                 terms, std::move(departures));
        Connection& connection = *made;
        reactor.keep(std::move(made));
        connection.set_deadlines();
        connection.protocol_->attach(connection);
        connection.guard([&] { connection.protocol_->connection_made(); });
        if (cut_off) {
            connection.read_last_words(cut_off);
        }
        reactor.settle_soon(connection);
    } catch (...) {
        accepted.socket.abort(); // a FIN would say that there was nothing to be had
        reactor.report_exception();
    }
}

Connection::Connection(Reactor& reactor, Accepted accepted, std::unique_ptr<Protocol> protocol,
                       const Terms& terms, std::shared_ptr<Departures> departures)
    : reactor_(reactor), socket_(std::move(accepted.socket)), protocol_(std::move(protocol)),
      departures_(std::move(departures)), options_(terms.options), peer_(accepted.peer),
      outflow_(options_, terms.piece),
      receive_limit_(static_cast<std::uint32_t>(reactor.receive_room().size())),
      patience_(reactor, [this] { patience_over(); }), began_(reactor.now()) {
    if (options_.no_delay) {
        set_no_delay(true);
    }
    if (options_.keep_alive) {
        set_keep_alive(true);
    }
}

// The machine.

void Connection::take(Event event, Failure failure) {
    const Step taken = step(state_, event);
    assert(taken.verdict != Verdict::illegal);
    const bool fin_was_out = state_ == State::half_closed || state_ == State::draining;
    state_ = taken.next;
    if (taken.ending) {
        outcome_.failure = failure;
        close(*taken.ending, fin_was_out);
    }
}

void Connection::close(Ending ending, bool fin_was_out) {
    outcome_.ending = ending;
    outcome_.sent = outflow_.taken();
    outcome_.undelivered = outflow_.queue().bytes();
    outcome_.ledger = {outflow_.queue().bytes(), outflow_.taken(), std::nullopt, std::nullopt};
    if (ending == Ending::unconfirmed && options_.drain <= Duration::zero()) {
        // Too early to know anything, so two system calls to hear that would be for nothing.
        outcome_.undelivered = outcome_.sent;
    } else if (ending != Ending::finished) {
        outcome_.ledger = ledger(ending == Ending::reset && fin_was_out);
        outcome_.undelivered += outcome_.ledger.unacknowledged.value_or(outcome_.sent);
    }
    if (watch_) {
        reactor_.unwatch(*watch_);
    }
    patience_.stop();
    deadlines_.reset();
    reactor_.cancel(retry_timer_);
    outflow_.close();
    const bool orderly = ending == Ending::finished || ending == Ending::unconfirmed;
    orderly ? socket_.close() : socket_.abort();
    reactor_.settle_soon(*this);
}

/// Of the bytes that the system has taken. After a reset Linux counts our FIN as one, and cannot
/// tell any more that it is none.
std::optional<std::uint64_t> Connection::unacknowledged(bool counts_fin) const {
    const auto told = sockets().unacknowledged(socket_.get());
    if (!told) {
        return std::nullopt;
    }
    const std::uint64_t fin = counts_fin && *told > 0 ? 1 : 0;
    return std::min(*told - fin, outflow_.taken());
}

void Connection::report() {
    auto protocol = std::move(protocol_); // from here on the end is being told
    stop_producer();
    guard([&] { protocol->connection_lost(outcome_); });
    protocol.reset();
    if (departures_ && departures_->on_departure) {
        // Out of its place first: it may put another there.
        std::exchange(departures_->on_departure, nullptr)();
    }
    reactor_.release(*this);
}

void Connection::settle() {
    if (state_ == State::closed) {
        if (protocol_) { // else somebody has asked for something while the end was told
            report();
        }
        return;
    }
    if (sends(state_)) {
        flush();
        flush_rest();
    }
    if (leaving_ == Leaving::now && state_ != State::closed) {
        leave_now();
    }
    if (is_overfull()) {
        take(Event::abort, {Error::queue_full, 0});
    }
    if (state_ != State::closed) {
        direct_producer();
    }
    if (state_ != State::closed) { // else it has asked to settle once more
        update_interest();
        update_limits();
    }
}

void Connection::shut_down() {
    if (state_ == State::half_closed) {
        take(Event::lose);
    }
    leaving_ = Leaving::now;
    if (flushes(state_)) {
        flush();
        flush_rest();
    }
    leave_now();
}

void Connection::leave_now() {
    // Reset unless our FIN is out, or a part would look like the whole.
    state_ == State::draining ? finish_draining() : take(Event::abort);
}

// Input.

void Connection::on_ready(const Ready& ready) {
    if (ready.invalid) {
        take(Event::failed, {Error::bad_descriptor, 0});
        return;
    }
    // Input first: on Windows a reset, or a send that fails, drops what has not been read yet.
    if (ready.readable) {
        read(ready.error ? Failure{Error::connection_reset, 0} : Failure{});
    }
    if (ready.writable) {
        outflow_.writable();
    }
    if (state_ != State::closed) {
        reactor_.settle_soon(*this);
    }
}

// Output.

void Connection::flush() {
    if (outflow_.state() == Outflow::State::starved) {
        return; // whose retry is set
    }
    const std::uint64_t before = outflow_.taken();
    const Failure failure = outflow_.hand_over(sockets(), socket_.get(), flushes(state_));
    if (state_ == State::closed) {
        return; // by an owner of bytes that were let go of
    }
    if (outflow_.taken() != before) {
        patience_.progress();
        if (deadlines_) {
            deadlines_->handed_over(before, outflow_.taken());
        }
    }
    if (failure) {
        // What the peer said before it went is still worth having, and may say why it went.
        is_connection_lost(failure.error) ? read_last_words(failure) : read_rest(last_words_max);
        take(event_of(failure), failure);
    } else if (outflow_.state() == Outflow::State::starved) {
        retry_after(outflow_.pause());
    } else if (outflow_.queue().empty() && flushes(state_)) {
        finish_writing();
    }
}

// What this turn's share has left, where it cannot wait: there is no other turn, or it is more than
// may be queued.
void Connection::flush_rest() {
    while (sends(state_) && outflow_.state() == Outflow::State::resting &&
           (leaving_ == Leaving::now || is_overfull())) {
        outflow_.writable();
        flush();
    }
}

void Connection::finish_writing() {
    take(Event::flushed);
    if (state_ == State::draining && options_.drain <= Duration::zero()) {
        finish_draining();
    } else if (state_ != State::closed) {
        // Refused when the peer has reset the connection, which a read will tell better.
        static_cast<void>(sockets().shut_writes(socket_.get()));
    }
}

// A close with unread input is a reset, which eats what the peer has not read.
void Connection::finish_draining() {
    read_rest(small_talk_max);
    take(Event::drain_over);
}

void Connection::direct_producer() {
    if (!is_producing()) {
        return;
    }
    if (!accepts_writes(state_)) {
        stop_producer();
        return;
    }
    const std::uint64_t queued = outflow_.queue().bytes();
    const Production::Word word =
        production_->word(queued, outflow_.taken() + queued, options_, reactor_.now());
    if (word == Production::Word::resume_later) {
        retry_after(Duration::zero());
    } else if (word != Production::Word::nothing) {
        guard([this, word] { Production::say(production_->producer(), word); });
        reactor_.settle_soon(*this); // for what it wrote
    }
}

void Connection::stop_producer() {
    if (const auto stopped = production_ ? production_->end() : nullptr) {
        guard([&] { stopped->stop_producing(); });
    }
}

// One timer for all that is tried again: the longest pause counts.
void Connection::retry_after(Duration pause) {
    const Instant due = after(reactor_.now(), pause);
    if (!reactor_.pending(retry_timer_)) {
        retry_due_ = due;
        retry_timer_ = reactor_.call_at(due, [this] { retry(); });
    } else if (due > retry_due_) {
        retry_due_ = due;
        reactor_.reset(retry_timer_, pause);
    }
}

void Connection::retry() {
    receiving_ = Receiving::free;
    outflow_.retry();
    if (production_) {
        production_->renew();
    }
    reactor_.settle_soon(*this);
}

// Bringing interest and patience into line with the state.

void Connection::update_interest() {
    Interest wanted = Interest::none;
    if (reads(state_) && !(paused_ && delivers(state_)) && receiving_ == Receiving::free) {
        wanted = wanted | Interest::read;
    }
    if (sends(state_) && outflow_.awaits_room()) {
        wanted = wanted | Interest::write;
    }
    if (wanted != interest_) {
        interest_ = wanted;
        change_interest();
    }
    if (watch_ && state_ == State::draining) {
        reactor_.set_tier(*watch_, Tier::warm); // only to notice the peer's FIN, which can wait
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

void Connection::update_limits() {
    if (state_ == State::draining) {
        patience_.wait(socket_.get(), options_.drain);
        deadlines_.reset();
        return;
    }
    const bool bytes_wait = sends(state_) && !outflow_.queue().empty();
    if (bytes_wait) {
        patience_.wait(socket_.get(), options_.stall_timeout);
    } else {
        patience_.stop();
    }
    if (deadlines_) {
        deadlines_->bytes_wait(bytes_wait);
    }
}

void Connection::set_deadlines() {
    reactor_.settle_soon(*this); // for the stall limit, and to be told whether bytes wait
    if (state_ == State::closed || state_ == State::draining || !Deadlines::wanted(options_)) {
        deadlines_.reset();
        return;
    }
    if (!deadlines_) {
        deadlines_ = std::make_unique<Deadlines>(
            reactor_,
            [this] {
                return Deadlines::Flow{outflow_.taken(), unacknowledged()};
            },
            [this](Error reason) { deadline_over(reason); });
    }
    deadlines_->set(options_, began_);
}

// Of a connection whose watch has gone cold nobody may have asked yet whether anything has come, or
// whether there is room: what the limit is on may have happened in time. (To try it here would be
// too simple: on Wine only the poller tells a reset that nobody waited for from an end.)

void Connection::deadline_over(Error reason) {
    if (reason == Error::idle_too_long && is_unheard()) {
        set_deadlines();
    } else {
        take(reason == Error::too_slow ? Event::stalled : Event::timed_out, {reason, 0});
    }
}

void Connection::patience_over() {
    if (state_ == State::draining) {
        finish_draining();
    } else if (is_unheard()) {
        patience_.once_more();
    } else {
        take(Event::stalled);
    }
}

} // namespace caesura
