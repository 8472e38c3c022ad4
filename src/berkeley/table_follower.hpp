#pragma once

#include <caesura/watch_table.hpp>

namespace caesura {

/// How far a back-end has followed which table: what lets it keep state of its own from one wait to
/// the next, and yet be handed another table at any time. (Two tables are told apart by address and
/// revision, so one must not be replaced in place by another that has changed more often.)
class TableFollower {
public:
    /// Calls `forget()` when the table is not the one of last time, then `visit(const Watch&)` for
    /// each slot that has changed. The newest change comes first: a socket can be seen in its new
    /// slot before the old one is seen free.
    template <class Forget, class Visit>
    void follow(const WatchTable& table, Forget forget, Visit visit) {
        if (&table != table_ || table.revision() < seen_) {
            forget();
            table_ = &table;
            seen_ = 0;
        }
        seen_ = table.changes_since(seen_, visit);
    }

private:
    const WatchTable* table_ = nullptr;
    WatchTable::Revision seen_ = 0;
};

} // namespace caesura
