"""A small tree that is tidy, and for each check what it must find when a file of it goes bad."""

GOOD = {
    "CMakeLists.txt": "add_subdirectory(tests)\nadd_library(caesura src/core/error.cpp\n"
    "    src/seam/watch_table.cpp src/berkeley/sockets.cpp src/posix/clock.cpp)\n",
    "src/core/error.cpp": "#include <caesura/error.hpp>\n\n#include <string>\n",
    "src/seam/watch_table.cpp": "#include <caesura/sockets.hpp>\n",
    "src/berkeley/sockets.hpp": "#pragma once\n\n#include <caesura/sockets.hpp>\n",
    "src/berkeley/sockets.cpp": '#include "berkeley/sockets.hpp"\n\n#include "native.hpp"\n\n'
    "int domain() { return AF_INET; }\n",
    "src/posix/native.hpp": "#pragma once\n\n#include <sys/socket.h>\n",
    "src/posix/clock.cpp": '#include "berkeley/sockets.hpp"\n#include "native.hpp"\n\n'
    "#include <cerrno>\n#ifdef __linux__\nint last() { return errno; }\n#endif\n",
    "include/caesura/error.hpp": "#pragma once\n\nnamespace caesura {\n\n"
    "/// What went wrong.\nenum class Error { none, refused };\n\n"
    "class Later;\n\n"
    "/// One sentence for people.\n[[nodiscard]] const char* describe(Error error);\n\n"
    "/// A value or a reason.\ntemplate <typename T>\nclass Result {\n    T value_;\n};\n\n"
    "/// The sooner of two.\nint soonest(int a, int b);\ndouble soonest(double a, double b);\n\n"
    "namespace detail {\nstruct Hidden {};\n} // namespace detail\n\n} // namespace caesura\n",
    "include/caesura/sockets.hpp": '#pragma once\n\n#include "caesura/error.hpp"\n',
    "tests/CMakeLists.txt": "add_executable(tests\n    main.cpp core/error_test.cpp)\n",
    "tests/main.cpp": "#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN\n#include <doctest/doctest.h>\n",
    "tests/core/error_test.cpp": '#include "berkeley/sockets.hpp"\n#include "support/wait.hpp"\n\n'
    "#include <caesura/error.hpp>\n#include <doctest/doctest.h>\n\n"
    "// errno, SOCKET and #if are free in comments\n"
    'TEST_CASE("EAGAIN is free in a text, so is sleep_for") {\n'
    '    CHECK(1\'000 == listen(Endpoint::loopback(Family::ipv4, 0), 128)); // "\n}\n',
    "tests/support/wait.hpp": "#pragma once\n\n#include <chrono>\n"
    "inline auto deadline() { return std::chrono::steady_clock::now(); }\n",
    "ci/test": "#!/bin/sh\nrun() {\n    cmake --workflow --preset $1\n}\n",
}


def lines(count, line="x"):
    return f"{line}\n" * count


def cpp_function(length, opening="int f() {"):
    return f"{opening}\n" + lines(length - 2, "    work();") + "}\n"


