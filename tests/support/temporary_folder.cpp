#include "support/temporary_folder.hpp"

#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace caesura::testing {

std::filesystem::path standard_path(std::string_view utf8) {
    return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

TemporaryFolder::TemporaryFolder() {
    std::random_device device;
    do {
        path_ =
            std::filesystem::temp_directory_path() / ("caesura-test-" + std::to_string(device()));
    } while (!std::filesystem::create_directory(path_));
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored; // a test that left a file open has failed already
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::at(std::string_view name) const {
    const std::u8string text = (path_ / standard_path(name)).u8string();
    return std::string(text.begin(), text.end());
}

std::string TemporaryFolder::write(std::string_view name, std::string_view content) const {
    const std::string path = at(name);
    std::ofstream file(standard_path(path), std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write " + path);
    }
    return path;
}

std::string content_of(const std::string& path) {
    std::ifstream file(standard_path(path), std::ios::binary);
    if (!file) {
        throw std::runtime_error("cannot read " + path);
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace caesura::testing
