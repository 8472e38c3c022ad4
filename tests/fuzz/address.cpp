// Addresses and ports as text: what is taken is exactly what a reading of the grammar by hand
// takes, with the same meaning; and what was taken is printed as RFC 5952 has it and read back as
// it was.

#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

#include <caesura/endpoint.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace caesura::fuzz {

namespace {

constexpr std::size_t group_count = 8;

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> fields(1);
    for (const char c : text) {
        if (c == separator) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    return fields;
}

// Digits of the base, at least one; none for what is not, or is more than `most`.
std::optional<std::uint64_t> number(std::string_view text, unsigned base, std::uint64_t most) {
    std::uint64_t value = 0;
    for (const char c : text) {
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                      : base;
        if (digit >= base || value > most) {
            return std::nullopt;
        }
        value = value * base + digit;
    }
    return text.empty() || value > most ? std::nullopt : std::optional(value);
}

using Bytes = std::vector<std::uint8_t>;

std::optional<Bytes> naive_ipv4(std::string_view text) {
    const auto octets = split(text, '.');
    Bytes bytes;
    for (const std::string& octet : octets) {
        const auto value = number(octet, 10, 255);
        if (!value || std::to_string(*value) != octet) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<std::uint8_t>(*value));
    }
    return bytes.size() == 4 ? std::optional(bytes) : std::nullopt;
}

std::optional<Bytes> naive_groups(std::string_view text, bool may_be_dotted) {
    Bytes bytes;
    if (text.empty()) {
        return bytes;
    }
    const auto fields = split(text, ':');
    for (std::size_t i = 0; i != fields.size(); ++i) {
        const auto value = number(fields[i], 16, 0xffff);
        const auto dotted = naive_ipv4(fields[i]);
        if (value && fields[i].size() <= 4) {
            bytes.push_back(static_cast<std::uint8_t>(*value >> 8));
            bytes.push_back(static_cast<std::uint8_t>(*value & 255));
        } else if (dotted && may_be_dotted && i + 1 == fields.size()) {
            bytes.insert(bytes.end(), dotted->begin(), dotted->end());
        } else {
            return std::nullopt;
        }
    }
    return bytes;
}

std::optional<Bytes> naive_ipv6(const std::string& text) {
    const std::size_t gap = text.find("::");
    if (gap == std::string::npos) {
        const auto whole = naive_groups(text, true);
        return whole && whole->size() == 2 * group_count ? whole : std::nullopt;
    }
    const auto head = naive_groups(text.substr(0, gap), false);
    const auto tail = naive_groups(text.substr(gap + 2), true);
    if (!head || !tail || text.rfind("::") != gap ||
        head->size() + tail->size() > 2 * (group_count - 1)) {
        return std::nullopt;
    }
    Bytes bytes = *head;
    bytes.resize(2 * group_count - tail->size());
    bytes.insert(bytes.end(), tail->begin(), tail->end());
    return bytes;
}

