#include "connection/state.hpp"
#include "stream/connection.hpp"

#include <caesura/tcp.hpp>

#include <cassert>
#include <utility>
#include <vector>

namespace caesura {

namespace {

Event event_of(const Failure& failure) {
    switch (failure.error) {
    case Error::connection_refused:
        return Event::refused;
    case Error::timed_out:
        return Event::timed_out;
    default:
        return Event::failed;
    }
}

Failure check(const ConnectOptions& options) {
    return options.timeout < Duration::zero() ? Failure{Error::invalid_argument, 0}
                                              : check(options.connection);
}

/// Whether the connection stood, and was cut off before anybody could look at it. What is refused
/// in the handshake is refused by other words.
bool was_cut_off(const Failure& failure) {
    return failure.error == Error::connection_reset || failure.error == Error::broken_pipe ||
           failure.error == Error::connection_aborted || failure.error == Error::network_reset;
}

/// What a Connector stands for: goes through the addresses of one name until one answers. Shared,
/// so that it outlives the Connector for as long as one of its own callbacks is under way, and so
/// that an answer of the resolver can find out that nobody wants it any more.
class Attempt : public std::enable_shared_from_this<Attempt> {
public:
    Attempt(Reactor& reactor, std::shared_ptr<Factory> factory, const ConnectOptions& options)
        : reactor_(reactor), factory_(std::move(factory)), terms_{options.connection, 0},
          nonsense_(check(options)), deadline_(after(reactor.now(), options.timeout)) {
        deadline_timer_ = reactor_.call_at(deadline_, [this] {
            give_up(nonsense_ ? nonsense_ : Failure{Error::timed_out, 0});
        });
    }

    void start(const Endpoint& peer) {
        addresses_ = {peer};
        // Not at once: nobody expects to be called back from within connect_tcp.
        attempt_timer_ = reactor_.call_later(Duration::zero(), [this] { try_next(); });
    }

    void start(std::string host, std::uint16_t port) {
        if (const auto literal = parse_address(host, port)) {
            start(*literal);
            return;
        }
        const auto answer = [weak = weak_from_this(),
                             post = reactor_.poster()](Resolver::Answer found) {
            // False when the reactor is gone, and with it whoever wanted to know.
            static_cast<void>(post([weak, found = std::move(found)] {
                if (const auto self = weak.lock()) {
                    self->resolved(found);
                }
            }));
        };
        reactor_.system().resolver().resolve(std::move(host), port, answer);
    }

    void cancel() {
        state_ = State::closed;
        drop_socket();
        reactor_.cancel(deadline_timer_);
        reactor_.cancel(attempt_timer_);
    }

private:
    void resolved(const Resolver::Answer& found) {
        if (state_ == State::closed) {
            return;
        }
        if (!found) {
            give_up(found.failure());
            return;
        }
        addresses_ = *found;
        try_next();
    }

    void try_next();
    Failure try_address(const Endpoint& peer);
    void on_ready();
    void attempt_failed(const Failure& failure);
    void connected(const Failure& cut_off = {});
    void give_up(const Failure& failure);

    void drop_socket() {
        if (watch_) {
            reactor_.unwatch(*watch_);
            watch_.reset();
        }
        socket_.close();
    }

    Reactor& reactor_;
    std::shared_ptr<Factory> factory_;
    Terms terms_;
    Failure nonsense_; // of the options
    Instant deadline_;
    State state_ = State::connecting;
    std::vector<Endpoint> addresses_;
    std::size_t tried_ = 0; // addresses_[tried_ - 1] is the one being tried
    SocketOwner socket_;
    std::optional<WatchId> watch_;
    TimerId deadline_timer_;
    TimerId attempt_timer_;
};

void Attempt::try_next() {
    const auto self = shared_from_this();
    if (nonsense_) {
        give_up(nonsense_);
        return;
    }
    Failure failure{Error::host_not_found, 0};
    while (tried_ < addresses_.size()) {
        failure = try_address(addresses_[tried_++]);
        if (failure.error == Error::would_block) {
            const auto untried = static_cast<Duration::rep>(addresses_.size() - tried_);
            if (untried > 0) {
                const Duration share = until(deadline_, reactor_.now()) / (untried + 1);
                attempt_timer_ = reactor_.call_later(share, [this] {
                    attempt_failed({Error::timed_out, 0});
                });
            }
            return;
        }
        if (!failure) {
            connected();
            return;
        }
        drop_socket();
    }
    give_up(failure);
}

Failure Attempt::try_address(const Endpoint& peer) {
    auto opened = reactor_.sockets().open(peer.family);
    if (!opened) {
        return opened.failure();
    }
    socket_ = std::move(*opened);
    const auto piece = reactor_.sockets().limit_unsent(socket_.get(), terms_.options.unsent_limit);
    if (!piece) {
        return piece.failure();
    }
    terms_.piece = *piece;
    const Failure failure = reactor_.sockets().connect(socket_.get(), peer);
    if (failure.error == Error::would_block) {
        watch_ =
            reactor_.watch(socket_.get(), Interest::connect, [this](const Ready&) { on_ready(); });
        if (!watch_) {
            return {Error::bad_descriptor, 0};
        }
    }
    return failure;
}

void Attempt::on_ready() {
    const Failure failure = reactor_.sockets().connect_outcome(socket_.get());
    if (failure.error == Error::would_block) {
        return;
    }
    const auto self = shared_from_this();
    failure && !was_cut_off(failure) ? attempt_failed(failure) : connected(failure);
}

void Attempt::attempt_failed(const Failure& failure) {
    const auto self = shared_from_this();
    reactor_.cancel(attempt_timer_);
    drop_socket();
    tried_ < addresses_.size() ? try_next() : give_up(failure);
}

void Attempt::connected(const Failure& cut_off) {
    if (watch_) {
        reactor_.unwatch(*watch_);
        watch_.reset();
    }
    Accepted connection{std::move(socket_), addresses_[tried_ - 1]};
    cancel();
    Connection::start(reactor_, *factory_, std::move(connection), terms_, nullptr, cut_off);
}

void Attempt::give_up(const Failure& failure) {
    const auto self = shared_from_this();
    const Step closed = step(state_, event_of(failure));
    assert(closed.ending);
    cancel();
    Outcome outcome;
    outcome.ending = *closed.ending;
    outcome.failure = failure;
    factory_->connection_failed(outcome);
}

class TcpConnector final : public Connector {
public:
    explicit TcpConnector(std::shared_ptr<Attempt> attempt) : attempt_(std::move(attempt)) {}
    ~TcpConnector() override { attempt_->cancel(); }

private:
    std::shared_ptr<Attempt> attempt_;
};

} // namespace

std::unique_ptr<Connector> connect_tcp(Reactor& reactor, std::string host, std::uint16_t port,
                                       std::shared_ptr<Factory> factory,
                                       const ConnectOptions& options) {
    auto attempt = std::make_shared<Attempt>(reactor, std::move(factory), options);
    attempt->start(std::move(host), port);
    return std::make_unique<TcpConnector>(std::move(attempt));
}

std::unique_ptr<Connector> connect_tcp(Reactor& reactor, const Endpoint& peer,
                                       std::shared_ptr<Factory> factory,
                                       const ConnectOptions& options) {
    auto attempt = std::make_shared<Attempt>(reactor, std::move(factory), options);
    attempt->start(peer);
    return std::make_unique<TcpConnector>(std::move(attempt));
}

} // namespace caesura
