#include "send-probe/date.hpp"

#include <chrono>

namespace caesura::probe {

namespace {

std::string padded(unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

} // namespace

std::string date_text(std::int64_t wall_time_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{
        std::chrono::milliseconds(wall_time_ms)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    const auto of = [](auto count) { return padded(static_cast<unsigned>(count)); };
    return std::to_string(int(date.year())) + "-" + of(unsigned(date.month())) + "-" +
           of(unsigned(date.day())) + "T" + of(clock.hours().count()) + ":" +
           of(clock.minutes().count()) + ":" + of(clock.seconds().count()) + "Z";
}

} // namespace caesura::probe
