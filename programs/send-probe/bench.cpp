#include "send-probe/bench.hpp"

#include "send-probe/interruption.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

// For what is a matter of milliseconds on a system that works.
constexpr Duration patience = std::chrono::seconds(20);

void set(Sockets& sockets, Socket socket, SocketOption option, std::optional<int> value) {
    if (value) {
        if (const Failure failure = sockets.set_option(socket, option, *value)) {
            throw BufferRefused(failure);
        }
    }
}

} // namespace

void must(const Failure& failure, std::string_view what) {
    if (failure) {
        throw ProbeFailure(std::string(what) + ": " + describe(failure));
    }
}

BufferRefused::BufferRefused(const Failure& failure)
    : ProbeFailure("cannot set a buffer's size: " + describe(failure)),
      note_("refused: " + std::string(name_of(failure.error))) {}

Bench::Bench(System& system, std::string_view poller, Interruption* interruption)
    : system_(system), poller_(system.make_poller(poller)), interruption_(interruption) {
    if (poller_ == nullptr) {
        throw ProbeFailure("no such back-end: " + std::string(poller));
    }
}

std::vector<Ready> Bench::wait(std::initializer_list<Wanted> wanted, Duration limit) {
    WatchTable table;
    std::vector<WatchId> watches;
    for (const Wanted& one : wanted) {
        const auto watch = table.add(one.socket, one.interest);
        watches.push_back(watch.value_or(WatchId{}));
    }
    const Instant deadline = after(now(), limit);
    std::vector<Ready> heard;
    // Simulated time passes at once, and nobody can interrupt that.
    const bool is_real = &system_ == &this_system();
    const bool blinks = onlooker_ != nullptr || (interruption_ != nullptr && is_real);
    do {
        const Duration rest = until(deadline, now());
        must(poller_->wait(table, Scope::all, blinks ? std::min(rest, blink) : rest, heard),
             "cannot wait");
        check_interruption();
        if (onlooker_ != nullptr) {
            onlooker_->waited();
        }
    } while (heard.empty() && now() < deadline);
    std::vector<Ready> result(watches.size());
    for (const Ready& one : heard) {
        const auto place = std::find(watches.begin(), watches.end(), one.watch);
        result[static_cast<std::size_t>(place - watches.begin())] = one;
    }
    return result;
}

void Bench::check_interruption() const {
    if (interruption_ != nullptr) {
        interruption_->check();
    }
}

Ready Bench::wait(Socket socket, Interest interest, Duration limit) {
    return wait({{socket, interest}}, limit).front();
}

void Bench::reserve(std::size_t bytes) {
    if (out_.size() < bytes) {
        out_.resize(bytes);
    }
}

Result<std::size_t> Bench::send(Socket socket, std::size_t bytes) {
    reserve(bytes);
    const Slice slice = std::span(out_).first(bytes);
    const auto taken = sockets().send(socket, {&slice, 1}, Follows::unknown);
    if (onlooker_ != nullptr) {
        onlooker_->sent(bytes, taken);
    }
    return taken;
}

Result<std::size_t> Bench::receive(Socket socket, std::size_t most) {
    constexpr std::size_t longest = std::size_t{256} << 10;
    if (in_.empty()) {
        in_.resize(longest);
    }
    const auto got = sockets().receive(socket, std::span(in_).first(std::min(most, longest)));
    if (onlooker_ != nullptr) {
        onlooker_->received(got);
    }
    return got;
}

Failure Bench::say(Socket socket, Slice bytes) {
    const auto taken = sockets().send(socket, {&bytes, 1}, Follows::unknown);
    const bool is_short = taken && *taken < bytes.size();
    return is_short ? Failure{Error::no_buffer_space} : taken.failure();
}

SocketOwner Bench::listener(const Endpoint& where) {
    return must(sockets().listen(where, 0), "cannot listen");
}

Accepted Bench::accept(Socket listener) {
    const Instant deadline = after(now(), patience);
    while (true) {
        Result<Accepted> accepted = sockets().accept(listener);
        if (accepted.error() != Error::would_block || now() >= deadline) {
            return must(std::move(accepted), "nobody to accept");
        }
        wait(listener, Interest::read, until(deadline, now()));
    }
}

SocketOwner Bench::start_connect(const Endpoint& peer, const LinkOptions& options) {
    SocketOwner socket = must(sockets().open(peer.family), "cannot open a socket");
    set(sockets(), socket.get(), SocketOption::receive_buffer, options.receive_buffer);
    const Failure failure = sockets().connect(socket.get(), peer);
    if (failure.error != Error::would_block) {
        must(failure, "cannot connect");
    }
    return socket;
}

void Bench::finish_connect(Socket socket) {
    const Instant deadline = after(now(), patience);
    // One that was connected at once has an outcome too.
    while (true) {
        wait(socket, Interest::connect, until(deadline, now()));
        const Failure failure = sockets().connect_outcome(socket);
        if (failure.error != Error::would_block || now() >= deadline) {
            return must(failure, "cannot connect");
        }
    }
}

std::size_t prepare_sender(Bench& bench, Socket sender, const LinkOptions& options) {
    set(bench.sockets(), sender, SocketOption::send_buffer, options.send_buffer);
    return options.budget == 0 ? ~std::size_t{0}
                               : must(bench.sockets().limit_unsent(sender, options.budget),
                                      "cannot set a hand-off budget");
}

Link make_link(Bench& sender, Bench& reader, const Endpoint& where, const LinkOptions& options) {
    const SocketOwner listener = sender.listener(where);
    const Endpoint there = must(sender.sockets().local(listener.get()), "where is the listener");
    Link link;
    link.reader = reader.start_connect(there, options);
    link.sender = std::move(sender.accept(listener.get()).socket);
    reader.finish_connect(link.reader.get());
    link.piece = prepare_sender(sender, link.sender.get(), options);
    return link;
}

Link make_link(Bench& bench, const LinkOptions& options) {
    return make_link(bench, bench, Endpoint::loopback(Family::ipv4), options);
}

} // namespace caesura::probe
