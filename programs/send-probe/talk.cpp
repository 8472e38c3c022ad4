#include "send-probe/talk.hpp"

namespace caesura::probe {

Talk::Talk(Reactor& reactor, Accepted accepted, std::function<void()> on_ready)
    : reactor_(reactor), socket_(std::move(accepted.socket)), peer_(to_string(accepted.peer)),
      watch_(reactor
                 .watch(socket_.get(), Interest::read,
                        [on_ready = std::move(on_ready)](const Ready&) { on_ready(); })
                 .value()) {}

bool Talk::read() {
    const auto room = lines_.room();
    if (room.empty()) {
        return true;
    }
    const auto got = reactor_.sockets().receive(socket_.get(), room);
    if (got) {
        lines_.take(*got);
    }
    return got ? *got > 0 : got.error() == Error::would_block;
}

std::optional<std::size_t> Talk::discard() {
    const auto got = reactor_.sockets().receive(socket_.get(), reactor_.receive_room());
    if (got.error() == Error::would_block) {
        return 0;
    }
    return got && *got > 0 ? std::optional(*got) : std::nullopt;
}

bool Talk::say(const wire::Message& message) {
    const std::string line = to_line(message);
    const Slice slice = as_slice(line);
    const auto taken = reactor_.sockets().send(socket_.get(), {&slice, 1}, Follows::unknown);
    return taken && *taken == line.size();
}

void Talk::refuse(const std::string& reason) {
    static_cast<void>(say({wire::Word::refused, {}, reason}));
    // Whoever has gone already hears neither.
    static_cast<void>(reactor_.sockets().shut_writes(socket_.get()));
}

SocketOwner Talk::release() {
    reactor_.unwatch(watch_);
    return std::move(socket_);
}

} // namespace caesura::probe
