#include <caesura/endpoint.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <initializer_list>
#include <set>
#include <vector>

using namespace caesura;
using namespace std::string_view_literals;

namespace {

using Bytes = std::vector<unsigned>;

Bytes bytes_of(std::string_view literal) {
    const auto endpoint = parse_address(literal);
    if (!endpoint) {
        return {};
    }
    const std::size_t size = endpoint->family == Family::ipv4 ? 4 : 16;
    return {endpoint->address.begin(), endpoint->address.begin() + static_cast<int>(size)};
}

void all_refused(std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts) {
        CAPTURE(text);
        CHECK_FALSE(parse_address(text));
    }
}

// Every text of exactly `length` characters out of `alphabet`.
template <class Visit>
void each_text(std::string_view alphabet, std::size_t length, Visit visit) {
    std::vector<std::size_t> digits(length);
    std::string text(length, alphabet.front());
    for (;;) {
        visit(text);
        std::size_t i = 0;
        while (i < length && digits[i] + 1 == alphabet.size()) {
            digits[i] = 0;
            text[i++] = alphabet.front();
        }
        if (i == length) {
            return;
        }
        text[i] = alphabet[++digits[i]];
    }
}

// The grammar of RFC 4291 turned round: not what a text means, but which texts there are. Numbers
// are written with the digit 1 alone.
using Texts = std::vector<std::string>;

Texts octets(std::size_t count, std::size_t length) {
    if (count == 1) {
        return length >= 1 && length <= 3 ? Texts{std::string(length, '1')} : Texts{};
    }
    Texts texts;
    for (std::string octet = "1"; octet.size() <= 3 && octet.size() < length; octet += '1') {
        for (const std::string& rest : octets(count - 1, length - octet.size() - 1)) {
            texts.push_back(octet + '.' + rest);
        }
    }
    return texts;
}

// All texts of so many groups and so many characters. The last two groups may be IPv4 if `dotted`.
Texts groups(std::size_t count, std::size_t length, bool dotted) {
    if (count == 0) {
        return length == 0 ? Texts{""} : Texts{};
    }
    if (count == 1) {
        return length >= 1 && length <= 4 ? Texts{std::string(length, '1')} : Texts{};
    }
    Texts texts = dotted && count == 2 ? octets(4, length) : Texts{};
    for (std::string group = "1"; group.size() <= 4 && group.size() < length; group += '1') {
        for (const std::string& rest : groups(count - 1, length - group.size() - 1, dotted)) {
            texts.push_back(group + ':' + rest);
        }
    }
    return texts;
}

std::set<std::string> all_valid(std::size_t length) {
    const Texts whole = groups(8, length, true);
    std::set<std::string> valid(whole.begin(), whole.end());
    for (std::size_t before = 0; before <= 7; ++before) {
        for (std::size_t size = 0; size + 2 <= length; ++size) {
            for (const std::string& head : groups(before, size, false)) {
                for (std::size_t behind = 0; before + behind <= 7; ++behind) {
                    for (const std::string& tail : groups(behind, length - 2 - size, true)) {
                        valid.insert(head + "::" + tail);
                    }
                }
            }
        }
    }
    return valid;
}

void exactly_the_valid_are_accepted(std::string_view alphabet, std::size_t most) {
    std::size_t accepted = 0;
    for (std::size_t length = 0; length <= most; ++length) {
        const std::set<std::string> valid = all_valid(length);
        each_text(alphabet, length, [&](const std::string& text) {
            const auto endpoint = parse_address(text);
            const bool is_ipv6 = endpoint && endpoint->family == Family::ipv6;
            if (is_ipv6 != valid.contains(text)) {
                FAIL_CHECK("wrong about " << text);
            }
            accepted += is_ipv6 ? 1 : 0;
        });
    }
    CHECK(accepted > 100);
}

} // namespace

TEST_CASE("an IPv4 literal is four octets in network order") {
    CHECK(bytes_of("1.2.3.4") == Bytes{1, 2, 3, 4});
    CHECK(bytes_of("0.0.0.0") == Bytes{0, 0, 0, 0});
    CHECK(bytes_of("255.255.255.255") == Bytes{255, 255, 255, 255});
    const auto endpoint = parse_address("192.0.2.1", 10001);
    REQUIRE(endpoint);
    CHECK(endpoint->family == Family::ipv4);
    CHECK(endpoint->port == 10001);
    CHECK(endpoint->scope == 0);
    for (std::size_t i = 4; i < 16; ++i) {
        CHECK(endpoint->address[i] == 0);
    }
}

TEST_CASE(
    "of all texts of up to four digits, those from 0 to 255 without a leading zero are octets") {
    std::size_t accepted = 0;
    for (std::size_t length = 0; length <= 4; ++length) {
        each_text("0123456789", length, [&](const std::string& octet) {
            const bool valid =
                length > 0 && std::to_string(std::stoi(octet)) == octet && std::stoi(octet) <= 255;
            for (const std::string& text :
                 {octet + ".0.0.9", "9." + octet + ".0.9", "9.0.0." + octet}) {
                if (parse_address(text).has_value() != valid) {
                    FAIL_CHECK("wrong about " << text);
                }
            }
            accepted += valid ? 1 : 0;
        });
    }
    CHECK(accepted == 256);
}

