#include <caesura/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

using namespace caesura;

namespace {

// Every enumerator, and nothing else.
std::vector<Error> all_errors() {
    std::vector<Error> errors;
    for (int i = 0; i <= static_cast<int>(Error::unexpected); ++i) {
        errors.push_back(static_cast<Error>(i));
    }
    return errors;
}

// The errors for which a classifier says yes.
std::set<Error> those(bool (*is_of_class)(Error)) {
    std::set<Error> members;
    for (int i = 0; i < 256; ++i) {
        if (is_of_class(static_cast<Error>(i))) {
            members.insert(static_cast<Error>(i));
        }
    }
    return members;
}

} // namespace

TEST_CASE("the identifier of an error is how the enumerator is spelt") {
    CHECK(name_of(Error::none) == "none");
    CHECK(name_of(Error::would_block) == "would_block");
    CHECK(name_of(Error::connection_refused) == "connection_refused");
    CHECK(name_of(Error::host_not_found_for_now) == "host_not_found_for_now");
    CHECK(name_of(Error::file_changed) == "file_changed");
    CHECK(name_of(Error::unexpected) == "unexpected");
}

TEST_CASE("every error has an identifier of its own, in snake case") {
    std::set<std::string_view> names;
    for (const Error error : all_errors()) {
        const std::string_view name = name_of(error);
        CAPTURE(name);
        CHECK_FALSE(name.empty());
        CHECK(std::all_of(name.begin(), name.end(),
                          [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); }));
        CHECK(names.insert(name).second);
    }
    CHECK(names.size() == all_errors().size());
}

TEST_CASE("every error has a description of its own, fit to stand within a sentence") {
    std::set<std::string_view> descriptions;
    for (const Error error : all_errors()) {
        const std::string_view text = describe(error);
        CAPTURE(text);
        REQUIRE_FALSE(text.empty());
        CHECK(std::islower(static_cast<unsigned char>(text.front())) != 0);
        CHECK(std::isalpha(static_cast<unsigned char>(text.back())) != 0);
        CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }));
        CHECK(text.find('_') == std::string_view::npos);
        CHECK(descriptions.insert(text).second);
    }
}

TEST_CASE("the words that programs print are these") {
    CHECK(describe(Error::none) == "no error");
    CHECK(describe(Error::connection_refused) == "connection refused");
    CHECK(describe(Error::connection_reset) == "connection reset");
    CHECK(describe(Error::timed_out) == "connection timed out");
    CHECK(describe(Error::host_not_found) == "unknown host");
    CHECK(describe(Error::address_in_use) == "address already in use");
}

TEST_CASE("a value that is no enumerator has a name and a description all the same") {
    for (int i = static_cast<int>(Error::unexpected) + 1; i < 256; ++i) {
        const auto unknown = static_cast<Error>(i);
        CHECK(name_of(unknown) == "unexpected");
        CHECK(describe(unknown) == describe(Error::unexpected));
        CHECK_FALSE(describe(Failure{unknown, 0}).empty());
    }
}

TEST_CASE("a failure is true exactly when something other than success was said") {
    CHECK_FALSE(Failure{});
    CHECK_FALSE(Failure{Error::none, 0});
    CHECK_FALSE(Failure{Error::none, 7});
    for (const Error error : all_errors()) {
        CHECK(static_cast<bool>(Failure{error, 0}) == (error != Error::none));
    }
}

TEST_CASE("failures are equal when both their meaning and their number are") {
    CHECK(Failure{Error::timed_out, 110} == Failure{Error::timed_out, 110});
    CHECK(Failure{Error::timed_out, 110} != Failure{Error::timed_out, 60});
    CHECK(Failure{Error::timed_out, 110} != Failure{Error::connection_reset, 110});
    CHECK(Failure{} == Failure{Error::none, 0});
}

TEST_CASE("a failure is described with its native number, where there is one") {
    CHECK(describe(Failure{Error::connection_refused, 111}) == "connection refused (111)");
    CHECK(describe(Failure{Error::connection_refused, 10061}) == "connection refused (10061)");
    CHECK(describe(Failure{Error::connection_refused, 0}) == "connection refused");
    // A resolver's numbers may be negative.
    CHECK(describe(Failure{Error::host_not_found, -2}) == "unknown host (-2)");
    CHECK(describe(Failure{Error::unexpected, 4242}) == "unexpected error (4242)");
    CHECK(describe(Failure{}) == "no error");
}

TEST_CASE("the ways an established connection is lost are one class, and nothing else is in it") {
    CHECK(those(is_connection_lost) ==
          std::set<Error>{Error::connection_reset, Error::connection_aborted, Error::broken_pipe,
                          Error::network_reset, Error::timed_out, Error::disconnecting,
                          Error::host_unreachable, Error::network_unreachable});
}

TEST_CASE("a pause, a misuse and a connection that never came to be are no lost connection") {
    for (const Error error : {Error::none, Error::would_block, Error::interrupted,
                              Error::connection_refused, Error::not_connected, Error::canceled,
                              Error::self_connect, Error::bad_descriptor, Error::unexpected}) {
        CAPTURE(name_of(error));
        CHECK_FALSE(is_connection_lost(error));
    }
}

TEST_CASE("shortages of descriptors, buffers and memory are one class, and nothing else is in it") {
    CHECK(those(is_resource_shortage) ==
          std::set<Error>{Error::too_many_open, Error::too_many_open_in_system,
                          Error::no_buffer_space, Error::out_of_memory});
}

TEST_CASE("no error is both a shortage and a lost connection") {
    for (const Error error : all_errors()) {
        CHECK_FALSE((is_resource_shortage(error) && is_connection_lost(error)));
    }
}
