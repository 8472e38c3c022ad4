#pragma once

#include <caesura/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

/// What `send-probe --to` and `send-probe serve` say to each other, one line at a time:
/// docs/PROBE-PROTOCOL.md. Every bound is here; nothing here does any I/O.
namespace caesura::probe::wire {

/// Of a line, without its end. What came of one is all that a side ever keeps.
inline constexpr std::size_t longest_line = 256;
inline constexpr std::size_t token_length = 32;
/// Of one session, at one time.
inline constexpr std::uint64_t most_links = 80;
inline constexpr std::size_t most_facts = 32;
inline constexpr std::uint64_t largest_buffer = std::uint64_t{1} << 30;
inline constexpr std::uint64_t largest_portion = std::uint64_t{1} << 30;
/// Bytes that one may have the reader say on a link.
inline constexpr std::uint64_t most_said = 1000;
/// Every time is in microseconds, and at most an hour.
inline constexpr std::chrono::microseconds longest_time = std::chrono::hours(1);

/// Everything that can be said.
enum class Word : std::uint8_t {
    // The first line of a connection.
    session,
    link,
    // What a session has its readers do.
    buffer,
    pace,
    stop,
    hear,
    say,
    drop,
    // What is answered.
    fact,
    welcome,
    ready,
    buffered,
    read,
    hearing,
    heard,
    said,
    dropped,
    refused
};
enum class Kind : std::uint8_t { opening, command, answer };

inline constexpr std::size_t most_numbers = 3;

/// One line: a word, as many numbers as it has, and a text where it has one.
struct Message {
    Word word = Word::session;
    std::array<std::uint64_t, most_numbers> numbers{};
    std::string text;

    /// For all that is about a link, its number.
    std::uint64_t link() const { return numbers[0]; }

    bool operator==(const Message&) const = default;
};

/// Why a line will not do. Nothing of the line is in it.
struct Refusal {
    std::string reason;
};

/// A line of that kind, without its end. What is taken is written exactly so by to_line.
std::variant<Message, Refusal> parse(Kind kind, std::string_view line);

/// The line, with its end. Numbers beyond their bounds, and a text that is no such text, are not
/// looked for.
std::string to_line(const Message& message);

/// A time as a line has it: rounded up, and no more than the longest.
std::uint64_t microseconds(Duration time);

/// Cuts what comes into lines. Keeps no more than one longest line and its end.
class Lines {
public:
    /// Where the next bytes go. Empty exactly when too long a line has come.
    std::span<std::byte> room();
    /// So many have come there.
    void take(std::size_t bytes) { size_ += bytes; }
    /// The next whole line, without its end.
    std::optional<std::string> next();
    /// Nothing has come after the last line that was taken.
    bool empty() const { return size_ == 0; }

private:
    std::array<char, longest_line + 1> bytes_{};
    std::size_t size_ = 0;
};

} // namespace caesura::probe::wire
