#pragma once

#include "support/fake_system.hpp"

#include <caesura/reactor.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace caesura::testing {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Sign = FakeSystem::Sign;

/// A reactor on a system where nothing happens but what the test says, and a place to write down
/// what was called: a word for each call.
struct Bench {
    FakeSystem system;
    Reactor reactor{system};
    std::string words;

    void say(std::string_view word) {
        words += words.empty() ? "" : " ";
        words += word;
    }
    /// A call that says the word.
    Call saying(std::string word) {
        return [this, word = std::move(word)] { say(word); };
    }
    ReadyCallback on_ready_saying(std::string word) {
        return [this, word = std::move(word)](const Ready&) { say(word); };
    }
    /// One turn that does not wait.
    void turn() { reactor.run_once(Duration::zero()); }
    void pass(Duration duration) { system.clock().pass(duration); }
};

/// Something for a call to hold, that makes another call when it is destroyed.
inline std::shared_ptr<void> at_destruction(Call call) {
    return std::shared_ptr<void>(nullptr, [call = std::move(call)](void*) { call(); });
}

constexpr Socket socket_of(int number) {
    return static_cast<Socket>(number);
}

} // namespace caesura::testing
