#pragma once

#include "simulate/scene.hpp"

#include <caesura/protocol.hpp>
#include <caesura/tcp.hpp>

#include <memory>
#include <string>

namespace caesura {

/// One poem at one port: opens whenever it is not open and may be, and counts who is inside.
class Door {
public:
    Door(Scene& scene, Reactor& reactor, const DoorPlan& plan, std::uint16_t port);
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

    const DoorPlan& plan() const { return plan_; }
    std::uint16_t port() const { return port_; }
    bool is_open() const { return listener_ != nullptr; }
    /// Lets nobody in any more.
    void close();
    /// Connections that are not over.
    std::size_t inside() const { return inside_; }
    std::uint64_t served() const { return served_; }

    // For the poets and their factory.
    void came() { ++inside_; }
    void left() {
        --inside_;
        ++served_;
    }
    void stopped();
    Scene& scene() { return scene_; }
    Reactor& reactor() { return reactor_; }

private:
    void open();
    void open_later();

    Scene& scene_;
    Reactor& reactor_;
    DoorPlan plan_;
    std::uint16_t port_;
    std::unique_ptr<Listener> listener_;
    TimerId timer_;
    bool is_closed_ = false; // true exactly from close on
    std::size_t inside_ = 0;
    std::uint64_t served_ = 0;
};

} // namespace caesura
