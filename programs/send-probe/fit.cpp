#include "send-probe/fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caesura::probe {

namespace {

struct Seen {
    std::uint64_t write_size;
    std::uint64_t taken;
};

std::uint64_t count_at(const Table& table, const Row& row, std::string_view column) {
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(figure_at(table, row, column).value_or(0), 0));
}

// The rows that say something about the system alone; not more than explanations can be tried on
// in a moment, whoever wrote the file.
std::vector<Seen> seen_in(const Table& sweep) {
    constexpr std::size_t most = 256;
    std::vector<Seen> seen;
    for (const Row& row : sweep.rows) {
        if (seen.size() == most) {
            break;
        }
        const bool counts =
            count_at(sweep, row, "budget") == 0 && shown_at(sweep, row, "sndbuf") == "unset" &&
            shown_at(sweep, row, "rcvbuf") == "unset" && shown_at(sweep, row, "note").empty();
        const std::uint64_t write_size = count_at(sweep, row, "write");
        const std::uint64_t taken = count_at(sweep, row, "taken");
        if (counts && write_size > 0 && taken > 0) {
            seen.push_back({write_size, taken});
        }
    }
    return seen;
}

double error_of(const Explanation& one, const std::vector<Seen>& seen) {
    double sum = 0;
    for (const Seen& row : seen) {
        const auto guess =
            static_cast<double>(predicted(one.rule, one.limit, one.receiver, row.write_size));
        sum += std::abs(std::log(guess / static_cast<double>(row.taken)));
    }
    return sum / static_cast<double>(seen.size());
}

// Better pairs around a good one, in ever smaller steps.
void refine(Explanation& best, const std::vector<Seen>& seen) {
    for (double step = 0.1; step > 0.0001; step /= 2) {
        for (bool better = true; better;) {
            better = false;
            for (const auto& [limit, receiver] : {std::pair{1 + step, 1.0},
                                                  {1 - step, 1.0},
                                                  {1.0, 1 + step},
                                                  {1.0, 1 - step},
                                                  {1 + step, 1 - step},
                                                  {1 - step, 1 + step}}) {
                Explanation next = best;
                next.limit = static_cast<std::uint64_t>(
                    std::max(1.0, static_cast<double>(best.limit) * limit));
                next.receiver = static_cast<std::uint64_t>(
                    std::max(1.0, static_cast<double>(best.receiver) * receiver));
                next.error = error_of(next, seen);
                if (next.error < best.error) {
                    best = next;
                    better = true;
                }
            }
        }
    }
}

Explanation best_by(Rule rule, const std::vector<Seen>& seen) {
    constexpr int steps_per_doubling = 4;
    constexpr int doublings = 25; // 256 B to 8 GB
    Explanation best{rule, 0, 0, 1e9, seen.size()};
    const auto size = [](int step) {
        return static_cast<std::uint64_t>(
            256 * std::exp2(static_cast<double>(step) / steps_per_doubling));
    };
    for (int limit = 0; limit <= steps_per_doubling * doublings; ++limit) {
        for (int receiver = 0; receiver <= steps_per_doubling * doublings; ++receiver) {
            Explanation next{rule, size(limit), size(receiver), 0, seen.size()};
            next.error = error_of(next, seen);
            if (next.error < best.error) {
                best = next;
            }
        }
    }
    refine(best, seen);
    return best;
}

} // namespace

std::string_view name_of(Rule rule) {
    switch (rule) {
    case Rule::share:
        return "as much as fits";
    case Rule::whole_sends:
        return "whole sends";
    case Rule::hold_back:
        break;
    }
    return "whole sends, the rest held back";
}

std::uint64_t predicted(Rule rule, std::uint64_t limit, std::uint64_t receiver,
                        std::uint64_t write_size) {
    const auto sends_for = [write_size](std::uint64_t bytes) {
        return (bytes + write_size - 1) / write_size;
    };
    switch (rule) {
    case Rule::share:
        return limit + receiver;
    case Rule::whole_sends:
        // What the receiver's system has of a send releases nothing until it has all of it.
        return write_size * (receiver / write_size + sends_for(limit));
    case Rule::hold_back:
        break;
    }
    return write_size * sends_for(limit + receiver);
}

std::vector<Explanation> explain(const Table& sweep) {
    const std::vector<Seen> seen = seen_in(sweep);
    std::vector<Explanation> explanations;
    if (seen.size() < 3) {
        return explanations;
    }
    for (const Rule rule : {Rule::share, Rule::whole_sends, Rule::hold_back}) {
        explanations.push_back(best_by(rule, seen));
    }
    std::stable_sort(explanations.begin(), explanations.end(),
                     [](const Explanation& a, const Explanation& b) { return a.error < b.error; });
    return explanations;
}

std::string judge_second(const Table& second) {
    enum class Met { nothing, refusal, taking };
    enum class Size { small, huge };
    const auto met = [&second](std::string_view sndbuf, Size size) {
        for (const Row& row : second.rows) {
            const Size written = count_at(second, row, "write") <= 1000 ? Size::small : Size::huge;
            if (shown_at(second, row, "hoard") == "hoard" && written == size &&
                shown_at(second, row, "sndbuf") == sndbuf &&
                !std::holds_alternative<Unknown>(value_at(second, row, "taken"))) {
                return count_at(second, row, "taken") > 0 ? Met::taking : Met::refusal;
            }
        }
        return Met::nothing;
    };
    const Met small = met("unset", Size::small);
    const Met small_set = met("65536", Size::small);
    const Met huge = met("unset", Size::huge);
    if (small == Met::nothing || small_set == Met::nothing) {
        return "nothing was seen that tells H1 from H2";
    }
    if (small == Met::refusal) {
        return small_set == Met::taking
                   ? "H2 survives, H1 does not: even a small first send was refused, unless its "
                     "buffer was set"
                   : "neither H1 nor H2: small first sends were refused whatever the buffer";
    }
    if (huge == Met::refusal) {
        return "H1 survives, H2 does not: a small first send was taken, a huge one refused";
    }
    return "neither H1 nor H2 showed: every first send was taken, with as much hoarded as there "
           "was; a larger --total-limit may tell more";
}

} // namespace caesura::probe
