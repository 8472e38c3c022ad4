#pragma once

#include <caesura/error.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace caesura::probe {

/// What a folder is called that is made at that moment: `send-probe-2026-11-23T0102Z`.
std::string folder_name(std::int64_t wall_time_ms);

/// Where `all` writes its files.
class Folder {
public:
    /// That one, made where it is missing; or, when none is named, a new one of its own in the
    /// current folder, named by the time. nullopt when it cannot be made, or has results already,
    /// which then has been said.
    static std::optional<Folder> open(const std::optional<std::string>& path);

    const std::string& path() const { return path_; }
    std::string path_of(const std::string& name) const { return path_ + "/" + name; }

    /// Whole, or not at all. False when it cannot be written, which then has been said.
    bool write(const std::string& name, const std::string& text) const;

private:
    explicit Folder(std::string path) : path_(std::move(path)) {}

    std::string path_;
};

} // namespace caesura::probe
