#include "send-probe/view.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace caesura::probe {

namespace {

using Bytes = std::optional<std::uint64_t>;

struct Place {
    std::string_view name;
    Bytes bytes;
};

std::array<Place, 5> places_of(const Snapshot& snapshot) {
    return {Place{"queue", snapshot.queue}, Place{"kernel unsent", snapshot.unsent},
            Place{"in flight", snapshot.in_flight}, Place{"receiver", snapshot.receiver},
            Place{"delivered", snapshot.delivered}};
}

constexpr std::size_t name_width = 14;
constexpr std::size_t figure_width = 18;

// What a whole bar stands for.
std::uint64_t scale_of(const std::array<Place, 5>& places) {
    constexpr std::uint64_t least = 1024;
    constexpr std::uint64_t most = std::uint64_t{1} << 62;
    std::uint64_t longest = least;
    for (const Place& place : places) {
        longest = std::max(longest, std::min(place.bytes.value_or(0), most));
    }
    return std::bit_ceil(longest);
}

// Where there is a byte there is a mark.
std::string bar_of(const Bytes& bytes, std::uint64_t scale, std::size_t width) {
    const double share = static_cast<double>(bytes.value_or(0)) / static_cast<double>(scale);
    auto marks = static_cast<std::size_t>(share * static_cast<double>(width));
    if (bytes.value_or(0) > 0) {
        marks = std::max<std::size_t>(marks, 1);
    }
    marks = std::min(marks, width);
    const std::string filled(marks, '#');
    return "|" + filled + std::string(width - marks, ' ') + "|";
}

std::string text_of(const Bytes& bytes) {
    return bytes ? grouped(*bytes) + " B" : "unknown";
}

std::string left(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string right(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string seconds(Duration time) {
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string rate_text(const Snapshot& snapshot) {
    return snapshot.rate ? ", " + grouped(*snapshot.rate) + " B/s" : "";
}

// What neither program has, wherever it lies: known even where a system tells nothing.
std::string between_text(const Snapshot& snapshot) {
    if (!snapshot.taken) {
        return {};
    }
    const std::uint64_t between = *snapshot.taken - std::min(*snapshot.taken, snapshot.delivered);
    return "taken " + text_of(snapshot.taken) + ", of which " + text_of(between) +
           " lie between the programs";
}

} // namespace

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::vector<std::string> picture_of(const Snapshot& snapshot, std::size_t width) {
    constexpr std::size_t beside_bar = name_width + 2 + figure_width;
    const std::size_t bar_width = width - std::min(width, beside_bar);
    const auto places = places_of(snapshot);
    const std::uint64_t scale = scale_of(places);
    std::vector<std::string> lines;
    lines.push_back(snapshot.title);
    lines.push_back(seconds(snapshot.time) + "  " + snapshot.phase + rate_text(snapshot) +
                    "; a whole bar is " + grouped(scale) + " B");
    for (const Place& place : places) {
        lines.push_back(left(std::string(place.name), name_width) +
                        bar_of(place.bytes, scale, bar_width) +
                        right(text_of(place.bytes), figure_width));
    }
    lines.push_back(between_text(snapshot));
    for (std::string& line : lines) {
        line.resize(std::min(line.size(), width));
    }
    return lines;
}

std::string line_of(const Snapshot& snapshot) {
    std::string line = seconds(snapshot.time) + "  " + snapshot.title + ": " + snapshot.phase;
    const char* separator = "; ";
    for (const Place& place : places_of(snapshot)) {
        line += separator + std::string(place.name) + " " + text_of(place.bytes);
        separator = ", ";
    }
    return line + rate_text(snapshot);
}

} // namespace caesura::probe
