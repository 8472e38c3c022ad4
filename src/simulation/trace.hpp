#pragma once

#include <caesura/error.hpp>
#include <caesura/time.hpp>

#include <cstdint>
#include <functional>
#include <string_view>

namespace caesura::simulation {

/// What has been called and what has happened, in order: as a hash always, as text where somebody
/// listens. Numbers only go in that are the same on every system.
class Trace {
public:
    /// One line: when, on which machine, what, to which socket, and two numbers more.
    void note(Instant now, std::uint32_t machine, std::string_view what, std::uint64_t socket,
              std::uint64_t first = 0, std::uint64_t second = 0);

    std::uint64_t hash() const { return hash_; }
    std::uint64_t length() const { return length_; }
    void set_sink(std::function<void(std::string_view)> sink) { sink_ = std::move(sink); }

private:
    void mix(std::uint64_t number);

    std::uint64_t hash_ = 0xcbf29ce484222325;
    std::uint64_t length_ = 0;
    std::function<void(std::string_view)> sink_;
};

} // namespace caesura::simulation
