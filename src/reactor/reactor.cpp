#include "reactor/parts.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace caesura {

namespace {

// How soon to look again where the system has nothing to give and no event will say when it has.
constexpr Duration shortage_pause = std::chrono::milliseconds(20);

} // namespace

Reactor::Reactor(System& system, std::unique_ptr<Poller> poller)
    : parts_(std::make_unique<Parts>(system, poller ? std::move(poller) : system.make_poller({}))) {
    assert(parts_->poller);
    parts_->now = system.clock().now();
    parts_->open_waker(*this);
}

Reactor::~Reactor() {
    shut_down();
    parts_->mailbox->close();
    parts_->forget_calls();
}

System& Reactor::system() const {
    return parts_->system;
}

std::string_view Reactor::poller_name() const {
    return parts_->poller->name();
}

Instant Reactor::now() const {
    return parts_->phase == Parts::Phase::dispatching ? parts_->now : parts_->system.clock().now();
}

TimerId Reactor::call_later(Duration delay, Call call) {
    return parts_->timers.add(after(now(), delay), std::move(call));
}

TimerId Reactor::call_at(Instant deadline, Call call) {
    return parts_->timers.add(std::max(deadline, now()), std::move(call));
}

bool Reactor::cancel(TimerId timer) {
    return parts_->timers.remove(timer);
}

bool Reactor::reset(TimerId timer, Duration delay) {
    return parts_->timers.move(timer, after(now(), delay));
}

bool Reactor::pending(TimerId timer) const {
    return parts_->timers.pending(timer);
}

std::optional<WatchId> Reactor::watch(Socket socket, Interest interest, ReadyCallback callback) {
    const auto id = parts_->watches.add(socket, interest);
    if (id) {
        if (parts_->callbacks.size() <= id->slot) {
            parts_->callbacks.resize(id->slot + std::size_t{1});
        }
        parts_->callbacks[id->slot] = std::move(callback);
        parts_->cooling.admit(*id, now());
    }
    return id;
}

bool Reactor::set_interest(WatchId watch, Interest interest) {
    const Watch* const known = parts_->watches.find(watch);
    if (known == nullptr) {
        return false;
    }
    if (known->interest != interest) {
        parts_->watches.set_interest(watch, interest);
        parts_->cooling.heed(watch, now());
    }
    return true;
}

bool Reactor::set_tier(WatchId watch, Tier tier) {
    if (parts_->watches.find(watch) == nullptr) {
        return false;
    }
    parts_->cooling.set_warm(watch, tier != Tier::hot, now());
    return true;
}

void Reactor::set_cooling(bool on) {
    parts_->cooling.switch_on(on);
}

bool Reactor::heed(WatchId watch) {
    const Watch* const known = parts_->watches.find(watch);
    if (known == nullptr || known->tier != Tier::cold) {
        return false;
    }
    parts_->cooling.heed(watch, now());
    return true;
}

bool Reactor::unwatch(WatchId watch) {
    if (!parts_->watches.remove(watch)) {
        return false;
    }
    // Last, because what the callback holds may do anything when it is destroyed.
    const auto destroyed = std::exchange(parts_->callbacks[watch.slot], nullptr);
    return true;
}

void Reactor::call_from_thread(Call call) {
    parts_->mailbox->post(std::move(call));
}

void Reactor::stop() {
    parts_->mailbox->ask_to_stop();
}

Poster Reactor::poster() const {
    return Poster(parts_->mailbox);
}

bool Poster::operator()(Call call) const {
    return mailbox_->post(std::move(call));
}

void Reactor::run() {
    if (parts_->mailbox->take_stop()) {
        stop(); // asked for before: it is news again, even if turns of run_once have passed it by
    }
    do {
        run_once();
    } while (!parts_->mailbox->take_stop());
}

void Reactor::run_once(Duration longest) {
    wait(std::min(longest, prepare()));
    dispatch();
}

Duration Reactor::prepare() {
    // Whoever turns the loop may wait for just that.
    const bool finishing = parts_->residents.anyone_unsettled();
    {
        const Parts::Stay stay(*parts_, Parts::Phase::dispatching);
        parts_->now = parts_->system.clock().now();
        parts_->finish();
    }
    if (!parts_->mailbox->fall_asleep() || finishing) {
        return Duration::zero();
    }
    const Duration until_deadline = until(next_deadline(), parts_->now);
    return parts_->waker ? until_deadline : std::min(until_deadline, shortage_pause);
}

void Reactor::wait(Duration longest) {
    const Parts::Stay stay(*parts_, Parts::Phase::waiting);
    parts_->ready.clear();
    if (parts_->lookout.wait(*parts_->poller, parts_->watches, parts_->system.clock(), longest,
                             parts_->ready)) {
        // The poller itself found no memory: no event will say when there is some, so sleep a
        // little (an empty table does just that), and try again next turn.
        const WatchTable nobody;
        static_cast<void>(parts_->poller->wait(nobody, Scope::all,
                                               std::min(longest, shortage_pause), parts_->ready));
    }
}

void Reactor::dispatch() {
    const Parts::Stay stay(*parts_, Parts::Phase::dispatching);
    parts_->mailbox->stay_awake();
    parts_->now = parts_->system.clock().now();
    const std::uint64_t timers_so_far = parts_->timers.mark();
    if (!parts_->waker) {
        parts_->open_waker(*this);
    }
    parts_->run_ready(*this);
    parts_->run_timers(timers_so_far);
    parts_->run_posted();
    parts_->cooling.tend(parts_->now);
    parts_->finish();
}

void Reactor::shut_down() {
    const Parts::Stay stay(*parts_, Parts::Phase::dispatching);
    parts_->now = parts_->system.clock().now();
    parts_->residents.settle();
    parts_->residents.shut_down_all();
    parts_->finish();
}

Instant Reactor::next_deadline() const {
    return parts_->timers.earliest();
}

void Reactor::set_exception_handler(std::function<void(std::exception_ptr)> handler) {
    using Handler = std::function<void(std::exception_ptr)>;
    // What the old one holds may do anything when it is destroyed.
    const auto destroyed =
        std::exchange(parts_->exception_handler,
                      handler ? std::make_shared<const Handler>(std::move(handler)) : nullptr);
}

void Reactor::keep(std::unique_ptr<Resident> resident) {
    parts_->residents.keep(std::move(resident));
}

void Reactor::release(Resident& resident) {
    parts_->residents.release(resident);
}

void Reactor::settle_soon(Resident& resident) {
    parts_->residents.settle_soon(resident);
}

void Reactor::settle() {
    if (parts_->callbacks_of_residents > 0) {
        throw std::logic_error("Reactor: settle was called from within a resident's callback");
    }
    parts_->residents.settle();
}

Reactor::ResidentCallback::ResidentCallback(Reactor& reactor) : reactor_(reactor) {
    ++reactor_.parts_->callbacks_of_residents;
}

Reactor::ResidentCallback::~ResidentCallback() {
    --reactor_.parts_->callbacks_of_residents;
}

void Reactor::report_exception() noexcept {
    static_cast<void>(parts_->report(std::current_exception()));
}

std::span<std::byte> Reactor::receive_room() const {
    return {parts_->room.get(), Parts::receive_room_size};
}

} // namespace caesura
