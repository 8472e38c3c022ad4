#pragma once

#include "common/log_sink.hpp"

#include <caesura/reactor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caesura {

enum class LogLevel : std::uint8_t { error, warning, info, debug };

/// std::nullopt for a word that names none.
std::optional<LogLevel> parse_log_level(std::string_view word);

/// A log of one line an event: `2026-11-22T15:11:03.123Z info TEXT`. Lines of one turn of the
/// reactor are collected and written together at its end, to a sink that never blocks.
///
/// The lines about single clients are at most 1000 a second; beyond, they are counted, and the
/// count is logged, so that a storm of clients is not followed by one of lines.
///
/// Belongs to the reactor's thread; must not outlive the reactor.
class Log {
public:
    Log(Reactor& reactor, LogLevel level, std::unique_ptr<LogSink> sink);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Whether a line of this level is written at all.
    bool takes(LogLevel level) const { return level <= level_; }

    /// `text` must be fit for a line (see printable()).
    void line(LogLevel level, std::string_view text);

    /// Whether to make a line about a client now; if not, it counts as left out. For lines of the
    /// level `info`.
    bool admits_client_line();

    /// From here on to another sink, as after the log file was moved away.
    void redirect(std::unique_ptr<LogSink> sink);

private:
    void append(LogLevel level, std::string_view text);
    void add_line(LogLevel level, std::string_view text);
    void flush();
    void end_second();

    Reactor& reactor_;
    LogLevel level_;
    std::unique_ptr<LogSink> sink_;
    std::string lines_;                                         // of this turn
    std::uint64_t lost_ = 0;                                    // lines, not yet told of
    std::uint64_t told_ = 0;                                    // lost ones, by one of lines_
    std::shared_ptr<Log*> self_ = std::make_shared<Log*>(this); // for calls that may come too late

    Instant second_start_ = Instant::min();
    std::uint64_t client_lines_ = 0; // asked for since then
    TimerId second_end_;             // pending exactly when some were left out
};

} // namespace caesura
