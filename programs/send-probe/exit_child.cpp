#include "send-probe/exit_child.hpp"

#include "send-probe/fill.hpp"
#include "send-probe/remote.hpp"
#include "send-probe/wire.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

// Starting a process is slow on some systems. Nobody waits for longer, on either side.
constexpr Duration patience = std::chrono::seconds(30);
constexpr std::uint64_t largest_write = std::uint64_t{64} << 20;

// What the process is told, and what it answers, over a loopback of one machine by one program:
// as it lies in memory.
struct Errand {
    Endpoint where; // to connect to
    std::array<char, wire::longest_line> password{};
    std::size_t password_length = 0; // to be said there first; 0: nothing
};
struct Order {
    std::uint64_t write_size = 0; // 0: go
    std::uint64_t total = 0;
};
struct Report {
    std::uint64_t taken = 0;
};

void say(Bench& bench, Socket socket, Slice bytes) {
    must(bench.say(socket, bytes), "cannot talk to a process of our own");
}

void hear(Bench& bench, Socket socket, std::span<std::byte> room) {
    const Instant deadline = after(bench.now(), patience);
    while (!room.empty()) {
        const auto got = bench.sockets().receive(socket, room);
        if (got && *got > 0) {
            room = room.subspan(*got);
        } else if (got.error() == Error::would_block && bench.now() < deadline) {
            bench.wait(socket, Interest::read, until(deadline, bench.now()));
        } else {
            throw ProbeFailure("a process of our own has gone: " + describe(got.failure()));
        }
    }
}

template <class Message>
void say(Bench& bench, Socket socket, const Message& message) {
    say(bench, socket, std::as_bytes(std::span(&message, 1)));
}

template <class Message>
Message hear(Bench& bench, Socket socket) {
    Message message;
    hear(bench, socket, std::as_writable_bytes(std::span(&message, 1)));
    return message;
}

Errand errand_for(const Remote& remote) {
    Errand errand{remote.address(), {}, 0};
    const std::string password = remote.password();
    errand.password_length = password.copy(errand.password.data(), errand.password.size());
    return errand;
}

} // namespace

ExitChild::ExitChild(Bench& bench, bool closes, Remote* remote) : bench_(bench) {
    const SocketOwner listener = bench.listener(Endpoint::loopback(Family::ipv4));
    const Endpoint here = must(bench.sockets().local(listener.get()), "where is the listener");
    process_ = must(this_host().start_self(
                        {"exit-child", std::to_string(here.port), closes ? "close" : "keep"}),
                    "cannot start a process");
    bench.wait(listener.get(), Interest::read, patience);
    control_ = std::move(bench.accept(listener.get()).socket);
    if (remote != nullptr) {
        say(bench_, control_.get(), errand_for(*remote));
        reader_ = remote->next_reader(bench);
    } else {
        say(bench_, control_.get(), Errand{here, {}, 0});
        reader_ =
            std::make_unique<LocalReader>(bench, std::move(bench.accept(listener.get()).socket));
    }
}

std::uint64_t ExitChild::load(const Load& what, std::uint64_t total_limit) {
    say(bench_, control_.get(), Order{what.write_size, std::min(what.total, total_limit)});
    return hear<Report>(bench_, control_.get()).taken;
}

void ExitChild::let_go() {
    say(bench_, control_.get(), Order{});
    must(process_->wait(patience), "a process of our own does not end");
}

int run_exit_child(std::uint16_t port, bool closes) {
    // Ctrl-C reaches us too, but who has started us decides what comes of it.
    const auto ignored = this_host().watch_signals();
    Bench bench(this_system());
    SocketOwner control = bench.start_connect(Endpoint::loopback(Family::ipv4, port));
    bench.finish_connect(control.get());
    const auto errand = hear<Errand>(bench, control.get());
    SocketOwner data = bench.start_connect(errand.where);
    bench.finish_connect(data.get());
    if (const std::size_t length = std::min(errand.password_length, errand.password.size())) {
        const Slice password = std::as_bytes(std::span(errand.password).first(length));
        say(bench, data.get(), password);
    }
    const auto order = hear<Order>(bench, control.get());
    if (order.write_size == 0 || order.write_size > largest_write) {
        return 1;
    }
    FillLimits limits;
    limits.bytes = order.total;
    const Fill filled = fill(bench, data.get(), static_cast<std::size_t>(order.write_size), limits,
                             Duration::zero());
    say(bench, control.get(), Report{filled.bytes});
    if (hear<Order>(bench, control.get()).write_size != 0) {
        return 1;
    }
    if (closes) {
        data.close();
    } else {
        static_cast<void>(data.release()); // open until the process is no more
    }
    return 0;
}

} // namespace caesura::probe
