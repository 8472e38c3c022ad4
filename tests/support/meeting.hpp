#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace caesura::testing {

// A place where threads meet: one waits until others have made something true.
class Meeting {
public:
    template <class Change>
    void change(Change change) {
        const std::lock_guard lock(mutex_);
        change();
        changed_.notify_all();
    }

    // False when it has not come true within half a minute.
    template <class Condition>
    bool wait(Condition condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(30), condition);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
};

} // namespace caesura::testing
