#pragma once

#include <caesura/result.hpp>

namespace caesura {

/// A descriptor that an accept has in hand, so that a connection which comes out of the backlog
/// under the number of a closed standard stream can be moved even when it has taken the last
/// number there was. It could not be put back, so the number to move it to must be had before.
///
/// The process keeps one between accepts, and as many as run at once meanwhile.
class SpareDescriptor {
public:
    /// Takes the one that is kept, or makes one.
    SpareDescriptor();
    /// Has it kept, unless another is already.
    ~SpareDescriptor();
    SpareDescriptor(const SpareDescriptor&) = delete;
    SpareDescriptor& operator=(const SpareDescriptor&) = delete;

    /// Why there is none.
    Failure failure() const { return failure_; }

    /// Closes it, so that its number can be had; false when there is none. To be asked when an
    /// accept has found no number at all, hence none of a standard stream either.
    bool give_up();

    /// Puts what `number` stands for in its own place, closed on exec where the system can say so
    /// in the same call, and returns that place; -1, and errno says why, when there is none.
    int give(int number);

private:
    int number_;
    Failure failure_;
};

/// The first number that is no standard stream's: a socket with a lower one, in a process that was
/// started with a stream closed, would be printed to.
inline constexpr int first_own_descriptor = 3;

} // namespace caesura
