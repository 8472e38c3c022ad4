#include "win32/winsock_select_poller.hpp"

#include "berkeley/handle.hpp"
#include "win32/pollers.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

void put_if(bool wanted, TieredArray<SOCKET>& list, const Watch& watch) {
    if (wanted) {
        list.put(watch.id.slot, watch.tier, handle_of(watch.socket));
    } else {
        list.drop(watch.id.slot);
    }
}

} // namespace

WinsockSelectPoller::WinsockSelectPoller(PollApi api) : api_(std::move(api)) {}

Failure WinsockSelectPoller::wait(const WatchTable& table, Scope scope, Duration timeout,
                                  std::vector<Ready>& ready) {
    follow(table);
    const SocketSelect::Sockets asked = {.read = to_read_.items(scope),
                                         .write = to_write_.items(scope),
                                         .connect = to_connect_.items(scope)};
    const std::size_t before = ready.size();
    const Instant deadline = after(api_.now(), timeout);
    Duration left = timeout;
    do {
        if (const Failure failure = select_.ask(api_, asked, std::min(left, longest_call))) {
            return failure.error == Error::interrupted ? Failure{} : failure;
        }
        report(table, ready, before);
        left = until(deadline, api_.now());
    } while (ready.size() == before && left > Duration::zero());
    return {};
}

/// A socket can stand in several answers. Where it was put in an earlier wait tells nothing, so
/// that place is only believed when its watch stands there in what this wait has found.
void WinsockSelectPoller::report(const WatchTable& table, std::vector<Ready>& ready,
                                 std::size_t before) {
    places_.resize(table.slot_count());
    const auto entry = [&](SOCKET socket) -> Ready& {
        const WatchId id = table.find(socket_of(socket))->id;
        std::size_t& place = places_[id.slot];
        if (place < before || place >= ready.size() || ready[place].watch != id) {
            place = ready.size();
            ready.push_back({.watch = id});
        }
        return ready[place];
    };
    for (const SOCKET socket : select_.invalid()) {
        entry(socket).invalid = true;
    }
    for (const SOCKET socket : select_.readable()) {
        entry(socket).readable = true;
    }
    for (const SOCKET socket : select_.writable()) {
        entry(socket).writable = true;
    }
    for (const SOCKET socket : select_.connect_failed()) {
        Ready& told = entry(socket);
        told.writable = true;
        told.error = true;
    }
}

void WinsockSelectPoller::follow(const WatchTable& table) {
    follower_.follow(
        table,
        [this] {
            to_read_.clear();
            to_write_.clear();
            to_connect_.clear();
        },
        [this](const Watch& watch) { apply(watch); });
}

void WinsockSelectPoller::apply(const Watch& watch) {
    put_if(has(watch.interest, Interest::read), to_read_, watch);
    put_if(has(watch.interest, Interest::write | Interest::connect), to_write_, watch);
    put_if(has(watch.interest, Interest::connect), to_connect_, watch);
}

std::unique_ptr<Poller> make_winsock_select_poller() {
    return std::make_unique<WinsockSelectPoller>();
}

} // namespace caesura
