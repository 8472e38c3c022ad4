#include "simulation/resolver.hpp"

#include "simulation/computer.hpp"
#include "simulation/network.hpp"

#include <algorithm>
#include <utility>

namespace caesura::simulation {

namespace {

/// Names are the same in capitals (RFC 4343).
std::string in_small_letters(std::string name) {
    for (char& letter : name) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return name;
}

} // namespace

namespace {

/// An address that no machine has, or one at which nobody listens.
Endpoint dead_address(Random& random, std::uint16_t port) {
    if (random.one_in(2)) {
        return Endpoint::loopback(random.one_in(2) ? Family::ipv4 : Family::ipv6, port);
    }
    Endpoint endpoint{.family = Family::ipv4, .port = port};
    endpoint.address[0] = 192; // TEST-NET-1 (RFC 5737)
    endpoint.address[2] = 2;
    endpoint.address[3] = static_cast<std::uint8_t>(random.between(1, 254));
    return endpoint;
}

void insert_new(std::vector<Endpoint>& list, std::size_t place, const Endpoint& endpoint) {
    if (std::find(list.begin(), list.end(), endpoint) == list.end()) {
        list.insert(list.begin() + static_cast<std::ptrdiff_t>(std::min(place, list.size())),
                    endpoint);
    }
}

/// What becomes of the answer, and how much later it comes.
Duration add_faults(Faults& faults, std::uint16_t port, Resolver::Answer& answer) {
    if (faults.fires(Fault::resolver_fails)) {
        answer = Failure{faults.error_of(Fault::resolver_fails)};
    }
    if (answer && faults.fires(Fault::resolver_dead_address_first)) {
        insert_new(*answer, 0, dead_address(faults.random(), port));
    }
    if (answer && faults.fires(Fault::resolver_many_addresses)) {
        for (std::uint64_t i = faults.random().between(1, 6); i > 0; --i) {
            const auto place = static_cast<std::size_t>(faults.random().below(4));
            insert_new(*answer, place, dead_address(faults.random(), port));
        }
    }
    return faults.fires(Fault::resolver_slow)
               ? faults.random().between(std::chrono::milliseconds(1), std::chrono::seconds(20))
               : Duration::zero();
}

} // namespace

SimulatedResolver::SimulatedResolver(Computer& computer) : computer_(computer) {
    add("localhost", {Endpoint::loopback(Family::ipv4), Endpoint::loopback(Family::ipv6)});
}

void SimulatedResolver::add(std::string name, std::vector<Endpoint> addresses) {
    names_[in_small_letters(std::move(name))] = std::move(addresses);
}

void SimulatedResolver::resolve(std::string host, std::uint16_t port,
                                std::function<void(Answer)> done) {
    if (const auto literal = parse_address(host, port)) {
        done(std::vector{*literal});
        return;
    }
    Network& network = computer_.network;
    computer_.note("resolve", port);
    const auto found = names_.find(in_small_letters(std::move(host)));
    Answer answer = Failure{Error::host_not_found};
    if (found != names_.end() && !found->second.empty()) {
        std::vector<Endpoint> endpoints;
        for (Endpoint endpoint : found->second) {
            endpoint.port = port;
            insert_new(endpoints, endpoints.size(), endpoint);
        }
        answer = std::move(endpoints);
    }
    const Duration delay = add_faults(network.faults, port, answer);
    network.at(
        after(after(network.now, delay_), delay),
        [this, process = computer_.process, done = std::move(done), answer = std::move(answer)] {
            if (process == computer_.process) {
                computer_.note("resolved", answer ? answer->size() : 0);
                done(answer);
            }
        });
}

} // namespace caesura::simulation
