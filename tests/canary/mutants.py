"""The planted bugs: each is one change to one file of the library that the campaign must find.

A mutant is data: what it is called, which file, which text there, and what stands in its place. The
text must occur exactly once; when the library changes under it, the canary says so and fails.
"""

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    file: str  # below src/
    text: str
    instead: str


CONNECTION = "stream/connection.cpp"
INPUT = "stream/connection_input.cpp"
OUTFLOW = "stream/outflow.cpp"
LISTENER = "stream/listener.cpp"
CONNECTOR = "stream/connector.cpp"
DEADLINES = "stream/deadlines.cpp"
PATIENCE = "stream/patience.cpp"
QUEUE = "connection/send_queue.cpp"
PARTS = "reactor/parts.cpp"
TIMERS = "reactor/timer_heap.cpp"

MUTANTS = (
    Mutant(
        "write interest lost",
        CONNECTION,
        "wanted = wanted | Interest::write;",
        "wanted = wanted | Interest::none;",
    ),
    Mutant(
        "write interest never dropped",
        CONNECTION,
        "if (sends(state_) && outflow_.awaits_room()) {",
        "if (sends(state_)) {",
    ),
    Mutant(
        "read interest lost after a pause",
        CONNECTION,
        "if (reads(state_) && !(paused_ && delivers(state_)) && receiving_ == Receiving::free) {",
        "if (reads(state_) && !paused_ && receiving_ == Receiving::free) {",
    ),
    Mutant(
        "offset slip: a byte sent twice",
        OUTFLOW,
        "queue_.advance(*taken);",
        "queue_.advance(*taken > 1000 ? *taken - 1 : *taken);",
    ),
    Mutant(
        "offset slip within an item",
        QUEUE,
        ".subspan(static_cast<std::size_t>(skip), static_cast<std::size_t>(count));",
        ".subspan(static_cast<std::size_t>(skip > 0 ? skip - 1 : 0), "
        "static_cast<std::size_t>(count));",
    ),
    Mutant(
        "a shortage while sending is fatal",
        OUTFLOW,
        "if (!is_resource_shortage(failure.error)) {\n        return failure;",
        "if (failure.error != Error::none) {\n        return failure;",
    ),
    Mutant(
        "a shortage while sending is retried at once, not on a timer",
        OUTFLOW,
        "pause_ = pause_ == Duration::zero() ? first_pause : std::min(2 * pause_, longest_pause);",
        "pause_ = std::min(first_pause * 0, longest_pause);",
    ),
    Mutant(
        "a shortage while receiving is never retried",
        CONNECTION,
        "    receiving_ = Receiving::free;\n    outflow_.retry();",
        "    outflow_.retry();",
    ),
    Mutant(
        "a would-block while sending is fatal",
        OUTFLOW,
        "    if (failure.error == Error::would_block) {\n        state_ = State::blocked;\n"
        "        return {};\n    }\n",
        "",
    ),
    Mutant(
        "a reset taken for the end of the stream",
        INPUT,
        "        take(event_of(failure), failure);\n    }\n}\n\nvoid Connection::finish_reading()",
        "        finish_reading();\n    }\n}\n\nvoid Connection::finish_reading()",
    ),
    Mutant(
        "an error hint overlooked: a reset that reads as 0 is an end",
        INPUT,
        "end ? take(event_of(end), end) : finish_reading();",
        "end && !protocol_ ? take(event_of(end), end) : finish_reading();",
    ),
    Mutant(
        "the outcome told twice",
        CONNECTION,
        "    guard([&] { protocol->connection_lost(outcome_); });\n",
        "    guard([&] { protocol->connection_lost(outcome_); });\n"
        "    guard([&] { protocol->connection_lost(outcome_); });\n",
    ),
    Mutant(
        "finished said without the peer's FIN",
        CONNECTION,
        "    outcome_.ending = ending;\n",
        "    outcome_.ending = ending == Ending::unconfirmed ? Ending::finished : ending;\n",
    ),
    Mutant(
        "nothing is undelivered",
        CONNECTION,
        "    outcome_.undelivered = outflow_.queue().bytes();\n",
        "    outcome_.undelivered = 0 * outflow_.queue().bytes();\n",
    ),
    Mutant(
        "closed before the FIN is answered",
        CONNECTION,
        "if (state_ == State::draining && options_.drain <= Duration::zero()) {",
        "if (state_ == State::draining) {",
    ),
    Mutant(
        "reset where a close was due",
        CONNECTION,
        "orderly ? socket_.close() : socket_.abort();",
        "orderly && outcome_.undelivered == 0 ? socket_.close() : socket_.abort();",
    ),
    Mutant(
        "the drain has no limit in time",
        CONNECTION,
        "        patience_.wait(socket_.get(), options_.drain);\n        deadlines_.reset();",
        "        patience_.stop();\n        deadlines_.reset();",
    ),
    Mutant(
        "a stall is never noticed",
        CONNECTION,
        "        patience_.wait(socket_.get(), options_.stall_timeout);",
        "        patience_.stop();",
    ),
    Mutant(
        "a timer outlives its connection",
        CONNECTION,
        "    patience_.stop();\n    deadlines_.reset();\n    reactor_.cancel(retry_timer_);",
        "    reactor_.cancel(retry_timer_);\n"
        "    reactor_.call_later(std::chrono::hours(24), [] {});",
    ),
    Mutant(
        "a watch outlives its socket",
        CONNECTION,
        "    if (watch_) {\n        reactor_.unwatch(*watch_);\n    }\n    patience_.stop();",
        "    patience_.stop();",
    ),
    Mutant(
        "a descriptor leaks",
        CONNECTOR,
        "            reactor_.unwatch(*watch_);\n            watch_.reset();\n        }\n"
        "        socket_.close();",
        "            reactor_.unwatch(*watch_);\n            watch_.reset();\n        }\n"
        "        static_cast<void>(socket_.release());",
    ),
    Mutant(
        "a listener without descriptors spins",
        LISTENER,
        "accepting == Accepting::on ? Interest::read : Interest::none);",
        "accepting == Accepting::on || accepting == Accepting::starved ? Interest::read\n"
        "                                                              : Interest::none);",
    ),
    Mutant(
        "a listener without descriptors never accepts again",
        LISTENER,
        "    if (accepting_ == Accepting::starved) {\n        change(Accepting::on);",
        "    if (accepting_ == Accepting::paused) {\n        change(Accepting::on);",
    ),
    Mutant(
        "a connect under way taken for failed",
        CONNECTOR,
        "    if (failure.error == Error::would_block) {\n        return;\n    }\n"
        "    const auto self",
        "    const auto self",
    ),
    Mutant(
        "the second address is never tried",
        CONNECTOR,
        "tried_ < addresses_.size() ? try_next() : give_up(failure);",
        "give_up(failure);",
    ),
    Mutant(
        "an event delivered to whoever has the slot now",
        PARTS,
        "    if (watch == nullptr) {\n        return;\n    }\n    Ready wanted = event;",
        "    if (watch == nullptr) {\n"
        "        const Watch& now_there = watches.at(event.watch.slot);\n"
        "        if (now_there.socket == Socket::none || !callbacks[event.watch.slot]) {\n"
        "            return;\n        }\n"
        "        callbacks[event.watch.slot]({now_there.id, false, false, false, true});\n"
        "        return;\n    }\n    Ready wanted = event;",
    ),
    Mutant(
        "timers fire a tick early and again",
        TIMERS,
        "if (first.deadline > now || first.order >= mark) {",
        "if (first.deadline > now + std::chrono::milliseconds(1) || first.order >= mark) {",
    ),
    Mutant(
        "a piece longer than the budget allows",
        OUTFLOW,
        "next(std::min({left, allowance_.piece(), std::uint64_t{portion_}}));",
        "next(std::min({left, std::uint64_t{portion_}}));",
    ),
    Mutant(
        "a producer that was paused is never resumed",
        "stream/production.cpp",
        "        state_ = State::running;\n        return Word::resume;",
        "        state_ = State::running;\n        return Word::nothing;",
    ),
    Mutant(
        "an accept's end forgets who waits",
        LISTENER,
        "        // Its first write goes out before the next one is accepted.\n"
        "        reactor_.settle();\n        return true;",
        "        reactor_.settle();\n        change(Accepting::ended);\n        return true;",
    ),
    Mutant(
        "HUP spin: the end of the stream is asked for again and again",
        CONNECTION,
        "if (reads(state_) && !(paused_ &&",
        "if (state_ != State::closed && !(paused_ &&",
    ),
    Mutant(
        "read interest kept during a pause: what waits there is reported again and again",
        CONNECTION,
        "!(paused_ && delivers(state_)) && receiving_",
        "receiving_",
    ),
    Mutant(
        "the idle limit never works",
        DEADLINES,
        "    idle_ = options.idle_timeout;",
        "    idle_ = forever;",
    ),
    Mutant(
        "the transfer limit never works",
        DEADLINES,
        "end_ = after(began, options.transfer_timeout);",
        "end_ = after(began, forever);",
    ),
    Mutant(
        "the least rate never works",
        DEADLINES,
        "    min_rate_ = options.min_rate;",
        "    min_rate_ = 0;",
    ),
    Mutant(
        "limits are put off for ever by a queue that runs empty in every turn",
        DEADLINES,
        "    if (next >= due_) {",
        "    if (next == never) {",
    ),
    Mutant(
        "too slow is told as timed out",
        CONNECTION,
        "take(reason == Error::too_slow ? Event::stalled : Event::timed_out",
        "take(reason == Error::none ? Event::stalled : Event::timed_out",
    ),
    Mutant(
        "the queue has no limit",
        CONNECTION,
        "    if (is_overfull()) {\n",
        "    if (is_overfull() && options_.queue_limit == 1) {\n",
    ),
    Mutant(
        "a drain has no limit in bytes",
        INPUT,
        "if (discarded_ > options_.drain_bytes &&",
        "if (discarded_ > (options_.drain_bytes | (std::uint64_t{1} << 60)) &&",
    ),
    Mutant(
        "a pause is not honoured in the same turn",
        INPUT,
        "if (!reads(state_) || (paused_ && delivers(state_))) {",
        "if (!reads(state_)) {",
    ),
    Mutant(
        "last words are not read when a send has failed",
        CONNECTION,
        "        is_connection_lost(failure.error) ? read_last_words(failure) : "
        "read_rest(last_words_max);\n",
        "",
    ),
    Mutant(
        "the system's number for an error is lost",
        CONNECTION,
        "        outcome_.failure = failure;",
        "        outcome_.failure = Failure{failure.error, 0};",
    ),
    Mutant(
        "a reset is told as something else of its kind",
        CONNECTION,
        "        outcome_.failure = failure;",
        "        outcome_.failure = failure.error == Error::connection_reset\n"
        "                               ? Failure{Error::connection_aborted, failure.native}\n"
        "                               : failure;",
    ),
)
