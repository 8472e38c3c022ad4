#include "win32/console.hpp"
#include "win32/kernel_handle.hpp"
#include "win32/null_device.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace caesura;

namespace {

HANDLE new_screen() {
    return ::CreateConsoleScreenBuffer(GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                       CONSOLE_TEXTMODE_BUFFER, nullptr);
}

// A screen of the test's own, which nobody sees. A test program without a console gets one.
class Screen {
public:
    Screen() : handle_(first_screen()) { REQUIRE(handle_); }

    HANDLE handle() const { return handle_.get(); }

    std::wstring first_line(std::size_t length) const {
        std::wstring text(length, L'?');
        DWORD count = 0;
        REQUIRE(::ReadConsoleOutputCharacterW(handle(), text.data(), static_cast<DWORD>(length),
                                              COORD{0, 0}, &count));
        text.resize(count);
        return text;
    }

private:
    static HANDLE first_screen() {
        const HANDLE screen = new_screen();
        if (screen != INVALID_HANDLE_VALUE) {
            return screen;
        }
        ::FreeConsole();
        ::AllocConsole();
        return new_screen();
    }

    KernelHandle handle_;
};

void write(ConsoleWriter& writer, const Screen& screen, std::string_view text) {
    const Failure failure = writer.write(screen.handle(), as_slice(text));
    CHECK_MESSAGE(!failure, describe(failure));
}

} // namespace

TEST_CASE("a console is known from a file, a pipe and the null device") {
    const Screen screen;
    CHECK(is_console(screen.handle()));
    CHECK_FALSE(is_null_device(screen.handle()));
    HANDLE ends[2];
    REQUIRE(::CreatePipe(&ends[0], &ends[1], nullptr, 0));
    const KernelHandle out(ends[0]);
    const KernelHandle in(ends[1]);
    CHECK_FALSE(is_console(in.get()));
    CHECK_FALSE(is_console(INVALID_HANDLE_VALUE));
    CHECK_FALSE(is_console(nullptr));
}

TEST_CASE("a console shows UTF-8 as the text it is, however it is cut into writes") {
    const std::string text = "caf\xc3\xa9 \xe2\x82\xac!";
    const std::wstring shown = L"caf\u00e9 \u20ac!";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CAPTURE(cut);
        const Screen screen;
        ConsoleWriter writer;
        write(writer, screen, text.substr(0, cut));
        write(writer, screen, text.substr(cut));
        CHECK((screen.first_line(shown.size()) == shown));
    }
}

TEST_CASE("a console shows what is no UTF-8 as the sign for that, and goes on") {
    const Screen screen;
    ConsoleWriter writer;
    write(writer, screen,
          "a\xff"
          "b\x80\x80\x80\x80"
          "c\xc3");
    write(writer, screen, "d");
    const std::wstring line = screen.first_line(12);
    CHECK((line.substr(0, 3) == L"a\ufffdb"));
    CHECK(line.find(L'c') != std::wstring::npos);
    CHECK(line.find(L'd') != std::wstring::npos);
}

TEST_CASE("a text longer than a console takes at once is shown to its end") {
    const Screen screen;
    ConsoleWriter writer;
    std::string text;
    for (int i = 0; i < 10'000; ++i) {
        text += "a line\r";
    }
    write(writer, screen, text + "the end");
    CHECK((screen.first_line(7) == L"the end"));
}
