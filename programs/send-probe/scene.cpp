#include "send-probe/scene.hpp"

#include "send-probe/fill.hpp"
#include "send-probe/reading.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

constexpr Duration a_while = std::chrono::seconds(2);

void make_ends(Scene& scene) {
    scene.link = make_link(scene.bench);
    scene.watched = scene.link.sender.get();
}

void let_speak(Scene& scene, std::size_t bytes = 100) {
    must(scene.bench.send(scene.link.reader.get(), bytes), "cannot send");
    scene.bench.wait(scene.watched, Interest::read, a_while);
}

void let_finish(Scene& scene) {
    must(scene.bench.sockets().shut_writes(scene.link.reader.get()), "cannot shut a side");
    scene.bench.wait(scene.watched, Interest::read, a_while);
}

// Readable is a hint: what it promised may still be to come.
void read_some(Scene& scene, std::size_t most) {
    const Instant deadline = after(scene.bench.now(), a_while);
    auto got = scene.bench.receive(scene.watched, most);
    while (got.error() == Error::would_block && scene.bench.now() < deadline) {
        scene.bench.wait(scene.watched, Interest::read, until(deadline, scene.bench.now()));
        got = scene.bench.receive(scene.watched, most);
    }
    must(std::move(got), "cannot receive");
}

void fill_up(Scene& scene) {
    FillLimits limits;
    limits.bytes = std::min(limits.bytes, scene.total_limit);
    const Fill filled = fill(scene.bench, scene.watched, std::size_t{64} << 10, limits,
                             std::chrono::milliseconds(250));
    scene.is_cut = filled.end == FillEnd::total_limit;
}

void let_reset(Scene& scene) {
    scene.link.reader.abort();
    scene.bench.wait(scene.watched, Interest::read, a_while);
}

void shut_own_side(Scene& scene) {
    must(scene.bench.sockets().shut_writes(scene.watched), "cannot shut a side");
}

void open_listener(Scene& scene) {
    scene.other = scene.bench.listener(Endpoint::loopback(Family::ipv4));
    scene.watched = scene.other.get();
}

Endpoint address_of(Scene& scene) {
    return must(scene.bench.sockets().local(scene.other.get()), "where is the listener");
}

void idle(Scene& scene) {
    make_ends(scene);
}

void fresh(Scene& scene) {
    scene.other = must(scene.bench.sockets().open(Family::ipv4), "cannot open a socket");
    scene.watched = scene.other.get();
}

void closed(Scene& scene) {
    fresh(scene);
    scene.other.close();
}

void bytes_wait(Scene& scene) {
    make_ends(scene);
    let_speak(scene);
}

void some_were_read(Scene& scene) {
    bytes_wait(scene);
    read_some(scene, 1);
}

void all_were_read(Scene& scene) {
    bytes_wait(scene);
    read_some(scene, 1000);
}

void full(Scene& scene) {
    make_ends(scene);
    fill_up(scene);
}

void full_and_bytes_wait(Scene& scene) {
    full(scene);
    let_speak(scene);
}

void full_then_drained(Scene& scene) {
    full(scene);
    relieve(scene.bench, scene.link.sender.get(), scene.link.reader.get(),
            {std::size_t{64} << 10, Duration::zero()}, a_while);
}

void peer_finished(Scene& scene) {
    make_ends(scene);
    let_finish(scene);
}

void peer_finished_after_bytes(Scene& scene) {
    bytes_wait(scene);
    let_finish(scene);
}

void end_was_read(Scene& scene) {
    peer_finished(scene);
    read_some(scene, 1);
}

void end_was_read_and_full(Scene& scene) {
    end_was_read(scene);
    fill_up(scene);
}

void we_finished(Scene& scene) {
    make_ends(scene);
    shut_own_side(scene);
}

void both_finished(Scene& scene) {
    peer_finished(scene);
    shut_own_side(scene);
}

void reset(Scene& scene) {
    make_ends(scene);
    let_reset(scene);
}

void reset_after_bytes(Scene& scene) {
    bytes_wait(scene);
    let_reset(scene);
}

void reset_while_full(Scene& scene) {
    full(scene);
    let_reset(scene);
}

void one_waits(Scene& scene) {
    open_listener(scene);
    scene.link.reader = scene.bench.start_connect(address_of(scene));
}

void connecting(Scene& scene) {
    one_waits(scene);
    scene.watched = scene.link.reader.get();
}

void refused(Scene& scene) {
    open_listener(scene);
    const Endpoint deserted = address_of(scene);
    scene.other.close();
    scene.other = must(scene.bench.sockets().open(Family::ipv4), "cannot open a socket");
    scene.watched = scene.other.get();
    // Some systems say at once that it was refused: then there is nothing to wait for.
    static_cast<void>(scene.bench.sockets().connect(scene.watched, deserted));
}

constexpr unsigned r = told_readable;
constexpr unsigned w = told_writable;
constexpr unsigned e = told_error;
constexpr Interest read = Interest::read;
constexpr Interest write = Interest::write;
constexpr Interest both = Interest::read | Interest::write;

// Where all may be reported, and nothing need, systems differ and the library relies on nothing.
constexpr Situation all_situations[] = {
    {"never connected", read, 0, r | w | e, fresh},
    {"never connected", write, 0, r | w | e, fresh},
    {"closed", read, told_invalid, 0, closed},
    {"listener, nobody waits", read, 0, 0, open_listener},
    {"listener, one waits", read, r, 0, one_waits},
    {"connect under way, accepted", Interest::connect, 0, r | w, connecting},
    {"connect under way, refused", Interest::connect, 0, r | w | e, refused},
    {"idle", read, 0, 0, idle},
    {"idle", write, w, 0, idle},
    {"idle", both, w, 0, idle},
    {"bytes wait", read, r, 0, bytes_wait},
    {"bytes wait", both, r | w, 0, bytes_wait},
    {"bytes wait", Interest::none, 0, 0, bytes_wait},
    {"bytes wait, some were read", read, r, 0, some_were_read},
    {"bytes wait no more", read, 0, 0, all_were_read},
    {"send buffer full", write, 0, 0, full},
    {"send buffer full, bytes wait", both, r, 0, full_and_bytes_wait},
    {"full, then drained", write, w, 0, full_then_drained},
    {"peer finished", read, r, 0, peer_finished},
    {"peer finished", Interest::none, 0, 0, peer_finished},
    {"peer finished, bytes wait", read, r, 0, peer_finished_after_bytes},
    {"peer finished, end was read", read, r, 0, end_was_read},
    {"peer finished, end was read", write, w, 0, end_was_read},
    {"peer finished, end was read, full", write, 0, 0, end_was_read_and_full},
    {"we finished", read, 0, 0, we_finished},
    {"we finished", write, w, 0, we_finished},
    {"both finished", read, r, e, both_finished},
    {"reset", read, r, e, reset},
    {"reset", write, w, e, reset},
    {"reset", Interest::none, 0, 0, reset},
    {"reset, bytes had come", read, r, e, reset_after_bytes},
    {"reset while full", write, w, e, reset_while_full},
};

} // namespace

std::span<const Situation> situations() {
    return all_situations;
}

} // namespace caesura::probe
