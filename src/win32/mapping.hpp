#pragma once

#include <caesura/bytes.hpp>
#include <caesura/result.hpp>

#include <windows.h>

#include <cstdint>

namespace caesura {

/// A whole file in memory, for system calls to read from. May be used from several threads at once.
/// Its pages are in the process's working set once touched, and Windows takes them out of it when
/// others need room (documented: "Working Set"); they are never private memory.
class Mapping {
public:
    /// Maps the first `size` bytes; nothing when that is 0. A failure is kept for view to tell.
    Mapping(HANDLE file, std::uint64_t size);
    ~Mapping();
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    /// At most `length` bytes from `offset`, which must lie within; at least one.
    Result<Slice> view(std::uint64_t offset, std::uint64_t length) const;

private:
    Slice bytes_;
    Failure failure_;
};

} // namespace caesura
