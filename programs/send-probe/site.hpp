#pragma once

#include <caesura/host.hpp>
#include <caesura/simulation/world.hpp>
#include <caesura/system.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace caesura::probe {

/// Where one link is probed: this system, or a simulated one in virtual time, of which each site is
/// a world of its own. Must outlive whatever uses its systems, sockets included.
class Site {
public:
    /// This system.
    Site() = default;
    /// Two machines of a simulated one. The seed decides what happens there by chance.
    Site(const simulation::Preset& preset, std::uint64_t seed);

    /// Where the sender is.
    System& system() const;
    /// Where a reader is that is to live on when the sender's process ends: the other machine of a
    /// simulated network, and otherwise the same system.
    System& far_system() const;
    /// Where the sender listens for readers that are where it is, or far.
    Endpoint address() const { return Endpoint::loopback(Family::ipv4); }
    Endpoint far_address() const;

    /// The sender's machine; nullptr when it is no simulated one.
    simulation::Machine* machine() const;
    /// Of a simulated machine: the memory for sends, and what there is of it.
    MemoryUse memory() const;

private:
    std::unique_ptr<simulation::World> world_;
};

class Remote;

/// Makes sites, all of the same kind.
class Grounds {
public:
    /// std::nullopt: this system; then its readers can be on another machine, to which there is a
    /// session that must outlive this.
    explicit Grounds(std::optional<simulation::Preset> preset, Remote* remote = nullptr)
        : preset_(std::move(preset)), remote_(remote) {}

    Site site(std::uint64_t seed = 1) const { return preset_ ? Site(*preset_, seed) : Site(); }
    bool is_simulated() const { return preset_.has_value(); }
    /// nullptr: readers are where their senders are.
    Remote* remote() const { return remote_; }
    /// Only for a simulated one.
    const simulation::Preset& preset() const { return *preset_; }

private:
    std::optional<simulation::Preset> preset_;
    Remote* remote_;
};

} // namespace caesura::probe
