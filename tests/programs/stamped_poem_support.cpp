#include "programs/stamped_poem.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace caesura::testing {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t stamp_size = 4096;

// Of which no byte tells that it is the first, or that its neighbours are holes.
std::string stamp(std::uint64_t number) {
    std::string text;
    for (std::uint64_t word = number * stamp_size; text.size() < stamp_size; ++word) {
        std::uint64_t mixed = (word + 1) * 0x9e3779b97f4a7c15; // as splitmix64 does
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        for (unsigned shift = 0; shift < 64; shift += 8) {
            text += static_cast<char>(mixed >> shift | 1);
        }
    }
    return text;
}

} // namespace

StampedPoem::StampedPoem(std::string path, std::uint64_t mebibytes)
    : path_(std::move(path)), mebibytes_(mebibytes) {
    std::ofstream file(standard_path(path_), std::ios::binary | std::ios::trunc);
    for (std::uint64_t number = 0; number <= mebibytes; ++number) {
        const std::size_t length = number == mebibytes ? 1 : stamp_size;
        file.seekp(static_cast<std::streamoff>(number * mebibyte));
        file.write(stamp(number).data(), static_cast<std::streamsize>(length));
    }
    file.close();
    REQUIRE(file);
}

std::uint64_t StampedPoem::size() const {
    return mebibytes_ * mebibyte + 1;
}

void StampedPoem::check_all_of(Connection& reader) const {
    const std::string hole(mebibyte - stamp_size, '\0');
    for (std::uint64_t number = 0; number < mebibytes_; ++number) {
        const std::string text = reader.read(mebibyte);
        CAPTURE(number);
        REQUIRE((text.compare(0, stamp_size, stamp(number)) == 0));
        REQUIRE((text.compare(stamp_size, hole.size(), hole) == 0));
    }
    CHECK((reader.read_all() == stamp(mebibytes_).substr(0, 1)));
}

} // namespace caesura::testing
