#include "reactor/parts.hpp"

namespace caesura {

void Reactor::Parts::run_ready(Reactor& reactor) {
    // Each turn begins at another place, so that nobody is always served last.
    const std::size_t count = ready.size();
    const std::size_t first = count == 0 ? 0 : rotation++ % count;
    for (std::size_t i = 0; i < count; ++i) {
        run_one_ready(reactor, ready[(first + i) % count]);
    }
    ready.clear();
}

void Reactor::Parts::run_one_ready(Reactor& reactor, const Ready& event) {
    // An earlier callback of this turn may have removed the watch (the slot may even belong to
    // another now: then the generation differs), or lost interest.
    const Watch* const watch = watches.find(event.watch);
    if (watch == nullptr) {
        return;
    }
    Ready wanted = event;
    wanted.readable = event.readable && has(watch->interest, Interest::read);
    wanted.writable = event.writable && has(watch->interest, Interest::write | Interest::connect);
    if (!wanted.readable && !wanted.writable && !wanted.invalid) {
        return;
    }
    // Out of the table while it runs: it may remove its own watch, or add others and so move all.
    ReadyCallback callback = std::move(callbacks[event.watch.slot]);
    cooling.heard(event.watch, now);
    if (wanted.invalid) {
        reactor.unwatch(event.watch);
    }
    invoke([&] { callback(wanted); });
    if (watches.find(event.watch) != nullptr) {
        callbacks[event.watch.slot] = std::move(callback);
    }
}

void Reactor::Parts::run_timers(std::uint64_t mark) {
    while (const auto call = timers.take_due(now, mark)) {
        invoke(*call);
    }
}

void Reactor::Parts::run_posted() {
    for (const Call& call : mailbox->take()) {
        invoke(call);
    }
}

/// What the calls hold may use the reactor once more when it is destroyed.
void Reactor::Parts::forget_calls() {
    for (std::size_t slot = 0; slot < callbacks.size(); ++slot) {
        const auto destroyed = std::exchange(callbacks[slot], nullptr);
    }
    while (!timers.empty()) {
        const auto destroyed = std::exchange(timers, {});
    }
}

void Reactor::Parts::open_waker(Reactor& reactor) {
    const Socket socket = mailbox->open_pair();
    if (socket != Socket::none) {
        waker = reactor.watch(socket, Interest::read,
                              [&reactor](const Ready& event) { // the reactor outlives its watches
                                  reactor.parts_->watch_waker(reactor, event);
                              });
        if (waker) {
            cooling.pin(*waker);
        }
    }
}

void Reactor::Parts::watch_waker(Reactor& reactor, const Ready& event) {
    if (!event.invalid && mailbox->drain()) {
        return;
    }
    reactor.unwatch(*waker);
    waker.reset();
    open_waker(reactor);
}

} // namespace caesura
