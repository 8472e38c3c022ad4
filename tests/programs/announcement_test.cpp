#include "programs/clients.hpp"
#include "programs/programs.hpp"
#include "support/tcp.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

using namespace caesura;
using namespace caesura::testing;

TEST_CASE("each poem is announced on a line of its own, in the order given, before it is served") {
    const TemporaryFolder folder;
    const Words poems{folder.write("ode.txt", "ode"), folder.write("elegy.txt", "elegy"),
                      folder.write("epic.txt", "epic")};
    Server server(poems);
    for (std::size_t i = 0; i < poems.size(); ++i) {
        CHECK(server.announcements()[i] ==
              "Serving " + poems[i] + " on 127.0.0.1:" + std::to_string(server.at(i).port) + ".");
    }
    CHECK(connect_to(server.at(2)).read_all() == "epic");
    CHECK(connect_to(server.at(0)).read_all() == "ode");
    CHECK(connect_to(server.at(1)).read_all() == "elegy");
    CHECK(server.end() == exited(0));
    CHECK(server.child().read_all(Stream::output).empty());
}

TEST_CASE("a relative path is announced as it was given") {
    const TemporaryFolder folder;
    folder.write("ode.txt", "ode");
    ChildOptions options;
    options.folder = folder.at("");
    Server server({"ode.txt"}, {}, options);
    CHECK(server.announcements()[0] == "Serving ode.txt on " + server.target() + ".");
}

TEST_CASE("an IPv6 address is announced in brackets, and takes no IPv4 along") {
    if (!has_ipv6()) {
        return;
    }
    const TemporaryFolder folder;
    Server server({folder.write("ode.txt", "ode")}, {"--iface", "::1"});
    const std::string port = std::to_string(server.at().port);
    CHECK(server.announcements()[0] ==
          "Serving " + folder.at("ode.txt") + " on [::1]:" + port + ".");
    CHECK(connect_to(server.at()).read_all() == "ode");
    CHECK(is_deserted(Endpoint::loopback(Family::ipv4, server.at().port)));
}
