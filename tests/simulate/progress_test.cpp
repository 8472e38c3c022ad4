#include "simulate/campaign.hpp"

#include <doctest/doctest.h>

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
    WriteResult write(Slice bytes) override {
        text += as_text(bytes);
        return {{}, bytes.size()};
    }

    std::string text;

private:
    bool is_terminal_;
};

std::string told_of(std::uint64_t seeds, bool is_terminal) {
    CampaignSettings settings;
    settings.last = seeds - 1;
    Paper paper(is_terminal);
    CHECK(run_campaign(settings, paper).runs == seeds);
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
