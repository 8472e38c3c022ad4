#include "stream/connection.hpp"

#include <caesura/tcp.hpp>

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

// The most connections accepted in one callback, so that a storm of new ones cannot keep the
// established ones waiting.
constexpr int accepts_per_turn_max = 64;

// A shortage may end without one of our own connections leaving, so look again after this.
constexpr Duration shortage_pause = std::chrono::milliseconds(50);

enum class Accepting {
    on,
    paused,  // by the user
    starved, // until a connection leaves or a timer fires: the listener stays readable, and asking
             // the poller about it would spin
    ended    // the listening socket is of no use any more
};

/// What a Listener stands for. Shared, so that it outlives the Listener for as long as one of its
/// own callbacks is under way.
class Door : public std::enable_shared_from_this<Door> {
public:
    Door(Reactor& reactor, SocketOwner socket, std::shared_ptr<Factory> factory, const Terms& terms)
        : reactor_(reactor), socket_(std::move(socket)), factory_(std::move(factory)),
          terms_(terms) {}

    Failure open() {
        watch_ = reactor_.watch(socket_.get(), Interest::read,
                                [this](const Ready& ready) { on_ready(ready); });
        return watch_ ? Failure{} : Failure{Error::bad_descriptor, 0};
    }

    void close() {
        change(Accepting::ended);
        reactor_.unwatch(*watch_);
        socket_.close();
    }

    void pause() {
        if (accepting_ != Accepting::ended) {
            change(Accepting::paused);
        }
    }

    void resume() {
        if (accepting_ == Accepting::paused) {
            change(Accepting::on);
        }
    }

private:
    void change(Accepting accepting) {
        accepting_ = accepting;
        reactor_.set_interest(*watch_,
                              accepting == Accepting::on ? Interest::read : Interest::none);
        reactor_.cancel(retry_timer_);
        departures_->on_departure = nullptr;
    }

    void on_ready(const Ready& ready);
    bool accept_one();
    void starve(const Failure& failure);
    void try_again();

    Reactor& reactor_;
    SocketOwner socket_;
    std::shared_ptr<Factory> factory_;
    Terms terms_;
    std::optional<WatchId> watch_;
    Accepting accepting_ = Accepting::on;
    TimerId retry_timer_;
    std::shared_ptr<Departures> departures_ = std::make_shared<Departures>();
    // How many to try in one callback: twice as many when all were there, else as many as were. So
    // of lone clients at most every other costs an accept that is only told "would block", and a
    // storm costs few turns.
    int batch_ = 1;
    bool short_before_ = false; // true exactly from a shortage until a batch that meets none
};

void Door::on_ready(const Ready& ready) {
    const auto self = shared_from_this();
    if (ready.invalid) {
        accepting_ = Accepting::ended;
        factory_->accept_failed({Error::bad_descriptor, 0});
        return;
    }
    int accepted = 0;
    while (accepted < batch_ && accepting_ == Accepting::on && accept_one()) {
        ++accepted;
    }
    if (accepting_ == Accepting::starved) {
        // When there is something again, one batch is to show whether it is enough for all.
        batch_ = accepts_per_turn_max;
    } else if (accepting_ == Accepting::on) {
        batch_ = std::clamp(accepted == batch_ ? 2 * batch_ : accepted, 1, accepts_per_turn_max);
        short_before_ = false;
    }
}

bool Door::accept_one() {
    auto accepted = reactor_.sockets().accept(socket_.get());
    if (accepted) {
        Connection::start(reactor_, *factory_, std::move(*accepted), terms_, departures_);
        // Its first write goes out before the next one is accepted.
        reactor_.settle();
        return true;
    }
    if (is_resource_shortage(accepted.error())) {
        starve(accepted.failure());
    } else if (accepted.error() != Error::would_block) {
        change(Accepting::ended);
        factory_->accept_failed(accepted.failure());
    }
    return false;
}

void Door::starve(const Failure& failure) {
    change(Accepting::starved);
    const auto again = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->try_again();
        }
    };
    retry_timer_ = reactor_.call_later(shortage_pause, again);
    departures_->on_departure = again;
    if (!std::exchange(short_before_, true)) {
        factory_->accept_failed(failure);
    }
}

void Door::try_again() {
    if (accepting_ == Accepting::starved) {
        change(Accepting::on);
    }
}

class TcpListener final : public Listener {
public:
    TcpListener(std::shared_ptr<Door> door, const Endpoint& local)
        : door_(std::move(door)), local_(local) {}
    ~TcpListener() override { door_->close(); }

    const Endpoint& local() const override { return local_; }
    void pause() override { door_->pause(); }
    void resume() override { door_->resume(); }

private:
    std::shared_ptr<Door> door_;
    Endpoint local_;
};

} // namespace

Result<std::unique_ptr<Listener>> listen_tcp(Reactor& reactor, const Endpoint& endpoint,
                                             std::shared_ptr<Factory> factory,
                                             const ListenOptions& options) {
    if (const Failure failure = check(options.connection)) {
        return failure;
    }
    auto socket = reactor.sockets().listen(endpoint, options.backlog);
    if (!socket) {
        return socket.failure();
    }
    const auto local = reactor.sockets().local(socket->get());
    if (!local) {
        return local.failure();
    }
    // The connections inherit it, so that it costs none of them a system call.
    const auto piece =
        reactor.sockets().limit_unsent(socket->get(), options.connection.unsent_limit);
    if (!piece) {
        return piece.failure();
    }
    const auto door = std::make_shared<Door>(reactor, std::move(*socket), std::move(factory),
                                             Terms{options.connection, *piece});
    if (const Failure failure = door->open()) {
        return failure;
    }
    return std::unique_ptr<Listener>(std::make_unique<TcpListener>(door, *local));
}

} // namespace caesura
