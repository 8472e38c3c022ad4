#include "send-probe/json.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace caesura::probe {

namespace {

struct Wrong {
    std::string what;
};

void append_utf8(std::string& text, std::uint32_t code) {
    const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Json whole() {
        Json json = value(0);
        skip_space();
        if (place_ != text_.size()) {
            throw Wrong{"something follows the end"};
        }
        return json;
    }

    std::size_t line() const {
        const auto end = text_.begin() + static_cast<std::ptrdiff_t>(place_);
        return 1 + static_cast<std::size_t>(std::count(text_.begin(), end, '\n'));
    }

private:
    Json value(std::size_t depth) {
        if (depth > json_depth_max) {
            throw Wrong{"nested too deeply"};
        }
        skip_space();
        const char first = peek();
        if (first == '{') {
            return object(depth);
        }
        if (first == '[') {
            return list(depth);
        }
        if (first == '"') {
            return {string()};
        }
        if (first == '-' || (first >= '0' && first <= '9')) {
            return {number()};
        }
        if (take_word("null")) {
            return {};
        }
        if (take_word("true")) {
            return {true};
        }
        if (take_word("false")) {
            return {false};
        }
        throw Wrong{"a value is missing"};
    }

    Json object(std::size_t depth) {
        JsonObject members;
        expect('{');
        for (bool first = true; !take('}'); first = false) {
            if (!first) {
                expect(',');
            }
            skip_space();
            std::string name = string();
            const auto same = [&name](const auto& member) { return member.first == name; };
            // Quadratic, so bounded: no object of a document has many members.
            if (members.size() == 64 || std::any_of(members.begin(), members.end(), same)) {
                throw Wrong{"a name twice, or too many names"};
            }
            expect(':');
            members.push_back({std::move(name), value(depth + 1)});
        }
        return {std::move(members)};
    }

    Json list(std::size_t depth) {
        JsonList elements;
        expect('[');
        for (bool first = true; !take(']'); first = false) {
            if (!first) {
                expect(',');
            }
            elements.push_back(value(depth + 1));
        }
        return {std::move(elements)};
    }

    std::int64_t number() {
        const char* const start = text_.data() + place_;
        const char* const end_of_text = text_.data() + text_.size();
        const char* const digits = start + (*start == '-' ? 1 : 0);
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(start, end_of_text, number);
        const bool padded = end - digits > 1 && *digits == '0';
        const bool goes_on = end != end_of_text && (*end == '.' || *end == 'e' || *end == 'E');
        if (error != std::errc{} || padded || goes_on) {
            throw Wrong{"not a whole number of 64 bits"};
        }
        place_ += static_cast<std::size_t>(end - start);
        return number;
    }

    std::string string() {
        if (peek() != '"') {
            throw Wrong{"text in quotes is missing"};
        }
        ++place_;
        std::string text;
        while (peek() != '"') {
            const char c = text_[place_++];
            if (static_cast<unsigned char>(c) < 0x20) {
                throw Wrong{"a control character in a text"};
            }
            if (c == '\\') {
                escape(text);
            } else {
                text += c;
            }
        }
        ++place_;
        return text;
    }

    void escape(std::string& text) {
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char letter = peek();
        ++place_;
        if (letter == 'u') {
            append_utf8(text, character());
            return;
        }
        const std::size_t found = letters.find(letter);
        if (found == std::string_view::npos) {
            throw Wrong{"an unknown escape"};
        }
        text += meanings[found];
    }

    std::uint32_t character() {
        const std::uint32_t first = four_digits();
        if (first < 0xD800 || first > 0xDFFF) {
            return first;
        }
        if (first < 0xDC00 && take_word("\\u")) {
            const std::uint32_t second = four_digits();
            if (second >= 0xDC00 && second <= 0xDFFF) {
                return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            }
        }
        throw Wrong{"half a character"};
    }

    std::uint32_t four_digits() {
        std::uint32_t code = 0;
        const std::string_view digits = text_.substr(place_, 4);
        const char* const end_of_digits = digits.data() + digits.size();
        const auto [end, error] = std::from_chars(digits.data(), end_of_digits, code, 16);
        if (digits.size() != 4 || error != std::errc{} || end != end_of_digits) {
            throw Wrong{"four hexadecimal digits are missing"};
        }
        place_ += 4;
        return code;
    }

    char peek() const {
        if (place_ == text_.size()) {
            throw Wrong{"it ends too early"};
        }
        return text_[place_];
    }
    bool take(char wanted) {
        skip_space();
        const bool there = peek() == wanted;
        place_ += there ? 1 : 0;
        return there;
    }
    void expect(char wanted) {
        if (!take(wanted)) {
            throw Wrong{std::string("'") + wanted + "' is missing"};
        }
    }
    bool take_word(std::string_view word) {
        const bool there = text_.substr(place_, word.size()) == word;
        place_ += there ? word.size() : 0;
        return there;
    }
    void skip_space() {
        place_ = std::min(text_.find_first_not_of(" \t\r\n", place_), text_.size());
    }

    std::string_view text_;
    std::size_t place_ = 0;
};

} // namespace

std::variant<Json, JsonMistake> parse_json(std::string_view text) {
    if (text.size() > json_size_max) {
        return JsonMistake{1, "longer than " + std::to_string(json_size_max) + " bytes"};
    }
    Parser parser(text);
    try {
        return parser.whole();
    } catch (const Wrong& wrong) {
        return JsonMistake{parser.line(), wrong.what};
    }
}

} // namespace caesura::probe
