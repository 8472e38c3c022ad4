#pragma once

#include <cstdint>

namespace caesura {

/// The generation of a slot's next registration: never 0, which is the one that a default-made
/// WatchId has. A slot has to be taken 2^32 - 1 times before one comes back.
constexpr std::uint32_t next_generation(std::uint32_t generation) {
    return generation == ~std::uint32_t{0} ? 1 : generation + 1;
}

} // namespace caesura
