// Short conversations.

#include "torture/scenarios.hpp"

#include <memory>
#include <utility>

namespace caesura::torture {

namespace {

Script reciting(std::size_t size) {
    return {.made = [size](Part& part) {
        part.say(long_text(size));
        part.lose();
    }};
}

void serve_and_fetch(Theatre& theatre, Family family) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    if (const Listener* const listener =
            theatre.listen(reciting(10'000), Theatre::usual(), Endpoint::loopback(family))) {
        theatre.connect(listener->local(), {});
    }
}

void serve_and_fetch_by_ipv4(Theatre& theatre) {
    serve_and_fetch(theatre, Family::ipv4);
}

void serve_and_fetch_by_ipv6(Theatre& theatre) {
    serve_and_fetch(theatre, Family::ipv6);
}

void client_talks_first(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    const Script answering{.data = [](Part& part, std::string_view) {
        if (part.heard == "which poem?") {
            part.say(long_text(5000));
            part.lose();
        }
    }};
    if (const Listener* const listener = theatre.listen(answering)) {
        theatre.connect(listener->local(), {.made = [](Part& part) { part.say("which poem?"); }});
    }
}

/// The request ends with its sender's FIN; the answer comes after it.
void client_ends_first(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    const Script answering{.finished = [](Part& part) {
        part.say(part.heard);
        part.lose();
    }};
    if (const Listener* const listener = theatre.listen(answering)) {
        theatre.connect(listener->local(), {.made = [](Part& part) {
                            part.say(long_text(3000));
                            part.finish();
                        }});
    }
}

/// The other way round.
void server_ends_first(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    const Script asking{.made = [](Part& part) {
        part.say(long_text(3000));
        part.finish();
    }};
    if (const Listener* const listener = theatre.listen(asking)) {
        theatre.connect(listener->local(), {.finished = [](Part& part) {
                            part.say(part.heard);
                            part.say("and farewell");
                            part.lose();
                        }});
    }
}

/// Line by line, with the options of a chat.
void there_and_back(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    ConnectionOptions options = Theatre::usual();
    options.no_delay = true;
    options.keep_alive = true;
    const Script echo{.data = [](Part& part, std::string_view text) { part.say(text); }};
    if (const Listener* const listener = theatre.listen(echo, options)) {
        const Script asking{.made = [](Part& part) { part.say("line 0\n"); },
                            .data =
                                [](Part& part, std::string_view) {
                                    if (part.heard != part.said) {
                                        return; // it comes in pieces
                                    }
                                    if (part.said.size() == 5 * 7) {
                                        part.lose();
                                    } else {
                                        part.say("line 1\n");
                                    }
                                }};
        theatre.connect(listener->local(), asking, options);
    }
}

/// Both write, and end, at once.
void both_at_once(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    const Script speech{.made = [](Part& part) {
        part.say(long_text(20'000));
        part.finish();
    }};
    if (const Listener* const listener = theatre.listen(speech)) {
        theatre.connect(listener->local(), speech);
    }
}

/// Nobody says anything.
void nothing_to_say(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    if (const Listener* const listener = theatre.listen(reciting(0))) {
        theatre.connect(listener->local(), {});
    }
}

void a_call_between_machines(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
    auto& world = theatre.world;
    simulation::Machine& far = world.add_machine(world.machine().preset());
    world.set_link(world.machine(), far, {.latency = milliseconds(20), .segment = 1000});
    const Endpoint here = world.machine().address(Family::ipv4);
    if (const Listener* const listener = theatre.listen(reciting(10'000), Theatre::usual(), here)) {
        theatre.connect(listener->local(), {});
    }
}

constexpr Scenario all[] = {
    {"serve and fetch", serve_and_fetch_by_ipv4},
    {"serve and fetch by IPv6", serve_and_fetch_by_ipv6},
    {"the client talks first", client_talks_first},
    {"the client ends first, and is answered", client_ends_first},
    {"the server ends first, and is answered", server_ends_first},
    {"there and back", there_and_back},
    {"both at once", both_at_once},
    {"nothing to say", nothing_to_say},
    {"by the address of the machine", a_call_between_machines},
};

} // namespace

std::span<const Scenario> talking_scenarios() {
    return all;
}

} // namespace caesura::torture
