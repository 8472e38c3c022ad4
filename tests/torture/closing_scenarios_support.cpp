// Ways to end a connection, and limits that do.

#include "torture/scenarios.hpp"

#include <stdexcept>

namespace caesura::torture {

namespace {

void expect(Theatre& theatre, Ending server, Ending client) {
    theatre.goal = [&theatre, server, client] {
        return theatre.count(theatre.servers, server) == 1 &&
               theatre.count(theatre.clients, client) == 1;
    };
}

void serve(Theatre& theatre, const Script& server, const Script& client,
           const ConnectionOptions& options = Theatre::usual()) {
    if (const Listener* const listener = theatre.listen(server, options)) {
        theatre.connect(listener->local(), client);
    }
}

Script talking_on() {
    return {.made = [](Part& part) { part.say(long_text(200'000)); },
            .finished =
                [](Part& part) {
                    part.say("is anybody there?");
                    part.lose();
                }};
}

/// Who is done reads and discards what is still said to it.
void lose_and_drain(Theatre& theatre) {
    expect(theatre, Ending::finished, Ending::finished);
    serve(theatre, talking_on(), {.data = [](Part& part, std::string_view) {
              part.say("enough");
              part.lose();
          }});
}

/// Who is done waits for the other end no longer than it said.
void drain_limit(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.count(theatre.servers, Ending::unconfirmed) == 1 && theatre.is_empty() &&
               theatre.clients.size() == 1;
    };
    ConnectionOptions options = Theatre::usual();
    options.drain = milliseconds(500);
    serve(theatre,
          {.made =
               [](Part& part) {
                   part.say("farewell");
                   part.lose();
               }},
          {.finished = [](Part&) {}}, options);
}

void server_aborts(Theatre& theatre) {
    expect(theatre, Ending::aborted, Ending::reset);
    serve(theatre, {.data = [](Part& part, std::string_view) { part.abort(); }},
          {.made = [](Part& part) { part.say("hello"); }});
}

/// A client that goes without a word while a poem is on its way.
void client_resets(Theatre& theatre) {
    expect(theatre, Ending::reset, Ending::aborted);
    const Script reciting{.made = [](Part& part) {
        part.say(long_text(500'000));
        part.lose();
    }};
    serve(theatre, reciting, {.data = [](Part& part, std::string_view) { part.abort(); }});
}

void close_now(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.count(theatre.servers, Ending::unconfirmed) == 1 && theatre.is_empty() &&
               theatre.clients.size() == 1 && theatre.clients.front().heard == "the whole";
    };
    serve(theatre,
          {.data =
               [](Part& part, std::string_view) {
                   part.say("the whole");
                   part.close_now();
               }},
          {.made = [](Part& part) { part.say("hello"); }});
}

/// Nothing is read, so nothing more can be sent.
void stalls(Theatre& theatre) {
    expect(theatre, Ending::stalled, Ending::reset);
    theatre.world.machine().set_memory_pressure(100'000);
    ConnectionOptions options = Theatre::usual();
    options.stall_timeout = seconds(2);
    const Script deaf{.made = [&theatre](Part& part) {
        part.transport->pause_producing();
        theatre.reactor->call_later(seconds(10), [&part] {
            if (part.transport != nullptr) {
                part.transport->resume_producing();
            }
        });
    }};
    const Script reciting{.made = [](Part& part) {
        part.say(long_text(1'000'000));
        part.lose();
    }};
    serve(theatre, reciting, deaf, options);
}

/// Nobody says anything for too long.
void idles(Theatre& theatre) {
    expect(theatre, Ending::timed_out, Ending::reset);
    ConnectionOptions options = Theatre::usual();
    options.idle_timeout = seconds(1);
    serve(theatre, {}, {}, options);
}

/// Somebody always says something, but for too long.
void takes_too_long(Theatre& theatre) {
    expect(theatre, Ending::timed_out, Ending::reset);
    ConnectionOptions options = Theatre::usual();
    options.transfer_timeout = seconds(2);
    auto& parts = theatre.keep(std::vector<Part*>());
    theatre
        .looping([&parts](std::uint64_t) {
            for (Part* const part : parts) {
                part->say("still here ");
            }
        })
        .start(milliseconds(300));
    serve(theatre, {.made = [&parts](Part& part) { parts.push_back(&part); }}, {}, options);
}

void callback_throws(Theatre& theatre) {
    expect(theatre, Ending::failed, Ending::reset);
    serve(theatre,
          {.data = [](Part&, std::string_view) { throw std::runtime_error("as planned"); }},
          {.made = [](Part& part) { part.say("hello"); }});
}

/// A connection that somebody on the way cuts off.
void cut_off(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.servers.size() == 1 && theatre.clients.size() == 1 && theatre.is_empty() &&
               !theatre.servers.front().ended(Ending::finished);
    };
    theatre.world.machine().set_pool(0, simulation::PoolAnswer::no_buffer_space);
    theatre.reactor->call_later(seconds(2), [&theatre] {
        theatre.world.machine().set_pool(std::uint64_t{1} << 30,
                                         simulation::PoolAnswer::no_buffer_space);
    });
    serve(theatre, talking_on(), {.data = [](Part& part, std::string_view) {
              if (part.heard.size() > 100'000) {
                  part.abort();
              }
          }});
}

constexpr Scenario all[] = {
    {"lose and drain", lose_and_drain},
    {"a limit to draining", drain_limit},
    {"the server aborts", server_aborts},
    {"the client resets", client_resets},
    {"close now", close_now, forever, true},
    {"a peer that stalls", stalls},
    {"a silence that is too long", idles},
    {"a transfer that takes too long", takes_too_long},
    {"a callback that throws", callback_throws},
    {"cut off after a shortage", cut_off},
    {"all thrown away in a moment", client_resets, std::chrono::microseconds(40)},
    {"all thrown away in the middle", stalls, milliseconds(1)},
};

} // namespace

std::span<const Scenario> closing_scenarios() {
    return all;
}

} // namespace caesura::torture
