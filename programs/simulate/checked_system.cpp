#include "simulate/checked_system.hpp"

#include <string>
#include <utility>

namespace caesura {

namespace {

// More often than that, and faster than that, nothing is reported in vain by chance.
constexpr std::uint32_t most_in_vain = 100;
constexpr Duration each_in_vain = std::chrono::microseconds(100);
// The least that a loop has to wait before it asks again of who is short of something, and the most
// that it may wait before it asks again for what there is to read.
constexpr Duration least_pause = std::chrono::milliseconds(5);
constexpr Duration most_pause = std::chrono::seconds(10);
constexpr std::uint32_t most_late_asks = 20;
// A callback may have lost interest, or gained it, between a report and its turn.
constexpr std::uint32_t most_unheard = 8;

bool gets_on(const Failure& failure) {
    return failure.error != Error::would_block && !is_resource_shortage(failure.error);
}

} // namespace

Conduct::Record& Conduct::of(Socket socket) {
    const auto number = static_cast<std::size_t>(socket);
    if (records_.size() <= number) {
        records_.resize(number + 1);
    }
    return records_[number];
}

void Conduct::reported(Socket socket, Instant now) {
    Record& record = of(socket);
    if (record.in_vain++ == 0) {
        record.since = now;
    }
    if (record.in_vain > most_in_vain && now - record.since < record.in_vain * each_in_vain) {
        judge_.fail("it turns in vain: socket " +
                    std::to_string(static_cast<std::uint64_t>(socket)) + " was reported " +
                    std::to_string(record.in_vain) + " times without any progress");
    }
    if (++record.unheard > most_unheard) {
        judge_.fail("socket " + std::to_string(static_cast<std::uint64_t>(socket)) +
                    " was reported " + std::to_string(record.unheard) + " times and nobody cared");
    }
}

void Conduct::called(Socket socket, bool progress) {
    Record& record = of(socket);
    record.unheard = 0;
    if (progress) {
        record.in_vain = 0;
        ++progress_;
    }
}

void Conduct::starved(Socket socket, Starving by, Instant now) {
    (by == Starving::sending ? of(socket).send_starved : of(socket).receive_starved) = now;
}

void Conduct::sends(Socket socket, Instant now) {
    Record& record = of(socket);
    judge_.require(record.send_starved == never || now - record.send_starved >= least_pause,
                   "after a shortage it sends again at once");
    record.send_starved = never;
}

void Conduct::asked(const WatchTable& table, Instant now) {
    for (std::size_t number = 0; number < records_.size(); ++number) {
        Instant& since = records_[number].receive_starved;
        if (since == never) {
            continue;
        }
        const Watch* const watch = table.find(static_cast<Socket>(number));
        std::uint32_t& late = records_[number].late_asks;
        if (watch == nullptr || has(watch->interest, Interest::read)) {
            since = never;
            late = 0;
        } else if (now - since >= most_pause) {
            ++late; // the clock may have leapt, but then what was due comes now
        }
        judge_.require(late < most_late_asks, "after a shortage nothing is read any more");
    }
}

void Conduct::forget(Socket socket) {
    of(socket) = {};
    ++progress_;
}

void Conduct::invalidated(Socket socket) {
    const auto testimony = of(socket).testimony;
    forget(socket);
    of(socket).testimony = testimony;
}

Testimony& Conduct::testimony(Socket socket) {
    auto& testimony = of(socket).testimony;
    if (!testimony) {
        testimony = std::make_shared<Testimony>(judge_);
    }
    return *testimony;
}

void Conduct::connected(Socket socket, const Failure& failure) {
    testimony(socket).connected(failure);
    latest_ = of(socket).testimony;
}

/// Passes every call on, and takes note of it.
class CheckedSystem::CheckedSockets final : public Sockets {
public:
    CheckedSockets(Sockets& to, Clock& clock, Conduct& conduct)
        : to_(to), clock_(clock), conduct_(conduct) {}

