#include "simulate/plan.hpp"

#include <caesura/simulation/random.hpp>

#include <algorithm>
#include <array>

namespace caesura {

namespace {

using simulation::Random;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Around a power of two: small ones are as frequent as large ones.
std::uint64_t some_size(Random& random, std::uint64_t doublings) {
    const std::uint64_t power = std::uint64_t{1} << random.below(doublings);
    return random.between(power / 2, power);
}

Duration some_time(Random& random, Duration least, std::uint64_t doublings) {
    const auto times = static_cast<Duration::rep>(std::uint64_t{1} << random.below(doublings));
    return random.between(least, least * times);
}

simulation::Preset some_preset(Random& random) {
    const auto presets = simulation::presets();
    return presets[static_cast<std::size_t>(random.below(presets.size()))];
}

simulation::LinkQuality some_link(Random& random) {
    simulation::LinkQuality link;
    link.latency = some_time(random, microseconds(10), 14); // to 160 ms
    if (random.one_in(3)) {
        link.jitter = random.between(Duration::zero(), link.latency);
    }
    if (random.one_in(3)) {
        link.bandwidth = std::uint64_t{20'000} << random.below(12);
    }
    if (random.one_in(3)) {
        link.segment = static_cast<std::size_t>(random.between(536, 9000));
    }
    return link;
}

PoemPlan some_poem(Random& random) {
    PoemPlan poem;
    poem.size = random.one_in(8) ? 0 : some_size(random, random.one_in(4) ? 18 : 15);
    poem.kept = random.one_in(2) ? Kept::in_file : Kept::in_memory;
    if (poem.kept == Kept::in_file && random.one_in(2)) {
        poem.rewritten_every = some_time(random, milliseconds(50), 6);
    }
    return poem;
}

/// Limits so narrow that they are met.
void narrow(Random& random, ConnectionOptions& options) {
    if (random.one_in(2)) {
        options.stall_timeout = some_time(random, milliseconds(20), 10);
    }
    if (random.one_in(2)) {
        options.idle_timeout = some_time(random, milliseconds(20), 10);
    }
    if (random.one_in(3)) {
        options.transfer_timeout = some_time(random, milliseconds(20), 10);
    }
    if (random.one_in(4)) {
        options.min_rate = std::uint64_t{1} << random.below(14);
    }
    if (random.one_in(4)) {
        options.queue_limit = some_size(random, 17);
    }
}

ConnectionOptions some_options(Random& random, bool is_patient) {
    ConnectionOptions options;
    if (random.one_in(3)) {
        options.drain =
            random.one_in(2) ? Duration::zero() : some_time(random, milliseconds(5), 10);
    }
    if (random.one_in(2)) {
        options.stall_timeout = random.between(Duration(seconds(120)), Duration(seconds(200)));
    }
    if (random.one_in(2)) {
        constexpr std::array<std::size_t, 6> budgets = {0, 512, 1024, 4096, 16'384, 65'536};
        options.unsent_limit = budgets[static_cast<std::size_t>(random.below(budgets.size()))];
    }
    options.queue_high = some_size(random, 17);
    options.queue_low = random.below(options.queue_high + 1);
    if (random.one_in(4)) {
        options.drain_bytes = some_size(random, 20);
    }
    options.no_delay = random.one_in(2);
    options.keep_alive = random.one_in(2);
    if (!is_patient) {
        narrow(random, options);
    }
    return options;
}

DoorPlan some_door(Random& random, const std::vector<PoemPlan>& poems) {
    DoorPlan door;
    door.poem = static_cast<std::size_t>(random.below(poems.size()));
    door.serving = static_cast<Serving>(random.below(serving_count));
    const std::uint64_t portions = random.between(1, 12);
    door.portion = std::max<std::uint64_t>(poems[door.poem].size / portions, 1);
    door.pause = some_time(random, milliseconds(1), 9);
    door.is_patient = !random.one_in(3);
    door.options.connection = some_options(random, door.is_patient);
    door.options.backlog = random.one_in(2) ? 0 : static_cast<int>(random.between(1, 8));
    door.keeps_on_after_peer = !random.one_in(4);
    return door;
}

ClientPlan some_client(Random random, std::size_t machines, std::size_t doors) {
    ClientPlan client;
    client.manner =
        random.one_in(2) ? Manner::good : static_cast<Manner>(random.below(manner_count));
    client.machine = static_cast<std::size_t>(random.below(machines));
    client.door = static_cast<std::size_t>(random.below(doors));
    client.start = random.one_in(2) ? Duration::zero() : some_time(random, microseconds(10), 18);
    client.patience = some_time(random, microseconds(100), 14);
    client.by_name = random.one_in(2);
    client.receive_limit = random.one_in(3) ? static_cast<std::size_t>(some_size(random, 14)) : 0;
    client.options.connection = some_options(random, true);
    client.options.timeout = random.between(Duration(milliseconds(50)), Duration(seconds(30)));
    return client;
}

} // namespace

ClientPlan slow_reader(std::size_t door, Duration time) {
    ClientPlan client;
    client.manner = Manner::pauses; // which is no fault: there are none any more
    client.door = door;
    client.patience = time * pauses_in_patience;
    client.receive_limit = 1;
    client.options.timeout = time;
    return client;
}

Plan make_plan(std::uint64_t seed, const Limits& limits) {
    Random random(seed);
    Plan plan;
    plan.seed = seed;
    plan.world_seed = random.next();
    plan.fault_seed = random.next();
    plan.faults = limits.faults;
    if (random.one_in(10)) {
        plan.faults.reset();
    }
    const std::size_t machines = static_cast<std::size_t>(random.between(1, 3));
    const simulation::Preset drawn = some_preset(random);
    plan.presets.push_back(limits.preset.value_or(drawn));
    for (std::size_t i = 0; i < machines; ++i) {
        plan.presets.push_back(some_preset(random));
        plan.links.push_back(some_link(random));
    }
    for (std::uint64_t left = random.between(1, 3); left > 0; --left) {
        plan.poems.push_back(some_poem(random));
    }
    for (std::uint64_t left = random.between(1, 3); left > 0; --left) {
        plan.doors.push_back(some_door(random, plan.poems));
    }
    plan.unsent_total = random.one_in(2) ? 0 : some_size(random, 22);
    plan.length = some_time(random, milliseconds(100), 8);
    if (random.one_in(3)) {
        plan.exit_every = some_time(random, milliseconds(20), 8);
    }
    plan.turns_max = limits.turns_max;
    Random clients = random.split();
    const std::uint64_t count = random.one_in(4) ? random.between(1, 20) : random.between(1, 8);
    for (std::uint64_t i = 0; i < count && i < limits.clients_max; ++i) {
        plan.clients.push_back(some_client(clients.split(), machines, plan.doors.size()));
    }
    return plan;
}

} // namespace caesura
