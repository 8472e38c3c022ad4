#include <caesura/result.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

using namespace caesura;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) {
        return Failure{Error::invalid_argument, 22};
    }
    return number / 2;
}

} // namespace

// True to ask, but no number: `result + 1` and `result == 3` are slips.
static_assert(!std::is_convertible_v<Result<int>, bool>);
static_assert(!std::is_convertible_v<Failure, bool>);
static_assert(!std::is_default_constructible_v<Result<int>>);

TEST_CASE("a result with a value is true, gives the value and has no failure") {
    const Result<int> result = half(6);
    REQUIRE(result);
    CHECK(*result == 3);
    CHECK(result.failure() == Failure{});
    CHECK(result.error() == Error::none);
}

TEST_CASE("a result without a value is false and says why, with the native number") {
    const Result<int> result = half(7);
    CHECK_FALSE(result);
    CHECK(result.failure() == Failure{Error::invalid_argument, 22});
    CHECK(result.error() == Error::invalid_argument);
}

TEST_CASE("zero, false and the empty text are values") {
    CHECK(Result<int>(0));
    CHECK(Result<bool>(false));
    CHECK(Result<std::string>(std::string()));
    CHECK(Result<std::unique_ptr<int>>(nullptr));
}

TEST_CASE("a result carries what can only be moved, and gives it away") {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
    REQUIRE(result);
    const std::unique_ptr<int> taken = std::move(*result);
    CHECK(*taken == 5);
}

TEST_CASE("the members of a value are reached through the arrow, and can be changed") {
    Result<std::string> result(std::string("line"));
    result->push_back('s');
    CHECK(result->size() == 5);
    CHECK(*std::as_const(result) == "lines");
    CHECK(std::as_const(result)->front() == 'l');
}
