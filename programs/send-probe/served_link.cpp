#include "send-probe/served_link.hpp"

#include "send-probe/wire.hpp"

#include <algorithm>
#include <array>

namespace caesura::probe {

namespace {

constexpr Duration word_every = std::chrono::seconds(1);

} // namespace

ServedLink::ServedLink(Reactor& reactor, SocketOwner socket)
    : reactor_(reactor), socket_(std::move(socket)),
      watch_(
          reactor.watch(socket_.get(), Interest::none, [this](const Ready& ready) { read(ready); })
              .value()) {}

ServedLink::~ServedLink() {
    reactor_.cancel(timer_);
    reactor_.unwatch(watch_);
}

Failure ServedLink::set_receive_buffer(int bytes) {
    return reactor_.sockets().set_option(socket_.get(), SocketOption::receive_buffer, bytes);
}

void ServedLink::pace(const Pace& pace) {
    pace_ = pace;
    paced_ = 0;
    begin_portion();
}

std::uint64_t ServedLink::stop() {
    turn_to(Doing::nothing);
    return paced_;
}

void ServedLink::hear(Duration lateness, Duration patience, OnHeard on_more, OnHeard on_end) {
    heard_ = {};
    patience_ = patience;
    said_ = reactor_.now();
    on_more_ = std::move(on_more);
    on_end_ = std::move(on_end);
    turn_to(Doing::waiting);
    set_timer(lateness, &ServedLink::begin_hearing);
}

Failure ServedLink::say(std::size_t bytes) {
    constexpr std::array<std::byte, wire::most_said> zeros{};
    const Slice slice = std::span(zeros).first(std::min(bytes, zeros.size()));
    const auto taken = reactor_.sockets().send(socket_.get(), {&slice, 1}, Follows::unknown);
    const bool is_short = taken && *taken < slice.size();
    return is_short ? Failure{Error::no_buffer_space} : taken.failure();
}

// What was begun is over.
void ServedLink::turn_to(Doing doing) {
    reactor_.cancel(timer_);
    doing_ = doing;
    const bool reads = doing == Doing::pacing || doing == Doing::hearing;
    reactor_.set_interest(watch_, reads && !over_ ? Interest::read : Interest::none);
}

void ServedLink::set_timer(Duration delay, void (ServedLink::*then)()) {
    timer_ = reactor_.call_later(delay, [this, then] { (this->*then)(); });
}

void ServedLink::begin_portion() {
    left_ = pace_.portion;
    turn_to(Doing::pacing);
}

void ServedLink::begin_hearing() {
    turn_to(Doing::hearing);
    if (over_) {
        heard_ = *over_;
        end_hearing();
    } else {
        set_timer(patience_, &ServedLink::end_in_silence);
    }
}

void ServedLink::end_in_silence() {
    heard_.end = "silence";
    end_hearing();
}

void ServedLink::end_hearing() {
    turn_to(Doing::nothing);
    on_end_(heard_);
}

void ServedLink::read(const Ready& ready) {
    if (doing_ == Doing::pacing) {
        read_portion(ready);
    } else if (doing_ == Doing::hearing) {
        read_more(ready);
    }
}

void ServedLink::read_portion(const Ready& ready) {
    const auto room = reactor_.receive_room();
    const auto got =
        reactor_.sockets().receive(socket_.get(), room.first(std::min(left_, room.size())));
    Heard met;
    if (met.add(ready, got)) {
        over_ = met;
        turn_to(Doing::nothing);
        return;
    }
    paced_ += met.bytes;
    total_ += met.bytes;
    left_ -= static_cast<std::size_t>(met.bytes);
    if (left_ == 0 && pace_.pause > Duration::zero()) {
        turn_to(Doing::resting);
        set_timer(pace_.pause, &ServedLink::begin_portion);
    } else if (left_ == 0) {
        left_ = pace_.portion;
    }
}

void ServedLink::read_more(const Ready& ready) {
    const auto got = reactor_.sockets().receive(socket_.get(), reactor_.receive_room());
    total_ += got ? *got : 0;
    if (heard_.add(ready, got)) {
        end_hearing();
        return;
    }
    reactor_.reset(timer_, patience_);
    if (reactor_.now() - said_ >= word_every) {
        said_ = reactor_.now();
        on_more_(heard_);
    }
}

} // namespace caesura::probe
