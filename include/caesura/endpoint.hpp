#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caesura {

/// The protocol family of an address.
enum class Family : std::uint8_t { ipv4, ipv6 };

/// A numeric address and a TCP port: one end of a connection. A plain value.
struct Endpoint {
    Family family = Family::ipv4;
    /// 0 where the system is to choose.
    std::uint16_t port = 0;
    /// The zone of a link-local IPv6 address, as the system numbers its interfaces; 0: none.
    std::uint32_t scope = 0;
    /// In network order. IPv4 uses the first four bytes; the others stay zero.
    std::array<std::uint8_t, 16> address{};

    bool operator==(const Endpoint&) const = default;

    /// 127.0.0.1 or ::1.
    static Endpoint loopback(Family family, std::uint16_t port = 0);
    /// 0.0.0.0 or ::, which listen on every interface.
    static Endpoint any(Family family, std::uint16_t port = 0);

    /// True for 127.0.0.0/8, ::1, and 127.0.0.0/8 mapped into IPv6.
    bool is_loopback() const;
};

/// A literal: `127.0.0.1`, `::1`, `fe80::1%3` (scope as a number). No brackets, no name, no port,
/// no shortened or octal IPv4. std::nullopt for anything else. Never asks a name server.
std::optional<Endpoint> parse_address(std::string_view text, std::uint16_t port = 0);

/// A port in decimal, 0 to 65535, digits only. std::nullopt for anything else.
std::optional<std::uint16_t> parse_port(std::string_view text);

/// The address alone, IPv6 as RFC 5952 writes it, with `%scope` where there is one.
std::string address_text(const Endpoint& endpoint);

/// Address and port: `127.0.0.1:10001`, `[::1]:10001`.
std::string to_string(const Endpoint& endpoint);

} // namespace caesura
