#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caesura {

/// Where a service is to be had: `10001`, `example.org:10001`, `127.0.0.1:10001` or `[::1]:10001`.
struct Target {
    std::string host = "127.0.0.1"; // without brackets
    std::uint16_t port = 0;         // never 0 in one that was parsed
};

/// std::nullopt for anything else, such as an IPv6 address without brackets.
std::optional<Target> parse_target(std::string_view text);

/// `HOST:PORT`, an IPv6 host in brackets.
std::string to_string(const Target& target);

/// `HOST-PORT`, fit for a file name on every system.
std::string file_stem(const Target& target);

} // namespace caesura
