#include <caesura/endpoint.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

namespace caesura {

namespace {

constexpr std::size_t ipv4_size = 4;
constexpr std::size_t ipv6_size = 16;
constexpr std::size_t group_size = 2;
constexpr std::size_t group_count = ipv6_size / group_size;

// ::ffff:0:0/96, the IPv4 addresses within IPv6 (RFC 4291 section 2.5.5.2).
constexpr std::array<std::uint8_t, ipv6_size - ipv4_size> mapped_prefix{0, 0, 0, 0, 0,    0,
                                                                        0, 0, 0, 0, 0xff, 0xff};

// For an IPv6 endpoint.
bool is_mapped(const Endpoint& endpoint) {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), endpoint.address.begin());
}

// --- from text ---

// Digits only, and all of `text`: no sign, no blank, no prefix.
std::optional<std::uint32_t> parse_number(std::string_view text, int base, std::uint32_t most) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    if (error != std::errc{} || stop != end || number > most) {
        return std::nullopt;
    }
    return number;
}

// Bytes of an address, in order, as far as they have been read.
struct Prefix {
    std::array<std::uint8_t, ipv6_size> bytes{};
    std::size_t size = 0;

    std::size_t room() const { return bytes.size() - size; }
    void add(std::uint32_t byte) { bytes[size++] = static_cast<std::uint8_t>(byte); }
};

// Four octets onto the end of `prefix`. A leading zero is refused because some systems take it for
// octal and some do not: what is written would depend on who reads it.
bool add_ipv4(Prefix& prefix, std::string_view text) {
    if (prefix.room() < ipv4_size) {
        return false;
    }
    for (std::size_t i = 0; i < ipv4_size; ++i) {
        const bool last = i + 1 == ipv4_size;
        const std::size_t end = last ? text.size() : text.find('.');
        if (end == std::string_view::npos) {
            return false;
        }
        const std::string_view octet = text.substr(0, end);
        const auto number = parse_number(octet, 10, 255);
        if (!number || (octet.size() > 1 && octet.front() == '0')) {
            return false;
        }
        prefix.add(*number);
        text.remove_prefix(last ? end : end + 1);
    }
    return true;
}

bool add_group(Prefix& prefix, std::string_view text) {
    const auto number = parse_number(text, 16, 0xffff);
    if (!number || text.size() > 4 || prefix.room() < group_size) {
        return false;
    }
    prefix.add(*number >> 8);
    prefix.add(*number & 0xff);
    return true;
}

// One side of a `::`, or a whole address without one: groups, with a colon between two of them.
// The last may be an IPv4 address if it is the last of the whole.
std::optional<Prefix> parse_groups(std::string_view text, bool ends_address) {
    Prefix prefix;
    if (text.empty()) {
        return prefix;
    }
    for (;;) {
        const std::size_t colon = text.find(':');
        const std::string_view field = text.substr(0, colon);
        const bool last = colon == std::string_view::npos;
        const bool dotted = last && ends_address && field.find('.') != std::string_view::npos;
        if (!(dotted ? add_ipv4(prefix, field) : add_group(prefix, field))) {
            return std::nullopt;
        }
        if (last) {
            return prefix;
        }
        text.remove_prefix(colon + 1);
    }
}

// RFC 4291 section 2.2; `::` stands for at least one group.
std::optional<std::array<std::uint8_t, ipv6_size>> parse_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto whole = parse_groups(text, true);
        return whole && whole->room() == 0 ? std::optional(whole->bytes) : std::nullopt;
    }
    const auto head = parse_groups(text.substr(0, gap), false);
    const auto tail = parse_groups(text.substr(gap + 2), true);
    if (!head || !tail || head->size + tail->size + group_size > ipv6_size) {
        return std::nullopt;
    }
    auto bytes = head->bytes;
    std::copy_n(tail->bytes.begin(), tail->size, bytes.end() - static_cast<int>(tail->size));
    return bytes;
}

// --- to text ---

void append_number(std::string& text, std::uint32_t number, int base) {
    std::array<char, 10> digits; // of 2^32 - 1, in decimal
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
    text.append(digits.data(), result.ptr);
}

