#include "peer.hpp"
#include "stage.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

using namespace caesura;
using namespace caesura::testing;

namespace {

// As many connections as are wanted, both ends of which must fit into this process.
std::size_t as_many_as_fit(std::size_t wanted) {
    const std::uint64_t fit = (this_host().most_sockets() - 100) / 2;
    if (fit < wanted) {
        MESSAGE("only " << fit << " connections instead of " << wanted
                        << ": this process may have no more descriptors");
    }
    return static_cast<std::size_t>(std::min<std::uint64_t>(fit, wanted));
}

// Both ends of many connections, each of which does something at random in each of its callbacks.
class Chaos {
public:
    explicit Chaos(unsigned seed) : random_(seed) {
        const Script script{.made = [this](Role& role) { act(role); },
                            .data = [this](Role& role, std::string_view) { act(role); },
                            .finished = [this](Role& role) { act(role); },
                            .lost = [this](Role&) { act_on_another(); }};
        server_ = troupe_of(script);
        client_ = troupe_of(script);
        stage_.expect_exceptions();
        listener_ = stage_.listen(server_, ConnectionOptions{.drain = milliseconds(20)});
    }

    void play(std::size_t connections) {
        std::vector<std::unique_ptr<Connector>> connectors;
        for (std::size_t i = 0; i < connections; ++i) {
            connectors.push_back(
                stage_.connect(*listener_, client_, ConnectionOptions{.drain = milliseconds(20)}));
        }
        stage_.until([&] { return server_->roles.size() == connections; });
        for (int turn = 0; turn < 300; ++turn) {
            stage_.reactor.call_from_thread([this] { act_on_another(); });
            stage_.reactor.run_once(milliseconds(1));
        }
        listener_.reset();
        stage_.reactor.shut_down();
        check(*server_);
        check(*client_);
    }

private:
    std::size_t below(std::size_t count) { return random_() % count; }

    void act_on_another() {
        Troupe& troupe = below(2) == 0 ? *server_ : *client_;
        if (troupe.roles.empty()) {
            return;
        }
        Role& role = troupe.roles[below(troupe.roles.size())];
        if (role.transport != nullptr && below(4) == 0) {
            act(role);
        }
    }

    void act(Role& role) {
        Transport& transport = *role.transport;
        switch (below(14)) {
        case 0:
            transport.lose_connection();
            break;
        case 1:
            transport.lose_write_connection();
            break;
        case 2:
            if (below(4) == 0) {
                transport.abort_connection();
            }
            break;
        case 3:
            transport.pause_producing();
            break;
        case 4:
        case 5:
            transport.resume_producing();
            break;
        case 6:
            transport.set_receive_limit(1 + below(1000));
            break;
        case 7:
            act_on_another();
            break;
        case 8:
            if (below(8) == 0) {
                throw 1;
            }
            break;
        default:
            transport.write(std::string(below(3000), '*'));
        }
    }

    static void check(const Troupe& troupe) {
        for (const Role& role : troupe.roles) {
            CAPTURE(role.story);
            CHECK(role.over());
            CHECK(role.outcome);
            // Made, data until the peer has finished, lost, destroyed: each once but data.
            std::string_view story = role.story;
            for (const std::string_view part : {"m", "d", "f", "lx"}) {
                const bool optional = part == "d" || part == "f";
                if (story.starts_with(part)) {
                    story.remove_prefix(part.size());
                } else {
                    CHECK(optional);
                }
            }
            CHECK(story.empty());
        }
    }

    std::mt19937 random_;
    std::shared_ptr<Troupe> server_;
    std::shared_ptr<Troupe> client_;
    Stage stage_;
    std::unique_ptr<Listener> listener_;
};

} // namespace

TEST_CASE("among a thousand idle connections an active one is served, and all end well") {
    const std::size_t crowd = as_many_as_fit(1000);
    Stage stage;
    const auto echo =
        troupe_of({.data = [](Role& role, std::string_view data) { role.transport->write(data); }});
    const auto listener = stage.listen(echo);
    std::deque<Peer> idle;
    while (idle.size() < crowd) {
        for (int i = 0; i < 100 && idle.size() < crowd; ++i) {
            idle.emplace_back(stage, *listener);
        }
        stage.until([&] { return echo->roles.size() == idle.size(); });
    }
    Peer active(stage, *listener);
    for (std::size_t round = 1; round <= 50; ++round) {
        active.say("ping");
        CHECK(active.hear(4 * round).size() == 4 * round);
    }
    for (Peer& peer : idle) {
        peer.half_close();
    }
    stage.until([&] { return echo->on_stage() == 1; });
    const auto finished =
        std::count_if(echo->roles.begin(), echo->roles.end(), [](const Role& role) {
            return role.over() && role.outcome->ending == Ending::finished;
        });
    CHECK(static_cast<std::size_t>(finished) == crowd);
}

TEST_CASE("a fast client does not keep the others waiting") {
    Stage stage;
    const auto poem = SharedBytes(long_text(std::size_t{64} << 20));
    const auto greedy = stage.listen(reciting(poem));
    const auto modest = stage.listen(reciting(SharedBytes(std::string("poem"))));
    Peer fast(stage, *greedy);
    Peer flooder(stage, *greedy);
    fast.hear(1'000'000);
    flooder.flood();
    const std::size_t before = fast.heard().size();
    Peer slow(stage, *modest);
    CHECK(slow.hear_all() == "poem");
    // A few turns' worth, not the whole.
    CHECK(fast.heard().size() - before < poem.size() / 2);
}

TEST_CASE("whatever protocols do to themselves and to others, each ends exactly once") {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        Chaos chaos(seed);
        chaos.play(40);
    }
}
