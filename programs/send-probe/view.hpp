#pragma once

#include <caesura/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caesura::probe {

/// Where the bytes of one connection lie at one moment. std::nullopt: nobody here can tell.
struct Snapshot {
    std::string title; // what is watched
    std::string phase; // what goes on there
    Duration time{};   // since it began

    std::optional<std::uint64_t> queue;     // with the sending program, offered but not taken
    std::optional<std::uint64_t> unsent;    // with the sender's system
    std::optional<std::uint64_t> in_flight; // sent by it, and not with the reader's system yet
    std::optional<std::uint64_t> receiver;  // with the reader's system
    std::uint64_t delivered = 0;            // with the reading program

    std::optional<std::uint64_t> taken; // of the sender, in all
    std::optional<std::uint64_t> rate;  // bytes per second that move now
};

/// For a person who looks on: a line for each place with a bar, all of the same scale, which is a
/// power of two so that bars do not jump, and lines around them. The same number of lines always,
/// none longer than `width`: bars give way first.
std::vector<std::string> picture_of(const Snapshot& snapshot, std::size_t width);

/// For a log: one line, without its end.
std::string line_of(const Snapshot& snapshot);

/// `1,234,567`.
std::string grouped(std::uint64_t number);

} // namespace caesura::probe
