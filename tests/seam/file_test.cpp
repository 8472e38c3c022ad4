#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace caesura;
using namespace caesura::testing;

namespace {

std::shared_ptr<const File> opened(const std::string& path) {
    auto file = this_host().open_file(path);
    REQUIRE_MESSAGE(file, describe(file.failure()));
    return *file;
}

std::string read_from(const File& file, std::uint64_t offset, std::size_t length) {
    std::string text(length, '?');
    const Failure failure = file.read(offset, std::as_writable_bytes(std::span(text)));
    REQUIRE_MESSAGE(!failure, describe(failure));
    return text;
}

void check_changed(const File& file) {
    std::byte room{};
    CHECK(file.read(0, std::span(&room, 1)).error == Error::file_changed);
}

void append_to(const std::string& path, std::string_view text) {
    std::ofstream file(standard_path(path), std::ios::binary | std::ios::app);
    file << text;
}

// Long enough that no two bytes within a page or two are followed by the same ones.
std::string counting_text(std::size_t length) {
    std::string text;
    text.reserve(length + 8);
    for (unsigned i = 0; text.size() < length; ++i) {
        text += std::to_string(i) + ' ';
    }
    text.resize(length);
    return text;
}

} // namespace

TEST_CASE("a file that cannot be opened says why") {
    const TemporaryFolder folder;
    folder.write("poem", "text");
    CHECK(this_host().open_file(folder.at("none")).error() == Error::not_found);
    CHECK(this_host().open_file("").error() == Error::not_found);
    CHECK(this_host().open_file(folder.at("")).error() == Error::is_directory);
    CHECK(this_host().open_file(folder.at("poem") + std::string(1, '\0')).error() ==
          Error::invalid_argument);
    const Error through_a_file = this_host().open_file(folder.at("poem/more")).error();
    CHECK((through_a_file == Error::not_a_directory || through_a_file == Error::not_found));
}

TEST_CASE("an empty file opens, and has nothing in it") {
    const TemporaryFolder folder;
    const auto file = opened(folder.write("empty", ""));
    CHECK(file->size() == 0);
    CHECK_FALSE(file->read(0, {}));
}

TEST_CASE("a file that grew out of nothing counts as changed") {
    const TemporaryFolder folder;
    const std::string path = folder.write("empty", "");
    const auto file = opened(path);
    append_to(path, "no longer");
    CHECK(file->read(0, {}).error == Error::file_changed);
}

TEST_CASE("a file is read from any place on, in any length") {
    const TemporaryFolder folder;
    const std::string text = counting_text(5'000'000);
    const auto file = opened(folder.write("poem", text));
    REQUIRE(file->size() == text.size());
    for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{4095},
                                     std::size_t{1'048'570}, text.size() - 1}) {
        CAPTURE(offset);
        const std::size_t length = std::min<std::size_t>(100'000, text.size() - offset);
        CHECK((read_from(*file, offset, length) == text.substr(offset, length)));
    }
    CHECK(read_from(*file, text.size(), 0).empty());
    CHECK((read_from(*file, 0, text.size()) == text));
}

TEST_CASE("what does not lie within a file's size cannot be read") {
    const TemporaryFolder folder;
    const auto file = opened(folder.write("poem", "ten bytes."));
    std::array<std::byte, 11> room;
    const auto read = [&](std::uint64_t offset, std::size_t length) {
        return file->read(offset, std::span(room).first(length)).error;
    };
    CHECK(read(9, 1) == Error::none);
    CHECK(read(10, 0) == Error::none);
    CHECK(read(10, 1) == Error::invalid_argument);
    CHECK(read(9, 2) == Error::invalid_argument);
    CHECK(read(0, 11) == Error::invalid_argument);
    CHECK(read(11, 0) == Error::invalid_argument);
    CHECK(read(~std::uint64_t{0}, 1) == Error::invalid_argument);
    CHECK(read(~std::uint64_t{0} - 3, 8) == Error::invalid_argument); // nor when the sum is small
}

TEST_CASE("a file that grew since it was opened has changed") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "twelve bytes");
    const auto file = opened(path);
    append_to(path, "and more");
    check_changed(*file);
    CHECK(file->size() == 12);
}

TEST_CASE("a file that was cut short since it was opened has changed") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", counting_text(100'000));
    const auto file = opened(path);
    std::error_code refused;
    std::filesystem::resize_file(standard_path(path), 10, refused);
    REQUIRE_FALSE(refused);
    check_changed(*file);
}

