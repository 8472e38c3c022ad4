#pragma once

#include "send-probe/document.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// How a system may decide what it takes, as docs/SIMULATOR.md names the rules.
enum class Rule : std::uint8_t {
    share,       // as much as fits
    whole_sends, // a send whole while below the limit, released whole
    hold_back    // a send whole while there is room, the rest held back
};
std::string_view name_of(Rule rule);

/// From the least to the most, both included.
struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = 0;

    bool has(std::uint64_t bytes) const { return least <= bytes && bytes <= most; }
};

/// How an explanation does beside the best one.
enum class Standing : std::uint8_t { best, as_good, worse };
std::string_view name_of(Standing standing);

/// Errors that differ by no more tell nothing: half a percentage point.
inline constexpr double as_good_within = 0.005;

/// One explanation of a sweep.
struct Explanation {
    Rule rule = Rule::share;
    Standing standing = Standing::best;
    std::uint64_t limit = 0;    // bytes taken and not acknowledged, beyond which a send would block
    std::uint64_t receiver = 0; // bytes that the reader's system holds
    double error = 0;           // mean distance from what was seen: 0.01 is one percent
    std::size_t rows = 0;       // that it was fitted to

    /// What limit and receiver alone do not show: where they lie, and where their sum does, in all
    /// pairs that explain the sweep as well as this one; to some 2 percent of each end.
    Range limits;
    Range receivers;
    Range together;
};

/// How many bytes of writes of that size are taken for a reader that reads nothing.
std::uint64_t predicted(Rule rule, std::uint64_t limit, std::uint64_t receiver,
                        std::uint64_t write_size);

/// The best explanation by each rule, the best of all first, of the rows of a `sweep` without a
/// budget whose buffers nobody set. Empty when there are fewer than three such rows.
std::vector<Explanation> explain(const Table& sweep);

/// Which hypothesis about a second client a table `second` leaves standing, in words.
std::string judge_second(const Table& second);

} // namespace caesura::probe
