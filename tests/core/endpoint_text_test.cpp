#include <caesura/endpoint.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <vector>

using namespace caesura;

namespace {

// An IPv6 address with 0xabc in each group that has its bit in `mask`, and zero in the others.
Endpoint masked(unsigned mask) {
    Endpoint endpoint = Endpoint::any(Family::ipv6);
    for (std::size_t group = 0; group < 8; ++group) {
        if ((mask >> group & 1) != 0) {
            endpoint.address[2 * group] = 0x0a;
            endpoint.address[2 * group + 1] = 0xbc;
        }
    }
    return endpoint;
}

// The groups from `from` to `to` (which is not among them), each as printed, with colons between.
std::string joined(unsigned mask, std::size_t from, std::size_t to) {
    std::string text;
    for (std::size_t group = from; group < to; ++group) {
        text += group == from ? "" : ":";
        text += (mask >> group & 1) != 0 ? "abc" : "0";
    }
    return text;
}

// Every way to write it: in full, and with `::` in place of any run of zero groups.
std::vector<std::string> all_spellings(unsigned mask) {
    std::vector<std::string> spellings{joined(mask, 0, 8)};
    for (std::size_t from = 0; from < 8; ++from) {
        for (std::size_t to = from + 1; to <= 8 && (mask >> (to - 1) & 1) == 0; ++to) {
            spellings.push_back(joined(mask, 0, from) + "::" + joined(mask, to, 8));
        }
    }
    return spellings;
}

// RFC 5952 by another way than the library's: of the spellings that leave out more than one group,
// or none, the one that leaves out the most, and of several such the first.
std::string canonical(unsigned mask) {
    std::string best = joined(mask, 0, 8);
    std::size_t most = 1;
    for (std::size_t from = 0; from < 8; ++from) {
        for (std::size_t to = from + 1; to <= 8 && (mask >> (to - 1) & 1) == 0; ++to) {
            if (to - from > most) {
                most = to - from;
                best = joined(mask, 0, from) + "::" + joined(mask, to, 8);
            }
        }
    }
    return best;
}

std::string reprinted(std::string_view literal) {
    const auto endpoint = parse_address(literal);
    return endpoint ? address_text(*endpoint) : "(refused)";
}

} // namespace

TEST_CASE("IPv4 is printed as four decimal numbers") {
    CHECK(reprinted("0.0.0.0") == "0.0.0.0");
    CHECK(reprinted("1.20.255.0") == "1.20.255.0");
    CHECK(reprinted("255.255.255.255") == "255.255.255.255");
}

TEST_CASE("every octet is printed and read back in every place") {
    for (std::size_t place = 0; place < 4; ++place) {
        for (unsigned octet = 0; octet <= 255; ++octet) {
            Endpoint endpoint = Endpoint::any(Family::ipv4, 7);
            endpoint.address[place] = static_cast<std::uint8_t>(octet);
            REQUIRE(parse_address(address_text(endpoint), 7) == endpoint);
        }
    }
}

TEST_CASE("IPv6 is printed as RFC 5952 says, by that document's own examples") {
    CHECK(reprinted("2001:0db8::0001") == "2001:db8::1");
    CHECK(reprinted("2001:db8:0:0:0:0:2:1") == "2001:db8::2:1");
    CHECK(reprinted("2001:db8::1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");
    CHECK(reprinted("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");
    CHECK(reprinted("2001:db8:0:0:1:0:0:1") == "2001:db8::1:0:0:1");
    CHECK(reprinted("2001:DB8:AaAa:0:0:0:CcCc:EfEf") == "2001:db8:aaaa::cccc:efef");
}

TEST_CASE("zeros at either end and everywhere are compressed too") {
    CHECK(reprinted("0:0:0:0:0:0:0:0") == "::");
    CHECK(reprinted("0:0:0:0:0:0:0:1") == "::1");
    CHECK(reprinted("1:0:0:0:0:0:0:0") == "1::");
    CHECK(reprinted("0:0:1:1:1:1:1:1") == "::1:1:1:1:1:1");
    CHECK(reprinted("1:1:1:1:1:1:0:0") == "1:1:1:1:1:1::");
    CHECK(reprinted("0:1:1:1:1:1:1:0") == "0:1:1:1:1:1:1:0");
}

TEST_CASE("IPv4 mapped into IPv6 is printed with dots, and nothing else is") {
    CHECK(reprinted("::ffff:1.2.3.4") == "::ffff:1.2.3.4");
    CHECK(reprinted("::ffff:102:304") == "::ffff:1.2.3.4");
    CHECK(reprinted("0:0:0:0:0:FFFF:0:0") == "::ffff:0.0.0.0");
    CHECK(reprinted("::1.2.3.4") == "::102:304");
    CHECK(reprinted("64:ff9b::1.2.3.4") == "64:ff9b::102:304");
    CHECK(reprinted("::fffe:1.2.3.4") == "::fffe:102:304");
    CHECK(reprinted("::1:ffff:1.2.3.4") == "::1:ffff:102:304");
}

TEST_CASE("for every pattern of zero groups the longest run is compressed, the first of equals") {
    for (unsigned mask = 0; mask < 256; ++mask) {
        REQUIRE(address_text(masked(mask)) == canonical(mask));
    }
}

TEST_CASE("for every pattern of zero groups every spelling is read as the same address") {
    std::size_t count = 0;
    for (unsigned mask = 0; mask < 256; ++mask) {
        for (const std::string& spelling : all_spellings(mask)) {
            CAPTURE(spelling);
            REQUIRE(parse_address(spelling) == masked(mask));
            ++count;
        }
    }
    CHECK(count > 1000);
}

TEST_CASE("every value of a group is printed in lower case without leading zeros, and read back") {
    for (unsigned value = 0; value <= 0xffff; ++value) {
        Endpoint endpoint = Endpoint::any(Family::ipv6);
        endpoint.address[0] = static_cast<std::uint8_t>(value >> 8);
        endpoint.address[1] = static_cast<std::uint8_t>(value & 0xff);
        endpoint.address[15] = 1;
        char expected[16];
        std::snprintf(expected, sizeof expected, "%x::1", value);
        REQUIRE(address_text(endpoint) == (value == 0 ? "::1" : expected));
        REQUIRE(parse_address(address_text(endpoint)) == endpoint);
    }
}

TEST_CASE("a scope is printed as a number, none is not printed, and IPv4 has none") {
    CHECK(reprinted("fe80::1%3") == "fe80::1%3");
    CHECK(reprinted("FE80::1%4294967295") == "fe80::1%4294967295");
    CHECK(reprinted("fe80::1%0") == "fe80::1");
    Endpoint endpoint = Endpoint::loopback(Family::ipv4);
    endpoint.scope = 3;
    CHECK(address_text(endpoint) == "127.0.0.1");
}

TEST_CASE("address and port together are unambiguous: IPv6 stands in brackets") {
    CHECK(to_string(*parse_address("192.0.2.7", 1)) == "192.0.2.7:1");
    CHECK(to_string(*parse_address("2001:db8::", 65535)) == "[2001:db8::]:65535");
    CHECK(to_string(*parse_address("fe80::1%12", 0)) == "[fe80::1%12]:0");
    CHECK(to_string(*parse_address("::ffff:10.0.0.1", 80)) == "[::ffff:10.0.0.1]:80");
}
