#include "support/child.hpp"
#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace caesura;
using namespace caesura::testing;

namespace {

std::unique_ptr<Output> opened(const std::string& path, OutputMode mode) {
    auto output = this_host().open_output(path, mode);
    REQUIRE_MESSAGE(output, describe(output.failure()));
    return std::move(*output);
}

void write(Output& output, std::string_view text) {
    const Failure failure = output.write(as_slice(text));
    REQUIRE_MESSAGE(!failure, describe(failure));
}

Child test_child(std::vector<std::string> arguments, const ChildOptions& options) {
    arguments.insert(arguments.begin(), CAESURA_TEST_CHILD);
    return Child::start(arguments, options);
}

} // namespace

TEST_CASE("an output that replaces begins with nothing, one that appends with what was there") {
    const TemporaryFolder folder;
    const std::string path = folder.write("log", "before ");
    write(*opened(path, OutputMode::append), "appended");
    CHECK(content_of(path) == "before appended");
    write(*opened(path, OutputMode::replace), "new");
    CHECK(content_of(path) == "new");
    write(*opened(folder.at("fresh"), OutputMode::append), "made");
    CHECK(content_of(folder.at("fresh")) == "made");
}

TEST_CASE("two outputs that append to one file never write over each other") {
    const TemporaryFolder folder;
    const std::string path = folder.at("log");
    const auto first = opened(path, OutputMode::append);
    const auto second = opened(path, OutputMode::append);
    write(*first, "one ");
    write(*second, "two ");
    write(*first, "three");
    CHECK(content_of(path) == "one two three");
}

TEST_CASE("what is written arrives as it is, zeros and ends of lines included") {
    const TemporaryFolder folder;
    const std::string odd("\n\r\n\0\x1a\xff\r", 7);
    std::string text;
    while (text.size() < 3'000'000) {
        text += odd;
    }
    const auto output = opened(folder.at("poem"), OutputMode::replace);
    write(*output, "");
    write(*output, text);
    CHECK(content_of(folder.at("poem")) == text);
}

TEST_CASE("an output that cannot be opened says why") {
    const TemporaryFolder folder;
    for (const OutputMode mode : {OutputMode::append, OutputMode::replace}) {
        CHECK(this_host().open_output(folder.at(""), mode).error() == Error::is_directory);
        CHECK(this_host().open_output(folder.at("none/log"), mode).error() == Error::not_found);
        CHECK(this_host().open_output("", mode).error() == Error::not_found);
    }
}

TEST_CASE("writing to a file never blocks, and nobody looks at it") {
    const TemporaryFolder folder;
    const auto output = opened(folder.at("log"), OutputMode::append);
    CHECK_FALSE(output->can_block());
    CHECK_FALSE(output->is_terminal());
    CHECK_FALSE(output->obeys_controls());
    CHECK(output->rows() == 0);
    CHECK(output->columns() == 0);
}

TEST_CASE("standard streams block when they are pipes, and never when they are the null device") {
    const TemporaryFolder folder;
    ChildOptions options;
    options.error = Plug::null_device;
    Child child = test_child({"streams", folder.at("report")}, options);
    CHECK(child.wait() == exited(0));
    CHECK(child.read_all(Stream::output) == "this is for standard output\n");
    CHECK(content_of(folder.at("report")) == "blocks\nnever blocks\nnever blocks\n");
}

TEST_CASE("what a program prints to a stream that was closed at its start goes into no file") {
    const TemporaryFolder folder;
    ChildOptions options;
    options.input = Plug::closed;
    options.output = Plug::closed;
    options.error = Plug::closed;
    Child child = test_child({"streams", folder.at("report")}, options);
    CHECK(child.wait() == exited(0));
    CHECK(content_of(folder.at("report")) == "never blocks\nnever blocks\nnever blocks\n");
}

TEST_CASE("a pipe whose reader has gone is an error and not the program's end") {
    ChildOptions options;
    options.output = Plug::broken_pipe;
    Child child = test_child({"pour", "10"}, options);
    CHECK(child.read_line(Stream::error) == "broken_pipe");
    CHECK(child.wait() == exited(0));
}

TEST_CASE("a write of more than a pipe holds waits for the reader and loses nothing") {
    constexpr std::size_t length = 5'000'000;
    Child child = test_child({"pour", std::to_string(length)}, {});
    CHECK(child.read_all(Stream::output) == std::string(length, 'x'));
    CHECK(child.read_line(Stream::error) == "none");
}

TEST_CASE("what a prepared program prints with the C library is left as it is, too") {
    Child child = test_child({"print-line", "one\nline"}, {});
    CHECK(child.read_all(Stream::output) == "one\nline\n");
}
