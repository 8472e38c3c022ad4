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
    constexpr std::size_t most = 64;
    constexpr std::uint64_t longest = std::uint64_t{1} << 50; // sums and products stay in 64 bits
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
        if (counts && write_size > 0 && write_size <= longest && taken > 0 && taken <= longest) {
            seen.push_back({write_size, taken});
        }
    }
    return seen;
}

// The mean distance; any that is larger than `most` when it is.
double error_of(const Explanation& one, const std::vector<Seen>& seen, double most) {
    const auto rows = static_cast<double>(seen.size());
    double sum = 0;
    for (const Seen& row : seen) {
        const auto guess =
            static_cast<double>(predicted(one.rule, one.limit, one.receiver, row.write_size));
        sum += std::abs(std::log(guess / static_cast<double>(row.taken)));
        if (sum > most * rows) {
            break;
        }
    }
    return sum / rows;
}

// What a limit, or what a receiver holds, may be: in even steps, none longer than 2 percent, and
// just at and beside few multiples of each write, where what is taken changes.
std::vector<std::uint64_t> ladder(const std::vector<Seen>& seen) {
    constexpr int steps_per_doubling = 32;
    constexpr std::uint64_t most_multiples = 3;
    std::uint64_t most = 1;
    std::vector<std::uint64_t> sizes{0};
    for (const Seen& row : seen) {
        most = std::max(most, row.taken);
        for (std::uint64_t bytes = row.write_size;
             bytes <= most_multiples * row.write_size && bytes <= 2 * row.taken;
             bytes += row.write_size) {
            sizes.insert(sizes.end(), {bytes - 1, bytes, bytes + 1});
        }
    }
    for (double size = 1; size <= 2 * static_cast<double>(most);
         size *= std::exp2(1.0 / steps_per_doubling)) {
        sizes.push_back(static_cast<std::uint64_t>(size + 0.5));
    }
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

enum class Given { limit, receiver };

// What the other of limit and receiver may be: what makes some row right, or off by as little as
// does no harm; of a range of such sizes both ends.
std::vector<std::uint64_t> partners(Rule rule, Given what, std::uint64_t given,
                                    const std::vector<Seen>& seen) {
    std::vector<std::uint64_t> sizes{0, 1};
    const auto add = [&sizes](std::uint64_t all, std::uint64_t of_it) {
        if (all >= of_it) {
            sizes.push_back(all - of_it);
        }
    };
    constexpr double harmless = 0.98 * as_good_within; // a logarithm is off by a little more
    for (const Seen& row : seen) {
        const auto little = static_cast<std::uint64_t>(static_cast<double>(row.taken) * harmless);
        const std::uint64_t write = row.write_size;
        for (const std::uint64_t all : {row.taken - little, row.taken, row.taken + little}) {
            if (rule != Rule::whole_sends) {
                add(all, given);
            }
            if (rule == Rule::hold_back) {
                add(all + 1, given + write);
            } else if (rule == Rule::whole_sends && what == Given::limit) {
                const std::uint64_t sends = (given + write - 1) / write * write;
                add(all, sends);
                add(all + write - 1, sends);
            } else if (rule == Rule::whole_sends) {
                const std::uint64_t sends = given / write * write;
                add(all, sends);
                add(all + 1, sends + write);
            }
        }
    }
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

// Calls with every pair that may be worth a try, some of them twice.
template <class Try>
void for_each_pair(Rule rule, const std::vector<Seen>& seen, Try&& attempt) {
    for (const std::uint64_t given : ladder(seen)) {
        if (given > 0) {
            for (const std::uint64_t receiver : partners(rule, Given::limit, given, seen)) {
                attempt(given, receiver);
            }
        }
        for (const std::uint64_t limit : partners(rule, Given::receiver, given, seen)) {
            if (limit > 0) {
                attempt(limit, given);
            }
        }
    }
}

void widen(Range& range, std::uint64_t bytes) {
    range = {std::min(range.least, bytes), std::max(range.most, bytes)};
}

Explanation best_by(Rule rule, const std::vector<Seen>& seen) {
    Explanation best;
    best.rule = rule;
    best.error = 1e9;
    best.rows = seen.size();
    for_each_pair(rule, seen, [&best, &seen](std::uint64_t limit, std::uint64_t receiver) {
        Explanation next = best;
        next.limit = limit;
        next.receiver = receiver;
        next.error = error_of(next, seen, best.error);
        if (next.error < best.error) {
            best = next;
        }
    });
    best.limits = {best.limit, best.limit};
    best.receivers = {best.receiver, best.receiver};
    best.together = {best.limit + best.receiver, best.limit + best.receiver};
    const double most = best.error + as_good_within;
    for_each_pair(rule, seen, [&best, &seen, most](std::uint64_t limit, std::uint64_t receiver) {
        Explanation next = best;
        next.limit = limit;
        next.receiver = receiver;
        if (error_of(next, seen, most) <= most) {
            widen(best.limits, limit);
            widen(best.receivers, receiver);
            widen(best.together, limit + receiver);
        }
    });
    return best;
}

// By what ended the hoard. Files of before that was told say nothing of it.
std::string what_may_tell_more(const Table& second) {
    for (const Row& row : second.rows) {
        const std::string ended = shown_at(second, row, "hoard_ended");
        if (ended == "sockets") {
            return "there were no more sockets to hoard with";
        }
        if (ended == "refused") {
            return "the hoard itself was refused more";
        }
    }
    return "a larger --total-limit may tell more";
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

std::string_view name_of(Standing standing) {
    switch (standing) {
    case Standing::best:
        return "best";
    case Standing::as_good:
        return "as good";
    case Standing::worse:
        break;
    }
    return "worse";
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
    const double most = explanations.front().error + as_good_within;
    for (auto one = explanations.begin() + 1; one != explanations.end(); ++one) {
        one->standing = one->error <= most ? Standing::as_good : Standing::worse;
    }
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
                   : "the memory for sends was used up to the last byte: small first sends were "
                     "refused whatever the buffer, which H1 allows and H2 alone does not explain; "
                     "a smaller --total-limit, which leaves some of it, may tell more";
    }
    if (huge == Met::refusal) {
        return "H1 survives, H2 does not: a small first send was taken, a huge one refused";
    }
    return "neither H1 nor H2 showed: every first send was taken, with as much hoarded as there "
           "was; " +
           what_may_tell_more(second);
}

} // namespace caesura::probe
