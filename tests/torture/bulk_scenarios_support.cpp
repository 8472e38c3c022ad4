// Many bytes: back-pressure, producers, files, budgets.

#include "torture/scenarios.hpp"

#include <caesura/file.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace caesura::torture {

namespace {

constexpr std::size_t big = 600'000;
constexpr std::size_t chunk = 50'000;

void expect_one(Theatre& theatre) {
    theatre.goal = [&theatre] { return theatre.all_finished(1); };
}

void big_poem(Theatre& theatre) {
    expect_one(theatre);
    ConnectionOptions options = Theatre::usual();
    options.unsent_limit = 16'384;
    const Script reciting{.made = [](Part& part) {
        part.say(long_text(big));
        part.lose();
    }};
    if (const Listener* const listener = theatre.listen(reciting, options)) {
        theatre.connect(listener->local(), {});
    }
}

/// Reads a little, rests, reads again.
void slow_reader(Theatre& theatre) {
    expect_one(theatre);
    const Script reciting{.made = [](Part& part) {
        part.say(long_text(300'000));
        part.lose();
    }};
    if (const Listener* const listener = theatre.listen(reciting)) {
        const Script reading{.made = [](Part& part) { part.transport->set_receive_limit(20'000); },
                             .data =
                                 [&theatre](Part& part, std::string_view) {
                                     part.transport->pause_producing();
                                     theatre.reactor->call_later(milliseconds(50), [&part] {
                                         if (part.transport != nullptr) {
                                             part.transport->resume_producing();
                                         }
                                     });
                                 }};
        theatre.connect(listener->local(), reading);
    }
}

/// Writes a poem in pieces: a pull producer when it is asked to, a push producer as time goes by.
class Reader : public Producer, public std::enable_shared_from_this<Reader> {
public:
    Reader(Theatre& theatre, Part& part, Producing kind)
        : theatre_(theatre), part_(part), kind_(kind) {}

    void resume_producing() override {
        paused_ = false;
        produce();
    }
    void pause_producing() override { paused_ = true; }
    void stop_producing() override { paused_ = true; }

private:
    void produce() {
        if (paused_ || part_.transport == nullptr) {
            return;
        }
        part_.say(long_text(big).substr(part_.said.size(), chunk));
        if (part_.said.size() == big) {
            paused_ = true;
            part_.transport->unregister_producer();
            part_.lose();
        } else if (kind_ == Producing::push) {
            theatre_.reactor->call_later(milliseconds(1),
                                         [self = shared_from_this()] { self->produce(); });
        }
    }

    Theatre& theatre_;
    Part& part_;
    Producing kind_;
    bool paused_ = false;
};

void produce(Theatre& theatre, Producing kind) {
    expect_one(theatre);
    const Script producing{.made = [&theatre, kind](Part& part) {
        const auto reader = std::make_shared<Reader>(theatre, part, kind);
        if (part.transport->register_producer(reader, kind) && kind == Producing::push) {
            reader->resume_producing();
        }
    }};
    if (const Listener* const listener = theatre.listen(producing)) {
        theatre.connect(listener->local(),
                        {.made = [](Part& part) { part.transport->set_receive_limit(10'000); }});
    }
}

void push_producer(Theatre& theatre) {
    produce(theatre, Producing::push);
}

void pull_producer(Theatre& theatre) {
    produce(theatre, Producing::pull);
}

/// A file in memory, of the long text.
class TextFile : public File {
public:
    explicit TextFile(std::uint64_t good) : good_(good) {}

    FileVersion version() const override { return {.size = big}; }
    Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
        if (offset + room.size() > good_) {
            return {Error::file_changed, 0};
        }
        std::memcpy(room.data(), long_text(big).data() + offset, room.size());
        return {};
    }

private:
    std::uint64_t good_;
};

void recite_file(Theatre& theatre, std::uint64_t good) {
    const Script reciting{.made = [good](Part& part) {
        part.say("from a file: ");
        part.say_file({std::make_shared<TextFile>(good), 1000, big - 1000},
                      long_text(big).substr(1000));
        part.say("the end");
        part.lose();
    }};
    if (const Listener* const listener = theatre.listen(reciting)) {
        theatre.connect(listener->local(), {});
    }
}

void file_range(Theatre& theatre) {
    expect_one(theatre);
    recite_file(theatre, big);
}

/// What was promised can't be read any more: a part must not look like the whole.
void changed_file(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.count(theatre.servers, Ending::failed) == 1 &&
               theatre.count(theatre.clients, Ending::reset) == 1;
    };
    recite_file(theatre, 400'000);
}

void changing_budget(Theatre& theatre) {
    expect_one(theatre);
    const Script reciting{
        .made =
            [](Part& part) {
                part.say(long_text(100'000));
                static_cast<void>(part.transport->limit_unsent(4096));
            },
        .data =
            [](Part& part, std::string_view) {
                const Ledger ledger = part.transport->ledger();
                part.say(long_text(ledger.queued == part.transport->queued() ? 100'000 : 1));
                static_cast<void>(part.transport->limit_unsent(100'000));
                part.lose();
            }};
    if (const Listener* const listener = theatre.listen(reciting)) {
        theatre.connect(listener->local(), {.data = [](Part& part, std::string_view) {
                            if (part.heard.size() == 100'000) {
                                part.say("more");
                            }
                        }});
    }
}

/// More is written than may wait, for somebody who does not read.
void queue_overflows(Theatre& theatre) {
    theatre.goal = [&theatre] {
        return theatre.servers.size() == 1 && theatre.servers.front().outcome &&
               theatre.servers.front().outcome->failure.error == Error::queue_full &&
               theatre.count(theatre.clients, Ending::reset) == 1;
    };
    ConnectionOptions options = Theatre::usual();
    options.queue_limit = 100'000;
    theatre.world.machine().set_memory_pressure(50'000);
    const Script reciting{.made = [](Part& part) { part.say(long_text(500'000)); }};
    if (const Listener* const listener = theatre.listen(reciting, options)) {
        theatre.connect(listener->local(),
                        {.made = [](Part& part) { part.transport->set_receive_limit(1000); }});
    }
}

constexpr Scenario all[] = {
    {"a big poem", big_poem},
    {"a slow reader", slow_reader},
    {"a push producer", push_producer},
    {"a pull producer", pull_producer},
    {"a range of a file", file_range},
    {"a file that changes", changed_file},
    {"budgets that change", changing_budget},
    {"a queue that overflows", queue_overflows},
};

} // namespace

std::span<const Scenario> bulk_scenarios() {
    return all;
}

} // namespace caesura::torture
