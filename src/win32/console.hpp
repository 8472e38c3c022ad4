#pragma once

#include <caesura/bytes.hpp>
#include <caesura/file.hpp>

#include <windows.h>

#include <string>

namespace caesura {

/// Whether a person looks at what is written there.
bool is_console(HANDLE handle);

/// Tells a console to obey ECMA-48. False where it cannot, or where it is none.
bool make_console_obey(HANDLE handle);

/// What can be seen of a console in its window; 0 and 0 where it is none.
struct ConsoleWindow {
    std::size_t rows = 0;
    std::size_t columns = 0;
};
ConsoleWindow console_window(HANDLE handle);

/// Writes UTF-8 to a console as the text it is. Not with WriteFile and a changed code page: that
/// page belongs to everybody in the console, and Windows 7 counts characters then, not bytes.
class ConsoleWriter {
public:
    /// What is no UTF-8 shows as U+FFFD. A character cut off at the end waits for its rest, and
    /// counts as written.
    WriteResult write(HANDLE console, Slice bytes);

private:
    std::string rest_;
};

} // namespace caesura
