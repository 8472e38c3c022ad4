#include "win32/path_handle.hpp"

#include "win32/file_error.hpp"
#include "win32/text.hpp"

namespace caesura {

namespace {

constexpr DWORD shared_with_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

Failure explained(const std::wstring& path, Failure failure) {
    if (failure.error == Error::access_denied) {
        const DWORD attributes = ::GetFileAttributesW(path.c_str());
        if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
            failure.error = Error::is_directory;
        }
    }
    return failure;
}

} // namespace

Result<KernelHandle> open_path(const std::string& path, DWORD access, DWORD disposition,
                               DWORD attributes) {
    const Result<std::wstring> wide = wide_path(path);
    if (!wide) {
        return wide.failure();
    }
    KernelHandle handle(::CreateFileW(wide->c_str(), access, shared_with_all, nullptr, disposition,
                                      attributes, nullptr));
    if (!handle) {
        return explained(*wide, last_file_failure());
    }
    return handle;
}

} // namespace caesura
