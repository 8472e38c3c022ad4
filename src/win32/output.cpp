#include "berkeley/host_parts.hpp"
#include "win32/console.hpp"
#include "win32/null_device.hpp"
#include "win32/path_handle.hpp"

namespace caesura::native {

namespace {

class HandleOutput : public Output {
public:
    bool can_block() const override {
        return ::GetFileType(handle()) != FILE_TYPE_DISK && !is_null_device(handle());
    }

    bool is_terminal() const override { return is_console(handle()); }

    bool obeys_controls() override { return make_console_obey(handle()); }

    std::size_t rows() const override { return console_window(handle()).rows; }

    std::size_t columns() const override { return console_window(handle()).columns; }

    WriteResult write(Slice bytes) override {
        return is_terminal() ? console_.write(handle(), bytes) : write_all(handle(), bytes);
    }

private:
    virtual HANDLE handle() const = 0;

    ConsoleWriter console_;
};

// Asks the system anew each time: a program may give itself another standard stream.
class StandardOutput final : public HandleOutput {
public:
    explicit StandardOutput(DWORD stream) : stream_(stream) {}

private:
    HANDLE handle() const override { return ::GetStdHandle(stream_); }

    DWORD stream_;
};

class FileOutput final : public HandleOutput {
public:
    explicit FileOutput(KernelHandle owner) : owner_(std::move(owner)) {}

private:
    HANDLE handle() const override { return owner_.get(); }

    KernelHandle owner_;
};

} // namespace

Result<std::unique_ptr<Output>> open_output(const std::string& path, OutputMode mode) {
    // With the right to append and no right to write, every write goes to the end, whoever else
    // writes there (documented: "File Access Rights Constants").
    const bool append = mode == OutputMode::append;
    Result<KernelHandle> handle =
        open_path(path, append ? FILE_APPEND_DATA | SYNCHRONIZE : GENERIC_WRITE,
                  append ? OPEN_ALWAYS : CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL);
    if (!handle) {
        return handle.failure();
    }
    return std::unique_ptr<Output>(std::make_unique<FileOutput>(std::move(*handle)));
}

Output& standard_output() {
    static StandardOutput output(STD_OUTPUT_HANDLE);
    return output;
}

Output& standard_error() {
    static StandardOutput output(STD_ERROR_HANDLE);
    return output;
}

} // namespace caesura::native
