#pragma once

#include "simulate/poem.hpp"

#include <caesura/tcp.hpp>

#include <caesura/simulation/fault.hpp>
#include <caesura/simulation/link.hpp>
#include <caesura/simulation/preset.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace caesura {

/// What one run is asked for, beyond its seed: what a failure is shrunk by.
struct Limits {
    std::optional<simulation::Preset> preset; // of the server
    std::size_t clients_max = std::numeric_limits<std::size_t>::max();
    std::uint64_t turns_max = std::numeric_limits<std::uint64_t>::max(); // with faults
    simulation::FaultSet faults = simulation::FaultSet().set();
};

/// How a poem is served.
enum class Serving : std::uint8_t {
    at_once,
    in_pieces, // written one by one, in one go
    slowly,    // a portion every so often
    pull_producer,
    push_producer
};
inline constexpr std::uint64_t serving_count = 5;

/// What a client is like.
enum class Manner : std::uint8_t {
    good,
    talks_first,
    reads_by_byte,
    pauses,       // reads a little, now and then
    never_closes, // waits for more after the end, until it is told to go
    never_reads,
    half_closes,
    floods,
    resets,
    says_nothing, // and hears nothing either
    gives_up      // while it connects
};
inline constexpr std::uint64_t manner_count = 11;
/// How many times who `pauses` does so in the time of his patience.
inline constexpr int pauses_in_patience = 16;

struct DoorPlan {
    std::size_t poem = 0;
    Serving serving = Serving::at_once;
    std::uint64_t portion = 1;
    Duration pause{};
    ListenOptions options;
    bool is_patient = true; // its limits let every good client get its poem
    bool keeps_on_after_peer = true;
};

struct ClientPlan {
    Manner manner = Manner::good;
    std::size_t machine = 0; // among the clients'
    std::size_t door = 0;
    Duration start{};
    Duration patience{}; // until a bad one does what it does
    bool by_name = false;
    bool second_address = false; // and the first of the name's is nobody's
    std::size_t receive_limit = 0; // 0: the usual one
    ConnectOptions options;
};

struct PoemPlan {
    std::uint64_t size = 0;
    Kept kept = Kept::in_memory;
    std::optional<Duration> rewritten_every;
};

/// All that is drawn before a run begins.
struct Plan {
    std::uint64_t seed = 0;
    std::uint64_t world_seed = 0;
    std::uint64_t fault_seed = 0;
    simulation::FaultSet faults;
    std::vector<simulation::Preset> presets;    // the server's first
    std::vector<simulation::LinkQuality> links; // from the server to each of the others
    std::vector<PoemPlan> poems;
    std::vector<DoorPlan> doors;
    std::vector<ClientPlan> clients;
    std::uint64_t unsent_total = 0;
    Duration length{}; // of the time with faults
    std::uint64_t turns_max = 0;
    std::optional<Duration> exit_every; // of some client's process
};

/// One that reads next to nothing for so long.
ClientPlan slow_reader(std::size_t door, Duration time);

Plan make_plan(std::uint64_t seed, const Limits& limits);

} // namespace caesura
