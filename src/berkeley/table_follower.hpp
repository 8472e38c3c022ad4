#pragma once

#include <caesura/watch_table.hpp>

#include <cstdint>

namespace caesura {

/// How far a back-end has followed which table: what lets it keep state of its own from one wait to
/// the next, and yet be handed another table at any time, or one that was replaced in its place.
class TableFollower {
public:
    /// Calls `forget()` when the table is not the one of last time, then `visit(const Watch&)` for
    /// each slot that has changed. The newest change comes first: a socket can be seen in its new
    /// slot before the old one is seen free.
    template <class Forget, class Visit>
    void follow(const WatchTable& table, Forget forget, Visit visit) {
        if (table.identity() != table_) {
            forget();
            table_ = table.identity();
            seen_ = 0;
        }
        seen_ = table.changes_since(seen_, visit);
    }

private:
    std::uint64_t table_ = 0; // its identity; 0: none yet
    WatchTable::Revision seen_ = 0;
};

} // namespace caesura
