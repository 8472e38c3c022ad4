#pragma once

#include <caesura/sockets.hpp>
#include <caesura/time.hpp>
#include <caesura/watch_table.hpp>

#include <cstdint>
#include <vector>

namespace caesura {

/// Which watches of a table are hot, warm and cold: those that have been silent for long go cold,
/// and come back when they are heard. So a server pays for its thousands of stalled clients by the
/// sweep (see Lookout), not by the turn.
///
/// A watch goes cold that was silent for longer than a second and four times its longest recent
/// gap between two events (of which a quarter is forgotten at each event, and what is above 15
/// seconds at once; so after a minute every silent watch goes cold). One that is heard, or whose
/// interest changes, is back at once.
///
/// Never cold is: any watch while there are fewer than `fewest` of them; one that waits for a
/// connect; what has no peer, such as a listener; what was pinned.
///
/// Costs O(1) for each event, and for each turn as much as time has passed: a hand goes round the
/// slots of the table, once in a quarter of a second. That much later a watch may go cold.
class Cooling {
public:
    static constexpr std::size_t fewest = 64;

    Cooling(WatchTable& watches, Sockets& sockets) : watches_(watches), sockets_(sockets) {}

    // All but tend expect a watch that is in the table.

    /// It was added.
    void admit(WatchId watch, Instant now);
    /// It was ready.
    void heard(WatchId watch, Instant now);
    /// It waits for something else from now on, or somebody wants to hear of it soon.
    void heed(WatchId watch, Instant now);
    /// Whether it has to be hot, or is warm, when it is not cold.
    void set_warm(WatchId watch, bool warm, Instant now);
    /// It stays as it is.
    void pin(WatchId watch);

    /// To be called once a turn: lets the silent ones go cold.
    void tend(Instant now);

    /// Off: nothing goes cold any more, and what has is back. On when made.
    void switch_on(bool on);

private:
    /// What it is when it is not cold, and whether it may ever be.
    enum class Kind : std::uint8_t { hot, warm, pinned };

    /// What is known of a slot. Milliseconds of the clock, which wrap round after 49 days: then a
    /// silent watch may be taken for one that was heard just now, for once.
    struct Record {
        std::uint32_t heard = 0;
        std::uint32_t gap = 0; // the longest of late
        Kind kind = Kind::hot;
    };

    static std::uint32_t milliseconds(Instant now);
    static Tier tier_when_heard(const Record& record);
    void warm_up(WatchId watch, Record& record, Instant now);
    void examine(std::uint32_t slot, std::uint32_t now);

    WatchTable& watches_;
    Sockets& sockets_;
    std::vector<Record> records_; // by slot
    std::size_t hand_ = 0;        // the slot to examine next
    Instant tended_ = Instant::min();
    bool on_ = true;
};

} // namespace caesura
