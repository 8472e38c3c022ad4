#include "simulate/poem.hpp"

#include <caesura/simulation/random.hpp>

#include <algorithm>

namespace caesura {

namespace {

/// One edition as a file, which has changed once there is another.
class MemoryFile final : public File {
public:
    MemoryFile(SharedBytes bytes, std::uint32_t edition,
               std::shared_ptr<const std::uint32_t> current)
        : bytes_(std::move(bytes)), edition_(edition), current_(std::move(current)) {}

    FileVersion version() const override { return {.size = bytes_.size(), .changed = edition_}; }
    Failure read(std::uint64_t offset, std::span<std::byte> room) const override {
        if (*current_ != edition_) {
            return {Error::file_changed, 0};
        }
        if (!holds(offset, room.size())) {
            return {Error::invalid_argument, 0};
        }
        const Slice from = bytes_.slice().subspan(static_cast<std::size_t>(offset), room.size());
        std::copy(from.begin(), from.end(), room.begin());
        return {};
    }

private:
    SharedBytes bytes_;
    std::uint32_t edition_;
    std::shared_ptr<const std::uint32_t> current_;
};

} // namespace

SimulatedPoem::SimulatedPoem(std::uint64_t seed, std::uint64_t size, Kept kept)
    : seed_(seed), size_(size), kept_(kept) {
    add_edition();
}

void SimulatedPoem::add_edition() {
    const auto number = static_cast<std::uint32_t>(editions_.size());
    simulation::Random random(seed_ + number);
    std::vector<std::byte> bytes(static_cast<std::size_t>(size_));
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word = i % 8 == 0 ? random.next() : word >> 8;
        bytes[i] = static_cast<std::byte>(word & 0xff);
    }
    if (!bytes.empty()) {
        bytes[0] = static_cast<std::byte>(number);
    }
    editions_.emplace_back(std::move(bytes));
    files_.push_back(std::make_shared<MemoryFile>(editions_.back(), number, current_));
    *current_ = number;
}

std::optional<SharedBytes> SimulatedPoem::edition(std::uint32_t number) const {
    return number < editions_.size() ? std::optional(editions_[number]) : std::nullopt;
}

void SimulatedPoem::rewrite() {
    constexpr std::size_t most_editions = 256;
    if (editions_.size() < most_editions) {
        add_edition();
    }
}

void SimulatedPoem::write_to(Transport& transport, std::uint32_t edition, std::uint64_t offset,
                             std::uint64_t length) const {
    if (kept_ == Kept::in_file) {
        transport.write(FileRange{files_[edition], offset, length});
    } else {
        transport.write(editions_[edition].part(static_cast<std::size_t>(offset),
                                                static_cast<std::size_t>(length)));
    }
}

} // namespace caesura
