#include "simulate/campaign.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace caesura;

namespace {

// Takes down what is written, as a terminal or not.
class Paper final : public Output {
public:
    explicit Paper(bool is_terminal) : is_terminal_(is_terminal) {}

    bool can_block() const override { return false; }
    bool is_terminal() const override { return is_terminal_; }
    bool obeys_controls() override { return false; }
    std::size_t rows() const override { return 24; }
    std::size_t columns() const override { return 80; }
    WriteResult write(Slice bytes) override {
        text += as_text(bytes);
        return {{}, bytes.size()};
    }

    std::string text;

private:
    bool is_terminal_;
};

RunResult pretend(std::uint64_t seed, const Limits&) {
    RunResult result;
    result.seed = seed;
    return result;
}

Crew crew_that_stays() {
    return {[] { return RunSeed(pretend); }, [] { return false; }};
}

std::string told_of(std::uint64_t seeds, bool is_terminal) {
    CampaignSettings settings;
    settings.last = seeds - 1;
    Paper paper(is_terminal);
    CHECK(run_campaign(settings, crew_that_stays(), paper).runs == seeds);
    return paper.text;
}

} // namespace

TEST_CASE("a terminal is told from the first seed on how far it is, and is left without a trace") {
    const std::string told = told_of(2, true);
    CHECK(told.substr(0, 7) == "\r1 seed");
    const std::size_t last_letter = told.find_last_not_of(" \r");
    CHECK(told.find('\r', last_letter) < told.rfind('\r')); // written over, and back again
}

TEST_CASE("who reads no terminal is told nothing of it") {
    CHECK(told_of(2, false).empty());
}

TEST_CASE("a campaign that is called off says how far it came") {
    CampaignSettings settings;
    settings.time = std::chrono::hours(1);
    Paper paper(true);
    const Crew crew{[] { return RunSeed(pretend); }, [] { return true; }};
    const CampaignResult result = run_campaign(settings, crew, paper);
    CHECK(result.course == Course::called_off);
    CHECK(result.runs == 1);
    CHECK_FALSE(result.failed);
}

TEST_CASE("so does one whose run was called off") {
    CampaignSettings settings;
    Paper paper(true);
    const auto called_off = [](std::uint64_t seed, const Limits& limits) {
        RunResult result = pretend(seed, limits);
        result.course = seed == 5 ? Course::called_off : Course::ended;
        return result;
    };
    const Crew crew{[&] { return RunSeed(called_off); }, [] { return false; }};
    const CampaignResult result = run_campaign(settings, crew, paper);
    CHECK(result.course == Course::called_off);
    CHECK(result.runs == 5);
}

TEST_CASE("what keeps a campaign from going on is told to whoever wants it, of any thread") {
    CampaignSettings settings;
    settings.jobs = 3;
    Paper paper(false);
    const Crew crew{[]() -> RunSeed { throw std::runtime_error("no process"); },
                    [] { return false; }};
    CHECK_THROWS_AS(run_campaign(settings, crew, paper), std::runtime_error);
}

TEST_CASE("a campaign runs the last of all seeds, and is over then") {
    CampaignSettings settings;
    settings.last = ~std::uint64_t{0};
    settings.first = settings.last - 1;
    settings.jobs = 2;
    Paper paper(false);
    CHECK(run_campaign(settings, crew_that_stays(), paper).runs == 2);
}
