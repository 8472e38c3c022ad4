#include <caesura/reactor.hpp>

#include "reactor/mailbox.hpp"
#include "reactor/residents.hpp"
#include "reactor/timer_heap.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace caesura {

namespace {

// How soon to look again where the system has nothing to give and no event will say when it has.
constexpr Duration shortage_pause = std::chrono::milliseconds(20);

// How long cold watches may go without a look while there is something else to do. For 64 clients
// of a short poem, whose sockets wait for nothing but the client's FIN, select costs a sixth of all
// CPU when they are asked about each time (bench/compare.py), and next to nothing like this.
constexpr Duration cold_pause = std::chrono::microseconds(250);

// One read of this size empties a default receive buffer on most systems in a few calls, and still
// fits a processor's second-level cache.
constexpr std::size_t receive_room_size = std::size_t{64} * 1024;

} // namespace

struct Reactor::Parts {
    enum class Phase { outside, waiting, dispatching };

    Parts(System& given_system, std::unique_ptr<Poller> given_poller)
        : system(given_system), poller(std::move(given_poller)),
          mailbox(std::make_shared<Mailbox>(given_system.sockets())) {}

    /// The loop is in that phase for as long as this lives.
    class Stay {
    public:
        Stay(Parts& parts, Phase phase) : phase_(parts.phase) {
            if (phase_ != Phase::outside) {
                throw std::logic_error("Reactor: the loop was entered from within a callback");
            }
            phase_ = phase;
        }
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;
        ~Stay() { phase_ = Phase::outside; }

    private:
        Phase& phase_;
    };

    /// The last of what is done while dispatching.
    void finish() {
        // What a callback or a resident held may have asked for something when it was destroyed.
        do {
            residents.settle();
            residents.destroy_released();
        } while (residents.anyone_unsettled());
        if (const auto exception = std::exchange(uncaught, nullptr)) {
            std::rethrow_exception(exception);
        }
    }

    /// Runs one callback of the user, then what it asked for.
    template <class Callback>
    void invoke(const Callback& callback) {
        try {
            callback();
        } catch (...) {
            if (exception_handler) {
                exception_handler(std::current_exception());
            } else if (!uncaught) {
                uncaught = std::current_exception();
            }
        }
        residents.settle();
    }

    Failure look(Duration longest);
    void run_ready(Reactor& reactor);
    void run_one_ready(Reactor& reactor, const Ready& event);
    void run_timers(std::uint64_t mark);
    void run_posted();
    void forget_calls();
    void open_waker(Reactor& reactor);
    void watch_waker(Reactor& reactor, const Ready& event);

    System& system;
    std::unique_ptr<Poller> poller;
    std::shared_ptr<Mailbox> mailbox;
    std::optional<WatchId> waker; // none: the system had no pair to give
    Phase phase = Phase::outside;
    Instant now{};

    WatchTable watches;
    std::vector<ReadyCallback> callbacks; // by slot; empty while it runs
    std::vector<Ready> ready;
    std::size_t rotation = 0;
    Instant cold_looked_at = Instant::min();

    TimerHeap timers;
    Residents residents;
    std::unique_ptr<std::byte[]> room{new std::byte[receive_room_size]};

    std::function<void(std::exception_ptr)> exception_handler;
    std::exception_ptr uncaught;
};

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
    }
    return id;
}

bool Reactor::set_interest(WatchId watch, Interest interest) {
    return parts_->watches.set_interest(watch, interest);
}

bool Reactor::set_tier(WatchId watch, Tier tier) {
    return parts_->watches.set_tier(watch, tier);
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
    if (parts_->look(longest)) {
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
    parts_->exception_handler = std::move(handler);
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
    parts_->residents.settle();
}

void Reactor::report_exception() noexcept {
    if (parts_->exception_handler) {
        parts_->exception_handler(std::current_exception());
    }
}

std::span<std::byte> Reactor::receive_room() const {
    return {parts_->room.get(), receive_room_size};
}

/// Waits for events: of the hot watches alone as long as the cold ones were looked at just now.
Failure Reactor::Parts::look(Duration longest) {
    const bool any_cold = !watches.slots(Tier::cold).empty();
    const Duration rest = any_cold ? until(after(cold_looked_at, cold_pause), now) : Duration{};
    if (rest > Duration::zero()) {
        const Failure failure = poller->wait(watches, Scope::hot, std::min(rest, longest), ready);
        if (failure || !ready.empty() || longest <= rest) {
            return failure;
        }
        longest = longest == forever ? forever : longest - rest;
    }
    cold_looked_at = now + rest;
    return poller->wait(watches, Scope::all, longest, ready);
}

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