std::optional<Endpoint> naive_address(const std::string& text, std::uint16_t port) {
    Endpoint endpoint;
    endpoint.port = port;
    std::optional<Bytes> bytes;
    if (text.find(':') == std::string::npos) {
        bytes = naive_ipv4(text);
    } else {
        endpoint.family = Family::ipv6;
        const std::size_t percent = text.find('%');
        bytes = naive_ipv6(text.substr(0, percent));
        if (percent != std::string::npos) {
            const auto scope = number(text.substr(percent + 1), 10, 0xffff'ffff);
            bytes = scope ? bytes : std::nullopt;
            endpoint.scope = static_cast<std::uint32_t>(scope.value_or(0));
        }
    }
    if (!bytes) {
        return std::nullopt;
    }
    std::copy(bytes->begin(), bytes->end(), endpoint.address.begin());
    return endpoint;
}

std::string hexadecimal(unsigned value) {
    std::string text;
    do {
        text.insert(text.begin(), "0123456789abcdef"[value % 16]);
        value /= 16;
    } while (value != 0);
    return text;
}

std::string dotted(const std::uint8_t* bytes) {
    std::string text = std::to_string(bytes[0]);
    for (int i = 1; i != 4; ++i) {
        text += '.' + std::to_string(bytes[i]);
    }
    return text;
}

std::string joined(const std::vector<unsigned>& groups, std::size_t from, std::size_t to) {
    std::string text;
    for (std::size_t i = from; i < to; ++i) {
        text += (i == from ? "" : ":") + hexadecimal(groups[i]);
    }
    return text;
}

// RFC 5952: the longest run of zeros, of two groups at least, the first of equals, becomes `::`.
std::string naive_ipv6_text(const Endpoint& endpoint) {
    std::vector<unsigned> groups;
    for (std::size_t i = 0; i != group_count; ++i) {
        groups.push_back(endpoint.address[2 * i] * 256U + endpoint.address[2 * i + 1]);
    }
    if (joined(groups, 0, 6) == "0:0:0:0:0:ffff") {
        return "::ffff:" + dotted(&endpoint.address[12]);
    }
    for (std::size_t length = group_count; length >= 2; --length) {
        for (std::size_t start = 0; start + length <= group_count; ++start) {
            const auto first = groups.begin() + static_cast<std::ptrdiff_t>(start);
            if (std::count(first, first + static_cast<std::ptrdiff_t>(length), 0U) ==
                static_cast<std::ptrdiff_t>(length)) {
                return joined(groups, 0, start) +
                       "::" + joined(groups, start + length, group_count);
            }
        }
    }
    return joined(groups, 0, group_count);
}

void check_text_of(const Endpoint& endpoint) {
    const std::string port = ':' + std::to_string(endpoint.port);
    std::string address = dotted(endpoint.address.data());
    std::string whole = address + port;
    if (endpoint.family == Family::ipv6) {
        address = naive_ipv6_text(endpoint);
        address += endpoint.scope == 0 ? "" : '%' + std::to_string(endpoint.scope);
        whole = '[' + address + ']' + port;
    }
    require(address_text(endpoint) == address, "an address is printed as RFC 5952 has it");
    require(to_string(endpoint) == whole, "an endpoint is printed as its address and its port");
    require(parse_address(address, endpoint.port) == endpoint,
            "what was printed is read back as it was");
}

void check_texts(const std::string& text) {
    const auto port = parse_port(text);
    const auto value = number(text, 10, 65535);
    require(port.has_value() == value.has_value() && port.value_or(0) == value.value_or(0),
            "a port is taken when it is digits of a number up to 65535, and is that number");

    const auto endpoint = parse_address(text, port.value_or(7));
    require(endpoint == naive_address(text, port.value_or(7)),
            "an address is taken when the grammar has it, and means what the grammar says");
    if (endpoint) {
        check_text_of(*endpoint);
    }
}

// An address in the bytes themselves: most of its groups are what the fuzzer chooses.
void check_any_endpoint(Input input) {
    Endpoint endpoint;
    const unsigned kind = input.byte();
    endpoint.family = kind % 2 == 0 ? Family::ipv4 : Family::ipv6;
    endpoint.port = static_cast<std::uint16_t>(input.byte() * 257);
    const std::size_t size = endpoint.family == Family::ipv4 ? 4 : 16;
    for (std::size_t i = 0; i != size; ++i) {
        endpoint.address[i] = static_cast<std::uint8_t>(input.byte());
    }
    if (endpoint.family == Family::ipv6 && kind % 4 == 3) {
        endpoint.scope = input.byte() << 24 | input.byte();
    }
    check_text_of(endpoint);
}

} // namespace

} // namespace caesura::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caesura;
    const fuzz::Input input(data, size);
    fuzz::check_texts(std::string(input.rest()));
    fuzz::check_any_endpoint(input);
    return 0;
}
