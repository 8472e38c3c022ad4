// Ways to get through, or not.

#include "torture/scenarios.hpp"

#include <functional>
#include <memory>

namespace caesura::torture {

namespace {

// In a simulated world nobody else takes a port.
constexpr std::uint16_t deserted = 7;
constexpr std::uint16_t appointed = 4000;

Script reciting() {
    return {.made = [](Part& part) {
        part.say(long_text(5000));
        part.lose();
    }};
}

void expect_one(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
}

void by_name(Theatre& theatre) {
    expect_one(theatre);
    theatre.world.machine().add_name("poet.test", {Endpoint::loopback(Family::ipv4)});
    if (const Listener* const listener = theatre.listen(reciting())) {
        theatre.connect("poet.test", listener->local().port, {});
    }
}

/// The first refuses, and the last is never asked.
void several_addresses(Theatre& theatre) {
    expect_one(theatre);
    theatre.world.machine().add_name("poet.test", {Endpoint::loopback(Family::ipv6),
                                                   Endpoint::loopback(Family::ipv4),
                                                   theatre.world.machine().address(Family::ipv4)});
    if (const Listener* const listener = theatre.listen(reciting())) {
        theatre.connect("poet.test", listener->local().port, {});
    }
}

/// The first says nothing at all.
void a_silent_address(Theatre& theatre) {
    expect_one(theatre);
    Endpoint nowhere{.family = Family::ipv4};
    nowhere.address = {192, 0, 2, 1};
    theatre.world.machine().add_name("poet.test", {nowhere, Endpoint::loopback(Family::ipv4)});
    if (const Listener* const listener = theatre.listen(reciting())) {
        theatre.connect("poet.test", listener->local().port, {});
    }
}

void an_unknown_name(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.connection_failures.size() == 1 &&
               theatre.connection_failures.front().failure.error == Error::host_not_found;
    };
    theatre.connect("nobody.test", deserted, {});
}

void nobody_listens(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.connection_failures.size() == 1 &&
               theatre.connection_failures.front().ending == Ending::refused;
    };
    theatre.connect(Endpoint::loopback(Family::ipv4, deserted), {});
}

void nobody_answers(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.connection_failures.size() == 1 &&
               theatre.connection_failures.front().ending == Ending::timed_out;
    };
    Endpoint nowhere{.family = Family::ipv4, .port = deserted};
    nowhere.address = {192, 0, 2, 1};
    theatre.connect(nowhere, {});
}

/// Nobody listens yet; who is refused tries again.
struct Stubborn {
    explicit Stubborn(Theatre& given) : theatre(given) {}

    Theatre& theatre;
    int tries_left = 8;

    void try_once() {
        if (tries_left > 0) {
            --tries_left;
            theatre.connect(Endpoint::loopback(Family::ipv4, appointed), script());
        }
    }
    void try_later() {
        theatre.reactor->call_later(milliseconds(100), [this] { try_once(); });
    }
    /// Also after a connection that came to nothing.
    Script script() {
        return {.lost =
                    [this](Part& part) {
                        if (!part.ended(Ending::finished)) {
                            try_later();
                        }
                    },
                .failed = [this] { try_later(); }};
    }
};

void tries_again(Theatre& theatre) {
    theatre.tries_on = true;
    theatre.goal = [&theatre] { return theatre.count(theatre.clients, Ending::finished) == 1; };
    theatre.reactor->call_later(milliseconds(250), [&theatre] {
        theatre.listen(reciting(), Theatre::usual(), Endpoint::loopback(Family::ipv4, appointed));
    });
    theatre.keep(Stubborn(theatre)).try_once();
}

/// Nobody waits for the outcome any more.
void gives_up_trying(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.count(theatre.clients, Ending::finished) == 1; };
    if (const Listener* const listener = theatre.listen(reciting())) {
        {
            const auto forgotten = connect_tcp(*theatre.reactor, listener->local(),
                                               factory_of([](const Endpoint&) { return nullptr; }));
            theatre.reactor->run_once(Duration::zero());
        }
        theatre.connect(listener->local(), {});
    }
}

/// Who has called decides, when it has got through, that it does not want to talk. What becomes of
/// the other end is of no concern.
void has_nothing_to_say(Theatre& theatre) {
    bool& has_refused = theatre.keep(false);
    theatre.goal = [&theatre, &has_refused] { return has_refused && theatre.is_empty(); };
    if (const Listener* const listener = theatre.listen(reciting())) {
        theatre.connect(listener->local(), {.admits = [&has_refused] {
                            has_refused = true;
                            return false;
                        }});
    }
}

constexpr Scenario all[] = {
    {"by name", by_name},
    {"several addresses, the first refuses", several_addresses},
    {"several addresses, the first is silent", a_silent_address},
    {"an unknown name", an_unknown_name},
    {"nobody listens", nobody_listens},
    {"nobody answers", nobody_answers},
    {"refused, and tries again", tries_again},
    {"an attempt that is given up", gives_up_trying},
    {"a caller with nothing to say", has_nothing_to_say},
};

} // namespace

std::span<const Scenario> connecting_scenarios() {
    return all;
}

} // namespace caesura::torture
