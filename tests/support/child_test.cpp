#include "support/child.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace caesura::testing;

namespace {

Child test_child(std::vector<std::string> arguments, const ChildOptions& options = {}) {
    arguments.insert(arguments.begin(), CAESURA_TEST_CHILD);
    return Child::start(arguments, options);
}

} // namespace

TEST_CASE("a child's exit status is told as it is") {
    CHECK(test_child({"exit", "0"}).wait() == exited(0));
    CHECK(test_child({"exit", "77"}).wait() == exited(77));
}

TEST_CASE("a child that prints a lot on both streams never waits, and all of it arrives in order") {
    // More than a pipe holds.
    constexpr int lines = 1000;
    Child child = test_child({"chatter", std::to_string(lines), "500"});
    CHECK(child.wait() == exited(0));
    std::string output;
    std::string errors;
    const std::string padding = std::string(500, '.') + "\n";
    for (int i = 0; i < lines; ++i) {
        output += "output " + std::to_string(i) + padding;
        errors += "error " + std::to_string(i) + padding;
    }
    CHECK(child.read_all(Stream::output) == output);
    CHECK(child.read_all(Stream::error) == errors);
}

TEST_CASE("lines are read one by one, and after the last there is none") {
    Child child = test_child({"chatter", "3", "0"});
    CHECK(child.read_line(Stream::output) == "output 0");
    CHECK(child.read_line(Stream::output) == "output 1");
    CHECK(child.read_all(Stream::output) == "output 2\n");
    CHECK(child.read_line(Stream::output) == std::nullopt);
    CHECK(child.read_line(Stream::error) == "error 0");
}

TEST_CASE("a child gets its arguments as they were given, whatever is in them") {
    const std::vector<std::string> arguments = {"",
                                                "two words",
                                                "say \"no\"",
                                                R"(back\slash)",
                                                R"(ends with \)",
                                                R"(quote after \")",
                                                "*.cpp",
                                                "$HOME%A%",
                                                "L\xc3\xa4ut",
                                                "\xf0\x9f\x93\x9c",
                                                "tab\there",
                                                "'"};
    std::vector<std::string> command = {"echo"};
    std::string expected;
    for (const std::string& argument : arguments) {
        command.push_back(argument);
        expected += "[" + argument + "]\n";
    }
    CHECK(test_child(command).read_all(Stream::output) == expected);
}

TEST_CASE("a child starts in the folder and with the variables that it was given") {
    const TemporaryFolder folder;
    ChildOptions options;
    options.folder = folder.at("");
    options.environment = {{"CAESURA_TEST_VARIABLE", "some value"}};
    Child child = test_child({"surroundings", "CAESURA_TEST_VARIABLE"}, options);
    CHECK(child.read_line(Stream::output) == "some value");
    CHECK(child.read_line(Stream::output) == folder.path().filename().string());
    CHECK(test_child({"surroundings", "PATH"}, options).read_line(Stream::output) != "(none)");
}

TEST_CASE("a child that never ends is killed when asked") {
    Child child = test_child({"hang"});
    CHECK(child.read_line(Stream::output) == "hanging");
    child.kill();
    CHECK(child.wait() != exited(0));
    CHECK(child.read_all(Stream::output).empty());
}

TEST_CASE("a child that never ends is gone when its owner is, and another may take its place") {
    Child child = test_child({"hang"});
    CHECK(child.read_line(Stream::output) == "hanging");
    child = test_child({"exit", "3"});
    CHECK(child.wait() == exited(3));
}

TEST_CASE("waiting for a child has a limit that fails") {
    Child child = test_child({"hang"});
    const auto limit = std::chrono::milliseconds(1);
    CHECK_THROWS_AS(child.wait(limit), std::runtime_error);
    CHECK_THROWS_AS(child.read_all(Stream::output, limit), std::runtime_error);
    CHECK_THROWS_AS(child.read_line(Stream::error, limit), std::runtime_error);
}

TEST_CASE("a program that is not there cannot be started") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(Child::start({folder.at("nothing")}), std::runtime_error);
}
