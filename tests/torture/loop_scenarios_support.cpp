// The reactor itself: timers, posted calls, bare sockets, pauses.

#include "torture/scenarios.hpp"

#include <array>
#include <memory>
#include <optional>

namespace caesura::torture {

namespace {

void expect_one(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
}

/// A line a tick.
void recites_by_the_clock(Theatre& theatre) {
    expect_one(theatre);
    auto& parts = theatre.keep(std::vector<Part*>());
    LoopingCall& looping = theatre.looping([&](std::uint64_t) {
        for (Part* const part : parts) {
            part->say("a line\n");
            if (part->said.size() == 5 * 7) {
                part->lose();
            }
        }
    });
    looping.start(milliseconds(100));
    if (const Listener* const listener =
            theatre.listen({.made = [&parts](Part& part) { parts.push_back(&part); }})) {
        theatre.connect(listener->local(), {});
    }
}

/// Each piece is written by a call that was posted.
struct Posting {
    Theatre& theatre;
    Part* part = nullptr;

    void post() {
        theatre.reactor->call_from_thread([this] {
            part->say("posted\n");
            if (part->said.size() == 4 * 7) {
                part->lose();
            } else if (part->transport != nullptr) { // else nothing is said any more
                post();
            }
        });
    }
};

void posted_calls(Theatre& theatre) {
    expect_one(theatre);
    Posting& posting = theatre.keep(Posting{theatre});
    if (const Listener* const listener = theatre.listen({.made = [&posting](Part& part) {
            posting.part = &part;
            posting.post();
        }})) {
        theatre.connect(listener->local(), {});
    }
}

/// Between turns, when the loop counts as asleep and has to be woken.
void woken_between_turns(Theatre& theatre) {
    int& woken = theatre.keep(0);
    theatre.goal = [&woken] { return woken == 3; };
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(theatre.reactor->prepare());
        theatre.reactor->call_from_thread([&woken] { ++woken; });
        theatre.reactor->wait(seconds(1));
        theatre.reactor->dispatch();
    }
}

/// A pair of plain sockets: one end writes, the other end is watched.
struct Bare {
    explicit Bare(Theatre& given) : theatre(given) {}

    Theatre& theatre;
    SocketPair sockets;
    std::optional<WatchId> watch;
    std::string heard;
    bool is_done = false;
    std::string_view unsaid = "from a bare socket";

    /// What is short, or has no room yet, is tried again, for a while.
    void send() {
        if (unsaid.empty() || !sockets.second) {
            return;
        }
        const Slice text = as_slice(unsaid);
        const auto sent =
            theatre.system.sockets().send(sockets.second.get(), {&text, 1}, Follows::fin);
        if (sent) {
            unsaid.remove_prefix(*sent);
        } else if (sent.error() != Error::would_block && !is_resource_shortage(sent.error())) {
            theatre.told(sent.failure());
            unsaid = {};
        }
        if (unsaid.empty()) {
            sockets.second.close();
        } else {
            theatre.reactor->call_later(milliseconds(10), [this] { send(); });
        }
    }
    void stop() {
        if (watch) {
            theatre.reactor->unwatch(*watch);
            watch.reset();
        }
        sockets = {};
    }
    void on_ready(const Ready& ready) {
        if (ready.invalid) {
            watch.reset();
            theatre.told({Error::bad_descriptor, 0});
            return;
        }
        std::array<std::byte, 100> room{};
        const auto got = theatre.system.sockets().receive(sockets.first.get(), room);
        if (got && *got > 0) {
            heard += as_text(std::span(room).first(*got));
        } else if (got) {
            is_done = heard == "from a bare socket";
            if (!is_done || ready.error) {
                theatre.told({Error::connection_reset, 0});
            }
            stop();
        } else if (is_resource_shortage(got.error())) {
            theatre.reactor->set_interest(*watch, Interest::none);
            theatre.reactor->call_later(milliseconds(10), [this] {
                if (watch) {
                    theatre.reactor->set_interest(*watch, Interest::read);
                }
            });
        } else if (got.error() != Error::would_block) {
            theatre.told(got.failure());
            stop();
        }
    }
};

void bare_sockets(Theatre& theatre) {
    auto made = theatre.system.sockets().pair();
    if (!made) {
        theatre.told(made.failure());
        return;
    }
    Bare& bare = theatre.keep(Bare(theatre));
    bare.sockets = std::move(*made);
    theatre.goal = [&bare] { return bare.is_done; };
    theatre.before_end([&bare] { bare.stop(); });
    bare.send();
    bare.watch = theatre.reactor->watch(bare.sockets.first.get(), Interest::read,
                                        [&bare](const Ready& ready) { bare.on_ready(ready); });
    // Who watches sets his own limits.
    theatre.reactor->call_later(seconds(30), [&bare] {
        if (!bare.is_done) {
            bare.theatre.told({Error::timed_out, 0});
            bare.unsaid = {};
        }
    });
}

void pause_and_resume(Theatre& theatre) {
    expect_one(theatre);
    const Script reciting{.made = [](Part& part) {
        part.say(long_text(150'000));
        part.lose();
    }};
    const Script reading{.made =
                             [&theatre](Part& part) {
                                 part.transport->pause_producing();
                                 theatre.reactor->call_later(seconds(1), [&part] {
                                     if (part.transport != nullptr) {
                                         part.transport->resume_producing();
                                     }
                                 });
                             },
                         .data =
                             [](Part& part, std::string_view) {
                                 part.transport->pause_producing();
                                 part.transport->resume_producing();
                             }};
    if (const Listener* const listener = theatre.listen(reciting)) {
        theatre.connect(listener->local(), reading);
    }
}

/// Enough silent connections for the reactor to cool them; one of them speaks late.
void cooled_sockets(Theatre& theatre) {
    constexpr std::size_t silent = 66;
    theatre.goal = [&theatre] { return theatre.all_finished(silent / 2); };
    if (const Listener* const listener = theatre.listen({})) {
        for (std::size_t i = 0; i < silent / 2; ++i) {
            theatre.connect(listener->local(), {.made = [&theatre](Part& part) {
                                theatre.reactor->call_later(seconds(5), [&part] {
                                    part.say("late");
                                    part.lose();
                                });
                            }});
        }
    }
}

constexpr Scenario all[] = {
    {"recites by the clock", recites_by_the_clock}, {"posted calls", posted_calls},
    {"woken between turns", woken_between_turns},   {"bare sockets", bare_sockets},
    {"pause and resume", pause_and_resume},         {"cooled sockets", cooled_sockets},
};

} // namespace

std::span<const Scenario> loop_scenarios() {
    return all;
}

std::vector<Scenario> scenarios() {
    std::vector<Scenario> all_of_them;
    for (const auto some : {talking_scenarios(), bulk_scenarios(), closing_scenarios(),
                            connecting_scenarios(), listening_scenarios(), loop_scenarios()}) {
        all_of_them.insert(all_of_them.end(), some.begin(), some.end());
    }
    return all_of_them;
}

} // namespace caesura::torture