TEST_CASE("shortened, octal, hexadecimal and overlong IPv4 is refused") {
    all_refused({"1",
                 "1.2",
                 "1.2.3",
                 "127.1",
                 "2130706433",
                 "0",
                 "1.2.3.4.5",
                 "1.2.3.4.",
                 ".1.2.3.4",
                 "1..2.3",
                 "1.2.3.",
                 "...",
                 ".",
                 "1.2.3.4..",
                 "01.2.3.4",
                 "1.2.3.04",
                 "00.0.0.0",
                 "1.2.3.000",
                 "0177.0.0.1",
                 "0x7f.0.0.1",
                 "0x7f000001",
                 "1.2.3.f",
                 "256.0.0.1",
                 "1.2.3.256",
                 "1.2.3.999",
                 "1.2.3.4294967297",
                 "1.2.3.18446744073709551617",
                 "-1.2.3.4",
                 "1.2.3.-4",
                 "+1.2.3.4"});
}

TEST_CASE("what is no literal is refused, and no name server is asked") {
    all_refused({"",          " ",           "localhost", "example.org", "poem",
                 "*",         "any",         "a.b.c.d",   "1,2,3,4",     "1.2.3.4 ",
                 " 1.2.3.4",  "1.2. 3.4",    "1.2.3.4\n", "1.2.3.4:80",  "1.2.3.4/8",
                 "[1.2.3.4]", "1.2.3.4%1",   "::1 ",      " ::1",        "::1\n",
                 "[::1]",     "[::1]:80",    "::1]",      "[::1",        "::1/128",
                 "::g",       "::1.2.3.4.5", "::1.2.3",   "::1.2.3.04",  "::1.2.3.256"});
}

TEST_CASE("a text with a zero byte in it is refused, not cut there") {
    all_refused({"1.2.3.4\0"sv, "1.2.3.4\0.5"sv, "::1\0"sv, "\0"sv, "fe80::1%3\0"sv});
}

TEST_CASE("an IPv6 literal is eight groups in network order") {
    CHECK(bytes_of("1:23:456:789a:bcde:f:AB:CDEF") ==
          Bytes{0, 1, 0, 0x23, 4, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0, 0xf, 0, 0xab, 0xcd, 0xef});
    CHECK(bytes_of("0001:0002:0003:0004:0005:0006:0007:0008") ==
          Bytes{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8});
    const auto endpoint = parse_address("2001:db8::1", 443);
    REQUIRE(endpoint);
    CHECK(endpoint->family == Family::ipv6);
    CHECK(endpoint->port == 443);
    CHECK(endpoint->scope == 0);
}

