#include "berkeley/host_parts.hpp"
#include "win32/file_error.hpp"
#include "win32/path_handle.hpp"
#include "win32/text.hpp"

#include <array>

namespace caesura::native {

namespace {

class WindowsScratchFile final : public ScratchFile {
public:
    explicit WindowsScratchFile(KernelHandle handle) : handle_(std::move(handle)) {}

    // Never at the file's own position: a read moves that too.
    Failure append(Slice bytes) override {
        const Failure failure = write_all(handle_.get(), bytes, end_);
        if (!failure) {
            end_ += bytes.size();
        }
        return failure;
    }

    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> room) override {
        return read_at(handle_.get(), offset, room);
    }

private:
    KernelHandle handle_;
    std::uint64_t end_ = 0;
};

} // namespace

Result<std::unique_ptr<ScratchFile>> scratch_file() {
    std::array<wchar_t, MAX_PATH + 1> folder{};
    std::array<wchar_t, MAX_PATH + 1> name{};
    // The file is made here, so that nobody else gets the name.
    if (::GetTempPathW(static_cast<DWORD>(folder.size()), folder.data()) == 0 ||
        ::GetTempFileNameW(folder.data(), L"cae", 0, name.data()) == 0) {
        return last_file_failure();
    }
    Result<KernelHandle> handle =
        open_path(utf8_of(name.data()), GENERIC_READ | GENERIC_WRITE | DELETE, OPEN_EXISTING,
                  FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE);
    if (!handle) {
        return handle.failure();
    }
    return std::unique_ptr<ScratchFile>(std::make_unique<WindowsScratchFile>(std::move(*handle)));
}

} // namespace caesura::native
