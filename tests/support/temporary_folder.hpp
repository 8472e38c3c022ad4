#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace caesura::testing {

// A folder of the test's own, empty at first, removed with all that is in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }
    // The path of something in it, in UTF-8 as the library takes it.
    std::string at(std::string_view name) const;
    // Makes a file with that content, or replaces it, and says its path.
    std::string write(std::string_view name, std::string_view content) const;

private:
    std::filesystem::path path_;
};

// What a file holds, byte for byte. std::runtime_error when it cannot be read.
std::string content_of(const std::string& path);

// A path in UTF-8 as the standard library takes it.
std::filesystem::path standard_path(std::string_view utf8);

} // namespace caesura::testing
