#include "peer.hpp"
#include "stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace caesura;
using namespace caesura::testing;

namespace {

void hold(Role& role) {
    role.transport->pause_producing();
}

} // namespace

TEST_CASE("a pause in connection_made is honoured until resume") {
    Stage stage;
    const auto troupe = troupe_of({.made = hold});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    stage.until([&] { return troupe->roles.size() == 1; });
    stage.a_few_turns();
    CHECK(troupe->roles.front().received.empty());
    troupe->roles.front().transport->resume_producing();
    stage.until([&] { return troupe->roles.front().received == "hello"; });
}

TEST_CASE("a pause in data_received holds back the very next piece") {
    const std::string text = long_text(1000);
    Stage stage;
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->set_receive_limit(7); },
                                   .data = [](Role& role, std::string_view) { hold(role); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say(text);
    for (std::size_t pieces = 1; pieces <= 20; ++pieces) {
        stage.until([&] {
            return !troupe->roles.empty() && troupe->roles.front().received.size() >= 7 * pieces;
        });
        stage.a_few_turns();
        CHECK(troupe->roles.front().received == text.substr(0, 7 * pieces));
        troupe->roles.front().transport->resume_producing();
    }
}

TEST_CASE("no piece is longer than the receive limit, and a huge limit is no harm") {
    const std::string text = long_text(200'000);
    for (const std::size_t limit : {std::size_t{1000}, ~std::size_t{0}}) {
        std::size_t longest = 0;
        Stage stage;
        const auto troupe = troupe_of(
            {.made = [&](Role& role) { role.transport->set_receive_limit(limit); },
             .data = [&](Role&,
                         std::string_view data) { longest = std::max(longest, data.size()); }});
        const auto listener = stage.listen(troupe);
        Peer peer(stage, *listener);
        peer.say(text);
        peer.close();
        stage.until([&] { return troupe->played(1); });
        CHECK((troupe->roles.front().received == text));
        CHECK(longest <= limit);
        CHECK(longest <= 65536);
    }
}

TEST_CASE("a receive limit that is set in data_received holds for the next piece") {
    Stage stage;
    std::vector<std::size_t> sizes;
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->set_receive_limit(4); },
                                   .data =
                                       [&](Role& role, std::string_view data) {
                                           sizes.push_back(data.size());
                                           role.transport->set_receive_limit(
                                               std::max<std::size_t>(1, data.size() - 1));
                                       }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("0123456789ab");
    stage.until(
        [&] { return !troupe->roles.empty() && troupe->roles.front().received == "0123456789ab"; });
    CHECK(sizes == std::vector<std::size_t>{4, 3, 2, 1, 1, 1});
}

TEST_CASE("to pause and to resume several times is to do it once") {
    Stage stage;
    const auto troupe = troupe_of({.made = [](Role& role) {
        role.transport->resume_producing();
        role.transport->pause_producing();
        role.transport->pause_producing();
        role.transport->resume_producing();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("hello");
    stage.until(
        [&] { return !troupe->roles.empty() && troupe->roles.front().received == "hello"; });
}

TEST_CASE("a paused connection still writes") {
    const std::string text = long_text(4'000'000);
    Stage stage;
    const auto troupe = troupe_of({.made = [&](Role& role) {
        hold(role);
        role.transport->write(text);
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK((peer.hear(text.size()) == text));
}

TEST_CASE("a paused connection does not spin, and holds a flood back") {
    Stage stage;
    const auto troupe = troupe_of({.made = hold});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.flood();
    stage.until([&] { return troupe->roles.size() == 1; });
    // The flood comes to rest when all buffers between us are full.
    bool woken = false;
    stage.reactor.call_later(milliseconds(100), [&] { woken = true; });
    stage.until([&] { return woken; });
    int turns = 0;
    woken = false;
    stage.reactor.call_later(milliseconds(50), [&] { woken = true; });
    stage.until([&] {
        ++turns;
        return woken;
    });
    CHECK(turns < 50);
    CHECK(troupe->roles.front().received.empty());
}

TEST_CASE("a paused connection that is lost still drains and ends") {
    Stage stage;
    const auto troupe = troupe_of({.made = [](Role& role) {
        hold(role);
        role.transport->write("poem");
        role.transport->lose_connection();
    }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    peer.say("a request");
    CHECK(peer.hear_all() == "poem");
    peer.close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
    CHECK(troupe->roles.front().outcome->received == 9);
    CHECK(troupe->roles.front().received.empty());
}

TEST_CASE("to pause or resume while closing changes nothing") {
    Stage stage;
    const auto troupe = troupe_of({.made = [](Role& role) { role.transport->lose_connection(); }});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    CHECK(peer.hear_all().empty());
    troupe->roles.front().transport->pause_producing();
    stage.a_few_turns();
    peer.say("late");
    troupe->roles.front().transport->resume_producing();
    stage.a_few_turns();
    troupe->roles.front().transport->pause_producing();
    peer.close();
    stage.until([&] { return troupe->played(1); });
    CHECK(troupe->roles.front().story == "mlx");
    CHECK(troupe->roles.front().outcome->ending == Ending::finished);
}

TEST_CASE("a paused connection learns that it was reset when it writes") {
    Stage stage;
    const auto troupe = troupe_of({.made = hold});
    const auto listener = stage.listen(troupe);
    Peer peer(stage, *listener);
    stage.until([&] { return troupe->roles.size() == 1; });
    peer.abort();
    Role& role = troupe->roles.front();
    // The first write may still be taken: the news travels.
    std::function<void()> write_again = [&] {
        if (role.transport != nullptr) {
            role.transport->write("anybody there?");
            stage.reactor.call_later(milliseconds(1), write_again);
        }
    };
    write_again();
    stage.until([&] { return troupe->played(1); });
    CHECK(role.outcome->ending == Ending::reset);
    CHECK(role.received.empty());
}

TEST_CASE("a pause in one callback holds for a connection that is served later in the turn") {
    Stage stage;
    std::shared_ptr<Troupe> troupe;
    troupe = troupe_of({.data = [&troupe](Role& self, std::string_view) {
        for (Role& role : troupe->roles) {
            if (&role != &self) {
                hold(role);
            }
        }
    }});
    const auto listener = stage.listen(troupe);
    std::deque<Peer> peers;
    for (int i = 0; i < 5; ++i) {
        peers.emplace_back(stage, *listener);
    }
    stage.until([&] { return troupe->roles.size() == 5; });
    for (Peer& peer : peers) {
        peer.say("hello");
    }
    const auto heard = [&] {
        return std::count_if(troupe->roles.begin(), troupe->roles.end(),
                             [](const Role& role) { return !role.received.empty(); });
    };
    stage.until([&] { return heard() > 0; });
    stage.a_few_turns();
    CHECK(heard() == 1);
}