    Result<SocketOwner> open(Family family) override { return owned(to_.open(family)); }
    Result<SocketOwner> listen(const Endpoint& endpoint, int backlog) override {
        return owned(to_.listen(endpoint, backlog));
    }
    Result<Accepted> accept(Socket listener) override {
        auto accepted = to_.accept(listener);
        conduct_.called(listener, accepted || gets_on(accepted.failure()));
        if (accepted) {
            accepted->socket = taken_over(accepted->socket);
            conduct_.connected(accepted->socket.get(), {});
        }
        return accepted;
    }
    Failure connect(Socket socket, const Endpoint& peer) override {
        const Failure failure = to_.connect(socket, peer);
        conduct_.connected(socket, failure);
        return failure;
    }
    Failure connect_outcome(Socket socket) override {
        const Failure failure = to_.connect_outcome(socket);
        conduct_.called(socket, gets_on(failure));
        conduct_.connected(socket, failure);
        return failure;
    }
    Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override {
        conduct_.testimony(socket).asks_to_read();
        auto received = to_.receive(socket, room);
        conduct_.testimony(socket).received(received);
        conduct_.called(socket, received || gets_on(received.failure()));
        if (is_resource_shortage(received.error())) {
            conduct_.starved(socket, Starving::receiving, clock_.now());
        }
        return received;
    }
    Result<std::size_t> send(Socket socket, std::span<const Slice> slices,
                             Follows follows) override {
        conduct_.sends(socket, clock_.now());
        return sent(socket, to_.send(socket, slices, follows));
    }
    Result<std::size_t> send_file(Socket socket, const FileRange& range, Follows follows) override {
        conduct_.sends(socket, clock_.now());
        return sent(socket, to_.send_file(socket, range, follows));
    }
    Failure shut_writes(Socket socket) override {
        conduct_.called(socket, true);
        conduct_.testimony(socket).shuts_writes();
        return to_.shut_writes(socket);
    }
    void close(Socket socket) override {
        conduct_.forget(socket);
        to_.close(socket);
    }
    Failure close_lingering(Socket socket, std::chrono::seconds time) override {
        return to_.close_lingering(socket, time);
    }
    void abort(Socket socket) override {
        conduct_.forget(socket);
        to_.abort(socket);
    }
    Result<Endpoint> local(Socket socket) override { return to_.local(socket); }
    Result<Endpoint> peer(Socket socket) override { return to_.peer(socket); }
    Failure set_option(Socket socket, SocketOption option, int value) override {
        return to_.set_option(socket, option, value);
    }
    Result<int> option(Socket socket, SocketOption option) override {
        return to_.option(socket, option);
    }
    Result<std::size_t> limit_unsent(Socket socket, std::size_t bytes) override {
        return to_.limit_unsent(socket, bytes);
    }
    std::optional<std::uint64_t> unsent(Socket socket) override { return to_.unsent(socket); }
    std::optional<std::uint64_t> unacknowledged(Socket socket) override {
        const auto bytes = to_.unacknowledged(socket);
        conduct_.testimony(socket).unacknowledged(bytes);
        return bytes;
    }
    std::optional<std::uint64_t> unread(Socket socket) override { return to_.unread(socket); }
    std::optional<Duration> round_trip(Socket socket) override { return to_.round_trip(socket); }
    Result<SocketPair> pair() override {
        auto made = to_.pair();
        if (made) {
            made->first = taken_over(made->first);
            made->second = taken_over(made->second);
        }
        return made;
    }

private:
    SocketOwner taken_over(SocketOwner& owner) {
        conduct_.forget(owner.get());
        return {*this, owner.release()};
    }
    Result<SocketOwner> owned(Result<SocketOwner> result) {
        return result ? taken_over(*result) : std::move(result);
    }

    Result<std::size_t> sent(Socket socket, const Result<std::size_t>& taken) {
        conduct_.called(socket, taken || gets_on(taken.failure()));
        conduct_.testimony(socket).sent(taken);
        if (is_resource_shortage(taken.error())) {
            conduct_.starved(socket, Starving::sending, clock_.now());
        }
        return taken;
    }

    Sockets& to_;
    Clock& clock_;
    Conduct& conduct_;
};

/// Passes every wait on, and takes note of what it reported.
class CheckedSystem::CheckedPoller final : public Poller {
public:
    CheckedPoller(std::unique_ptr<Poller> to, CheckedSystem& system)
        : to_(std::move(to)), system_(system) {}

    std::string_view name() const override { return to_->name(); }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override {
        const std::size_t before = ready.size();
        system_.watches_ = table.size();
        system_.conduct_.asked(table, system_.clock().now());
        const Failure failure = to_->wait(table, scope, timeout, ready);
        const Instant now = system_.clock().now();
        for (std::size_t i = before; i < ready.size(); ++i) {
            if (const Watch* const watch = table.find(ready[i].watch)) {
                ready[i].invalid ? system_.conduct_.invalidated(watch->socket)
                                 : system_.conduct_.reported(watch->socket, now);
            }
        }
        return failure;
    }

private:
    std::unique_ptr<Poller> to_;
    CheckedSystem& system_;
};

CheckedSystem::CheckedSystem(simulation::Machine& machine, Judge& judge)
    : machine_(machine), conduct_(judge),
      sockets_(std::make_unique<CheckedSockets>(machine.sockets(), machine.clock(), conduct_)) {}

CheckedSystem::~CheckedSystem() = default;

Sockets& CheckedSystem::sockets() {
    return *sockets_;
}

std::unique_ptr<Poller> CheckedSystem::make_poller(std::string_view name) {
    auto poller = machine_.make_poller(name);
    return poller ? std::make_unique<CheckedPoller>(std::move(poller), *this) : nullptr;
}

} // namespace caesura
