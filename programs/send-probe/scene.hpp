#pragma once

#include "send-probe/bench.hpp"

#include <span>
#include <string_view>

namespace caesura::probe {

/// What a wait may report of one socket: a set.
enum Told : unsigned {
    told_nothing = 0,
    told_readable = 1,
    told_writable = 2,
    told_error = 4,
    told_invalid = 8,
    told_anything = 15
};

/// The sockets of one situation.
struct Scene {
    Scene(Bench& used, std::uint64_t limit) : bench(used), total_limit(limit) {}

    Bench& bench;
    std::uint64_t total_limit; // of what may be taken
    bool is_cut = false;       // true exactly when that kept it from being brought about
    Link link;
    SocketOwner other;
    Socket watched = Socket::none;
};

/// A situation that a socket can be in, and what is to be heard of it.
struct Situation {
    std::string_view name;
    Interest interest;
    unsigned must; // is reported
    unsigned may;  // can be reported too
    /// Brings it about, and says which socket is watched.
    void (*stage)(Scene& scene);
};

/// All of them.
std::span<const Situation> situations();

} // namespace caesura::probe
