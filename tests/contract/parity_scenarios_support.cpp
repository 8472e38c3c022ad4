// What is done to a system and to its preset.

#include "parity_scenarios.hpp"

#include <array>
#include <limits>

namespace caesura::testing {

namespace {

// A connection, made and accepted.
struct Ends {
    explicit Ends(Recorder& record) {
        const SocketOwner listener = record.listen();
        client = record.open();
        record.connect(client.get(), record.local(listener.get()));
        server = record.accept(listener.get());
    }
    SocketOwner client;
    SocketOwner server;
};

void talk(Recorder& record) {
    Ends ends(record);
    record.await(ends.client.get(), Interest::read | Interest::write);
    record.receive(ends.server.get());
    record.send(ends.client.get(), "there");
    record.await(ends.server.get(), Interest::read);
    record.receive(ends.server.get(), 2);
    record.await(ends.server.get(), Interest::read | Interest::write);
    record.receive(ends.server.get());
    record.receive(ends.server.get());
    record.send(ends.server.get(), "back");
    record.await(ends.client.get(), Interest::read);
    record.receive(ends.client.get());
    record.peer(ends.client.get());
}

void close_after_words(Recorder& record) {
    Ends ends(record);
    record.send(ends.client.get(), "last");
    record.close(ends.client);
    record.pause();
    record.await(ends.server.get(), Interest::read | Interest::write);
    record.receive(ends.server.get());
    record.await(ends.server.get(), Interest::read);
    record.receive(ends.server.get());
    record.await(ends.server.get(), Interest::read | Interest::write);
    record.receive(ends.server.get());
    record.peer(ends.server.get());
}

void half_close(Recorder& record) {
    Ends ends(record);
    record.finish(ends.client.get());
    record.send(ends.client.get(), "too late");
    record.await(ends.server.get(), Interest::read);
    record.receive(ends.server.get());
    record.send(ends.server.get(), "answer");
    record.finish(ends.server.get());
    record.pause();
    record.await(ends.client.get(), Interest::read);
    record.receive(ends.client.get());
    record.await(ends.client.get(), Interest::read);
    record.receive(ends.client.get());
}

void reset(Recorder& record) {
    Ends ends(record);
    record.abort(ends.client);
    record.await(ends.server.get(), Interest::read);
    record.await(ends.server.get(), Interest::read | Interest::write);
    record.receive(ends.server.get());
    record.await(ends.server.get(), Interest::read | Interest::write);
    record.receive(ends.server.get());
    record.send(ends.server.get(), "x");
    record.peer(ends.server.get());
    record.finish(ends.server.get());
}

void reset_with_unread_bytes(Recorder& record) {
    Ends ends(record);
    record.send(ends.client.get(), "unread");
    record.await(ends.server.get(), Interest::read);
    record.abort(ends.client);
    record.pause();
    record.receive(ends.server.get());
    record.receive(ends.server.get());
    record.receive(ends.server.get());
}

void reset_told_to_a_sender(Recorder& record) {
    Ends ends(record);
    record.abort(ends.client);
    record.await(ends.server.get(), Interest::read);
    record.send(ends.server.get(), "x");
    record.send(ends.server.get(), "x");
    record.receive(ends.server.get());
}

void reset_of_a_full_buffer(Recorder& record) {
    Ends ends(record);
    record.saturate(ends.server.get());
    record.abort(ends.client);
    record.await(ends.server.get(), Interest::write);
    record.send(ends.server.get(), "x");
    record.receive(ends.server.get());
}

void refused(Recorder& record) {
    SocketOwner gone = record.listen();
    const Endpoint there = record.local(gone.get());
    record.close(gone);
    const SocketOwner client = record.open();
    record.connect(client.get(), there);
    record.peer(client.get());
}

void close_with_unread_bytes(Recorder& record) {
    Ends ends(record);
    record.send(ends.client.get(), "never read");
    record.await(ends.server.get(), Interest::read);
    record.close(ends.server);
    record.pause();
    record.await(ends.client.get(), Interest::read);
    record.receive(ends.client.get());
    record.receive(ends.client.get());
}

void late_accept(Recorder& record) {
    const SocketOwner listener = record.listen();
    SocketOwner client = record.open();
    record.connect(client.get(), record.local(listener.get()));
    record.send(client.get(), "I cannot wait");
    record.close(client);
    record.pause();
    const SocketOwner server = record.accept(listener.get());
    record.receive(server.get());
    record.receive(server.get());
    record.finish(server.get());
}

void accept_of_one_who_reset(Recorder& record) {
    const SocketOwner listener = record.listen();
    SocketOwner client = record.open();
    record.connect(client.get(), record.local(listener.get()));
    record.abort(client);
    record.pause();
    const SocketOwner server = record.accept(listener.get());
    record.receive(server.get());
    record.receive(server.get());
}

void sends_after_the_peer_closed(Recorder& record) {
    Ends ends(record);
    record.close(ends.server);
    record.await(ends.client.get(), Interest::read);
    record.receive(ends.client.get());
    record.send_until_failure(ends.client.get());
    record.receive(ends.client.get());
    record.send(ends.client.get(), "x");
}

void saturation(Recorder& record) {
    Ends ends(record);
    record.saturate(ends.client.get());
    record.send(ends.client.get(), "no room");
    record.drain(ends.server.get());
    record.await(ends.client.get(), Interest::write);
    record.send(ends.client.get(), "room");
    record.close(ends.client);
    record.drain(ends.server.get());
}

void answers_of_a_fresh_socket(Recorder& record) {
    const SocketOwner fresh = record.open();
    record.receive(fresh.get());
    record.send(fresh.get(), "x");
    record.finish(fresh.get());
    record.peer(fresh.get());
    (void)record.accept(fresh.get());
}

void answers_of_a_listener(Recorder& record) {
    const SocketOwner listener = record.listen();
    record.receive(listener.get());
    record.send(listener.get(), "x");
    record.peer(listener.get());
}

void answers_of_what_is_gone(Recorder& record) {
    SocketOwner owner = record.open();
    const Socket gone = owner.get();
    record.close(owner);
    record.await(gone, Interest::read);
    record.receive(gone);
    record.send(gone, "x");
    record.finish(gone);
    record.peer(gone);
}

void finish_twice(Recorder& record) {
    Ends ends(record);
    record.finish(ends.client.get());
    record.finish(ends.client.get());
    record.close(ends.server);
    record.pause();
    record.receive(ends.client.get());
    record.send(ends.client.get(), "x");
}

/// None of these sizes is near a bound that a system has been configured with.
void odd_buffer_sizes(Recorder& record) {
    const Ends ends(record);
    const SocketOwner fresh = record.open();
    constexpr int largest = std::numeric_limits<int>::max();
    for (const Socket socket : {fresh.get(), ends.client.get()}) {
        for (const SocketOption option :
             {SocketOption::send_buffer, SocketOption::receive_buffer}) {
            for (const int value : {-largest - 1, -1, 0, 1, 10'000, largest}) {
                record.resize(socket, option, value);
            }
        }
    }
}

constexpr std::array scenarios{
    Scenario{"talk", talk},
    Scenario{"close after words", close_after_words},
    Scenario{"half-close", half_close},
    Scenario{"reset", reset},
    Scenario{"reset with unread bytes", reset_with_unread_bytes},
    Scenario{"reset told to a sender", reset_told_to_a_sender},
    Scenario{"reset of a full buffer", reset_of_a_full_buffer},
    Scenario{"refused", refused},
    Scenario{"close with unread bytes", close_with_unread_bytes},
    Scenario{"late accept", late_accept},
    Scenario{"accept of one who reset", accept_of_one_who_reset},
    Scenario{"sends after the peer closed", sends_after_the_peer_closed},
    Scenario{"saturation", saturation},
    Scenario{"fresh socket", answers_of_a_fresh_socket},
    Scenario{"listener", answers_of_a_listener},
    Scenario{"gone", answers_of_what_is_gone},
    Scenario{"finish twice", finish_twice},
    Scenario{"odd buffer sizes", odd_buffer_sizes},
};

} // namespace

std::span<const Scenario> parity_scenarios() {
    return scenarios;
}

} // namespace caesura::testing
