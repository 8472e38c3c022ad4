#pragma once

#include "programs/clients.hpp"

#include <cstdint>
#include <string>

namespace caesura::testing {

// A long poem that takes little room: of each MiB the first page says in each of its words which
// one it is, and the rest is a hole. Its last byte lies behind the last whole MiB.
class StampedPoem {
public:
    StampedPoem(std::string path, std::uint64_t mebibytes);

    const std::string& path() const { return path_; }
    std::uint64_t size() const;

    // Reads to the FIN, and names the MiB that has the first byte that is not the poem's.
    void check_all_of(Connection& reader) const;

private:
    std::string path_;
    std::uint64_t mebibytes_;
};

} // namespace caesura::testing
