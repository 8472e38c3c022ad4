// Lines of the protocol between `send-probe --to` and `send-probe serve`: whatever is said, what is
// taken is written exactly as it came and keeps its bounds, what is not is refused in one printable
// line, and however the bytes are cut, the same lines come out.

#include "send-probe/wire.hpp"
#include "common/text.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace caesura::fuzz {

namespace {

using namespace probe::wire;

bool is_printable(const std::string& text) {
    return !text.empty() && printable(text, text.size()) == text;
}

void check_line(Kind kind, const std::string& line) {
    const auto read = parse(kind, line);
    if (const auto* const refusal = std::get_if<Refusal>(&read)) {
        require(is_printable(refusal->reason), "a refusal is a printable line");
        return;
    }
    const auto& message = std::get<Message>(read);
    require(line.size() <= longest_line, "no line that is taken is too long");
    require(to_line(message) == line + "\n", "what is taken is written as it came");
    require(message.text.empty() || is_printable(message.text), "a text is printable");
    const bool is_about_link = kind == Kind::command || message.word == Word::ready;
    require(!is_about_link || (message.link() >= 1 && message.link() <= most_links),
            "no link has a number beyond its bounds");
    const auto largest = std::max({largest_buffer, largest_portion, most_said,
                                   static_cast<std::uint64_t>(longest_time.count())});
    for (const std::uint64_t number : message.numbers) {
        require(kind == Kind::answer || number <= largest, "no command has a number beyond bounds");
    }
}

// The lines that come out when bytes come in pieces of such sizes, up to too long a one.
std::vector<std::string> lines_of(std::string_view bytes, std::size_t piece) {
    Lines lines;
    std::vector<std::string> found;
    while (!bytes.empty() && !lines.room().empty()) {
        const auto room = lines.room();
        const std::size_t size = std::min({piece, room.size(), bytes.size()});
        std::transform(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size),
                       room.begin(), [](char c) { return static_cast<std::byte>(c); });
        bytes.remove_prefix(size);
        lines.take(size);
        while (const auto line = lines.next()) {
            require(line->size() <= longest_line, "no line is longer than the longest");
            found.push_back(*line);
        }
    }
    return found;
}

} // namespace

} // namespace caesura::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caesura;
    fuzz::Input input(data, size);
    const std::size_t piece = input.byte() + 1;
    const auto lines = fuzz::lines_of(input.rest(), piece);
    fuzz::require(lines == fuzz::lines_of(input.rest(), 1), "cuts have no meaning");
    for (const std::string& line : lines) {
        for (const auto kind :
             {probe::wire::Kind::opening, probe::wire::Kind::command, probe::wire::Kind::answer}) {
            fuzz::check_line(kind, line);
        }
    }
    return 0;
}
