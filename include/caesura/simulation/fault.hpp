#pragma once

#include <caesura/error.hpp>
#include <caesura/time.hpp>

#include <caesura/simulation/random.hpp>

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caesura::simulation {

class Network;

/// What can go wrong, in kinds: all of a kind are on in a run, or none of them ("swarm testing":
/// Groce and others, ISSTA 2012), so that no kind can hide what another one would have shown.
enum class FaultClass : std::uint8_t {
    resources,
    options,
    listen,
    accept,
    connect,
    receive,
    send,
    close,
    poller,
    peer,
    network,
    time,
    resolver
};
inline constexpr std::size_t fault_class_count = 13;

/// Everything that a simulated system can do wrong, or that can be done to it. What each is, and
/// which errors it answers with, stands in src/simulation/fault_table.cpp.
enum class Fault : std::uint8_t {
    // resources
    open_too_many,
    open_no_memory,
    open_no_family,
    open_no_right,
    open_not_initialised,
    open_odd_socket,
    pair_fails,
    descriptor_limit,
    memory_pressure,
    pool_limit,
    backlog_moves,
    // options
    option_refused,
    option_after_reset,
    option_rounded,
    budget_refused,
    // listen
    listen_in_use,
    listen_not_ours,
    listen_no_right,
    listen_invalid,
    listen_short_backlog,
    // accept
    accept_would_block,
    accept_caller_gone,
    accept_too_many,
    accept_no_memory,
    accept_invalid,
    accept_odd_address,
    accept_late,
    accept_storm,
    // connect
    connect_at_once,
    connect_refused_at_once,
    connect_no_port,
    connect_misused,
    connect_fails_late,
    connect_silence,
    connect_to_itself,
    connect_refused_slowly,
    connect_spurious,
    connect_late,
    connect_outcome_fails,
    connect_given_up,
    // receive
    receive_would_block,
    receive_short,
    receive_no_memory,
    receive_reset,
    receive_timed_out,
    receive_misused,
    receive_bad_socket,
    receive_fin_and_reset,
    // send
    send_would_block,
    send_short,
    send_whole,
    send_no_memory,
    send_peer_gone,
    send_timed_out,
    send_misused,
    send_denied,
    send_after_fin,
    // close
    finish_refused,
    close_with_unread,
    close_with_unsent,
    // poller
    wait_fails,
    wait_interrupted,
    wait_early,
    wait_slow,
    wait_for_nobody,
    ready_spurious,
    ready_late,
    ready_shuffled,
    ready_stale,
    ready_invalid,
    ready_error_unasked,
    ready_hang_up_with_data,
    // peer: the program at the other end does these; whoever plays it asks fires
    peer_never_reads,
    peer_half_closes,
    peer_floods,
    peer_resets,
    peer_says_nothing,
    process_exits,
    callback_throws,
    file_changes,
    // network
    connection_killed,
    link_cut,
    link_slow,
    machine_vanishes,
    // time
    process_stalls,
    clock_coarse,
    clock_wraps,
    // resolver
    resolver_fails,
    resolver_slow,
    resolver_dead_address_first,
    resolver_many_addresses,
};
inline constexpr std::size_t fault_count =
    static_cast<std::size_t>(Fault::resolver_many_addresses) + 1;

/// A set of them.
using FaultSet = std::bitset<fault_count>;

/// What is known of a fault. Its rows are those of the matrix of faults of which it is a part.
struct FaultFacts {
    Fault fault;
    std::string_view name; // such as "accept-too-many"
    FaultClass kind;
    /// How often it fires at most: once in so many occasions.
    std::uint32_t least_once_in;
    std::array<std::uint8_t, 4> row_numbers; // 0: none
    std::array<Error, 6> all_errors;         // none: there are no more

    std::span<const std::uint8_t> rows() const;
    /// What it may answer; empty for those that do something else.
    std::span<const Error> errors() const;
};

/// A row of the fault matrix that no fault here stands for, and why.
struct RowLeftOut {
    std::uint8_t row;
    std::string_view why;
};

inline constexpr std::uint8_t fault_rows = 122;

/// In the order of the enumeration.
std::span<const FaultFacts> all_faults();
/// One of them.
const FaultFacts& facts_of(Fault fault);
/// Such as "poller". Never empty, and no fault has the same.
std::string_view name_of(FaultClass kind);
/// In the order of their numbers.
std::span<const RowLeftOut> rows_left_out();

/// Names of faults and of classes, separated by commas; or `none`, or `all`. std::nullopt when a
/// name is unknown.
std::optional<FaultSet> parse_faults(std::string_view list);
/// The same backwards: names of faults, or `none`, or `all`.
std::string list_of(const FaultSet& faults);

/// What became of one fault.
struct FaultTally {
    bool drawn = false;  // its class is on in this run
    bool active = false; // and so is it
    std::uint64_t occasions = 0;
    std::uint64_t fired = 0;
};

/// The faults of one world. At first there are none, and nothing is drawn for them, so that a world
/// without faults is as it ever was.
///
/// Two-level: a class is on in a run or not; in one that is on each fault is active or not; an
/// active one fires once in a number of occasions that is its own. Each has a generator of its own,
/// so that leaving one out changes the others' draws in nothing: one by the world's seed, until
/// draw gives it another.
///
/// A limit that a fault lowers is beside the test's own, and the lower one is in force: what a test
/// sets meanwhile stays when the fault is over.
class Faults {
public:
    Faults(Network& network, std::uint64_t seed);
    ~Faults();
    Faults(const Faults&) = delete;
    Faults& operator=(const Faults&) = delete;

    /// Draws from that seed which of these are active, and how often they fire. Once, and before
    /// there is a Reactor in the world: clocks may be set to another beginning.
    void draw(std::uint64_t seed, const FaultSet& among = FaultSet().set());
    /// One fault by hand: fires at each `once_in`-th occasion on average; 0: at none. What was set
    /// or planned for it before is forgotten, and after a calm so is all that was on before it.
    ///
    /// clock_wraps moves the clocks forward, once in a world: before there is a Reactor.
    void set(Fault fault, std::uint64_t once_in);
    /// The same, but it fires at its occasion of that number from now on, the first being 1, and if
    /// it `lasts` at each after that, with that error (none: one of its own).
    void plan(Fault fault, std::uint64_t occasion, bool lasts = false, Error error = Error::none);

    /// No more of them: what was done to machines, links and pools is undone. Clocks that were
    /// moved stay so.
    void calm();
    /// Whether any is active, and they have not been calmed.
    bool is_on() const { return phase_ == Phase::on; }

    bool is_active(Fault fault) const;
    /// There is an occasion for it: whether it fires. Traced, and counted.
    bool fires(Fault fault);
    /// The same for one that may turn out impossible: not counted until it has happened.
    bool is_due(Fault fault);
    /// It has come about, by what others did or because it was due. Counted, when it is active.
    void happened(Fault fault);
    /// What one that fires answers.
    Error error_of(Fault fault);
    /// Which of those there are that is active, by chance; nothing when none is.
    std::optional<Fault> one_of(std::span<const Fault> some);

    const FaultTally& tally(Fault fault) const { return knob(fault).tally; }
    /// For what a fault needs to have drawn: how long, how much, whom.
    Random& random() { return random_; }

private:
    enum class Phase : std::uint8_t { off, on, calm };
    struct Plan {
        std::uint64_t occasion = 0;
        bool lasts = false;
        Error error = Error::none;
    };
    struct Knob {
        FaultTally tally;
        std::uint64_t once_in = 0;
        std::optional<Plan> plan;
        Random random{0};
    };

    Knob& knob(Fault fault) { return knobs_[static_cast<std::size_t>(fault)]; }
    const Knob& knob(Fault fault) const { return knobs_[static_cast<std::size_t>(fault)]; }
    void count(Fault fault);
    void forget_calmed();
    void turn_on();
    void set_clocks();

    Network& network_;
    Phase phase_ = Phase::off;
    std::array<Knob, fault_count> knobs_;
    Random random_;
};

} // namespace caesura::simulation
