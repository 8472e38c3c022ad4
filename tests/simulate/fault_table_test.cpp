#include <caesura/simulation/fault.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace caesura;
using namespace caesura::simulation;

TEST_CASE("each fault has a name of its own, a class and rows of the matrix") {
    std::set<std::string> names;
    for (const FaultFacts& facts : all_faults()) {
        CAPTURE(std::string(facts.name));
        CHECK_FALSE(facts.name.empty());
        CHECK(names.insert(std::string(facts.name)).second);
        CHECK_FALSE(name_of(facts.kind).empty());
        CHECK_FALSE(facts.rows().empty());
        CHECK(facts.least_once_in > 0);
        for (const Error error : facts.errors()) {
            CHECK(error != Error::would_block);
            CHECK(error != Error::interrupted); // the seam never answers it
        }
    }
    CHECK(names.size() == fault_count);
    for (std::size_t kind = 0; kind < fault_class_count; ++kind) {
        // Or a list could mean either.
        CHECK(names.count(std::string(name_of(static_cast<FaultClass>(kind)))) == 0);
    }
}

TEST_CASE("faults stand for at least 90 rows, and each other row says why it is left out") {
    std::set<int> rows;
    for (const FaultFacts& facts : all_faults()) {
        rows.insert(facts.rows().begin(), facts.rows().end());
    }
    CHECK(rows.size() >= 90);
    for (const RowLeftOut& left_out : rows_left_out()) {
        CAPTURE(left_out.row);
        CHECK_FALSE(left_out.why.empty());
        CHECK(rows.insert(left_out.row).second);
    }
    CHECK(rows.size() == fault_rows);
    CHECK(*rows.begin() == 1);
    CHECK(*rows.rbegin() == fault_rows);
}

TEST_CASE("a list of faults is read as it is written") {
    CHECK(parse_faults("none") == FaultSet());
    CHECK(parse_faults("all") == FaultSet().set());
    CHECK_FALSE(parse_faults(""));
    CHECK_FALSE(parse_faults("send,"));
    CHECK_FALSE(parse_faults("rain"));
    const auto some = parse_faults("resolver,send-short");
    REQUIRE(some);
    CHECK(some->count() == 5);
    CHECK(some->test(static_cast<std::size_t>(Fault::send_short)));
    CHECK(parse_faults(list_of(*some)) == some);
    CHECK(list_of(FaultSet()) == "none");
    CHECK(list_of(FaultSet().set()) == "all");
}