void append_ipv4(std::string& text, const std::uint8_t* bytes) {
    for (std::size_t i = 0; i < ipv4_size; ++i) {
        if (i != 0) {
            text += '.';
        }
        append_number(text, bytes[i], 10);
    }
}

std::uint32_t group_at(const Endpoint& endpoint, std::size_t index) {
    const std::uint8_t* const bytes = endpoint.address.data() + index * group_size;
    return static_cast<std::uint32_t>(bytes[0] << 8 | bytes[1]);
}

struct Run {
    std::size_t start = 0;
    std::size_t length = 0;
};

// What `::` shall stand for: the longest run of zero groups, the first of equals, never a single
// one (RFC 5952 section 4.2). Of no length when there is none.
Run longest_gap(const Endpoint& endpoint) {
    Run longest;
    Run run;
    for (std::size_t i = 0; i < group_count; ++i) {
        run = group_at(endpoint, i) == 0 ? Run{run.start, run.length + 1} : Run{i + 1, 0};
        if (run.length > longest.length) {
            longest = run;
        }
    }
    return longest.length > 1 ? longest : Run{};
}

void append_groups(std::string& text, const Endpoint& endpoint, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
        if (i != from) {
            text += ':';
        }
        append_number(text, group_at(endpoint, i), 16);
    }
}

void append_ipv6(std::string& text, const Endpoint& endpoint) {
    if (is_mapped(endpoint)) {
        text += "::ffff:";
        append_ipv4(text, endpoint.address.data() + mapped_prefix.size());
        return;
    }
    const Run gap = longest_gap(endpoint);
    if (gap.length == 0) {
        append_groups(text, endpoint, 0, group_count);
        return;
    }
    append_groups(text, endpoint, 0, gap.start);
    text += "::";
    append_groups(text, endpoint, gap.start + gap.length, group_count);
}

} // namespace

Endpoint Endpoint::loopback(Family family, std::uint16_t port) {
    Endpoint endpoint = any(family, port);
    if (family == Family::ipv4) {
        endpoint.address[0] = 127;
        endpoint.address[3] = 1;
    } else {
        endpoint.address[15] = 1;
    }
    return endpoint;
}

Endpoint Endpoint::any(Family family, std::uint16_t port) {
    Endpoint endpoint;
    endpoint.family = family;
    endpoint.port = port;
    return endpoint;
}

bool Endpoint::is_loopback() const {
    if (family == Family::ipv4) {
        return address[0] == 127;
    }
    return is_mapped(*this) ? address[mapped_prefix.size()] == 127
                            : address == loopback(Family::ipv6).address;
}

std::optional<Endpoint> parse_address(std::string_view text, std::uint16_t port) {
    if (text.find(':') == std::string_view::npos) {
        Prefix prefix;
        Endpoint endpoint = Endpoint::any(Family::ipv4, port);
        if (!add_ipv4(prefix, text)) {
            return std::nullopt;
        }
        endpoint.address = prefix.bytes;
        return endpoint;
    }
    Endpoint endpoint = Endpoint::any(Family::ipv6, port);
    const std::size_t percent = text.find('%');
    if (percent != std::string_view::npos) {
        const auto scope =
            parse_number(text.substr(percent + 1), 10, std::numeric_limits<std::uint32_t>::max());
        if (!scope) {
            return std::nullopt;
        }
        endpoint.scope = *scope;
    }
    const auto address = parse_ipv6(text.substr(0, percent));
    if (!address) {
        return std::nullopt;
    }
    endpoint.address = *address;
    return endpoint;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto number = parse_number(text, 10, std::numeric_limits<std::uint16_t>::max());
    return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
}

std::string address_text(const Endpoint& endpoint) {
    std::string text;
    if (endpoint.family == Family::ipv4) {
        append_ipv4(text, endpoint.address.data());
        return text;
    }
    append_ipv6(text, endpoint);
    if (endpoint.scope != 0) {
        text += '%';
        append_number(text, endpoint.scope, 10);
    }
    return text;
}

std::string to_string(const Endpoint& endpoint) {
    std::string text = address_text(endpoint);
    if (endpoint.family == Family::ipv6) {
        text = '[' + text + ']';
    }
    text += ':';
    append_number(text, endpoint.port, 10);
    return text;
}

} // namespace caesura
