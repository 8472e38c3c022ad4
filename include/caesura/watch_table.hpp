#pragma once

#include <caesura/sockets.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace caesura {

/// What a watch wants to hear of: a set.
enum class Interest : std::uint8_t {
    none = 0,
    read = 1,   // bytes, end of stream, an error, or a waiting connection
    write = 2,  // room for at least one byte, or an error
    connect = 4 // a connect under way has come to an end, good or bad
};

/// What is in either set.
constexpr Interest operator|(Interest a, Interest b) {
    return static_cast<Interest>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
/// What is in both sets.
constexpr Interest operator&(Interest a, Interest b) {
    return static_cast<Interest>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
/// True when `set` holds any of `wanted`.
constexpr bool has(Interest set, Interest wanted) {
    return (set & wanted) != Interest::none;
}

/// Names one registration for ever: a slot of the table, and the generation that tells this
/// registration from the ones that had the slot before. Never valid when default-made.
struct WatchId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    bool operator==(const WatchId&) const = default;
};

/// The parts of the table, by how soon a readiness has to be noticed. A wait may leave some out.
enum class Tier : std::uint8_t {
    hot,  // at once
    warm, // can wait a little
    cold  // has been silent for long, and probably stays so
};
inline constexpr std::array<Tier, 3> all_tiers = {Tier::hot, Tier::warm, Tier::cold};

/// Which parts of the table a wait looks at. Back-ends that keep their own state and do not pay
/// for silent watches may look at all regardless.
enum class Scope : std::uint8_t { hot, not_cold, cold, all };

/// True when a wait of that scope looks at that tier.
constexpr bool covers(Scope scope, Tier tier) {
    switch (scope) {
    case Scope::hot:
        return tier == Tier::hot;
    case Scope::not_cold:
        return tier != Tier::cold;
    case Scope::cold:
        return tier == Tier::cold;
    case Scope::all:
        break;
    }
    return true;
}

/// One registration. In a free slot the socket is Socket::none, the interest none, and the id that
/// of the registration that will have the slot next.
struct Watch {
    Socket socket = Socket::none;
    WatchId id;
    Interest interest = Interest::none;
    Tier tier = Tier::hot;
};

/// Every registration of one loop, once, above all back-ends. Owns no socket.
///
/// Invariant: the slots of the three tiers + free slots = all slots, and each slot stands in the
/// list of changes exactly once, the most recently changed one first. So a back-end that remembers
/// up to which revision it has seen is told of each changed slot once, in its present form, however
/// often it changed; one that has seen nothing (revision 0) is told of all. Nobody has to clear
/// anything, hence several back-ends can look at one table.
///
/// A copy is a table of its own, with an identity of its own; so is what another is assigned to. A
/// table is never moved: to move is to copy.
///
/// Belongs to one thread.
class WatchTable {
public:
    using Revision = std::uint64_t;

    WatchTable() = default;
    WatchTable(const WatchTable&) = default;
    WatchTable& operator=(const WatchTable&) = default;
    ~WatchTable() = default;

    /// Registers a socket, hot. std::nullopt when it is watched already (the first registration
    /// stays as it was), and for Socket::none. The only call that allocates: when it throws,
    /// nothing was done.
    std::optional<WatchId> add(Socket socket, Interest interest);
    /// False, and nothing done, when the id is of a registration that is gone. Likewise below.
    /// To set what is set already is no change.
    bool set_interest(WatchId id, Interest interest);
    bool set_tier(WatchId id, Tier tier);
    bool remove(WatchId id);

    /// The registration, or nullptr when it is gone. Valid until the next add.
    const Watch* find(WatchId id) const;
    /// By socket; nullptr when it is not watched.
    const Watch* find(Socket socket) const;

    /// How many registrations there are.
    std::size_t size() const { return by_socket_.size(); }
    /// The slots of one tier, in no order. Valid until the table changes.
    std::span<const std::uint32_t> slots(Tier tier) const;
    /// One more than the highest slot there ever was.
    std::size_t slot_count() const { return entries_.size(); }
    /// What stands in a slot, free or not.
    const Watch& at(std::uint32_t slot) const { return entries_[slot].watch; }

    /// Tells this table's content from that of any other table there was or will be, also one that
    /// stood at the same address. Never 0.
    std::uint64_t identity() const { return identity_.number; }
    /// The number of the latest change; it only grows.
    Revision revision() const { return revision_; }

    /// Calls `visit(const Watch&)` for each slot changed after `seen`, in its present form: a slot
    /// that was freed comes with Socket::none. `visit` must not change the table.
    /// Returns the revision to pass next time.
    ///
    /// The newest comes first. A socket number may have moved from one slot to another, so whoever
    /// keeps state by socket has to let go of what all the visited slots had before it takes up
    /// what they have now. The same number may also stand in the same slot and be another socket:
    /// then the generation differs.
    template <class Visit>
    Revision changes_since(Revision seen, Visit visit) const {
        for (std::uint32_t slot = newest_; slot != no_slot; slot = entries_[slot].older) {
            if (entries_[slot].changed <= seen) {
                break;
            }
            visit(entries_[slot].watch);
        }
        return revision_;
    }

private:
    static constexpr std::uint32_t no_slot = ~std::uint32_t{0};

    struct Entry {
        Watch watch;
        Revision changed = 0;
        std::uint32_t newer = no_slot;
        std::uint32_t older = no_slot;
        std::uint32_t position = no_slot; // in its tier's list
    };

    /// A number that is not copied: each has another.
    struct Identity {
        Identity() : number(next()) {}
        Identity(const Identity&) : Identity() {}
        Identity& operator=(const Identity&) {
            number = next();
            return *this;
        }
        ~Identity() = default;
        static std::uint64_t next();

        std::uint64_t number;
    };

    Entry* entry_of(WatchId id);
    void make_room();
    std::uint32_t take_slot();
    std::vector<std::uint32_t>& list_of(Tier tier);
    void join_tier(std::uint32_t slot, Tier tier);
    void leave_tier(std::uint32_t slot);
    void mark_changed(std::uint32_t slot);
    void unlink(Entry& entry);
    void check() const;

    std::vector<Entry> entries_;
    std::array<std::vector<std::uint32_t>, all_tiers.size()> tiers_; // slots
    std::vector<std::uint32_t> free_;
    std::unordered_map<Socket, std::uint32_t> by_socket_;
    std::uint32_t newest_ = no_slot;
    Revision revision_ = 0;
    Identity identity_;
};

} // namespace caesura
