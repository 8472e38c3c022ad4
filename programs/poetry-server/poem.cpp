#include "poetry-server/poem.hpp"

#include <vector>

namespace caesura {

namespace {

// Up to here one copy in memory is cheaper than asking for each client whether the file is still
// what it was.
constexpr std::uint64_t short_poem_max = std::uint64_t{64} * 1024;

constexpr Duration between_looks = std::chrono::seconds(1);

} // namespace

Result<std::shared_ptr<const Edition>> Edition::read(const std::string& path) {
    auto opened = this_host().open_file(path);
    if (!opened) {
        return opened.failure();
    }
    const auto edition = std::make_shared<Edition>();
    edition->version_ = (*opened)->version();
    if (edition->size() > short_poem_max) {
        edition->file_ = std::move(*opened);
    } else {
        std::vector<std::byte> bytes(static_cast<std::size_t>(edition->size()));
        if (const Failure failure = (*opened)->read(0, bytes)) {
            return failure;
        }
        edition->bytes_ = SharedBytes(std::move(bytes));
    }
    return std::shared_ptr<const Edition>(edition);
}

void Edition::write_to(Transport& transport, std::uint64_t offset, std::uint64_t length) const {
    if (file_) {
        transport.write(FileRange{file_, offset, length});
    } else {
        transport.write(
            bytes_.part(static_cast<std::size_t>(offset), static_cast<std::size_t>(length)));
    }
}

Result<Poem> Poem::open(std::string path) {
    Poem poem(std::move(path));
    if (const Failure failure = poem.reload()) {
        return failure;
    }
    return poem;
}

bool Poem::look(Instant now) {
    if (latest_->is_short() && last_look_ && now - *last_look_ < between_looks) {
        return false;
    }
    last_look_ = now;
    const auto version = this_host().file_version(path_);
    return version && *version != latest_->version() && !reload();
}

Failure Poem::reload() {
    auto read = Edition::read(path_);
    if (!read) {
        return read.failure();
    }
    latest_ = std::move(*read);
    return {};
}

} // namespace caesura
