#include "common/text.hpp"

#include <array>
#include <cstdint>

namespace caesura {

namespace {

/// How many bytes the UTF-8 character at the start of `text` has; 0 when there is none. Overlong
/// forms, surrogates and numbers beyond Unicode are none (RFC 3629).
std::size_t character_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::size_t length = byte(0) < 0x80                       ? 1
                               : byte(0) >= 0xC2 && byte(0) <= 0xDF ? 2
                               : byte(0) >= 0xE0 && byte(0) <= 0xEF ? 3
                               : byte(0) >= 0xF0 && byte(0) <= 0xF4 ? 4
                                                                    : 0;
    if (length == 0 || length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    const bool wrong = (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xED && byte(1) > 0x9F) ||
                       (byte(0) == 0xF0 && byte(1) < 0x90) || (byte(0) == 0xF4 && byte(1) > 0x8F);
    return wrong ? 0 : length;
}

bool is_control(std::string_view character) {
    const auto first = static_cast<std::uint8_t>(character[0]);
    // C0, DEL, and C1, which some terminals obey in its two-byte form as well.
    return first < 0x20 || first == 0x7F ||
           (first == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0);
}

} // namespace

std::string printable(std::string_view text, std::size_t most) {
    constexpr std::array digits{'0', '1', '2', '3', '4', '5', '6', '7',
                                '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    std::string line;
    std::size_t i = 0;
    while (i < text.size() && i < most) {
        const std::size_t length = character_length(text.substr(i));
        const auto character = text.substr(i, length);
        if (length > 0 && !is_control(character)) {
            line += character;
            i += length;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(text[i++]);
        line += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
    return i < text.size() ? line + "..." : line;
}

} // namespace caesura
