#include "poetry-server/ledger_text.hpp"

namespace caesura {

namespace {

using Count = std::optional<std::uint64_t>;

// Unknown as soon as one of them is.
Count sum_of(const Count& one, const Count& other) {
    return one && other ? Count(*one + *other) : std::nullopt;
}

std::string text_of(const Count& count) {
    return count ? std::to_string(*count) : "unknown";
}

} // namespace

void add(Ledger& sum, const Ledger& more) {
    sum.queued += more.queued;
    sum.handed_over += more.handed_over;
    sum.unacknowledged = sum_of(sum.unacknowledged, more.unacknowledged);
    sum.unsent = sum_of(sum.unsent, more.unsent);
}

std::string describe(const Ledger& ledger) {
    return "queued " + std::to_string(ledger.queued) + ", handed over " +
           std::to_string(ledger.handed_over) + ", unacknowledged " +
           text_of(ledger.unacknowledged) + ", unsent " + text_of(ledger.unsent) + " bytes";
}

} // namespace caesura
