#include "win32/console.hpp"

#include "win32/file_error.hpp"
#include "win32/text.hpp"

#include <algorithm>
#include <string_view>

namespace caesura {

namespace {

// WriteConsole fails for a text that does not fit a heap of 64 KB (documented).
constexpr std::size_t most_per_write = 8192;

std::size_t bytes_of_character(unsigned char first) {
    if (first >= 0xF0) {
        return 4;
    }
    if (first >= 0xE0) {
        return 3;
    }
    return first >= 0xC0 ? 2 : 1;
}

bool continues(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

// How much of the text may be shown: all but a character that has begun and not ended.
std::size_t whole_length(std::string_view text) {
    std::size_t start = text.size();
    const std::size_t lowest = text.size() - std::min<std::size_t>(text.size(), 3);
    while (start > lowest && continues(static_cast<unsigned char>(text[start - 1]))) {
        --start;
    }
    if (start == 0) {
        return text.size();
    }
    const auto first = static_cast<unsigned char>(text[start - 1]);
    return start - 1 + bytes_of_character(first) > text.size() ? start - 1 : text.size();
}

Failure write_wide(HANDLE console, std::wstring_view text) {
    while (!text.empty()) {
        DWORD count = 0;
        if (!::WriteConsoleW(console, text.data(), static_cast<DWORD>(text.size()), &count,
                             nullptr)) {
            return last_file_failure();
        }
        if (count == 0) {
            return {Error::input_output};
        }
        text.remove_prefix(count);
    }
    return {};
}

} // namespace

bool is_console(HANDLE handle) {
    DWORD mode = 0;
    return ::GetConsoleMode(handle, &mode) != 0;
}

bool make_console_obey(HANDLE handle) {
    constexpr DWORD virtual_terminal = 0x0004; // which MinGW knows for Windows 10 alone
    DWORD mode = 0;
    return ::GetConsoleMode(handle, &mode) != 0 &&
           ::SetConsoleMode(handle, mode | virtual_terminal) != 0;
}

ConsoleWindow console_window(HANDLE handle) {
    // The window, not the buffer behind it, most of which has scrolled away.
    CONSOLE_SCREEN_BUFFER_INFO information{};
    if (!::GetConsoleScreenBufferInfo(handle, &information)) {
        return {};
    }
    const SMALL_RECT& seen = information.srWindow;
    return {static_cast<std::size_t>(seen.Bottom - seen.Top + 1),
            static_cast<std::size_t>(seen.Right - seen.Left + 1)};
}

WriteResult ConsoleWriter::write(HANDLE console, Slice bytes) {
    WriteResult written;
    while (!bytes.empty()) {
        const std::size_t count = std::min(bytes.size(), most_per_write);
        rest_ += as_text(bytes.first(count));
        bytes = bytes.subspan(count);
        const std::size_t whole = whole_length(rest_);
        const std::wstring wide = wide_of(std::string_view(rest_).substr(0, whole));
        rest_.erase(0, whole);
        if (const Failure failure = write_wide(console, wide)) {
            return {failure, written.bytes};
        }
        written.bytes += count;
    }
    return written;
}

} // namespace caesura
