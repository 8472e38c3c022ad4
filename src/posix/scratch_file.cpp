#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace caesura::native {

namespace {

class PosixScratchFile final : public ScratchFile {
public:
    explicit PosixScratchFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    // The file's own position is its end: pread leaves it alone.
    Failure append(Slice bytes) override { return write_all(descriptor_.get(), bytes); }

    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> room) override {
        ssize_t count = 0;
        do {
            count =
                ::pread(descriptor_.get(), room.data(), room.size(), static_cast<off_t>(offset));
        } while (count < 0 && errno == EINTR);
        if (count < 0) {
            return errno_failure();
        }
        return static_cast<std::size_t>(count);
    }

private:
    Descriptor descriptor_;
};

std::string folder_for_scratch() {
    const char* const wish = std::getenv("TMPDIR");
    return wish && *wish ? wish : "/tmp";
}

} // namespace

Result<std::unique_ptr<ScratchFile>> scratch_file() {
    std::string path = folder_for_scratch() + "/caesura-XXXXXX";
    Descriptor descriptor(::mkostemp(path.data(), O_CLOEXEC));
    if (descriptor.get() < 0) {
        return errno_failure();
    }
    if (::unlink(path.c_str()) != 0) {
        return errno_failure();
    }
    return std::unique_ptr<ScratchFile>(std::make_unique<PosixScratchFile>(std::move(descriptor)));
}

} // namespace caesura::native
