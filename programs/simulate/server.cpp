#include "simulate/server.hpp"

#include "simulate/enforcement.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

constexpr Duration reopening_pause = std::chrono::milliseconds(20);

/// How long a connection may stand still that has a limit for it: the limit, what looking only now
/// and then adds to it, and a margin.
Duration longest_standstill(const ConnectionOptions& options) {
    const Duration stall = options.stall_timeout == forever ? Duration() : options.stall_timeout;
    return 3 * std::max(options.drain, stall) + std::chrono::seconds(1);
}

/// Serves one poem to one client.
class Poet final : public Protocol, public Guest {
public:
    explicit Poet(Door& door)
        : door_(door), scene_(door.scene()), poem_(scene_.poem(door.plan().poem)),
          edition_(poem_.latest()), testimony_(door.testimony()),
          enforcement_(door.plan().options.connection, testimony_, door.reactor().now()) {
        testimony_->expect_drain_limit(door.plan().options.connection.drain_bytes);
        door_.came(*this);
    }
    ~Poet() override {
        scene_.judge().require(ends_ == 1 || !made_,
                               "a server's connection had " + std::to_string(ends_) + " outcomes");
        door_.left(*this);
        door_.reactor().cancel(timer_);
        door_.reactor().cancel(watchdog_);
    }

    void connection_made() override {
        made_ = true;
        watch_over();
        scene_.throw_perhaps();
        switch (door_.plan().serving) {
        case Serving::at_once:
            recite(poem_.size());
            break;
        case Serving::in_pieces:
            while (!is_done_) {
                recite(door_.plan().portion);
            }
            break;
        case Serving::slowly:
            recite_slowly();
            break;
        case Serving::pull_producer:
            produce(Producing::pull);
            break;
        case Serving::push_producer:
            produce(Producing::push);
            break;
        }
    }

    void data_received(Slice) override { scene_.throw_perhaps(); }
    void peer_finished() override {
        if (!door_.plan().keeps_on_after_peer) {
            // The client has gone, by the look of it.
            door_.reactor().cancel(timer_);
            is_done_ ? transport().lose_connection() : transport().abort_connection();
        }
    }
    void connection_lost(const Outcome& outcome) override {
        ++ends_;
        door_.reactor().cancel(timer_);
        scene_.note(outcome);
        check_outcome(scene_.judge(), outcome);
        check_connection_outcome(scene_.judge(), outcome);
        testimony_->check(outcome);
        testimony_->check_heard();
        if (outcome.ending == Ending::finished) {
            finished(outcome);
        } else {
            check_patience(outcome);
            scene_.judge().require(outcome.undelivered + outcome.sent >= recited_,
                                   "what was never sent is not said to be undelivered");
        }
    }

    void turned(Instant before) override {
        const TurnLook turn{before, door_.reactor().now(), transport().queued(), is_done_};
        const bool awaits_end_only = is_done_ && turn.queued == 0;
        if (!made_ || awaits_end_only) {
            return;
        }
        if (door_.plan().options.connection.min_rate != 0) {
            static_cast<void>(transport().ledger()); // for the testimony
        }
        if (const auto wrong = enforcement_.look(turn)) {
            scene_.judge().fail(std::string(*wrong));
        }
    }

    /// The next so many bytes, and after the last of them the end.
    void recite(std::uint64_t bytes) {
        const std::uint64_t length = std::min(bytes, poem_.size() - recited_);
        if (length > 0) {
            poem_.write_to(transport(), edition_, recited_, length);
            recited_ += length;
        }
        if (recited_ == poem_.size() && !std::exchange(is_done_, true)) {
            done_at_ = door_.reactor().now();
            transport().unregister_producer();
            transport().lose_connection();
        }
    }
    bool is_done() const { return is_done_; }
    std::uint64_t portion() const { return door_.plan().portion; }

private:
    class Reciter;

    void recite_slowly() {
        recite(door_.plan().portion);
        if (!is_done_) {
            timer_ = door_.reactor().call_later(door_.plan().pause, [this] { recite_slowly(); });
        }
    }
    void produce(Producing kind);

    /// Nobody gives up a peer's end before its time, unless that talks too much.
    void check_patience(const Outcome& outcome) {
        const ConnectionOptions& options = door_.plan().options.connection;
        scene_.judge().require(outcome.ending != Ending::unconfirmed ||
                                   outcome.received > options.drain_bytes ||
                                   door_.reactor().now() >= after(done_at_, options.drain),
                               "a peer's end was given up too early");
    }

