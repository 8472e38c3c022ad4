#include "simulation/trace.hpp"

#include <string>

namespace caesura::simulation {

/// FNV-1a over words instead of bytes, with a shift so that high bits reach low ones.
void Trace::mix(std::uint64_t number) {
    hash_ = (hash_ ^ number) * 0x100000001b3;
    hash_ ^= hash_ >> 29;
}

void Trace::note(Instant now, std::uint32_t machine, std::string_view what, std::uint64_t socket,
                 std::uint64_t first, std::uint64_t second) {
    const auto time = static_cast<std::uint64_t>(now.time_since_epoch().count());
    ++length_;
    mix(time);
    mix(machine);
    for (const char letter : what) {
        mix(static_cast<unsigned char>(letter));
    }
    mix(socket);
    mix(first);
    mix(second);
    if (sink_) {
        sink_(std::to_string(time) + " m" + std::to_string(machine) + " " + std::string(what) +
              " s" + std::to_string(socket) + " " + std::to_string(first) + " " +
              std::to_string(second));
    }
}

} // namespace caesura::simulation
