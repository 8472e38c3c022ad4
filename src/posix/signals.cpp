#include "berkeley/host_parts.hpp"
#include "berkeley/signal_mailbox.hpp"

#include <caesura/system.hpp>

#include <array>
#include <cerrno>
#include <csignal>

namespace caesura::native {

namespace {

struct Row {
    int number;
    Signal signal;
};

constexpr std::array rows = {
    Row{SIGINT, Signal::interrupt},
    Row{SIGTERM, Signal::terminate},
    Row{SIGHUP, Signal::hang_up},
    Row{SIGUSR1, Signal::user1},
};

// Runs in the middle of anything: see signal-safety(7).
extern "C" void caesura_on_signal(int number) {
    const int before = errno;
    for (const Row& row : rows) {
        if (row.number == number) {
            SignalMailbox::deliver(row.signal);
        }
    }
    errno = before;
}

// What one signal did before, while we have it.
class Taken {
public:
    // A signal that is ignored stays so: nohup ignores SIGHUP for us, and a shell without job
    // control ignores SIGINT for what it starts in the background.
    void take(int number) {
        struct sigaction ours {};
        ours.sa_handler = caesura_on_signal;
        ours.sa_flags = SA_RESTART;
        sigemptyset(&ours.sa_mask);
        const bool is_known = ::sigaction(number, nullptr, &before_) == 0;
        if (is_known && before_.sa_handler != SIG_IGN && ::sigaction(number, &ours, nullptr) == 0) {
            number_ = number;
            set_mask(SIG_UNBLOCK, &mask_before_);
        }
    }

    Taken() = default;
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;

    ~Taken() {
        if (number_ != 0) {
            if (sigismember(&mask_before_, number_) == 1) {
                set_mask(SIG_BLOCK, nullptr);
            }
            ::sigaction(number_, &before_, nullptr);
        }
    }

private:
    // Whoever starts us may leave a signal blocked, which then would never come.
    void set_mask(int how, sigset_t* before) const {
        sigset_t one;
        sigemptyset(&one);
        sigaddset(&one, number_);
        ::pthread_sigmask(how, &one, before);
    }

    int number_ = 0;
    struct sigaction before_ {};
    sigset_t mask_before_{};
};

class PosixSignals final : public SignalSource {
public:
    explicit PosixSignals(SocketPair pair) : mailbox_(std::move(pair)) {}

    // False when there is another source.
    bool start() {
        if (!mailbox_.open()) {
            return false;
        }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            taken_[i].take(rows[i].number);
        }
        return true;
    }

    Socket socket() const override { return mailbox_.socket(); }

    std::vector<Signal> take() override { return mailbox_.take(); }

private:
    // In this order: the mailbox must outlive the handlers that deliver to it.
    SignalMailbox mailbox_;
    std::array<Taken, rows.size()> taken_;
};

} // namespace

Result<std::unique_ptr<SignalSource>> watch_signals() {
    Result<SocketPair> pair = this_system().sockets().pair();
    if (!pair) {
        return pair.failure();
    }
    auto source = std::make_unique<PosixSignals>(std::move(*pair));
    if (!source->start()) {
        return Failure{Error::already_in_progress};
    }
    return std::unique_ptr<SignalSource>(std::move(source));
}

} // namespace caesura::native
