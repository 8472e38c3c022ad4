#pragma once

#include <caesura/producer.hpp>
#include <caesura/tcp.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace caesura {

/// The producers of one connection, one at a time, and what the one that is registered was told.
class Production {
public:
    /// The one that counts from now on.
    void begin(std::shared_ptr<Producer> producer, Producing kind) {
        producer_ = std::move(producer);
        state_ = kind == Producing::push ? State::running : State::waiting;
        written_.reset();
    }
    /// There is none any more: who was the last.
    std::shared_ptr<Producer> end() { return std::exchange(producer_, nullptr); }

    /// What is to be told to the producer.
    enum class Word : std::uint8_t {
        nothing,
        pause,
        resume,
        resume_later // it has had its share of this turn: ask again in the next one
    };

    /// `queued` bytes wait now, of `written` in all; the marks are ConnectionOptions'.
    Word word(std::uint64_t queued, std::uint64_t written, const ConnectionOptions& marks,
              Instant now);
    /// The next turn has come, though the clock may not say so.
    void renew() { asked_ = 0; }
    /// Says it. Keeps the producer alive meanwhile, even when it ends itself, and this.
    static void say(const std::shared_ptr<Producer>& producer, Word word);

    /// nullptr: none is registered.
    const std::shared_ptr<Producer>& producer() const { return producer_; }

private:
    enum class State : std::uint8_t {
        running, // push, writing as it likes
        paused,  // push
        waiting  // pull
    };

    bool has_had_its_share(Instant now);

    std::shared_ptr<Producer> producer_;
    State state_ = State::running;
    // Of a pull producer:
    std::optional<std::uint64_t> written_; // when it was last asked
    // Of all of them, as one may follow the other without end:
    int asked_ = 0;        // times in the turn of
    Instant turn_ = never; // this instant
};

} // namespace caesura
