#include "berkeley/thread.hpp"

#include "berkeley/failure.hpp"

#include <memory>
#include <pthread.h>
#include <signal.h>

namespace caesura::native {

namespace {

void* run(void* argument) {
    const std::unique_ptr<std::function<void()>> task(
        static_cast<std::function<void()>*>(argument));
    (*task)();
    return nullptr;
}

// A thread inherits the mask of the one that makes it (pthread_create(3)), so that there is no
// moment in which it could get a signal.
int create_masked(const pthread_attr_t& attributes, void* task) {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread{};
    const int code = ::pthread_create(&thread, &attributes, run, task);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return code;
}

} // namespace

Failure start_thread(std::function<void()> task) {
    auto owned = std::make_unique<std::function<void()>>(std::move(task));
    pthread_attr_t attributes;
    if (const int code = ::pthread_attr_init(&attributes)) {
        return failure_from_native(code);
    }
    ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    const int code = create_masked(attributes, owned.get());
    ::pthread_attr_destroy(&attributes);
    if (code != 0) {
        return failure_from_native(code);
    }
    owned.release(); // the thread's now
    return {};
}

} // namespace caesura::native
