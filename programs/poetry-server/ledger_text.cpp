#include "poetry-server/ledger_text.hpp"

namespace caesura {

void add(Ledger& sum, const Ledger& more) {
    sum.queued += more.queued;
    sum.handed_over += more.handed_over;
    if (sum.unacknowledged && more.unacknowledged) {
        *sum.unacknowledged += *more.unacknowledged;
    } else {
        sum.unacknowledged.reset();
    }
}

std::string describe(const Ledger& ledger) {
    return "queued " + std::to_string(ledger.queued) + ", handed over " +
           std::to_string(ledger.handed_over) + ", unacknowledged " +
           (ledger.unacknowledged ? std::to_string(*ledger.unacknowledged) : "unknown") + " bytes";
}

} // namespace caesura
