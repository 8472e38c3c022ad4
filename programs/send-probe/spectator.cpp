#include "send-probe/spectator.hpp"

#include <algorithm>
#include <utility>

namespace caesura::probe {

namespace {

using Bytes = std::optional<std::uint64_t>;

Bytes minus(Bytes from, const Bytes& what) {
    return from && what ? Bytes(*from - std::min(*from, *what)) : std::nullopt;
}

} // namespace

void Speed::start(Instant now) {
    since_ = now;
    bytes_ = 0;
    last_.reset();
}

std::optional<std::uint64_t> Speed::per_second(Instant now) {
    constexpr Duration least = std::chrono::milliseconds(100); // of less nothing can be said
    const Duration time = now - since_;
    if (time < least) {
        return last_;
    }
    const double seconds = std::chrono::duration<double>(time).count();
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(bytes_) / seconds);
    if (time >= std::chrono::seconds(1)) {
        start(now);
        last_ = rate;
    }
    return last_ ? last_ : rate;
}

void Spectator::set_phase(std::string phase) {
    phase_ = std::move(phase);
    look_if_due();
}

void Spectator::join(Bench& bench, const Ends& link) {
    bench_ = &bench;
    link_ = link;
    start_ = bench.now();
    queue_ = taken_ = delivered_ = 0;
    phase_ = "connected";
    speed_.start(start_);
    bench.show(this);
}

void Spectator::leave() {
    screen_.say(line_of(look()));
    bench_->show(nullptr);
    bench_ = nullptr;
    link_ = {};
}

void Spectator::sent(std::size_t offered, const Result<std::size_t>& taken) {
    queue_ = offered - (taken ? *taken : 0);
    if (taken) {
        taken_ += *taken;
        moved(*taken, "sending");
    } else {
        set_phase(taken.error() == Error::would_block ? "blocked"
                                                      : "failed: " + describe(taken.failure()));
    }
}

void Spectator::received(const Result<std::size_t>& got) {
    if (got && *got > 0) {
        delivered_ += *got;
        moved(*got, "reading");
    }
}

void Spectator::waited() {
    look_if_due();
}

void Spectator::moved(std::uint64_t bytes, const char* phase) {
    if (phase_ != phase) {
        phase_ = phase;
        speed_.start(bench_->now());
    }
    speed_.add(bytes);
    look_if_due();
}

void Spectator::look_if_due() {
    if (bench_ != nullptr && screen_.is_due(bench_->now(), title_, phase_)) {
        screen_.show(bench_->now(), look());
    }
}

// What has been taken is unsent, in flight, with the receiver or delivered. Where the reader's
// system says what it holds, the rest follows from that; acknowledgements, which are late, tell it
// elsewhere.
Snapshot Spectator::look() {
    Sockets& sockets = bench_->sockets();
    const Instant now = bench_->now();
    Snapshot snapshot;
    snapshot.title = title_;
    snapshot.phase = phase_;
    snapshot.time = now - start_;
    snapshot.rate = speed_.per_second(now);
    snapshot.delivered = delivered_;
    snapshot.receiver = sockets.unread(link_.reader);
    if (link_.sender == Socket::none) {
        return snapshot;
    }
    snapshot.queue = queue_;
    snapshot.taken = taken_;
    snapshot.unsent = sockets.unsent(link_.sender);
    const Bytes unacknowledged = sockets.unacknowledged(link_.sender);
    const Bytes between = minus(taken_, delivered_);
    if (!snapshot.receiver) {
        snapshot.receiver = minus(between, unacknowledged);
    }
    snapshot.in_flight = minus(minus(between, snapshot.unsent), snapshot.receiver);
    return snapshot;
}

} // namespace caesura::probe
