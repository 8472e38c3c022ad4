#include "seam/generator.hpp"
#include "support/fake_system.hpp"
#include "support/forwarding_sockets.hpp"

#include <caesura/reactor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

// Whatever is said, and whenever: each back-end of the system lets it be heard, once, within what
// the reactor promises. The sockets and the back-end are real, time is not.

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Duration price = nanoseconds(500); // of asking about one watch
constexpr int most = 300;                    // watches

/// Every socket has a peer, so that pairs may cool that have none.
class PeeredSockets : public ForwardingSockets {
public:
    Result<Endpoint> peer(Socket) override { return Endpoint(); }
};

/// The system's own sockets, at a time that passes when somebody waits.
class TimelessSystem : public System {
public:
    Sockets& sockets() override { return sockets_; }
    FakeClock& clock() override { return clock_; }
    Resolver& resolver() override { return this_system().resolver(); }
    std::vector<std::string_view> poller_names() const override {
        return this_system().poller_names();
    }
    std::unique_ptr<Poller> make_poller(std::string_view name) override {
        return this_system().make_poller(name);
    }

private:
    PeeredSockets sockets_;
    FakeClock clock_;
};

/// What is to be said at which time.
class Script {
public:
    void add(Instant time, Call say) { says_.emplace(time, std::move(say)); }
    Instant next() const { return says_.empty() ? never : says_.begin()->first; }
    void play_until(Instant now) {
        while (next() <= now) {
            const auto say = says_.extract(says_.begin());
            say.mapped()();
        }
    }

private:
    std::multimap<Instant, Call> says_;
};

/// A real back-end that looks, but never sleeps: the script plays meanwhile.
class TimelessPoller : public Poller {
public:
    TimelessPoller(std::unique_ptr<Poller> real, FakeClock& clock, Script& script)
        : real_(std::move(real)), clock_(clock), script_(script) {}

    std::string_view name() const override { return real_->name(); }
    Failure wait(const WatchTable& table, Scope scope, Duration timeout,
                 std::vector<Ready>& ready) override {
        for (const Tier tier : all_tiers) {
            if (covers(scope, tier)) {
                clock_.pass(price * static_cast<Duration::rep>(table.slots(tier).size()));
            }
        }
        coldest = std::max(coldest, table.slots(Tier::cold).size());
        const Instant deadline = after(clock_.now(), timeout);
        for (;;) {
            script_.play_until(clock_.now());
            const Failure failure = real_->wait(table, scope, Duration::zero(), ready);
            if (failure || !ready.empty() || clock_.now() >= deadline) {
                return failure;
            }
            const Instant next = std::min(deadline, script_.next());
            REQUIRE(next != never);
            clock_.pass(next - clock_.now());
        }
    }

    std::size_t coldest = 0; // the most that were cold at a time

private:
    std::unique_ptr<Poller> real_;
    FakeClock& clock_;
    Script& script_;
};

/// One watch, and who speaks to it.
struct Line {
    SocketPair pair;
    WatchId watch;
    int unheard = 0; // bytes
    Instant said;    // the first of them
};

class Play {
public:
    Play(std::string_view poller, std::uint64_t seed) : random_(seed), name_(poller) {
        for (Line& line : lines_) {
            auto pair = system_.sockets().pair();
            REQUIRE(pair);
            line.pair = std::move(*pair);
            line.watch = *reactor_.watch(line.pair.first.get(), Interest::read,
                                         [this, &line](const Ready&) { hear(line); });
            if (random_.below(4) == 0) {
                reactor_.set_tier(line.watch, Tier::warm);
            }
            write_lines(line);
        }
    }

    void run() {
        reactor_.call_later(seconds(15), [this] { reactor_.stop(); });
        tick();
        reactor_.run();
        CHECK(heard_ == said_);
        CHECK(poller_->coldest > most / 2); // else nothing was tried
    }

private:
    // Some speak all the time, some now and then, and most once or twice.
    void write_lines(Line& line) {
        const std::array<Duration, 8> pauses = {milliseconds(300), seconds(2), seconds(4),
                                                seconds(7),        seconds(9), seconds(9),
                                                seconds(11),       seconds(11)};
        const Duration pause = pauses[random_.below(pauses.size())];
        Instant time = system_.clock().now();
        const Instant end = time + seconds(14);
        for (;;) {
            time += Duration(random_.below(static_cast<std::size_t>(pause.count())));
            if (time >= end) {
                return;
            }
            script_.add(time, [this, &line] { say(line); });
        }
    }

    void say(Line& line) {
        const std::array<std::byte, 1> byte{};
        const Slice slice(byte);
        REQUIRE(system_.sockets().send(line.pair.second.get(), {&slice, 1}, Follows::unknown));
        // Some systems need a moment to bring it across.
        WatchTable table;
        table.add(line.pair.first.get(), Interest::read);
        std::vector<Ready> arrived;
        REQUIRE_FALSE(witness_->wait(table, Scope::all, seconds(20), arrived));
        REQUIRE(arrived.size() == 1);
        if (line.unheard++ == 0) {
            line.said = system_.clock().now();
        }
        ++said_;
    }

    void hear(Line& line) {
        std::array<std::byte, 64> room{};
        const auto received = system_.sockets().receive(line.pair.first.get(), room);
        REQUIRE(received);
        REQUIRE(static_cast<int>(*received) == line.unheard);
        heard_ += line.unheard;
        line.unheard = 0;
        // The sweep before, with its pause; the turn that was then under way; the sweep that found
        // it; and those that were heard before it in this turn.
        const Duration sweep = price * (most + 1);
        const Duration bound =
            std::max<Duration>(milliseconds(10), 99 * sweep) + 2 * sweep + 2 * longest_turn;
        REQUIRE(reactor_.now() - line.said <= bound);
        system_.clock().pass(microseconds(random_.below(100))); // what it does with it
    }

    // Timers are exact all the while, but for the look that is under way.
    void tick() {
        const Instant due = reactor_.now() + Duration(1 + random_.below(30'000'000));
        reactor_.call_at(due, [this, due] {
            REQUIRE(reactor_.now() >= due);
            REQUIRE(reactor_.now() - due <= longest_turn + 2 * price * (most + 1));
            tick();
        });
    }

    static constexpr Duration longest_turn = milliseconds(3);

    Generator random_;
    std::string_view name_;
    TimelessSystem system_;
    Script script_;
    std::unique_ptr<Poller> witness_ = system_.make_poller(name_);
    TimelessPoller* poller_ =
        new TimelessPoller(system_.make_poller(name_), system_.clock(), script_);
    std::array<Line, most> lines_;
    Reactor reactor_{system_, std::unique_ptr<Poller>(poller_)};
    int said_ = 0;
    int heard_ = 0;
};

} // namespace

TEST_CASE("on every back-end, whatever is said whenever is heard once, and within the bound") {
    for (const auto poller : this_system().poller_names()) {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            CAPTURE(poller);
            CAPTURE(seed);
            Play(poller, seed).run();
        }
    }
}
