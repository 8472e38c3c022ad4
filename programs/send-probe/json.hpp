#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caesura::probe {

struct Json;
using JsonList = std::vector<Json>;
struct JsonMember;
/// In the order written; no name comes twice.
using JsonObject = std::vector<JsonMember>;

/// A value of RFC 8259, as far as documents need it: whole numbers only.
struct Json {
    std::variant<std::monostate, bool, std::int64_t, std::string, JsonList, JsonObject> value;
};

struct JsonMember {
    std::string first;
    Json second;
};

/// Where a text stops being what it should be.
struct JsonMistake {
    std::size_t line = 0; // from 1
    std::string what;
};

/// The most bytes and the deepest nesting that are read: text from elsewhere must not be able to
/// use up memory or stack.
inline constexpr std::size_t json_size_max = std::size_t{64} << 20;
inline constexpr std::size_t json_depth_max = 16;

/// Reads one value and nothing after it. Strict: no comment, no trailing comma, no fraction or
/// exponent, no number beyond 64 bits, no name twice in one object; text is UTF-8.
std::variant<Json, JsonMistake> parse_json(std::string_view text);

} // namespace caesura::probe