TEST_CASE("a file that was rewritten with as many bytes since it was opened has changed") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "one poem");
    const auto file = opened(path);
    {
        std::fstream other(standard_path(path), std::ios::binary | std::ios::in | std::ios::out);
        other << "two poem";
    }
    // Said in so many words, because two writes may be too near each other for the clock of files.
    const auto changed = std::filesystem::last_write_time(standard_path(path));
    std::filesystem::last_write_time(standard_path(path), changed + std::chrono::seconds(2));
    check_changed(*file);
}

TEST_CASE("once a file has changed it counts as changed, even when it has its size again") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "0123456789");
    const auto file = opened(path);
    append_to(path, "!");
    check_changed(*file);
    std::filesystem::resize_file(standard_path(path), 10);
    // In so many words, as above.
    const auto changed = std::filesystem::last_write_time(standard_path(path));
    std::filesystem::last_write_time(standard_path(path), changed + std::chrono::seconds(2));
    check_changed(*file);
}

TEST_CASE("a file that got another name has not changed, and what took its name is no matter") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "the first");
    const auto file = opened(path);
    const Failure renamed = this_host().rename(path, folder.at("other"));
    REQUIRE_MESSAGE(!renamed, describe(renamed));
    folder.write("poem", "the second, longer");
    CHECK(read_from(*file, 0, 9) == "the first");
}

TEST_CASE("a file that was deleted while it is open can still be read") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "the only copy");
    const auto file = opened(path);
    std::error_code refused; // then it is there, which is as good
    std::filesystem::remove(standard_path(path), refused);
    CHECK(read_from(*file, 0, 13) == "the only copy");
}

TEST_CASE("a file of more than 4 GiB is read at the right places") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "the head of it");
    constexpr std::uint64_t size = 5ULL << 30;
    std::error_code refused;
    std::filesystem::resize_file(standard_path(path), size, refused);
    if (refused) {
        MESSAGE("left out: no file of 5 GiB can be had here, " << refused.message());
        return;
    }
    const auto file = opened(path);
    CHECK(file->size() == size);
    const std::string nothing(14, '\0');
    for (const std::uint64_t offset :
         {std::uint64_t{1} << 31, std::uint64_t{1} << 32, std::uint64_t{size - 14}}) {
        CHECK(read_from(*file, offset, 14) == nothing);
    }
    CHECK(read_from(*file, 0, 14) == "the head of it");
}

TEST_CASE("a file's version is that of its path, until either is another") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "old");
    const std::string twin = folder.write("twin", "old");
    const auto file = opened(path);
    const auto version_at = [](const std::string& where) {
        const auto version = this_host().file_version(where);
        REQUIRE_MESSAGE(version, describe(version.failure()));
        return *version;
    };
    CHECK(version_at(path) == file->version());
    CHECK(version_at(path).size == 3);
    CHECK_FALSE(version_at(twin) == file->version()); // whatever else they have in common

    SUBCASE("it is changed in place") {
        append_to(path, "er");
        CHECK_FALSE(version_at(path) == file->version());
    }
    SUBCASE("another takes its name") {
        REQUIRE_FALSE(this_host().rename(path, folder.at("elsewhere")));
        REQUIRE_FALSE(this_host().rename(twin, path));
        CHECK_FALSE(version_at(path) == file->version());
        CHECK(version_at(folder.at("elsewhere")) == file->version());
    }
    SUBCASE("it goes") {
        REQUIRE_FALSE(this_host().rename(path, folder.at("elsewhere")));
        CHECK(this_host().file_version(path).error() == Error::not_found);
    }
    CHECK(this_host().file_version(path + std::string(1, '\0')).error() == Error::invalid_argument);
}

TEST_CASE("a name may hold any letters and be as long as the system's own calls allow") {
    const TemporaryFolder folder;
    const std::string name = "G\xc3\xb6ttin \xe8\xa9\xa9 \xf0\x9f\x93\x9c.txt";
    CHECK(read_from(*opened(folder.write(name, "odd")), 0, 3) == "odd");

    std::filesystem::path deep = folder.path();
    for (int i = 0; i < 6; ++i) {
        deep /= std::string(60, static_cast<char>('a' + i));
        std::error_code error;
        std::filesystem::create_directory(deep, error);
        if (error) {
            MESSAGE("left out: the standard library makes no folder as deep as " << i);
            return;
        }
    }
    const std::string path = (deep / "poem").string();
    auto output = this_host().open_output(path, OutputMode::replace);
    REQUIRE_MESSAGE(output, describe(output.failure()));
    CHECK_FALSE((*output)->write(as_slice("deep")));
    CHECK(read_from(*opened(path), 0, 4) == "deep");
}
