#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

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

// All of a range, by as many views as it takes.
std::string view_from(const File& file, std::uint64_t offset, std::uint64_t length) {
    std::string text;
    while (text.size() < length) {
        const Result<Slice> view = file.view(offset + text.size(), length - text.size());
        REQUIRE_MESSAGE(view, describe(view.failure()));
        REQUIRE(!view->empty());
        REQUIRE(view->size() <= length - text.size());
        text += as_text(*view);
    }
    return text;
}

void check_changed(const File& file) {
    std::byte room{};
    CHECK(file.read(0, std::span(&room, 1)).error == Error::file_changed);
    CHECK(file.view(0, 1).error() == Error::file_changed);
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

TEST_CASE("a file's bytes are the same read and viewed, from any place on") {
    const TemporaryFolder folder;
    const std::string text = counting_text(5'000'000);
    const auto file = opened(folder.write("poem", text));
    REQUIRE(file->size() == text.size());
    for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, std::size_t{4095},
                                     std::size_t{1'048'570}, text.size() - 1}) {
        CAPTURE(offset);
        const std::size_t length = std::min<std::size_t>(100'000, text.size() - offset);
        CHECK(read_from(*file, offset, length) == text.substr(offset, length));
        CHECK(view_from(*file, offset, length) == text.substr(offset, length));
    }
    CHECK(read_from(*file, text.size(), 0).empty());
    CHECK(view_from(*file, 0, text.size()) == text);
}

TEST_CASE("a view is at most as long as asked, and the whole file may be asked for") {
    const TemporaryFolder folder;
    const std::string text = counting_text(10'000);
    const auto file = opened(folder.write("poem", text));
    CHECK(file->view(5000, 1)->size() == 1);
    const Result<Slice> rest = file->view(5000, 1'000'000'000'000);
    REQUIRE(rest);
    CHECK(as_text(*rest) == text.substr(5000));
}

TEST_CASE("views stay valid while their file lives, however many follow") {
    const TemporaryFolder folder;
    const std::string text = counting_text(20'000'000);
    const auto file = opened(folder.write("poem", text));
    const Slice first = *file->view(0, 1000);
    CHECK(view_from(*file, 0, text.size()) == text);
    CHECK(as_text(first) == text.substr(0, first.size()));
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
    if (refused) {
        // Windows cuts no file that is mapped (documented: SetEndOfFile), and all is as it was.
        MESSAGE("this system refuses to cut a file that is open: " << refused.message());
        CHECK(read_from(*file, 99'999, 1).size() == 1);
    } else {
        check_changed(*file);
    }
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

TEST_CASE("a file that got another name has not changed, and what took its name is no matter") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "the first");
    const auto file = opened(path);
    const Failure renamed = this_host().rename(path, folder.at("other"));
    REQUIRE_MESSAGE(!renamed, describe(renamed));
    folder.write("poem", "the second, longer");
    CHECK(read_from(*file, 0, 9) == "the first");
    CHECK(view_from(*file, 0, 9) == "the first");
}

TEST_CASE("a file that was deleted while it is open can still be read") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "the only copy");
    const auto file = opened(path);
    std::error_code refused; // as Windows does while the file is mapped
    std::filesystem::remove(standard_path(path), refused);
    CHECK(view_from(*file, 0, 13) == "the only copy");
}

TEST_CASE("a file of more than 4 GiB is read and viewed at the right places") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "the head of it");
    constexpr std::uint64_t size = 5ULL << 30;
    std::error_code refused;
    std::filesystem::resize_file(standard_path(path), size, refused);
    if (refused || sizeof(void*) < 8) {
        MESSAGE("left out: no file of 5 GiB can be had here, " << refused.message());
        return;
    }
    const auto file = opened(path);
    CHECK(file->size() == size);
    const std::string nothing(14, '\0');
    for (const std::uint64_t offset :
         {std::uint64_t{1} << 31, std::uint64_t{1} << 32, std::uint64_t{size - 14}}) {
        CHECK(read_from(*file, offset, 14) == nothing);
        CHECK(view_from(*file, offset, 14) == nothing);
    }
    CHECK(read_from(*file, 0, 14) == "the head of it");
    CHECK(view_from(*file, 0, 14) == "the head of it");
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
