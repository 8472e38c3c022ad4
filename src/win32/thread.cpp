#include "berkeley/thread.hpp"

#include "berkeley/failure.hpp"

#include <cerrno>
#include <memory>
#include <process.h>
#include <windows.h>

namespace caesura::native {

namespace {

unsigned __stdcall run(void* argument) {
    const std::unique_ptr<std::function<void()>> task(
        static_cast<std::function<void()>*>(argument));
    (*task)();
    return 0;
}

} // namespace

// The C runtime's call, and not CreateThread: the runtime keeps a thread's errno and the like
// (documented: _beginthreadex).
Failure start_thread(std::function<void()> task) {
    auto owned = std::make_unique<std::function<void()>>(std::move(task));
    const std::uintptr_t thread = ::_beginthreadex(nullptr, 0, run, owned.get(), 0, nullptr);
    if (thread == 0) {
        const int code = errno;
        return {code == EAGAIN ? Error::would_block : Error::out_of_memory, code};
    }
    owned.release(); // the thread's now
    ::CloseHandle(reinterpret_cast<HANDLE>(thread));
    return {};
}

} // namespace caesura::native
