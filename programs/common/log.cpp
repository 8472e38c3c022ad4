#include "common/log.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace caesura {

namespace {

constexpr std::array<std::string_view, 4> level_names{"error", "warning", "info", "debug"};

constexpr std::uint64_t client_lines_per_second_max = 1000;

std::string timestamp(std::int64_t wall_time_ms) {
    constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;
    const std::int64_t days = wall_time_ms / day_ms;
    const auto rest = static_cast<int>(wall_time_ms % day_ms);
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    std::array<char, 40> text;
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()), rest / 3'600'000, rest / 60'000 % 60,
                      rest / 1000 % 60, rest % 1000);
    return {text.data(), static_cast<std::size_t>(length)};
}

} // namespace

std::optional<LogLevel> parse_log_level(std::string_view word) {
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (level_names[i] == word) {
            return static_cast<LogLevel>(i);
        }
    }
    return std::nullopt;
}

Log::Log(Reactor& reactor, LogLevel level, std::unique_ptr<LogSink> sink)
    : reactor_(reactor), level_(level), sink_(std::move(sink)) {}

Log::~Log() {
    end_second();
    flush();
}

void Log::line(LogLevel level, std::string_view text) {
    if (takes(level)) {
        append(level, text);
    }
}

void Log::append(LogLevel level, std::string_view text) {
    if (lines_.empty()) {
        // Posted calls run at the end of the turn.
        reactor_.call_from_thread([weak = std::weak_ptr(self_)] {
            if (const auto log = weak.lock()) {
                (*log)->flush();
            }
        });
    }
    if (const std::uint64_t lost = std::exchange(lost_, 0)) {
        add_line(LogLevel::warning, std::to_string(lost) + " lines of this log were lost");
        told_ = lost;
    }
    add_line(level, text);
}

void Log::add_line(LogLevel level, std::string_view text) {
    lines_ += timestamp(this_host().wall_time_ms());
    lines_ += ' ';
    lines_ += level_names[static_cast<std::size_t>(level)];
    lines_ += ' ';
    lines_ += text;
    lines_ += '\n';
}

bool Log::admits_client_line() {
    if (!takes(LogLevel::info)) {
        return false;
    }
    const Instant now = reactor_.now();
    if (!reactor_.pending(second_end_) && now >= after(second_start_, std::chrono::seconds(1))) {
        second_start_ = now;
        client_lines_ = 0;
    }
    if (++client_lines_ <= client_lines_per_second_max) {
        return true;
    }
    if (!reactor_.pending(second_end_)) {
        second_end_ = reactor_.call_at(after(second_start_, std::chrono::seconds(1)),
                                       [this] { end_second(); });
    }
    return false;
}

void Log::end_second() {
    reactor_.cancel(second_end_);
    if (client_lines_ > client_lines_per_second_max) {
        append(LogLevel::info, std::to_string(client_lines_ - client_lines_per_second_max) +
                                   " more lines about clients left out in one second");
    }
    second_start_ = reactor_.now();
    client_lines_ = 0;
}

void Log::redirect(std::unique_ptr<LogSink> sink) {
    flush();
    sink_ = std::move(sink);
}

void Log::flush() {
    if (lines_.empty()) {
        return;
    }
    const auto count = static_cast<std::uint64_t>(std::count(lines_.begin(), lines_.end(), '\n'));
    // Said with the next line, not now: a sink that fails for good would be told for ever.
    const std::uint64_t lost = sink_->write(std::exchange(lines_, {}));
    const std::uint64_t told = std::exchange(told_, 0);
    lost_ += lost < count ? lost : lost + told; // all of them, and so that one
}

} // namespace caesura