    /// Looks again and again whether the connection goes on although nothing moves.
    void watch_over() {
        const Duration pause = longest_standstill(door_.plan().options.connection);
        const Instant due = after(door_.reactor().now(), pause);
        watchdog_ = door_.reactor().call_at(due, [this, due] {
            scene_.judge().require(door_.reactor().now() >= due, "a timer came too early");
            look();
            watch_over();
        });
    }
    void look() {
        const Ledger ledger = transport().ledger();
        const bool still = before_ && before_->queued == ledger.queued &&
                           before_->handed_over == ledger.handed_over &&
                           before_->unacknowledged == ledger.unacknowledged;
        const bool stalls = door_.plan().options.connection.stall_timeout != forever;
        scene_.judge().require(!still || !is_done_ || ledger.queued > 0,
                               "a peer's end was awaited without end");
        scene_.judge().require(!still || !stalls || ledger.queued == 0,
                               "a stall was not noticed");
        before_ = ledger;
    }

    void finished(const Outcome& outcome) {
        scene_.judge().require(outcome.sent == poem_.size() && is_done_,
                               "a server finished without having sent all of its poem");
        if (scene_.world().machine().preset().reset_reads_as_end) {
            return; // a reset that no poll has told of yet looks like the client's end
        }
        const Visit* const visit = scene_.visit_at(transport().peer());
        scene_.judge().require(visit == nullptr || visit->manner != Manner::good || visit->has_all,
                               "a server finished, and its good client had not read all");
    }

    Door& door_;
    Scene& scene_;
    SimulatedPoem& poem_;
    std::uint32_t edition_;
    std::uint64_t recited_ = 0;
    std::uint32_t ends_ = 0;
    bool made_ = false;
    bool is_done_ = false;
    Instant done_at_{};
    TimerId timer_;
    TimerId watchdog_;
    std::shared_ptr<Testimony> testimony_;
    Enforcement enforcement_;
    std::optional<Ledger> before_; // when it was last looked at
};

/// Writes portions for a poet for as long as it may.
class Poet::Reciter final : public Producer, public std::enable_shared_from_this<Reciter> {
public:
    Reciter(Poet& poet, Producing kind) : poet_(poet), kind_(kind) {}

    void resume_producing() override {
        poet_.scene_.judge().require(!stopped_, "a producer was resumed after its end");
        paused_ = false;
        if (kind_ == Producing::pull) {
            poet_.recite(poet_.portion());
        } else {
            push();
        }
    }
    void pause_producing() override { paused_ = true; }
    void stop_producing() override {
        poet_.scene_.judge().require(!std::exchange(stopped_, true),
                                     "a producer was stopped twice");
        poet_.door_.reactor().cancel(poet_.timer_);
    }
    /// A portion a turn, unless told to pause.
    void push() {
        poet_.recite(poet_.portion());
        if (!poet_.is_done() && !stopped_) {
            Reactor& reactor = poet_.door_.reactor();
            reactor.cancel(poet_.timer_);
            poet_.timer_ = reactor.call_later(Duration::zero(), [self = shared_from_this()] {
                if (!self->paused_) {
                    self->push();
                }
            });
        }
    }

private:
    Poet& poet_;
    Producing kind_;
    bool paused_ = false;
    bool stopped_ = false;
};

void Poet::produce(Producing kind) {
    if (poem_.size() == 0) {
        recite(0);
        return;
    }
    const auto reciter = std::make_shared<Reciter>(*this, kind);
    const bool registered = transport().register_producer(reciter, kind);
    scene_.judge().require(registered, "a first producer was refused");
    if (kind == Producing::push) {
        reciter->push();
    }
}

class PoetFactory final : public Factory {
public:
    explicit PoetFactory(Door& door) : door_(door) {}

    std::unique_ptr<Protocol> build_protocol(const Endpoint&) override {
        door_.scene().throw_perhaps();
        return std::make_unique<Poet>(door_);
    }
    void accept_failed(const Failure& failure) override {
        door_.scene().note(static_cast<std::uint64_t>(failure.error));
        if (!is_resource_shortage(failure.error)) {
            door_.stopped();
        }
    }

private:
    Door& door_;
};

} // namespace

Door::Door(Scene& scene, Party& party, const DoorPlan& plan, std::uint16_t port)
    : scene_(scene), party_(party), reactor_(party.reactor()), plan_(plan), port_(port) {
    plan_.options.connection.unsent_pool = &scene.unsent_pool();
    open();
}

void Door::open() {
    auto listener = listen_tcp(reactor_, Endpoint::any(Family::ipv4, port_),
                               std::make_shared<PoetFactory>(*this), plan_.options);
    if (listener) {
        listener_ = std::move(*listener);
    } else {
        open_later();
    }
}

void Door::open_later() {
    timer_ = reactor_.call_later(reopening_pause, [this] { open(); });
}

void Door::turned(Instant before) {
    for (Guest* const guest : guests_) {
        guest->turned(before);
    }
}

void Door::stopped() {
    listener_.reset();
    if (!is_closed_) {
        open_later();
    }
}

void Door::close() {
    if (!std::exchange(is_closed_, true)) {
        reactor_.cancel(timer_);
        listener_.reset();
    }
}

} // namespace caesura
