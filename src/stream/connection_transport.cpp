#include "stream/connection.hpp"

#include <caesura/file.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

// What a protocol asks of its connection. See connection.cpp for what comes of it.
namespace caesura {

void Connection::set_option(SocketOption option, bool on) {
    if (socket_) {
        // The peer may have reset the connection already: some systems then refuse.
        static_cast<void>(sockets().set_option(socket_.get(), option, on ? 1 : 0));
    }
}

void Connection::write(std::string_view text) {
    write(SharedBytes::copy_of(as_slice(text)));
}

void Connection::write(SharedBytes bytes) {
    write_sequence({&bytes, 1});
}

void Connection::write_sequence(std::span<const SharedBytes> pieces) {
    if (accepts_writes(state_)) {
        for (const SharedBytes& piece : pieces) {
            outflow_.queue().push(piece);
        }
        reactor_.settle_soon(*this);
    }
}

void Connection::write(FileRange range) {
    if (!accepts_writes(state_) || range.length == 0) {
        return;
    }
    if (!range.file || !range.file->holds(range.offset, range.length)) {
        ask(Event::failed, {Error::invalid_argument, 0});
    } else {
        outflow_.queue().push(std::move(range));
        reactor_.settle_soon(*this);
    }
}

void Connection::ask(Event event, Failure failure) {
    take(event, failure);
    if (state_ != State::closed) {
        reactor_.settle_soon(*this);
    }
}

void Connection::ask_in_time(Event event) {
    if (!is_producing()) {
        ask(event);
    } else if (wish_ != Event::lose) {
        wish_ = event;
    }
}

void Connection::close_connection() {
    leaving_ = Leaving::now;
    outflow_.try_again();
    ask(Event::lose);
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

Failure Connection::limit_unsent(std::size_t bytes) {
    if (bytes == 0 && outflow_.is_limited()) {
        return {Error::invalid_argument};
    }
    return socket_ ? outflow_.set_limit(sockets(), socket_.get(), bytes) : Failure{};
}

Ledger Connection::ledger(bool counts_fin) const {
    Ledger ledger{outflow_.queue().bytes(), outflow_.taken(), std::nullopt, std::nullopt};
    if (socket_) {
        ledger.unacknowledged = unacknowledged(counts_fin);
        ledger.unsent = sockets().unsent(socket_.get());
    }
    if (ledger.unacknowledged && ledger.unsent) { // of which our FIN may be one
        ledger.unsent = std::min(*ledger.unsent, *ledger.unacknowledged);
    }
    return ledger;
}

bool Connection::register_producer(std::shared_ptr<Producer> producer, Producing kind) {
    assert(producer);
    if (is_producing() || !protocol_) {
        return false;
    }
    if (!production_) {
        production_ = std::make_unique<Production>();
    }
    production_->begin(std::move(producer), kind);
    reactor_.settle_soon(*this);
    return true;
}

void Connection::unregister_producer() {
    if (production_) {
        const auto let_go = production_->end();
    }
    if (wish_) {
        ask(*std::exchange(wish_, std::nullopt));
    }
}

Failure Connection::set_limit(Duration ConnectionOptions::*which, Duration limit) {
    if (limit < Duration::zero()) {
        return {Error::invalid_argument};
    }
    options_.*which = limit;
    set_deadlines();
    return {};
}

void Connection::set_min_rate(std::uint64_t bytes_per_second) {
    options_.min_rate = bytes_per_second;
    set_deadlines();
}

} // namespace caesura
