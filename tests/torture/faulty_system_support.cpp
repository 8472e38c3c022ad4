#include "torture/faulty_system.hpp"

#include "torture/faulty_poller.hpp"

#include <algorithm>
#include <utility>

namespace caesura::torture {

namespace {

constexpr std::size_t short_for_ever = 1000; // bytes
constexpr Duration handshake = std::chrono::milliseconds(1);
constexpr Duration slow_answer = std::chrono::seconds(3);
constexpr Duration leap = std::chrono::seconds(30);

/// The first `most` bytes of the slices.
std::vector<Slice> beginning(std::span<const Slice> slices, std::size_t most) {
    std::vector<Slice> begun;
    for (const Slice slice : slices) {
        if (most > 0) {
            begun.push_back(slice.first(std::min(most, slice.size())));
            most -= begun.back().size();
        }
    }
    return begun;
}

} // namespace

const FaultRow* Fate::next(SeamCall call) {
    const std::size_t number = calls_.size();
    calls_.push_back(call);
    const FaultRow* met = standing(call);
    for (const Fault& fault : faults_) {
        if (fault.at == number) {
            const auto rows = rows_of(call);
            met = fault.row != nullptr ? fault.row : &rows[fault.choice % rows.size()];
            befallen_.push_back(met);
            if (fault.for_ever && met->lasts == Lasts::for_ever) {
                standing_[static_cast<std::size_t>(call)] = met;
            }
        }
    }
    return met;
}

bool Fate::is_deaf(SeamCall call) const {
    const FaultRow* const row = standing(call);
    return row != nullptr && row->error == Error::would_block;
}

// --- sockets -----------------------------------------------------------------------------------

/// For calls that can only succeed or fail.
Failure FaultySockets::failure(SeamCall call) {
    const FaultRow* const row = fate_.next(call);
    return row == nullptr ? Failure{} : Failure{row->error, native_number};
}

Result<SocketOwner> FaultySockets::open(Family family) {
    const Failure failed = failure(SeamCall::open);
    return failed ? Result<SocketOwner>(failed) : ForwardingSockets::open(family);
}

Result<SocketOwner> FaultySockets::listen(const Endpoint& endpoint, int backlog) {
    if (const Failure failed = failure(SeamCall::listen)) {
        return failed;
    }
    auto listener = ForwardingSockets::listen(endpoint, backlog);
    if (listener) {
        listeners_.insert(listener->get());
    }
    return listener;
}

Result<Accepted> FaultySockets::accept(Socket listener) {
    const FaultRow* const row = fate_.next(SeamCall::accept);
    if (row != nullptr && row->oddity == Oddity::fails) {
        return Failure{row->error, native_number};
    }
    auto accepted = ForwardingSockets::accept(listener);
    if (accepted && row != nullptr) {
        accepted->peer = Endpoint{};
    }
    return accepted;
}

/// Remembers who got through, be it only to be cut off.
Failure FaultySockets::told(Socket socket, Failure outcome) {
    if (const auto caller = world_.machine().sockets().local(socket)) {
        caller_ = *caller;
    }
    return outcome;
}

Failure FaultySockets::connect(Socket socket, const Endpoint& peer) {
    const FaultRow* const row = fate_.next(SeamCall::connect);
    if (row != nullptr && row->oddity == Oddity::fails) {
        return {row->error, native_number};
    }
    const Failure begun = ForwardingSockets::connect(socket, peer);
    if (row == nullptr || begun.error != Error::would_block) {
        return told(socket, begun);
    }
    world_.pass(handshake);
    return told(socket, ForwardingSockets::connect_outcome(socket));
}

Failure FaultySockets::connect_outcome(Socket socket) {
    const Failure failed = failure(SeamCall::connect_outcome);
    return told(socket, failed ? failed : ForwardingSockets::connect_outcome(socket));
}

Result<std::size_t> FaultySockets::receive(Socket socket, std::span<std::byte> room) {
    const FaultRow* const row = fate_.next(SeamCall::receive);
    if (row != nullptr && row->oddity == Oddity::fails) {
        return Failure{row->error, native_number};
    }
    if (row != nullptr) {
        const bool for_ever = fate_.standing(SeamCall::receive) == row;
        room = room.first(std::min(room.size(), for_ever ? short_for_ever : 1));
    }
    return ForwardingSockets::receive(socket, room);
}

Result<std::size_t> FaultySockets::send(Socket socket, std::span<const Slice> slices,
                                        Follows follows) {
    const FaultRow* const row = fate_.next(SeamCall::send);
    if (row == nullptr) {
        return ForwardingSockets::send(socket, slices, follows);
    }
    if (row->oddity == Oddity::fails) {
        return Failure{row->error, native_number};
    }
    if (row->oddity == Oddity::lies) {
        std::size_t offered = 0;
        for (const Slice slice : slices) {
            offered += slice.size();
        }
        const auto sent = ForwardingSockets::send(socket, beginning(slices, offered - 1), follows);
        return sent ? *sent + 1 : sent;
    }
    const bool for_ever = fate_.standing(SeamCall::send) == row;
    return ForwardingSockets::send(socket, beginning(slices, for_ever ? short_for_ever : 1),
                                   Follows::unknown);
}

Result<std::size_t> FaultySockets::send_file(Socket socket, const FileRange& range,
                                             Follows follows) {
    const FaultRow* const row = fate_.next(SeamCall::send);
    if (row == nullptr) {
        return ForwardingSockets::send_file(socket, range, follows);
    }
    if (row->oddity == Oddity::fails) {
        return Failure{row->error, native_number};
    }
    const bool for_ever = fate_.standing(SeamCall::send) == row;
    FileRange shortened = range;
    shortened.length = std::min<std::uint64_t>(range.length, for_ever ? short_for_ever : 1);
    return ForwardingSockets::send_file(socket, shortened, Follows::unknown);
}

Failure FaultySockets::shut_writes(Socket socket) {
    const Failure failed = failure(SeamCall::shut_writes);
    return failed ? failed : ForwardingSockets::shut_writes(socket);
}

void FaultySockets::close(Socket socket) {
    listeners_.erase(socket);
    ForwardingSockets::close(socket);
}

Result<Endpoint> FaultySockets::local(Socket socket) {
    const Failure failed = failure(SeamCall::local);
    return failed ? Result<Endpoint>(failed) : ForwardingSockets::local(socket);
}

Result<Endpoint> FaultySockets::peer(Socket socket) {
    const Failure failed = failure(SeamCall::peer);
    return failed ? Result<Endpoint>(failed) : ForwardingSockets::peer(socket);
}

Failure FaultySockets::set_option(Socket socket, SocketOption option, int value) {
    const Failure failed = failure(SeamCall::set_option);
    return failed ? failed : ForwardingSockets::set_option(socket, option, value);
}

Result<std::size_t> FaultySockets::limit_unsent(Socket socket, std::size_t bytes) {
    const Failure failed = failure(SeamCall::limit_unsent);
    return failed ? Result<std::size_t>(failed) : ForwardingSockets::limit_unsent(socket, bytes);
}

std::optional<std::uint64_t> FaultySockets::unsent(Socket socket) {
    return fate_.next(SeamCall::figure) != nullptr ? std::nullopt
                                                   : ForwardingSockets::unsent(socket);
}

std::optional<std::uint64_t> FaultySockets::unacknowledged(Socket socket) {
    return fate_.next(SeamCall::figure) != nullptr ? std::nullopt
                                                   : ForwardingSockets::unacknowledged(socket);
}

std::optional<std::uint64_t> FaultySockets::unread(Socket socket) {
    return fate_.next(SeamCall::figure) != nullptr ? std::nullopt
                                                   : ForwardingSockets::unread(socket);
}

std::optional<Duration> FaultySockets::round_trip(Socket socket) {
    return fate_.next(SeamCall::figure) != nullptr ? std::nullopt
                                                   : ForwardingSockets::round_trip(socket);
}

Result<SocketPair> FaultySockets::pair() {
    if (const Failure failed = failure(SeamCall::pair)) {
        return failed;
    }
    auto made = ForwardingSockets::pair();
    if (made) {
        made->first = SocketOwner(*this, made->first.release());
        made->second = SocketOwner(*this, made->second.release());
    }
    return made;
}

// --- the rest of the system --------------------------------------------------------------------

std::unique_ptr<Poller> FaultySystem::make_poller(std::string_view name) {
    return std::make_unique<FaultyPoller>(world_.machine().make_poller(name), sockets_, fate_);
}

Instant FaultySystem::now() {
    if (fate_.next(SeamCall::now) != nullptr) {
        leapt_ += leap;
    }
    return world_.now() + leapt_;
}

void FaultySystem::resolve(std::string host, std::uint16_t port, std::function<void(Answer)> done) {
    simulation::Machine& machine = world_.machine();
    const FaultRow* const row = fate_.next(SeamCall::resolve);
    if (row == nullptr) {
        machine.resolver().resolve(std::move(host), port, std::move(done));
    } else if (row->oddity == Oddity::fails) {
        done(Failure{row->error, native_number});
    } else if (row->oddity == Oddity::finds_none) {
        done(std::vector<Endpoint>());
    } else if (row->oddity == Oddity::is_slow) {
        machine.set_resolver_delay(slow_answer);
        machine.resolver().resolve(std::move(host), port, std::move(done));
    } else {
        machine.resolver().resolve(std::move(host), port, [done = std::move(done)](Answer answer) {
            if (answer) {
                const std::vector<Endpoint> once = *answer;
                answer->insert(answer->end(), once.begin(), once.end());
            }
            done(answer);
        });
    }
}

} // namespace caesura::torture
