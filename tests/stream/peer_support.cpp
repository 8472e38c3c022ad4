#include "peer.hpp"

#include "support/tcp.hpp"

#include <doctest/doctest.h>

#include <array>

namespace caesura::testing {

Peer::Peer(Stage& stage, const Endpoint& to) : stage_(stage) {
    auto opened = sockets().open(to.family);
    REQUIRE(opened);
    socket_ = std::move(*opened);
    Failure failure = sockets().connect(socket_.get(), to);
    while (failure.error == Error::would_block) {
        await(socket_.get(), Interest::connect);
        failure = sockets().connect_outcome(socket_.get());
    }
    REQUIRE_FALSE(failure);
}

Peer::~Peer() {
    close();
}

Sockets& Peer::sockets() const {
    return this_system().sockets();
}

void Peer::want(Interest interest) {
    interest_ = interest;
    if (watch_) {
        stage_.reactor.set_interest(*watch_, interest);
    } else {
        watch_ = stage_.reactor.watch(socket_.get(), interest,
                                      [this](const Ready& ready) { on_ready(ready); });
        REQUIRE(watch_);
    }
}

void Peer::listen() {
    want(interest_ | Interest::read);
}

void Peer::stop_listening() {
    want(interest_ & Interest::write);
}

void Peer::flood() {
    flooding_ = true;
    want(interest_ | Interest::write);
}

void Peer::on_ready(const Ready& ready) {
    if (ready.readable) {
        read();
    }
    if (ready.writable && !flooding_) {
        want(interest_ & Interest::read); // the turn was all that was wanted
    } else if (ready.writable) {
        static const std::string noise(65536, '!');
        while (say_some(noise) == noise.size()) {
        }
    }
}

void Peer::read() {
    std::array<std::byte, 65536> room;
    for (int i = 0; i < 16; ++i) {
        const auto count = sockets().receive(socket_.get(), room);
        if (count && *count > 0) {
            heard_ += as_text(Slice(room).first(*count));
            continue;
        }
        if (count || count.error() != Error::would_block) {
            end_ = count ? End::finished : End::lost;
            want(interest_ & Interest::write);
        }
        return;
    }
}

std::size_t Peer::say_some(std::string_view text) {
    const Slice slice = as_slice(text);
    const auto sent = sockets().send(socket_.get(), {&slice, 1}, Follows::unknown);
    if (!sent && sent.error() != Error::would_block) {
        want(interest_ & Interest::read); // nobody is there any more
    }
    return sent ? *sent : 0;
}

void Peer::say(std::string_view text) {
    while (!text.empty()) {
        const std::size_t count = say_some(text);
        text.remove_prefix(count);
        if (count == 0) {
            want(interest_ | Interest::write);
            stage_.until([this] { return !has(interest_, Interest::write); });
        }
    }
}

void Peer::half_close() {
    REQUIRE_FALSE(sockets().shut_writes(socket_.get()));
}

void Peer::close() {
    unwatch();
    socket_.close();
}

void Peer::abort() {
    unwatch();
    socket_.abort();
}

void Peer::unwatch() {
    if (watch_) {
        stage_.reactor.unwatch(*watch_);
        watch_.reset();
    }
}

const std::string& Peer::hear_all() {
    listen();
    stage_.until([this] { return at_end(); });
    return heard_;
}

const std::string& Peer::hear(std::size_t bytes) {
    listen();
    stage_.until([this, bytes] { return heard_.size() >= bytes || at_end(); });
    return heard_;
}

Endpoint Peer::local() const {
    const auto local = sockets().local(socket_.get());
    REQUIRE(local);
    return *local;
}

} // namespace caesura::testing
