#pragma once

#include "send-probe/reader.hpp"

#include <caesura/host.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace caesura::probe {

/// How much a sender has handed over when it goes.
struct Load {
    std::string_view name;
    std::size_t write_size; // of each send
    std::uint64_t total;    // at most
};

/// The ones that are tried.
inline constexpr std::array loads = {
    Load{"1000 bytes", 1000, 1000},
    Load{"64K sends until blocked", std::size_t{64} << 10, std::uint64_t{256} << 20},
    Load{"one send of 16M", std::size_t{16} << 20, std::uint64_t{16} << 20}};

/// A process of our own that sends to us and then exits, with its socket open or closed.
class ExitChild {
public:
    /// With its reader here, or on another machine.
    ExitChild(Bench& bench, bool closes, Remote* remote);

    /// Makes it send that, but no more than the limit; how much its system has taken.
    std::uint64_t load(const Load& what, std::uint64_t total_limit);
    /// Makes it exit, and waits for that.
    void let_go();
    /// The other end of what it sends.
    Reader& reader() const { return *reader_; }

private:
    Bench& bench_;
    std::unique_ptr<ChildProcess> process_;
    SocketOwner control_;
    std::unique_ptr<Reader> reader_;
};

/// What that process does: connects to that port of the loopback to be told what to do, and obeys.
/// The exit status.
int run_exit_child(std::uint16_t port, bool closes);

} // namespace caesura::probe
