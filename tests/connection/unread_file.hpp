#pragma once

#include <caesura/file.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace caesura::testing {

// A file of any size that nobody may read: a queue must hand on ranges, not look into them.
class UnreadFile : public File {
public:
    explicit UnreadFile(std::uint64_t size) : size_(size) {}

    FileVersion version() const override { return {0, 0, size_, 0}; }
    Failure read(std::uint64_t, std::span<std::byte>) const override {
        return {Error::input_output};
    }

private:
    std::uint64_t size_;
};

} // namespace caesura::testing
