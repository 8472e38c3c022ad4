#pragma once

#include "support/child.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace caesura::testing {

// What a Child is made of: each system's process, in calls that block. Each folder supplies one.
class Process {
public:
    // Comes after await_exit has answered; only now may the system give the number to another.
    virtual ~Process() = default;

    virtual long pid() const = 0;
    // Waits for bytes; 0 = the end of the stream, or stop_reading. For one thread a stream.
    virtual std::size_t read(Stream stream, std::span<char> room) = 0;
    // Ends reads for ever, even when somebody else still holds the other end of a pipe.
    virtual void stop_reading() = 0;
    virtual Exit await_exit() = 0;
    virtual bool signal(Signal signal) = 0;
    virtual void kill() = 0;
};

// std::runtime_error when it cannot be started.
std::unique_ptr<Process> start_process(const std::vector<std::string>& arguments,
                                       const ChildOptions& options);

} // namespace caesura::testing
