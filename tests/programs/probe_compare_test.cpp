#include "send-probe/compare.hpp"

#include <doctest/doctest.h>

using namespace caesura::probe;

namespace {

using Lines = std::vector<std::string>;

Table table_of(std::vector<Row> rows) {
    return {"sweep",
            "",
            {{"write", "B", Role::key},
             {"sndbuf", "B", Role::key},
             {"taken", "B", Role::figure},
             {"time", "us", Role::noisy},
             {"error", "", Role::text}},
            std::move(rows)};
}

Value n(std::int64_t number) {
    return number;
}

Document usual() {
    return {{{"time", "now"}},
            {table_of({{n(1), "unset", n(1000), n(7), "would_block"},
                       {n(4), "unset", n(4000), n(9), ""}})}};
}

Value& value_at(Document& document, std::size_t row, std::size_t column) {
    return document.tables[0].rows[row][column];
}

} // namespace

TEST_CASE("a document does not differ from itself, nor from one with its rows in another order") {
    CHECK(differences(usual(), usual(), 0).empty());
    Document other = usual();
    std::swap(other.tables[0].rows[0], other.tables[0].rows[1]);
    CHECK(differences(usual(), other, 0).empty());
}

TEST_CASE("noise, the fingerprint and what is within the tolerance do not count") {
    Document other = usual();
    other.fingerprint = {{"time", "then"}, {"kernel", "6"}};
    value_at(other, 0, 3) = n(1'000'000);
    value_at(other, 1, 2) = n(4100);
    CHECK(differences(usual(), other, 5).empty());
    CHECK(differences(other, usual(), 5).empty());
}

TEST_CASE("a planted difference is found, and told with its table, row and column") {
    Document other = usual();
    value_at(other, 1, 2) = n(4300);
    CHECK(differences(usual(), other, 5) ==
          Lines{"sweep, write 4, sndbuf unset: taken 4000 and 4300"});
    CHECK_FALSE(differences(usual(), other, 7).empty()); // of the smaller, whichever that is
    CHECK_FALSE(differences(other, usual(), 7).empty());
    CHECK(differences(usual(), other, 8).empty());
    value_at(other, 1, 2) = n(0);
    CHECK_FALSE(differences(usual(), other, 1000).empty());
    value_at(other, 1, 2) = n(4300);
    value_at(other, 0, 4) = "no_buffer_space";
    value_at(other, 1, 2) = Unknown{};
    CHECK(differences(usual(), other, 100) ==
          Lines{"sweep, write 1, sndbuf unset: error 'would_block' and 'no_buffer_space'",
                "sweep, write 4, sndbuf unset: taken 4000 and ?"});
}

TEST_CASE("rows, columns and tables that only one has count as differences") {
    Document other = usual();
    other.tables[0].rows.pop_back();
    CHECK(differences(usual(), other, 5) ==
          Lines{"sweep, write 4, sndbuf unset: only in the first"});
    CHECK(differences(other, usual(), 5) ==
          Lines{"sweep, write 4, sndbuf unset: only in the second"});
    other = usual();
    other.tables[0].columns[4].name = "failure";
    CHECK(differences(usual(), other, 5) == Lines{"sweep: column error only in the first",
                                                  "sweep: column failure only in the second"});
    other.tables[0].name = "swept";
    CHECK(differences(usual(), other, 5) ==
          Lines{"sweep: only in the first", "swept: only in the second"});
}

TEST_CASE("the largest numbers are compared without an overflow") {
    Document one = usual();
    Document other = usual();
    value_at(one, 0, 2) = n(INT64_MAX);
    value_at(other, 0, 2) = n(INT64_MIN);
    CHECK(differences(one, other, 100).size() == 1);
    value_at(other, 0, 2) = n(INT64_MAX - 1);
    CHECK(differences(one, other, 1).empty());
}
