// The state machine of a connection together with its send queue, driven as a stream drives them:
// by the rules in connection/state.hpp, and in any order that these allow. The queue checks its own
// invariants whenever it changes.

#include "connection/naive_queue.hpp"
#include "connection/promises.hpp"
#include "connection/send_queue.hpp"
#include "connection/state.hpp"
#include "connection/unread_file.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

namespace caesura::fuzz {

namespace {

using testing::History;

constexpr std::size_t text_size = 256;

class Life {
public:
    explicit Life(State start) { history_.state = start; }

    void operate(Input& input) {
        const unsigned what = input.byte();
        switch (what % 8) {
        case 0:
        case 1:
            write(text_.part(input.byte(), input.byte() % 16));
            break;
        case 2:
            for (unsigned left = input.byte(); left != 0; --left) {
                write(text_.part(left, 1));
            }
            break;
        case 3:
            write(FileRange{files_[what / 8 % 2], input.byte(), input.byte() % 64});
            break;
        case 4:
            write(owned_piece(input));
            break;
        case 5:
            send(1 + input.byte() * (1 + input.byte() % 8), input.byte());
            break;
        default:
            happen(static_cast<Event>(input.byte() % event_count));
        }
        require_nothing(naive_.difference(queue_, 1 + what));
    }

    // Whatever has happened so far, a peer that takes everything and says its last ends it well.
    void end_well() {
        happen(Event::connected);
        happen(Event::lose);
        while (!queue_.empty()) {
            send(text_size, text_size);
        }
        happen(Event::peer_fin);
        require(history_.closed, "a connection that both sides have ended is closed");
    }

private:
    State state() const { return history_.state; }

    // Bytes whose owner does something when their last use ends: it writes, or cuts off.
    SharedBytes owned_piece(Input& input) {
        const unsigned reaction = input.byte();
        const auto react = [this, reaction](const void*) {
            if (reaction % 4 == 0) {
                happen(Event::abort);
            } else {
                write(text_.part(reaction, reaction % 4));
            }
        };
        const std::shared_ptr<const void> owner(static_cast<const void*>(this), react);
        return {owner, text_.slice().subspan(reaction % 100, reaction % 7)};
    }

    template <class Piece>
    void write(Piece piece) {
        if (!accepts_writes(state())) {
            return;
        }
        const std::size_t before = naive_.size();
        naive_.push(piece);
        written_ += naive_.size() - before;
        queue_.push(std::move(piece));
    }

    // The system takes a part of what it is offered, or (256) all of it.
    void send(std::uint64_t limit, std::uint64_t share) {
        if (!sends(state()) || queue_.empty()) {
            return;
        }
        const std::uint64_t offered = queue_.next(limit).bytes();
        require(offered != 0, "a batch offers something while something waits");
        const std::uint64_t taken = std::min(offered, (offered * share + 255) / 256);
        handed_over_ += taken;
        naive_.advance(taken);
        queue_.advance(taken);
        say_flushed();
    }

    bool may_happen(Event event) const {
        switch (event) {
        case Event::connected:
        case Event::refused:
            return state() == State::connecting;
        case Event::flushed:
            return false; // say_flushed tells it
        case Event::lose_write:
            return state() != State::connecting;
        case Event::peer_fin:
            return reads(state());
        case Event::stalled:
            return sends(state()) && !queue_.empty();
        case Event::drain_over:
            return state() == State::draining;
        default:
            return true;
        }
    }

    void happen(Event event) {
        if (history_.closed || may_happen(event)) {
            tell(event);
        }
    }

    void say_flushed() {
        if (flushes(state()) && queue_.empty()) {
            tell(Event::flushed);
        }
    }

    void tell(Event event) {
        const History before = history_;
        const Step taken = step(before.state, event);
        history_ = after(before, event, taken);
        require(taken.verdict != Verdict::illegal, "who keeps to the rules meets no illegal event");
        require_nothing(broken_promise(before, taken, history_));
        if (taken.ending) {
            check(*taken.ending);
            naive_.clear();
            queue_.clear();
        }
        say_flushed();
    }

    void check(Ending ending) const {
        if (ending == Ending::finished || ending == Ending::unconfirmed) {
            require(handed_over_ == written_,
                    "every byte of a finished connection was handed over");
        }
    }

    const SharedBytes text_{std::string(2 * text_size, 'x')};
    const std::array<std::shared_ptr<const File>, 2> files_{
        std::make_shared<testing::UnreadFile>(1000), std::make_shared<testing::UnreadFile>(1000)};
    History history_;
    SendQueue queue_;
    testing::NaiveQueue naive_;
    std::uint64_t written_ = 0;
    std::uint64_t handed_over_ = 0;
};

// Any event at any time: what no driver may tell changes nothing.
void tell_anything(History history, Input input) {
    while (!input.over()) {
        const History before = history;
        const auto event = static_cast<Event>(input.byte() % event_count);
        const Step taken = step(before.state, event);
        history = after(before, event, taken);
        require_nothing(testing::broken_promise(before, taken, history));
    }
}

} // namespace

} // namespace caesura::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caesura;
    fuzz::Input input(data, size);
    testing::History history;
    history.state = input.byte() % 2 == 0 ? State::open : State::connecting;
    fuzz::tell_anything(history, input);
    fuzz::Life life(history.state);
    while (!input.over()) {
        life.operate(input);
    }
    life.end_well();
    return 0;
}
