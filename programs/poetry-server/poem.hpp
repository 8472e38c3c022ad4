#pragma once

#include <caesura/host.hpp>
#include <caesura/transport.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace caesura {

/// What a poem's file held at one time: a short one as bytes, read once, a longer one as a range of
/// the file, which no reader ever copies. Never changes; a file that does is noticed.
class Edition {
public:
    /// Errors: see Host::open_file.
    static Result<std::shared_ptr<const Edition>> read(const std::string& path);

    std::uint64_t size() const { return file_ ? file_->size() : bytes_.size(); }
    /// Writes `length` bytes from `offset`, which must lie within the size.
    void write_to(Transport& transport, std::uint64_t offset, std::uint64_t length) const;

private:
    SharedBytes bytes_;                // of a short one
    std::shared_ptr<const File> file_; // of a long one
};

/// One poem to be served. Its readers share the edition that was the latest when they came.
class Poem {
public:
    /// Errors: see Host::open_file.
    static Result<Poem> open(std::string path);

    const std::string& path() const { return path_; }
    const std::shared_ptr<const Edition>& latest() const { return latest_; }

    /// Reads the file anew, after it has changed. On failure the latest edition remains, and its
    /// readers, if it is a long one, will find that the file has changed.
    Failure reload();

private:
    explicit Poem(std::string path) : path_(std::move(path)) {}

    std::string path_;
    std::shared_ptr<const Edition> latest_;
};

} // namespace caesura
