#pragma once

#include <cstddef>

namespace caesura {

/// Something that lives on a reactor and is owned by it: a connection. See Reactor::keep.
class Resident {
public:
    virtual ~Resident() = default;

    /// Does now what calls to this object asked for during the callback that has just ended. May
    /// run callbacks of its user, and so make others ask for the same. Must not throw.
    virtual void settle() = 0;

    /// The reactor is going: end, and say so to the user, at once. Must not throw.
    virtual void shut_down() = 0;

private:
    friend class Residents;
    std::size_t place_ = 0; // in the reactor's list
    bool settling_asked_ = false;
};

} // namespace caesura
