#include "berkeley/host_parts.hpp"
#include "berkeley/signal_mailbox.hpp"
#include "win32/file_error.hpp"

#include <caesura/system.hpp>

#include <windows.h>

namespace caesura::native {

namespace {

// Closing the console, logging off and shutting down end the process when the handler returns, or
// after 5 s (documented: "HandlerRoutine"). The program's own end, should it come first, ends the
// thread that waits here.
constexpr DWORD grace_ms = 4500;

// Windows calls this on a thread of its own.
BOOL WINAPI on_console_event(DWORD event) {
    const Signal signal = event == CTRL_C_EVENT ? Signal::interrupt : Signal::terminate;
    if (!SignalMailbox::deliver(signal)) {
        return FALSE; // nobody watches any more: the next handler, or the end
    }
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) {
        ::Sleep(grace_ms);
    }
    return TRUE;
}

class ConsoleEvents final : public SignalSource {
public:
    explicit ConsoleEvents(SocketPair pair) : mailbox_(std::move(pair)) {}

    ConsoleEvents(const ConsoleEvents&) = delete;
    ConsoleEvents& operator=(const ConsoleEvents&) = delete;

    ~ConsoleEvents() override {
        if (is_started_) {
            ::SetConsoleCtrlHandler(on_console_event, FALSE);
        }
    }

    // Ctrl-C reaches no process that was started with it switched off, as the leader of a process
    // group is; that stays so.
    Failure start() {
        if (!mailbox_.open()) {
            return {Error::already_in_progress};
        }
        is_started_ = ::SetConsoleCtrlHandler(on_console_event, TRUE) != 0;
        return is_started_ ? Failure{} : last_file_failure();
    }

    Socket socket() const override { return mailbox_.socket(); }

    std::vector<Signal> take() override { return mailbox_.take(); }

private:
    SignalMailbox mailbox_;
    bool is_started_ = false;
};

} // namespace

Result<std::unique_ptr<SignalSource>> watch_signals() {
    Result<SocketPair> pair = this_system().sockets().pair();
    if (!pair) {
        return pair.failure();
    }
    auto source = std::make_unique<ConsoleEvents>(std::move(*pair));
    if (const Failure failure = source->start()) {
        return failure;
    }
    return std::unique_ptr<SignalSource>(std::move(source));
}

} // namespace caesura::native
