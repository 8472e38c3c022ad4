#include <caesura/endpoint.hpp>

#include <doctest/doctest.h>

using namespace caesura;

namespace {

bool is_loopback(std::string_view literal) {
    const auto endpoint = parse_address(literal);
    REQUIRE(endpoint);
    return endpoint->is_loopback();
}

} // namespace

TEST_CASE("a default endpoint is 0.0.0.0, port 0, without a scope") {
    const Endpoint endpoint;
    CHECK(endpoint == Endpoint::any(Family::ipv4));
    CHECK(endpoint.port == 0);
    CHECK(endpoint.scope == 0);
    CHECK(to_string(endpoint) == "0.0.0.0:0");
}

TEST_CASE("loopback is 127.0.0.1 or ::1, with the port asked for") {
    CHECK(to_string(Endpoint::loopback(Family::ipv4)) == "127.0.0.1:0");
    CHECK(to_string(Endpoint::loopback(Family::ipv4, 10001)) == "127.0.0.1:10001");
    CHECK(to_string(Endpoint::loopback(Family::ipv6)) == "[::1]:0");
    CHECK(to_string(Endpoint::loopback(Family::ipv6, 65535)) == "[::1]:65535");
}

TEST_CASE("any is 0.0.0.0 or ::, with the port asked for") {
    CHECK(to_string(Endpoint::any(Family::ipv4, 80)) == "0.0.0.0:80");
    CHECK(to_string(Endpoint::any(Family::ipv6, 80)) == "[::]:80");
}

TEST_CASE("all of 127.0.0.0/8 is loopback, and its neighbours are not") {
    CHECK(is_loopback("127.0.0.0"));
    CHECK(is_loopback("127.0.0.1"));
    CHECK(is_loopback("127.255.255.255"));
    CHECK_FALSE(is_loopback("126.255.255.255"));
    CHECK_FALSE(is_loopback("128.0.0.0"));
    CHECK_FALSE(is_loopback("0.0.0.0"));
    CHECK_FALSE(is_loopback("10.0.0.127"));
}

TEST_CASE("of IPv6 only ::1 is loopback, and 127.0.0.0/8 mapped into it") {
    CHECK(is_loopback("::1"));
    CHECK(is_loopback("::ffff:127.0.0.1"));
    CHECK(is_loopback("::ffff:127.9.9.9"));
    CHECK_FALSE(is_loopback("::"));
    CHECK_FALSE(is_loopback("::2"));
    CHECK_FALSE(is_loopback("1::1"));
    CHECK_FALSE(is_loopback("::ffff:128.0.0.1"));
    CHECK_FALSE(is_loopback("::127.0.0.1"));
    CHECK_FALSE(is_loopback("::fffe:127.0.0.1"));
    CHECK_FALSE(is_loopback("1::ffff:127.0.0.1"));
    CHECK_FALSE(is_loopback("7f00::"));
}

TEST_CASE("whether an endpoint is loopback does not depend on port or scope") {
    Endpoint endpoint = Endpoint::loopback(Family::ipv6, 7);
    endpoint.scope = 3;
    CHECK(endpoint.is_loopback());
}

TEST_CASE("endpoints are equal when all of their parts are") {
    const Endpoint one = Endpoint::loopback(Family::ipv6, 80);
    Endpoint other = one;
    CHECK(one == other);
    other.port = 81;
    CHECK(one != other);
    other = one;
    other.scope = 1;
    CHECK(one != other);
    other = one;
    other.address[0] = 1;
    CHECK(one != other);
    CHECK(Endpoint::any(Family::ipv4) != Endpoint::any(Family::ipv6));
}
