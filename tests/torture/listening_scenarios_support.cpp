// Listeners and many clients.

#include "torture/scenarios.hpp"

namespace caesura::torture {

namespace {

constexpr int crowd = 5;

void greet(Part& part) {
    part.say(long_text(2000));
    part.lose();
}

void call(Theatre& theatre, const Listener& listener, int times) {
    for (int i = 0; i < times; ++i) {
        theatre.connect(listener.local(), {});
    }
}

void many_clients(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(crowd); };
    if (const Listener* const listener = theatre.listen({.made = greet})) {
        call(theatre, *listener, crowd);
    }
}

/// As many at a time as there is room for; the others wait.
struct House {
    Listener* listener = nullptr;
    std::size_t guests = 0;
};

void most_clients(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(crowd); };
    House& house = theatre.keep(House());
    const Script script{.made =
                            [&](Part& part) {
                                if (++house.guests == 2) {
                                    house.listener->pause();
                                }
                                theatre.reactor->call_later(milliseconds(100),
                                                            [&part] { greet(part); });
                            },
                        .lost =
                            [&house](Part&) {
                                --house.guests;
                                if (house.listener != nullptr) {
                                    house.listener->resume();
                                }
                            }};
    theatre.before_end([&house] { house.listener = nullptr; });
    house.listener = theatre.listen(script);
    if (house.listener != nullptr) {
        call(theatre, *house.listener, crowd);
    }
}

/// The clients that wait are cut off.
void stops_while_clients_wait(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.count(theatre.servers, Ending::finished) == 1 && theatre.is_empty() &&
               theatre.clients.size() + theatre.connection_failures.size() == crowd;
    };
    House& house = theatre.keep(House());
    house.listener = theatre.listen({.made = [&](Part& part) {
        theatre.stop_listening(house.listener);
        greet(part);
    }});
    if (house.listener != nullptr) {
        call(theatre, *house.listener, crowd);
    }
}

void pauses(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(2); };
    House& house = theatre.keep(House());
    house.listener = theatre.listen({.made = greet});
    if (house.listener != nullptr) {
        house.listener->pause();
        call(theatre, *house.listener, 2);
        theatre.reactor->call_later(milliseconds(300), [&house] { house.listener->resume(); });
    }
}

/// Who comes finds no descriptor, until somebody leaves.
void no_descriptors(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(crowd); };
    const Script script{.made = [&theatre](Part& part) {
        theatre.reactor->call_later(milliseconds(200), [&part] { greet(part); });
    }};
    if (const Listener* const listener = theatre.listen(script)) {
        call(theatre, *listener, crowd);
        // The wake-up pair, the listener, all callers, and two that they talk to.
        theatre.world.machine().set_most_sockets(2 + 1 + crowd + 2);
    }
}

/// Some are not let in at all.
void turned_away(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.servers.size() == 2 && theatre.clients.size() == 4 && theatre.is_empty() &&
               theatre.count(theatre.servers, Ending::finished) == 2;
    };
    int& callers = theatre.keep(0);
    const Script script{.made = greet, .admits = [&callers] { return ++callers % 2 == 0; }};
    if (const Listener* const listener = theatre.listen(script)) {
        call(theatre, *listener, 4);
    }
}

void port_is_taken(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return !theatre.failures.empty() &&
               theatre.failures.front().error == Error::address_in_use && theatre.all_finished(1);
    };
    if (const Listener* const listener = theatre.listen({.made = greet})) {
        theatre.listen({.made = greet}, Theatre::usual(), listener->local());
        call(theatre, *listener, 1);
    }
}

void shuts_down(Theatre& theatre) {
    if (const Listener* const listener = theatre.listen({.made = [&theatre](Part& part) {
            part.say(long_text(100'000));
            if (theatre.servers.size() == 2) {
                part.finish();
            }
        }})) {
        call(theatre, *listener, 3);
        theatre.before_end([&theatre] { theatre.reactor->shut_down(); });
    }
}

constexpr Scenario all[] = {
    {"many clients", many_clients},
    {"no more than two clients at a time", most_clients},
    {"a listener that stops while clients wait", stops_while_clients_wait},
    {"a listener that pauses", pauses},
    {"no descriptors", no_descriptors},
    {"clients that are turned away", turned_away},
    {"a port that is taken", port_is_taken},
    {"a shut-down with clients", shuts_down, milliseconds(2)},
};

} // namespace

std::span<const Scenario> listening_scenarios() {
    return all;
}

} // namespace caesura::torture
