#include "send-probe/report/units.hpp"

#include "common/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace caesura::probe {

namespace {

constexpr std::array<std::string_view, 7> units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

} // namespace

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::size_t sign = number < 0 ? 1 : 0;
    for (std::size_t i = digits.size(); i > sign + 3;) {
        i -= 3;
        digits.insert(i, 1, ',');
    }
    return digits;
}

std::string cell_text(const Value& value) {
    const auto* const number = std::get_if<std::int64_t>(&value);
    return number == nullptr ? printable(text_of(value)) : grouped(*number);
}

std::string power_text(unsigned exponent) {
    return std::to_string(1U << exponent % 10) + " " + std::string(units.at(exponent / 10));
}

std::string size_text(std::int64_t bytes) {
    std::size_t unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return grouped(bytes) + " " + std::string(units[unit]);
}

std::string rough_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 7> decimal{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    auto rest = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; rest >= 999.5; rest /= 1000) {
        ++unit;
    }
    const int places = unit == 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rest,
                                   std::chars_format::fixed, places);
    return std::string(digits.data(), end.ptr) + " " + std::string(decimal.at(unit));
}

std::string setting_text(const Value& value) {
    const auto* const number = std::get_if<std::int64_t>(&value);
    if (number != nullptr) {
        return size_text(*number);
    }
    const std::string text = printable(text_of(value));
    const auto digits = text.find_first_not_of("0123456789");
    // A key that is `unset` in some rows is text in all of them.
    return digits == std::string::npos && !text.empty() && text.size() < 16
               ? size_text(std::stoll(text))
               : text;
}

std::string off_text(double one, double other) {
    const double percent = (one - other) / std::abs(other) * 100;
    if (!(std::abs(percent) <= 999)) {
        return percent < 0 ? "<-999 %" : ">999 %";
    }
    const long whole = std::lround(percent);
    return (whole > 0 ? "+" : "") + std::to_string(whole) + " %";
}

} // namespace caesura::probe
