#include "support/fake_system.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace caesura::testing {

namespace {

std::optional<Error> next_of(std::vector<Error>& errors) {
    if (errors.empty()) {
        return std::nullopt;
    }
    const Error error = errors.front();
    errors.erase(errors.begin());
    return error;
}

Ready report_of(WatchId watch, FakeSystem::Sign sign) {
    using enum FakeSystem::Sign;
    return {.watch = watch,
            .readable = sign == readable || sign == both || sign == error,
            .writable = sign == writable || sign == both,
            .error = sign == error,
            .invalid = sign == invalid};
}

class FakePoller : public Poller {
public:
    explicit FakePoller(FakeSystem& system) : system_(system) {}

    std::string_view name() const override { return "fake"; }

    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override {
        system_.waits.push_back(timeout);
        if (const auto error = next_of(system_.wait_failures)) {
            return {*error, 0};
        }
        if (const auto call = std::exchange(system_.during_wait, nullptr)) {
            call();
        }
        report_announced(table, scope, ready);
        report_pairs(table, ready);
        if (ready.empty()) {
            INFO("a wait without end, and nobody to end it");
            REQUIRE(timeout != forever);
            system_.clock().pass(timeout);
        }
        return {};
    }

private:
    void report_announced(const WatchTable& table, Scope scope, std::vector<Ready>& ready) {
        for (const auto& announcement : std::exchange(system_.announced, {})) {
            const Watch* const watch = table.find(announcement.socket);
            if (watch == nullptr || watch->interest == Interest::none) {
                continue;
            }
            if (covers(scope, watch->tier)) {
                ready.push_back(report_of(watch->id, announcement.sign));
            } else {
                system_.announced.push_back(announcement);
            }
        }
    }

    void report_pairs(const WatchTable& table, std::vector<Ready>& ready) {
        for (const std::uint32_t slot : table.slots(Tier::hot)) {
            const Watch& watch = table.at(slot);
            if (has(watch.interest, Interest::read) && system_.sockets().readable(watch.socket)) {
                ready.push_back(report_of(watch.id, FakeSystem::Sign::readable));
            }
        }
    }

    FakeSystem& system_;
};

class NoResolver : public Resolver {
public:
    void resolve(std::string, std::uint16_t, std::function<void(Answer)> done) override {
        done(Failure{Error::host_not_found});
    }
};

} // namespace

Result<SocketPair> FakeSockets::pair() {
    if (const auto error = next_of(pair_failures)) {
        return Failure{*error};
    }
    const auto first = static_cast<Socket>(next_++);
    const auto second = static_cast<Socket>(next_++);
    ends_[first].other = second;
    ends_[second].other = first;
    ++pairs;
    return SocketPair{SocketOwner(*this, first), SocketOwner(*this, second)};
}

Result<std::size_t> FakeSockets::send(Socket socket, std::span<const Slice> slices, Follows) {
    const End* const end = end_of(socket);
    REQUIRE(end != nullptr);
    if (const auto error = next_of(send_failures)) {
        return Failure{*error};
    }
    End* const other = end_of(end->other);
    if (end->cut_off || other == nullptr) {
        return Failure{Error::connection_reset};
    }
    other->waiting += slices.front().size();
    bytes_sent += static_cast<int>(slices.front().size());
    return slices.front().size();
}

Result<std::size_t> FakeSockets::receive(Socket socket, std::span<std::byte> room) {
    End* const end = end_of(socket);
    REQUIRE(end != nullptr);
    if (end->cut_off) {
        return Failure{Error::connection_reset};
    }
    if (end->waiting == 0) {
        return end_of(end->other) == nullptr ? Result<std::size_t>(std::size_t{0})
                                             : Failure{Error::would_block};
    }
    const std::size_t count = std::min(end->waiting, room.size());
    end->waiting -= count;
    return count;
}

void FakeSockets::close(Socket socket) {
    ends_.erase(socket);
    RecordingSockets::close(socket);
}

Result<Endpoint> FakeSockets::peer(Socket socket) {
    ++peers_asked;
    return lonely.contains(socket) ? Result<Endpoint>(Failure{Error::not_connected})
                                   : Result<Endpoint>(Endpoint());
}

bool FakeSockets::readable(Socket socket) const {
    const auto place = ends_.find(socket);
    return place != ends_.end() && (place->second.waiting > 0 || place->second.cut_off ||
                                    !ends_.contains(place->second.other));
}

void FakeSockets::break_pairs() {
    for (auto& [socket, end] : ends_) {
        end.cut_off = true;
    }
}

FakeSockets::End* FakeSockets::end_of(Socket socket) {
    const auto place = ends_.find(socket);
    return place == ends_.end() ? nullptr : &place->second;
}

Resolver& FakeSystem::resolver() {
    static NoResolver resolver;
    return resolver;
}

std::unique_ptr<Poller> FakeSystem::make_poller(std::string_view) {
    return std::make_unique<FakePoller>(*this);
}

} // namespace caesura::testing
