#pragma once

#include <caesura/host.hpp>
#include <caesura/time.hpp>
#include <caesura/transport.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace caesura {

/// What a poem's file held at one time: a short one as bytes, read once, a longer one as the file,
/// of which there is never a copy. Never changes; a file that does is noticed.
class Edition {
public:
    /// Errors: see Host::open_file.
    static Result<std::shared_ptr<const Edition>> read(const std::string& path);

    std::uint64_t size() const { return version_.size; }
    const FileVersion& version() const { return version_; }
    /// Whether it is in memory, and so outlives its file.
    bool is_short() const { return !file_; }
    /// Writes `length` bytes from `offset`, which must lie within the size.
    void write_to(Transport& transport, std::uint64_t offset, std::uint64_t length) const;

private:
    FileVersion version_;
    SharedBytes bytes_;                // of a short one
    std::shared_ptr<const File> file_; // of a long one
};

/// One poem to be served. Its readers share the edition that was the latest when they came. A file
/// that was changed, or that another has replaced, becomes the next edition when a reader comes: at
/// once when the poem is long, and within a second when it is short, because looking for each
/// reader of a short poem would be a noticeable part of what serving it costs.
class Poem {
public:
    /// Errors: see Host::open_file.
    static Result<Poem> open(std::string path);

    const std::string& path() const { return path_; }
    const std::shared_ptr<const Edition>& latest() const { return latest_; }

    /// Looks, if it is time to, whether there is another edition to be had, and says whether it is
    /// the latest now. No file there, or none that can be read: the latest remains what it was.
    bool look(Instant now);

    /// Reads the file anew, after it has changed. On failure the latest edition remains, and its
    /// readers, if it is a long one, will find that the file has changed.
    Failure reload();

private:
    explicit Poem(std::string path) : path_(std::move(path)) {}

    std::string path_;
    std::shared_ptr<const Edition> latest_;
    std::optional<Instant> last_look_;
};

} // namespace caesura
