#include "connection/state.hpp"

#include <cassert>

namespace caesura {
namespace {

struct Words {
    std::string_view name;
    std::string_view sentence;
};

constexpr std::array<Words, state_count> state_words = {{
    {"connecting", "The handshake is under way; there is nothing to read or to write yet."},
    {"open", "Both directions are alive."},
    {"peer_finished", "The peer's FIN was read, so there is nothing more to read; "
                      "our write side is open."},
    {"half_closing", "Our FIN is asked for and goes out once the queue is empty; "
                     "input still counts."},
    {"half_closed", "Our FIN is out; input still counts."},
    {"finishing", "The program is done with the connection: what is queued goes out, then our "
                  "FIN; input is read and discarded."},
    {"finishing_after_peer", "The peer's FIN was read and our end is asked for: what is queued "
                             "goes out, then our FIN, and that is all."},
    {"draining", "Our FIN is out; input is read and discarded until the peer's FIN, "
                 "within a limit."},
    {"closed", "It is over, and how it ended is known; nothing changes that any more."},
}};

constexpr std::array<Words, event_count> event_words = {{
    {"connected", "The handshake has succeeded."},
    {"refused", "The peer's system says that nobody listens there."},
    {"flushed", "The queue is empty, every byte was handed over, and where our end was asked for "
                "so was our FIN."},
    {"lose", "The program is done with the connection: send what is queued, then close; "
             "its input no longer matters."},
    {"lose_write", "The program has written its last byte, and goes on reading."},
    {"abort", "The program cuts the connection off."},
    {"peer_fin", "The end of the peer's bytes was read, after all of them."},
    {"reset", "The peer, or the network, has cut the connection off."},
    {"failed", "A call failed in any other way, or the program's own code did."},
    {"stalled", "Bytes waited for the peer, and it took none of them for too long."},
    {"timed_out", "The limit of a connect, or of silence, has passed."},
    {"drain_over", "The limit of the wait for the peer's FIN has passed."},
}};

const Words& words_of(State state) {
    assert(index_of(state) < state_count);
    return state_words[index_of(state)];
}

const Words& words_of(Event event) {
    assert(index_of(event) < event_count);
    return event_words[index_of(event)];
}

} // namespace

std::string_view name_of(State state) {
    return words_of(state).name;
}
std::string_view name_of(Event event) {
    return words_of(event).name;
}

std::string_view sentence_of(State state) {
    return words_of(state).sentence;
}
std::string_view sentence_of(Event event) {
    return words_of(event).sentence;
}

} // namespace caesura
