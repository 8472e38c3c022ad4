#include "berkeley/address.hpp"

#include <doctest/doctest.h>

#include <sys/un.h>

#include <cstring>

using namespace caesura;

TEST_CASE("an endpoint survives the way to a native address and back") {
    for (const char* text : {"127.0.0.1", "0.0.0.0", "255.1.2.3", "::", "::1", "2001:db8::5:6",
                             "::ffff:127.0.0.1", "fe80::1%3"}) {
        for (const std::uint16_t port :
             {std::uint16_t{0}, std::uint16_t{1}, std::uint16_t{65535}}) {
            CAPTURE(text);
            const auto endpoint = parse_address(text, port);
            REQUIRE(endpoint);
            const NativeAddress address = native_address(*endpoint);
            CHECK(address.get()->sa_family == native_family(endpoint->family));
            CHECK(endpoint_from(address) == endpoint);
        }
    }
}

TEST_CASE("a native address holds port and address in network order") {
    const NativeAddress address = native_address(Endpoint::loopback(Family::ipv4, 0x1234));
    sockaddr_in form{};
    REQUIRE(address.length == sizeof form);
    std::memcpy(&form, address.get(), sizeof form);
    CHECK(form.sin_port == htons(0x1234));
    CHECK(form.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
}

TEST_CASE("no address at all, one of another family and one cut short are no endpoint") {
    CHECK_FALSE(endpoint_from(nullptr, 0));
    NativeAddress address;
    CHECK_FALSE(endpoint_from(address)); // nothing was ever written to it
    address.length = 0;
    CHECK_FALSE(endpoint_from(address));

    address.storage.ss_family = AF_UNIX;
    for (const std::size_t length : {sizeof(sa_family_t), sizeof(sockaddr_un)}) {
        address.length = static_cast<socklen_t>(length);
        CHECK_FALSE(endpoint_from(address));
    }
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        NativeAddress whole = native_address(Endpoint::loopback(family, 1));
        while (whole.length-- > 0) {
            CHECK_FALSE(endpoint_from(whole));
        }
    }
}
