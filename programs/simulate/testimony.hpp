#pragma once

#include "simulate/judge.hpp"

#include <caesura/outcome.hpp>
#include <caesura/result.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace caesura {

/// What a system was asked and said of one connection: an account of it that owes nothing to the
/// library, so that what the library tells can be held against it.
class Testimony {
public:
    explicit Testimony(Judge& judge) : judge_(judge) {}

    // What the system said.
    void connected(const Failure& failure);
    void received(const Result<std::size_t>& bytes);
    void sent(const Result<std::size_t>& bytes);
    void unacknowledged(std::optional<std::uint64_t> bytes);

    // What it is going to be asked.
    void asks_to_read();
    void shuts_writes() { is_shut_ = true; }

    /// After its FIN no more than that is to be read of a peer that has acknowledged everything.
    void expect_drain_limit(std::uint64_t bytes) { drain_bytes_ = bytes; }

    /// Of the bytes that it took the ones that were seen to have arrived.
    std::uint64_t bytes_delivered() const { return delivered_; }
    /// How often a byte has moved so far, either way, or was seen to have arrived.
    std::uint64_t moves() const { return moves_; }

    /// The outcome tells of nothing that the system did not, and of what it did.
    void check(const Outcome& outcome) const;
    /// Of a connection that never pauses: before it was given up, it was read what had come.
    void check_heard() const;

private:
    bool was_told(const Failure& failure) const;

    Judge& judge_;
    std::vector<Failure> told_;
    bool is_cut_off_ = false; // a receive or a send has failed for good
    bool is_unheard_ = false; // a send has, and nothing was read since
    bool is_ended_ = false;   // the end was read
    bool is_shut_ = false;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t delivered_ = 0; // as far as it was looked at
    std::uint64_t moves_ = 0;
    std::uint64_t received_after_fin_ = 0;
    std::optional<std::uint64_t> drain_bytes_;
    bool is_owed_ = false; // since the last bytes were read it was seen that the peer owes us an
                           // acknowledgement
};

} // namespace caesura
