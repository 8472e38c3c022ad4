#include "reactor/mailbox.hpp"

#include <array>
#include <utility>

namespace caesura {

bool Mailbox::post(Call call) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
        return false;
    }
    calls_.push_back(std::move(call));
    wake_locked();
    return true;
}

void Mailbox::ask_to_stop() {
    const std::lock_guard lock(mutex_);
    stop_ = Stop::news;
    wake_locked();
}

void Mailbox::wake_locked() {
    if (!asleep_ || byte_under_way_ || !write_end_) {
        return;
    }
    const std::array<std::byte, 1> byte{};
    const Slice slice(byte);
    byte_under_way_ =
        static_cast<bool>(sockets_.send(write_end_.get(), {&slice, 1}, Follows::unknown));
    if (!byte_under_way_) {
        // It is broken, or the system is short of something, for which some say that it would block
        // (there is never more than one byte in the pair, so it is not full): then the pair's end
        // has to wake the reader, for which it needs nothing.
        write_end_.close();
    }
}

Socket Mailbox::open_pair() {
    auto pair = sockets_.pair();
    const std::lock_guard lock(mutex_);
    write_end_.close();
    read_end_.close();
    byte_under_way_ = false;
    if (!pair) {
        return Socket::none;
    }
    read_end_ = std::move(pair->first);
    write_end_ = std::move(pair->second);
    return read_end_.get();
}

bool Mailbox::drain() {
    std::array<std::byte, 64> room;
    const auto received = sockets_.receive(read_end_.get(), room);
    if (!received) {
        // Readiness can be spurious; the byte may still be on its way.
        return received.error() == Error::would_block;
    }
    const std::lock_guard lock(mutex_);
    byte_under_way_ = false;
    return *received > 0;
}

std::vector<Call> Mailbox::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
}

bool Mailbox::fall_asleep() {
    const std::lock_guard lock(mutex_);
    asleep_ = calls_.empty() && stop_ != Stop::news;
    return asleep_;
}

void Mailbox::stay_awake() {
    const std::lock_guard lock(mutex_);
    asleep_ = false;
    if (stop_ == Stop::news) {
        stop_ = Stop::known;
    }
}

bool Mailbox::take_stop() {
    const std::lock_guard lock(mutex_);
    return std::exchange(stop_, Stop::none) != Stop::none;
}

void Mailbox::close() {
    std::vector<Call> unrun; // destroyed after the lock is given back: a call may hold a Poster
    const std::lock_guard lock(mutex_);
    closed_ = true;
    unrun.swap(calls_);
    write_end_.close();
    read_end_.close();
}

} // namespace caesura
