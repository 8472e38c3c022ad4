#include "send-probe/table.hpp"

#include <algorithm>

namespace caesura::probe {

std::string_view name_of(Role role) {
    switch (role) {
    case Role::key:
        return "key";
    case Role::figure:
        return "figure";
    case Role::noisy:
        return "noisy";
    case Role::text:
        break;
    }
    return "text";
}

std::size_t Table::place_of(std::string_view column) const {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [column](const Column& one) { return one.name == column; });
    return static_cast<std::size_t>(found - columns.begin());
}

std::string text_of(const Value& value) {
    if (const auto* const number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    const auto* const text = std::get_if<std::string>(&value);
    return text == nullptr ? "?" : *text;
}

} // namespace caesura::probe