# check -> list of (path, what it holds instead, the lines found, a piece of what is said there).
# No line means that this must be found good.
BAD = {
    "include directions": [
        ("src/core/a.cpp", "#include <caesura/sockets.hpp>\n", [1], "core includes"),
        ("src/core/a.cpp", '#include "berkeley/sockets.hpp"\n', [1], "nothing of ours"),
        ("src/seam/a.cpp", "#include <caesura/reactor.hpp>\n", [1], "seam includes"),
        ("src/berkeley/a.cpp", "#include <caesura/reactor.hpp>\n", [1], "berkeley includes"),
        ("src/posix/a.cpp", "#include <caesura/protocol.hpp>\n", [1], "posix includes"),
        ("src/connection/a.cpp", "\n#include <caesura/clock.hpp>\n", [2], "connection includes"),
        ("src/connection/a.cpp", "#include <caesura/error.hpp>\n", [], ""),
        ("src/simulation/a.cpp", '#include "berkeley/sockets.hpp"\n', [1], "simulation includes"),
        ("src/reactor/a.cpp", "#include <caesura/protocol.hpp>\n", [1], "reactor includes"),
        ("src/stream/a.cpp", '#include "posix/native.hpp"\n', [1], "of posix"),
        ("src/stream/a.cpp", "#include <caesura/reactor.hpp>\n", [], ""),
        ("src/win32/a.cpp", '#include "posix/native.hpp"\n', [1], "win32 includes"),
        ("src/posix/a.cpp", '#include "win32/native.hpp"\n', [1], "is no file"),
        ("src/stream/a.cpp", '#include "native.hpp"\n', [1], "bare name is for src/berkeley"),
        ("src/berkeley/a.cpp", '#include "sockets.hpp"\n', [1], 'so "berkeley/sockets.hpp"'),
        ("src/berkeley/a.cpp", '#include "posix/native.hpp"\n', [1], "berkeley includes"),
        ("src/core/a.cpp", '#include "caesura/error.hpp"\n', [1], "is written <caesura/error.hpp>"),
        ("src/core/a.cpp", '// #include "posix/native.hpp"\n', [], ""),
        ("src/novelty/a.cpp", "\n", [1], "is on no floor"),
        ("include/caesura/novelty.hpp", "\n", [1], "is on no floor"),
        ("programs/a.cpp", "#include <caesura/novelty.hpp>\n", [1], "is on no floor"),
        ("include/caesura/time.hpp", '#include "berkeley/sockets.hpp"\n', [1], "public headers"),
        ("include/caesura/time.hpp", "#include <caesura/sockets.hpp>\n", [1], "core includes"),
        ("programs/a.cpp", '#include "berkeley/sockets.hpp"\n', [1], "public headers only"),
        ("programs/a.cpp", "#include <caesura/host.hpp>\n", [], ""),
        ("examples/a.cpp", '#include "support/wait.hpp"\n', [1], "examples includes"),
        ("tests/core/a.cpp", '#include "posix/native.hpp"\n', [1], "tests includes"),
        ("tests/posix/a.cpp", '#include "posix/native.hpp"\n', [], ""),
        ("tests/win32/a.cpp", '#include "posix/native.hpp"\n', [1], "of posix"),
    ],
    "platform words": [
        ("src/core/a.cpp", "#include <sys/socket.h>\n", [1], "<sys/socket.h>: shared code"),
        ("src/core/a.cpp", "#include <cerrno>\n#include <winsock2.h>\n", [1, 2], "shared code"),
        ("src/simulation/a.cpp", "#include <unistd.h>\n", [1], "<unistd.h>"),
        ("src/core/a.cpp", "#include <doctest/doctest.h>\n", [1], "<doctest/doctest.h>"),
        ("src/core/a.cpp", "#if A\n#elif B\n#endif\n", [1, 2], "if: what differs"),
        ("include/caesura/a.hpp", "#ifndef A\n#define A\n#endif\n", [1], "#ifndef"),
        ("src/berkeley/a.cpp", "  # ifdef A\n#endif\n", [1], "#ifdef"),
        ("src/core/a.cpp", "int e = errno == EWOULDBLOCK;\n", [1, 1], "is a platform word"),
        ("src/core/a.cpp", "int f = WSAGetLastError();\n", [1], "WSAGetLastError is a"),
        ("programs/a.cpp", "SOCKET s;\nsockaddr_in6 a;\nfd_set f;\n", [1, 2, 3], "platform word"),
        ("bench/a.cpp", "int f = epoll_create1(0);\n", [1], "epoll_create1"),
        ("tests/core/a.cpp", "int f = MSG_NOSIGNAL;\n", [1], "MSG_NOSIGNAL"),
        ("src/berkeley/a.cpp", "int a = sizeof(sockaddr_in6) + SO_KEEPALIVE;\n", [], ""),
        ("src/berkeley/a.cpp", "int a = EAGAIN;\n", [1], "native.hpp"),
        ("src/core/a.cpp", "struct WsaPoller; int EVENT, EOF_seen, socket, handle;\n", [], ""),
        ("src/core/a.cpp", '/* errno\n#if */ auto a = R"x("errno)x" "errno";\n', [], ""),
        ("src/core/a.cpp", "char c = '\"'; // \"\nint e = errno; // \"\n", [2], "errno"),
        ("bench/posix/a.cpp", "#if A\nint e = errno;\n#endif\n", [], ""),
    ],
    "function length": [
        ("src/core/a.cpp", cpp_function(60), [], ""),
        ("src/core/a.cpp", cpp_function(61), [1], "f has 61 lines"),
        ("src/core/a.cpp", cpp_function(61, "auto f = [](int x) {"), [1], "lambda has 61 lines"),
        ("src/core/a.hpp", "struct A {\n" + cpp_function(61, "A() : b{1} {"), [2], "A has 61"),
        ("tests/core/a.cpp", cpp_function(61, 'TEST_CASE("{ a") {'), [1], "test_case has 61"),
        ("tests/core/a.cpp", cpp_function(61, 'TEST_CASE_FIXTURE(A, "a") {'), [1], "61 lines"),
        ("tests/core/a.cpp", cpp_function(61, 'CONTRACT(A, f("a")) {'), [1], "contract has 61"),
        ("tests/a.py", "class A:\n  def f(self):\n" + lines(60, "    pass"), [2], "f has 61 lines"),
        ("ci/test", "#!/bin/sh\nrun() {\n" + lines(59, "    :") + "}\n", [2], "run has 61 lines"),
        ("cmake/a.cmake", "function(f)\n" + lines(59) + "endfunction()\n", [1], "f has 61 lines"),
        ("cmake/a.cmake", "macro(f)\n" + lines(59) + "endmacro()\n" + lines(9), [1], "61 lines"),
    ],
    "file length": [
        ("src/core/a.cpp", lines(400), [], ""),
        ("src/core/a.cpp", lines(401), [401], "401 lines; 400 are the most"),
        ("tests/a.py", lines(401), [401], "split it"),
    ],
    "line length": [
        ("src/core/a.cpp", "\n" + "é" * 100 + "\n", [], ""),
        ("src/core/a.cpp", "\n" + "x" * 101 + "\n", [2], "101 columns; 100 are the most"),
        ("cmake/a.cmake", "x" * 101 + "\n", [1], "101 columns"),
    ],
    "white space": [
        ("src/core/a.cpp", "\tint a;\n", [1], "a tab"),
        ("src/core/a.cpp", "\nint a; \nint b;\r\n", [2, 3], "at its end"),
    ],
    "left-overs": [
        ("src/core/a.cpp", "\n// " + "TO" + "DO: think\n", [2], "do it now"),
        ("ci/test", "#!/bin/sh\n# FIX" + "ME\nmktemp /tmp/a.XX" + "XXXX\n", [2], "open an issue"),
    ],
    "literal ports": [
        ("tests/a.cpp", "a = s.listen(Endpoint::any(family, 8080), 1);\n", [1], "listen on 0"),
        ("tests/a.cpp", 'connect_tcp(r,\n  "127.0.0.1:8080");\n', [1], "by number"),
        ("tests/a.cpp", "s.connect(*parse_address(host(), 80));\n", [1], "by number"),
        ("tests/a.cpp", "Endpoint e{Family::ipv4, 80};\ns.connect(x, e);\n", [2], "by number"),
        ("tests/a.cpp", "e.port = 8080;\ns.connect(x, e);\n", [2], "by number"),
        ("tests/a.cpp", 'connect("[::1]:80");\nconnect("::1", e.port);\n', [1], "by number"),
        ("tests/a.cpp", "e.port = 0;\ns.connect(x, e, seconds(30), 4096);\n", [], ""),
        ("tests/a.cpp", "void f() {\n  e.port = 80;\n}\nvoid g() {\n  connect(e);\n}\n", [], ""),
        ("tests/a.cpp", 'CHECK(to_string(Endpoint::any(family, 80)) == "0:80");\n', [], ""),
    ],
    "in the build": [
        ("tests/core/stray_test.cpp", "int a;\n", [1], "is in no build"),
        ("src/core/time.cpp", "int a;\n", [1], "name it in a CMakeLists.txt"),
        ("src/posix/lock.cpp", "int a;\n", [1], "is in no build"),
    ],
    "test cases": [
        ("tests/core/error_test.cpp", "// TEST_CASE(\n", [1], "holds no TEST_CASE"),
        ("tests/core/error_test.cpp", "void f() {\n    SUBCASE() {}\n}\n", [1], "TEST_CASE"),
        ("tests/programs/child.cpp", "int main() {}\n", [], ""),
        ("tests/fuzz/a.cpp", "int LLVMFuzzerTestOneInput(int) {}\n", [], ""),
        ("tests/support/a.cpp", "int a;\n", [], ""),
    ],
    "headers alone": [
        ("include/caesura/time.hpp", "#pragma once\nstd::string a;\n", [1], "std"),
        ("include/caesura/time.hpp", "inline int a;\n", [1], "redefinition"),
    ],
    "contracts": [
        ("include/caesura/a.hpp", "namespace caesura {\nclass A {};\n}\n", [2], "class A has no"),
        ("include/caesura/a.hpp", "namespace caesura {\n/// A.\n\nint f();\n}\n", [4], "f has no"),
        (
            "include/caesura/a.hpp",
            "namespace caesura {\n/// A.\nint f();\nint g();\n\nenum E { a };\n}\n",
            [4, 6],
            "has no contract",
        ),
        (
            "include/caesura/a.hpp",
            "namespace caesura {\n/// A.\ntemplate <class T>\n[[nodiscard]] std::optional<T>\n"
            "f(int a,\n  T b);\nclass B;\n}\n",
            [],
            "",
        ),
    ],
    "workplace": [
        ("README.md", "\nIt lies in /wo" + "rk/main.\n", [2], "names no workplace"),
        ("ci/test", "#!/bin/sh\nless ../sha" + "red/a\ncurl deb.deb" + "ian.org\n", [2, 3], "host"),
        ("README.md", "a frame/wo" + "rk/shop\n", [], ""),
    ],
    "sleeping in tests": [
        ("tests/a.cpp", "std::this_thread::sleep_for(1s);\nSleep(5);\n", [1, 2], "wait for"),
        ("src/core/a.cpp", "void Sleep(int);\n", [], ""),
    ],
    "reading the clock": [
        ("src/reactor/a.cpp", "auto a = std::chrono::steady_clock::now();\n", [1], "an argument"),
        ("tests/a.cpp", "auto a = system_clock::now();\n", [1], "ask the Clock"),
        ("src/posix/a.cpp", "auto a = steady_clock::now();\n", [], ""),
    ],
    "std::system_category": [
        ("src/win32/a.cpp", "auto& a = std::system_category();\n", [1], "MinGW's maps no"),
    ],
    "unseeded randomness": [
        ("src/core/a.cpp", "std::srand(1);\nint a = rand();\n", [1, 2], "<random>"),
        ("src/core/a.cpp", "int a = dice.rand();\nint strand(int);\n", [], ""),
    ],
    "using namespace std": [
        ("src/core/a.cpp", "using namespace std;\n", [1], "write std::"),
        ("src/core/a.cpp", "using namespace std::chrono_literals;\n", [], ""),
    ],
    "raw socket calls": [
        ("src/stream/a.cpp", "int a = ::send(1, p, n, 0);\n::close(1);\n", [1, 2], "the seam"),
        ("src/stream/a.cpp", "void Owner::close() { sockets_->close(socket_); }\n", [], ""),
        ("src/berkeley/a.cpp", "int a = ::send(1, p, n, 0);\n", [], ""),
    ],
}
