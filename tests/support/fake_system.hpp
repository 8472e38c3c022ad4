#pragma once

#include "seam/recording_sockets.hpp"

#include <caesura/system.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace caesura::testing {

/// Time that only passes when somebody says so.
class FakeClock : public Clock {
public:
    Instant now() override {
        ++times_asked;
        return now_;
    }
    void pass(Duration duration) { now_ += duration; }

    int times_asked = 0;

private:
    Instant now_{std::chrono::hours(1)};
};

/// No network but pairs in memory, which can be told to break, and the system to have none.
class FakeSockets : public RecordingSockets {
public:
    /// The first number of the first pair: beyond those that tests choose.
    static constexpr std::uint64_t first_of_pairs = 1'000'000;

    Result<SocketPair> pair() override;
    Result<std::size_t> send(Socket socket, std::span<const Slice> slices, Follows) override;
    Result<std::size_t> receive(Socket socket, std::span<std::byte> room) override;
    void close(Socket socket) override;
    /// Every socket has a peer but those in `lonely`.
    Result<Endpoint> peer(Socket socket) override;

    /// Whether a receive would find a byte or the end.
    bool readable(Socket socket) const;
    /// As if the network had cut every pair off.
    void break_pairs();

    /// What the next calls of pair, and of send, say instead of succeeding.
    std::vector<Error> pair_failures;
    std::vector<Error> send_failures;
    /// Listeners and the like.
    std::set<Socket> lonely;
    int peers_asked = 0; // so far; likewise below
    int pairs = 0;       // made
    int bytes_sent = 0;

private:
    struct End {
        Socket other = Socket::none;
        std::size_t waiting = 0; // bytes
        bool cut_off = false;
    };

    End* end_of(Socket socket);

    std::map<Socket, End> ends_;
    std::uint64_t next_ = first_of_pairs;
};

/// A system without a network, where time passes only when somebody waits for it: a poller that
/// finds nothing ready moves the clock instead of sleeping. Belongs to one thread.
class FakeSystem : public System {
public:
    /// What the next wait is to report for a socket, if it is watched with any interest.
    enum class Sign : std::uint8_t { readable, writable, both, error, invalid };

    FakeSockets& sockets() override { return sockets_; }
    FakeClock& clock() override { return clock_; }
    Resolver& resolver() override;
    std::vector<std::string_view> poller_names() const override { return {"fake"}; }
    std::unique_ptr<Poller> make_poller(std::string_view) override;

    /// Reported by the next wait that looks at its tier, once, in the order announced, before the
    /// pairs.
    void announce(Socket socket, Sign sign) { announced.push_back({socket, sign}); }

    struct Announcement {
        Socket socket;
        Sign sign;
    };
    std::vector<Announcement> announced;
    /// Called once, from within the next wait.
    std::function<void()> during_wait;
    /// What the next waits say instead of waiting.
    std::vector<Error> wait_failures;
    /// How long each wait was allowed to take.
    std::vector<Duration> waits;

private:
    FakeSockets sockets_;
    FakeClock clock_;
};

} // namespace caesura::testing
