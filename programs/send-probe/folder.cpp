#include "send-probe/folder.hpp"

#include "common/console.hpp"
#include "common/standard_path.hpp"
#include "common/text.hpp"
#include "send-probe/date.hpp"
#include "send-probe/whole_file.hpp"

#include <caesura/host.hpp>

namespace caesura::probe {

namespace {

void complain_about(const std::string& path, const std::error_code& error) {
    complain("send-probe: " + printable(path) + ": " + error.message());
}

// The first of the names that nobody has: that of the minute, then with a number behind it.
std::optional<std::string> make_new(const std::string& name) {
    for (int i = 1;; ++i) {
        const std::string path = i == 1 ? name : name + "-" + std::to_string(i);
        std::error_code error;
        if (std::filesystem::create_directory(standard_path(path), error)) {
            return path;
        }
        // Not made and no error: it is there.
        if (error && error != std::errc::file_exists) {
            complain_about(path, error);
            return std::nullopt;
        }
    }
}

// For somebody who is to find it.
std::string whole_path(const std::string& path) {
    std::error_code error;
    const std::u8string whole = std::filesystem::absolute(standard_path(path), error).u8string();
    return error ? path : std::string(whole.begin(), whole.end());
}

} // namespace

std::string folder_name(std::int64_t wall_time_ms) {
    std::string name = "send-probe-" + date_text(wall_time_ms); // ...T01:02:03Z
    const std::size_t colon = name.find(':');
    return name.substr(0, colon) + name.substr(colon + 1, 2) + "Z";
}

std::optional<Folder> Folder::open(const std::optional<std::string>& path) {
    if (!path) {
        const auto made = make_new(folder_name(this_host().wall_time_ms()));
        return made ? std::optional(Folder(whole_path(*made))) : std::nullopt;
    }
    std::error_code error;
    std::filesystem::create_directories(standard_path(*path), error);
    if (error) {
        complain_about(*path, error);
        return std::nullopt;
    }
    Folder folder(*path);
    // Half of an old run beside half of a new one would tell of neither.
    if (std::filesystem::exists(standard_path(folder.path_of("results.json")), error)) {
        complain("send-probe: " + printable(*path) +
                 ": has the results of another run; give --out a new folder");
        return std::nullopt;
    }
    return folder;
}

bool Folder::write(const std::string& name, const std::string& text) const {
    const Failure failure = write_whole(path_of(name), text);
    if (failure) {
        complain("send-probe: " + printable(path_of(name)) + ": " + describe(failure));
    }
    return !failure;
}

} // namespace caesura::probe