TEST_CASE("two colons stand for the groups that are missing, at least one") {
    CHECK(bytes_of("::") == Bytes(16, 0));
    CHECK(bytes_of("::1") == Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    CHECK(bytes_of("1::") == Bytes{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(bytes_of("1:2::8") == Bytes{0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8});
    CHECK(bytes_of("1:2:3:4:5:6:7::") == Bytes{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0});
    CHECK(bytes_of("::2:3:4:5:6:7:8") == Bytes{0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8});
    all_refused({"1:2:3:4:5:6:7::8", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8"});
}

TEST_CASE("the last two groups may be written as IPv4, and no others") {
    CHECK(bytes_of("::1.2.3.4") == Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4});
    CHECK(bytes_of("1:2:3:4:5:6:7.8.9.10") ==
          Bytes{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 7, 8, 9, 10});
    CHECK(bytes_of("1:2:3:4:5::7.8.9.10") ==
          Bytes{0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0, 7, 8, 9, 10});
    all_refused({"1:2:3:4:5:6:7:8.9.10.11", "1:2:3:4:5:6:7.8.9.10:8", "1.2.3.4::", "1.2.3.4::1",
                 "1.2.3.4:5:6:7:8:9:10", "::1.2.3.4:5", "::1.2.3.4:1.2.3.4", "::1.2.3.4%",
                 "1:2:3:4:5:6::7.8.9.10", "::ffff:1.2.3.4.", "::ffff:.1.2.3", "::f.2.3.4",
                 "1:2:3:4:5:1.2.3.4", "1.2.3.4:"});
}

TEST_CASE("groups too few, too many, too long or empty are refused") {
    all_refused({":",
                 ":::",
                 "::::",
                 "1",
                 "1:",
                 ":1",
                 "1:2:3:4:5:6:7",
                 "1:2:3:4:5:6:7:",
                 ":1:2:3:4:5:6:7",
                 "1:2:3:4:5:6:7:8:",
                 ":1:2:3:4:5:6:7:8",
                 "1:2:3:4:5:6:7:8:9",
                 "1::2::3",
                 "::1::",
                 "1:::2",
                 "1::2:",
                 ":1::2",
                 "12345::",
                 "::12345",
                 "00001::",
                 "::0x1",
                 "::-1",
                 "::+1",
                 "1: :2",
                 "::fffff",
                 "2001:db8",
                 "1::g"});
}

TEST_CASE("what is too long for an address is refused, whatever the rest is") {
    char text[64];
    for (unsigned group = 0; group <= 0xffff; ++group) {
        std::snprintf(text, sizeof text, "1:2:3:4:5:6:7:8:%x", group);
        REQUIRE_FALSE(parse_address(text));
    }
    for (const char* const groups : {"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9"}) {
        for (unsigned octet = 0; octet <= 255; ++octet) {
            std::snprintf(text, sizeof text, "%s:%u.%u.%u.%u", groups, octet, octet, octet, octet);
            REQUIRE_FALSE(parse_address(text));
        }
    }
}

TEST_CASE("of all short texts of ones, colons and dots exactly those the grammar knows are IPv6") {
    exactly_the_valid_are_accepted("1:.", 10);
}

TEST_CASE("of all texts of ones and colons long enough for eight groups likewise") {
    exactly_the_valid_are_accepted("1:", 15);
}

TEST_CASE("a scope is a number after a percent sign") {
    const auto scope_of = [](std::string_view text) {
        const auto endpoint = parse_address(text);
        return endpoint ? std::optional(endpoint->scope) : std::nullopt;
    };
    CHECK(scope_of("fe80::1%3") == 3);
    CHECK(scope_of("fe80::1%4294967295") == 4294967295);
    CHECK(scope_of("fe80::1.2.3.4%7") == 7);
    CHECK(scope_of("::%1") == 1);
    // RFC 4007 section 6: zero is the default zone, which is to name none.
    CHECK(scope_of("fe80::1%0") == 0);
    CHECK(bytes_of("fe80::1%3") == bytes_of("fe80::1"));
}

TEST_CASE("a scope that is a name, out of range, empty or doubled is refused") {
    all_refused({"fe80::1%",
                 "fe80::1%eth0",
                 "fe80::1%lo",
                 "fe80::1%3x",
                 "fe80::1%x3",
                 "fe80::1%4294967296",
                 "fe80::1%99999999999999999999",
                 "fe80::1%-1",
                 "fe80::1%+1",
                 "fe80::1% 1",
                 "fe80::1%1 ",
                 "fe80::1%%1",
                 "fe80::1%1%2",
                 "fe80::1%0x1",
                 "%1",
                 "%",
                 "fe80%1::1",
                 "127.0.0.1%1",
                 "[fe80::1]%3",
                 "fe80::1%253%"});
}

TEST_CASE("a port is a decimal number from 0 to 65535") {
    CHECK(parse_port("0") == 0);
    CHECK(parse_port("80") == 80);
    CHECK(parse_port("65535") == 65535);
    CHECK(parse_port("00080") == 80);
    for (const std::string_view text :
         {"", " ", "65536", "99999", "4294967296", "4294967376", "18446744073709551696", "-1", "-0",
          "+80", " 80", "80 ", "8 0", "80,81", "0x50", "8e1", "80.0", "http", ":80"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_port(text));
    }
    CHECK_FALSE(parse_port("80\0"sv));
}

TEST_CASE("every port is read as it is written, and the numbers behind the last are refused") {
    for (unsigned port = 0; port <= 65535; ++port) {
        REQUIRE(parse_port(std::to_string(port)) == static_cast<std::uint16_t>(port));
    }
    for (unsigned port = 65536; port <= 70000; ++port) {
        REQUIRE_FALSE(parse_port(std::to_string(port)));
    }
}

TEST_CASE("a literal with one character changed is refused, or is another literal in order") {
    constexpr std::string_view nasty = "0159afAFgGxX:.%[]/-+, \t\n\0\x7f\xff"sv;
    std::size_t accepted = 0;
    std::size_t refused = 0;
    for (const std::string original :
         {"127.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%3", "1:2:3:4:5:6:7:8",
          "::ffff:1.2.3.4", "2001:db8:0:1:1:1:1:1", "1:2:3:4:5:6:7.8.9.10"}) {
        for (std::size_t place = 0; place <= original.size(); ++place) {
            for (const char c : nasty) {
                for (const std::size_t replaced : {std::size_t{0}, std::size_t{1}}) {
                    std::string text = original;
                    text.replace(place, replaced, 1, c);
                    CAPTURE(text);
                    const auto endpoint = parse_address(text, 9);
                    (endpoint ? accepted : refused) += 1;
                    if (endpoint) {
                        REQUIRE(parse_address(address_text(*endpoint), 9) == endpoint);
                    }
                }
            }
        }
    }
    CHECK(accepted > 500);
    CHECK(refused > 2000);
}
