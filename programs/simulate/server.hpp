#pragma once

#include "simulate/scene.hpp"

#include <caesura/protocol.hpp>
#include <caesura/tcp.hpp>

#include <memory>
#include <string>
#include <vector>

namespace caesura {

/// Whoever speaks for a connection of a door's.
class Guest {
public:
    virtual ~Guest() = default;
    /// A turn of the reactor is over, before which its clock stood there.
    virtual void turned(Instant before) = 0;
};

/// One poem at one port: opens whenever it is not open and may be, and counts who is inside.
class Door {
public:
    Door(Scene& scene, Party& party, const DoorPlan& plan, std::uint16_t port);
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

    const DoorPlan& plan() const { return plan_; }
    std::uint16_t port() const { return port_; }
    bool is_open() const { return listener_ != nullptr; }
    /// Lets nobody in any more.
    void close();
    /// Connections that are not over.
    std::size_t inside() const { return guests_.size(); }
    /// Looks after them when a turn is over.
    void turned(Instant before);
    std::uint64_t served() const { return served_; }

    // For the poets and their factory.
    void came(Guest& guest) { guests_.push_back(&guest); }
    void left(Guest& guest) {
        std::erase(guests_, &guest);
        ++served_;
    }
    void stopped();
    Scene& scene() { return scene_; }
    Reactor& reactor() { return reactor_; }
    /// What the system says of the connection for which a poet is being made.
    std::shared_ptr<Testimony> testimony() { return party_.system().conduct().latest(); }

private:
    void open();
    void open_later();

    Scene& scene_;
    Party& party_;
    Reactor& reactor_;
    DoorPlan plan_;
    std::uint16_t port_;
    std::unique_ptr<Listener> listener_;
    TimerId timer_;
    bool is_closed_ = false; // true exactly from close on
    std::vector<Guest*> guests_;
    std::uint64_t served_ = 0;
};

} // namespace caesura
