#pragma once

#include <caesura/time.hpp>

#include <cstdint>

namespace caesura::simulation {

/// Numbers that look random and follow from a seed alone: the same on every compiler and system,
/// which the distributions of <random> are not. SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014). A plain value; not for secrets.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    /// Any 64 bits.
    std::uint64_t next() {
        std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
    /// From 0 to `bound` - 1; 0 for a bound of 0. Biased by less than bound / 2^64.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
    /// From `least` to `most`, both included; `most` must not be less.
    std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        const std::uint64_t span = most - least;
        return span == ~std::uint64_t{0} ? next() : least + below(span + 1);
    }
    Duration between(Duration least, Duration most) {
        // Unsigned, since the span of two may be longer than any Duration.
        const auto first = static_cast<std::uint64_t>(least.count());
        const auto span = static_cast<std::uint64_t>(most.count()) - first;
        return Duration(static_cast<Duration::rep>(first + between(std::uint64_t{0}, span)));
    }
    /// True once in `times` on average; never for 0.
    bool one_in(std::uint64_t times) { return times != 0 && below(times) == 0; }
    /// A generator of its own: what it draws changes nothing of what this one will.
    Random split() { return Random(next()); }

private:
    std::uint64_t state_;
};

} // namespace caesura::simulation
