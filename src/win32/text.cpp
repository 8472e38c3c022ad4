#include "win32/text.hpp"

#include "win32/file_error.hpp"

#include <windows.h>

namespace caesura {

namespace {

// The longest path that calls take without the prefix below. CreateDirectory wants room for a short
// name behind it; others take 12 more.
constexpr std::size_t most_unprefixed = 247;

// Nothing when there is what `flags` forbids.
std::wstring widened(std::string_view utf8, DWORD flags) {
    const int length = static_cast<int>(utf8.size());
    const int size = ::MultiByteToWideChar(CP_UTF8, flags, utf8.data(), length, nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(size), L'\0');
    ::MultiByteToWideChar(CP_UTF8, flags, utf8.data(), length, wide.data(), size);
    return wide;
}

Result<std::wstring> full_path(const std::wstring& path) {
    const DWORD size = ::GetFullPathNameW(path.c_str(), 0, nullptr, nullptr);
    std::wstring full(size, L'\0');
    const DWORD length = ::GetFullPathNameW(path.c_str(), size, full.data(), nullptr);
    if (size == 0 || length == 0 || length >= size) {
        return last_file_failure();
    }
    full.resize(length);
    return full;
}

// "Maximum Path Length Limitation" in Windows' documentation: this prefix lifts it, and switches
// off what is done to a path otherwise, so it goes before a full one only.
std::wstring prefixed(const std::wstring& full) {
    const bool is_share = full.compare(0, 2, LR"(\\)") == 0;
    const bool is_raw = full.compare(0, 4, LR"(\\?\)") == 0 || full.compare(0, 4, LR"(\\.\)") == 0;
    if (is_raw || full.size() <= most_unprefixed) {
        return full;
    }
    return is_share ? LR"(\\?\UNC)" + full.substr(1) : LR"(\\?\)" + full;
}

} // namespace

std::string utf8_of(std::wstring_view wide) {
    const int length = static_cast<int>(wide.size());
    const int size =
        ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
    std::string utf8(static_cast<std::size_t>(size), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, utf8.data(), size, nullptr, nullptr);
    return utf8;
}

std::wstring wide_of(std::string_view utf8) {
    return widened(utf8, 0);
}

Result<std::wstring> wide_path(const std::string& path) {
    if (path.empty()) {
        return file_failure(ERROR_PATH_NOT_FOUND);
    }
    const std::wstring wide = widened(path, MB_ERR_INVALID_CHARS);
    if (wide.empty()) {
        return file_failure(ERROR_NO_UNICODE_TRANSLATION);
    }
    if (wide.find(L'\0') != std::wstring::npos) {
        return Failure{Error::invalid_argument};
    }
    const Result<std::wstring> full = full_path(wide);
    if (!full) {
        return full.failure();
    }
    return prefixed(*full);
}

} // namespace caesura
