#pragma once

#include <cstddef>

namespace caesura::testing {

// The calls of the C library that a test can make fail. The test program defines functions of the
// same names, so that the library's calls arrive there first.
enum class Call { accept, connect, receive, send, close, socket, set_option, get_option };

// While one of these exists, calls of that kind out of this thread fail with `code`, `times` times;
// then they are made again. One at a time.
class CallFault {
public:
    enum class Mode {
        instead,   // of the call
        afterwards // the call is made, and its answer replaced
    };

    CallFault(Call call, int code, int times = 1, Mode mode = Mode::instead);
    ~CallFault();
    CallFault(const CallFault&) = delete;
    CallFault& operator=(const CallFault&) = delete;

    // How often it has struck.
    int struck() const;
};

// More than any bounded number of tries.
inline constexpr int for_ever = 1'000'000;

// Keeps what was asked in the last send out of this thread while it exists.
class SendWatch {
public:
    enum class Mode { let_through, take_nothing };

    explicit SendWatch(Mode mode);
    ~SendWatch();
    SendWatch(const SendWatch&) = delete;
    SendWatch& operator=(const SendWatch&) = delete;

    int flags() const;
    // How many bytes it was offered.
    std::size_t offered() const;
};

} // namespace caesura::testing
