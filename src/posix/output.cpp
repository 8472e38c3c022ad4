#include "berkeley/host_parts.hpp"
#include "posix/descriptor.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace caesura::native {

namespace {

bool is_null_device(const struct stat& status) {
    struct stat null_device {};
    return S_ISCHR(status.st_mode) && ::stat("/dev/null", &null_device) == 0 &&
           status.st_rdev == null_device.st_rdev;
}

// Asks the system anew each time: what stands behind a standard stream changes when the process
// detaches. Owns nothing.
class DescriptorOutput : public Output {
public:
    explicit DescriptorOutput(int descriptor) : descriptor_(descriptor) {}

    bool can_block() const override {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0) {
            return false; // not open: a write fails at once
        }
        return !S_ISREG(status.st_mode) && !is_null_device(status);
    }

    bool is_terminal() const override { return ::isatty(descriptor_) == 1; }

    // Every terminal of today does, but for those that say they are dumb, such as an editor's.
    bool obeys_controls() override {
        const char* const kind = std::getenv("TERM");
        return is_terminal() && kind && *kind && std::string_view(kind) != "dumb";
    }

    std::size_t rows() const override { return size().ws_row; }

    std::size_t columns() const override { return size().ws_col; }

    WriteResult write(Slice bytes) override { return write_all(descriptor_, bytes); }

private:
    // Zeros where there is none.
    winsize size() const {
        winsize size{};
        return ::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 ? size : winsize{};
    }

    int descriptor_;
};

class FileOutput final : public DescriptorOutput {
public:
    explicit FileOutput(Descriptor descriptor)
        : DescriptorOutput(descriptor.get()), owner_(std::move(descriptor)) {}

private:
    Descriptor owner_;
};

} // namespace

Result<std::unique_ptr<Output>> open_output(const std::string& path, OutputMode mode) {
    // O_NONBLOCK, because opening a pipe would wait for its reader; without one that is a failure.
    const int flags = O_WRONLY | O_CREAT | O_NONBLOCK;
    Result<Descriptor> descriptor =
        open_descriptor(path, flags | (mode == OutputMode::append ? O_APPEND : O_TRUNC));
    if (!descriptor) {
        return descriptor.failure();
    }
    return std::unique_ptr<Output>(std::make_unique<FileOutput>(std::move(*descriptor)));
}

Output& standard_output() {
    static DescriptorOutput output(STDOUT_FILENO);
    return output;
}

Output& standard_error() {
    static DescriptorOutput output(STDERR_FILENO);
    return output;
}

} // namespace caesura::native
