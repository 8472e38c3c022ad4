#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace caesura;

namespace {

std::unique_ptr<ScratchFile> scratch_file() {
    auto file = this_host().scratch_file();
    REQUIRE_MESSAGE(file, describe(file.failure()));
    return std::move(*file);
}

std::string read_from(ScratchFile& file, std::uint64_t offset, std::size_t length) {
    std::string text(length, '?');
    const Result<std::size_t> count = file.read(offset, std::as_writable_bytes(std::span(text)));
    REQUIRE_MESSAGE(count, describe(count.failure()));
    text.resize(*count);
    return text;
}

} // namespace

TEST_CASE("a scratch file gives back from any place what was appended, and 0 at its end") {
    const auto file = scratch_file();
    CHECK(read_from(*file, 0, 10).empty());
    CHECK_FALSE(file->append(as_slice("one ")));
    CHECK_FALSE(file->append(as_slice("two ")));
    CHECK(read_from(*file, 0, 100) == "one two ");
    CHECK(read_from(*file, 4, 3) == "two");
    // A read in between moves no place at which the next piece goes.
    CHECK(read_from(*file, 0, 1) == "o");
    CHECK_FALSE(file->append(as_slice("three")));
    CHECK(read_from(*file, 4, 100) == "two three");
    CHECK(read_from(*file, 13, 100).empty());
    CHECK(read_from(*file, 5'000'000'000, 100).empty());
}

TEST_CASE("scratch files have nothing in common") {
    const auto first = scratch_file();
    const auto second = scratch_file();
    CHECK_FALSE(first->append(as_slice("first")));
    CHECK_FALSE(second->append(as_slice("the second")));
    CHECK(read_from(*first, 0, 100) == "first");
    CHECK(read_from(*second, 0, 100) == "the second");
}

TEST_CASE("a scratch file holds many megabytes") {
    const auto file = scratch_file();
    for (int i = 0; i < 40; ++i) {
        const std::string piece(500'000, static_cast<char>('a' + i % 26));
        REQUIRE_FALSE(file->append(as_slice(piece)));
    }
    CHECK(read_from(*file, 39 * 500'000 - 1, 3) == "mnn");
    CHECK(read_from(*file, 40 * 500'000 - 1, 3) == "n");
}
