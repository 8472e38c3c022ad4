#pragma once

#include <caesura/bytes.hpp>
#include <caesura/result.hpp>

#include <cstdint>

namespace caesura {

/// A whole file in memory, for system calls to read from. May be used from several threads at once.
/// Its pages count as resident once touched, but they are the system's cache of the file, shared by
/// all who read it and taken back when memory is short: never private memory. Letting them go
/// behind each send (MADV_DONTNEED) keeps that figure small as well, and was measured to cost 0.05
/// CPU s/GB, a third of all that serving a long poem costs.
class Mapping {
public:
    /// Maps the first `size` bytes; nothing when that is 0. A failure is kept for view to tell.
    Mapping(int descriptor, std::uint64_t size);
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
