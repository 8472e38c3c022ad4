#pragma once

#include <caesura/endpoint.hpp>
#include <caesura/sockets.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace caesura::testing {

// Lets this process, and those it starts, have as many descriptors as it may, as long as this is
// there.
class ManyDescriptors {
public:
    ManyDescriptors();
    ManyDescriptors(const ManyDescriptors&) = delete;
    ManyDescriptors& operator=(const ManyDescriptors&) = delete;
    ~ManyDescriptors();

    std::size_t limit() const { return limit_; }

private:
    std::size_t before_;
    std::size_t limit_;
};

// The limits of a system's TCP memory, tcp(7): above `low` Linux gives nobody a larger buffer any
// more, above `pressure` it takes from all, above `high` nobody gets any.
enum class TcpMemory : std::uint8_t { low, pressure, high };

// How many readers, `wanted` at most, this process has descriptors for, and for how many that pin
// so many bytes each the system has memory up to that limit. Says it aloud when those are fewer.
std::size_t possible_readers(std::size_t wanted, const ManyDescriptors& descriptors,
                             TcpMemory limit, std::uint64_t bytes_each);

// So many that the server serves, that take nothing, and whose own end keeps as little as it can:
// as if they were on other machines. (What both ends keep counts against the limits of this one,
// and beyond those nobody gets far.)
std::vector<SocketOwner> connect_silent(const Endpoint& server, std::size_t count);

} // namespace caesura::testing
