#include "send-probe/wire.hpp"

#include "common/options.hpp"
#include "common/text.hpp"

#include <algorithm>

namespace caesura::probe::wire {

namespace {

constexpr std::string_view preamble = "caesura-probe ";
constexpr std::string_view version = "1 ";

struct Bounds {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};

enum class Text : std::uint8_t { none, token, word, any };

struct Form {
    Word word;
    Kind kind;
    std::string_view name;
    std::size_t count = 0; // of numbers
    std::array<Bounds, most_numbers> numbers{};
    Text text = Text::none;
};

constexpr Bounds a_link{1, most_links};
constexpr Bounds a_time{0, longest_time.count()};
constexpr Bounds a_count{0, ~std::uint64_t{0} >> 1};
constexpr Bounds a_native{0, 0x7fff'ffff};

constexpr Form forms[] = {
    {Word::session, Kind::opening, "session"},
    {Word::link, Kind::opening, "link", 0, {}, Text::token},
    {Word::buffer, Kind::command, "buffer", 2, {{a_link, {0, largest_buffer}}}},
    {Word::pace, Kind::command, "pace", 3, {{a_link, {1, largest_portion}, a_time}}},
    {Word::stop, Kind::command, "stop", 1, {{a_link}}},
    {Word::hear, Kind::command, "hear", 3, {{a_link, a_time, a_time}}},
    {Word::say, Kind::command, "say", 2, {{a_link, {1, most_said}}}},
    {Word::drop, Kind::command, "drop", 1, {{a_link}}},
    {Word::fact, Kind::answer, "fact", 0, {}, Text::any},
    {Word::welcome, Kind::answer, "welcome", 0, {}, Text::token},
    {Word::ready, Kind::answer, "ready", 1, {{a_link}}},
    {Word::buffered, Kind::answer, "buffered", 1, {{a_link}}},
    {Word::read, Kind::answer, "read", 2, {{a_link, a_count}}},
    {Word::hearing, Kind::answer, "hearing", 2, {{a_link, a_count}}},
    {Word::heard, Kind::answer, "heard", 3, {{a_link, a_count, a_native}}, Text::word},
    {Word::said, Kind::answer, "said", 1, {{a_link}}},
    {Word::dropped, Kind::answer, "dropped", 1, {{a_link}}},
    {Word::refused, Kind::answer, "refused", 0, {}, Text::any},
};

// Up to the next space, which goes too; std::nullopt when nothing is left.
std::optional<std::string_view> take_field(std::optional<std::string_view>& rest) {
    if (!rest) {
        return std::nullopt;
    }
    const std::size_t end = rest->find(' ');
    const std::string_view field = rest->substr(0, end);
    rest = end == std::string_view::npos ? std::nullopt : std::optional(rest->substr(end + 1));
    return field;
}

// In one way only, so that what is taken is written as it came.
std::optional<std::uint64_t> parse_plain(std::string_view text, const Bounds& bounds) {
    const bool is_padded = text.size() > 1 && text.front() == '0';
    const auto number = is_padded ? std::nullopt : parse_number(text, bounds.most);
    return number && *number >= bounds.least ? number : std::nullopt;
}

bool is_text(Text kind, std::string_view text) {
    const auto all_of = [text](auto is_good) {
        return std::all_of(text.begin(), text.end(), is_good);
    };
    switch (kind) {
    case Text::none:
        break;
    case Text::token:
        return text.size() == token_length &&
               all_of([](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    case Text::word:
        return !text.empty() && text.size() <= 40 &&
               all_of([](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    case Text::any:
        return !text.empty() && printable(text, longest_line) == text;
    }
    return false;
}

Refusal refusal(const Form& form, std::string_view what) {
    return {std::string(form.name) + ": " + std::string(what)};
}

std::variant<Message, Refusal> parse_as(const Form& form, std::optional<std::string_view> rest) {
    Message message{form.word, {}, {}};
    for (std::size_t i = 0; i < form.count; ++i) {
        const auto field = take_field(rest);
        const auto number = field ? parse_plain(*field, form.numbers[i]) : std::nullopt;
        if (!number) {
            return refusal(form,
                           "number " + std::to_string(i + 1) + " is missing or out of bounds");
        }
        message.numbers[i] = *number;
    }
    if (form.text == Text::none) {
        return rest ? std::variant<Message, Refusal>(
                          refusal(form, "there is more than belongs there"))
                    : message;
    }
    if (!rest || !is_text(form.text, *rest)) {
        return refusal(form, "its text is missing or will not do");
    }
    message.text = *rest;
    return message;
}

} // namespace

std::variant<Message, Refusal> parse(Kind kind, std::string_view line) {
    if (line.size() > longest_line) {
        return Refusal{"too long a line"};
    }
    if (kind == Kind::opening) {
        if (line.substr(0, preamble.size()) != preamble) {
            return Refusal{"this is caesura-probe, and that was not"};
        }
        line.remove_prefix(preamble.size());
        if (line.substr(0, version.size()) != version) {
            return Refusal{"this is version 1 of caesura-probe, and that was another"};
        }
        line.remove_prefix(version.size());
    }
    std::optional<std::string_view> rest = line;
    const std::string_view name = *take_field(rest);
    const auto* const form = std::find_if(std::begin(forms), std::end(forms), [&](const Form& one) {
        return one.kind == kind && one.name == name;
    });
    return form == std::end(forms) ? Refusal{"no such word"} : parse_as(*form, rest);
}

std::string to_line(const Message& message) {
    const Form& form = forms[static_cast<std::size_t>(message.word)];
    std::string line;
    if (form.kind == Kind::opening) {
        line.append(preamble).append(version);
    }
    line += form.name;
    for (std::size_t i = 0; i < form.count; ++i) {
        line += " " + std::to_string(message.numbers[i]);
    }
    return line + (form.text == Text::none ? "" : " " + message.text) + "\n";
}

std::uint64_t microseconds(Duration time) {
    return static_cast<std::uint64_t>(
        round_up<std::chrono::microseconds>(time, longest_time.count()));
}

std::span<std::byte> Lines::room() {
    return std::as_writable_bytes(std::span(bytes_).subspan(size_));
}

std::optional<std::string> Lines::next() {
    const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(size_);
    const auto found = std::find(bytes_.begin(), end, '\n');
    if (found == end) {
        return std::nullopt;
    }
    std::string line(bytes_.begin(), found);
    std::copy(found + 1, end, bytes_.begin());
    size_ -= line.size() + 1;
    return line;
}

} // namespace caesura::probe::wire
