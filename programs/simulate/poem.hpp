#pragma once

#include <caesura/bytes.hpp>
#include <caesura/file.hpp>
#include <caesura/transport.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace caesura {

/// Where a poem is kept.
enum class Kept : std::uint8_t { in_memory, in_file };

/// A poem that follows from a seed, in editions: a file may be rewritten while it is served. The
/// first byte of each edition is its number, so that a reader knows which he is getting.
class SimulatedPoem {
public:
    SimulatedPoem(std::uint64_t seed, std::uint64_t size, Kept kept);

    std::uint64_t size() const { return size_; }
    std::uint32_t latest() const { return static_cast<std::uint32_t>(editions_.size() - 1); }
    /// The edition with that number; nothing: there is none.
    std::optional<SharedBytes> edition(std::uint32_t number) const;
    /// Makes another edition. What is being read from the file before has changed from now on. At
    /// most 256 there are; then nothing happens.
    void rewrite();
    /// Writes `length` bytes of an edition, from `offset`.
    void write_to(Transport& transport, std::uint32_t edition, std::uint64_t offset,
                  std::uint64_t length) const;

private:
    void add_edition();

    std::uint64_t seed_;
    std::uint64_t size_;
    Kept kept_;
    std::shared_ptr<std::uint32_t> current_ = std::make_shared<std::uint32_t>(0);
    std::vector<SharedBytes> editions_;
    std::vector<std::shared_ptr<const File>> files_;
};

} // namespace caesura
