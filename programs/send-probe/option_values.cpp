#include "send-probe/option_values.hpp"

#include "common/options.hpp"

#include <algorithm>
#include <array>

namespace caesura::probe {

namespace {

constexpr std::uint64_t largest_write = std::uint64_t{1} << 30;
constexpr std::array<std::string_view, 4> formats{"table", "csv", "json", "html"};

// Each element of a comma-separated list, until one is wrong. False then, and when there is none.
template <class TakeOne>
bool each_of(std::string_view list, TakeOne take_one) {
    while (true) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (!take_one(list.substr(0, end))) {
            return false;
        }
        if (end == list.size()) {
            return true;
        }
        list.remove_prefix(end + 1);
    }
}

} // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text, std::uint64_t most) {
    const char last = text.empty() ? '\0' : text.back();
    const unsigned shift = last == 'K' ? 10 : last == 'M' ? 20 : last == 'G' ? 30 : 0;
    text.remove_suffix(shift == 0 ? 0 : 1);
    const auto number = parse_number(text, most >> shift);
    return number ? std::optional(*number << shift) : std::nullopt;
}

Right take_sizes(std::string_view value, std::vector<std::uint64_t>& target) {
    target.clear();
    const bool good = each_of(value, [&target](std::string_view one) {
        const auto bytes = parse_bytes(one, largest_write);
        const bool is_new = std::find(target.begin(), target.end(), bytes) == target.end();
        target.push_back(bytes.value_or(0));
        return is_new && target.back() != 0 && target.size() <= 64;
    });
    return good
               ? std::nullopt
               : Right("give sizes from 1 to 1024M, such as 1,1448,64K,16M; at most 64, each once");
}

Right take_buffers(std::string_view value, std::vector<std::optional<int>>& target) {
    target.clear();
    const bool good = each_of(value, [&target](std::string_view one) {
        const auto bytes = parse_bytes(one, largest_write);
        const auto buffer = bytes ? std::optional(static_cast<int>(*bytes)) : std::nullopt;
        const bool is_new = std::find(target.begin(), target.end(), buffer) == target.end();
        target.push_back(buffer);
        return is_new && (bytes || one == "unset") && target.size() <= 64;
    });
    return good ? std::nullopt
                : Right("give sizes from 0 to 1024M or unset, such as unset,0,8192,64K; each once");
}

Right take_reader(std::string_view value, Settings& settings) {
    constexpr std::string_view slow = "slow:";
    if (value == "stalled" || value == "resumes") {
        settings.reader = value == "stalled" ? ReaderKind::stalled : ReaderKind::resumes;
        return std::nullopt;
    }
    const auto rate = value.substr(0, slow.size()) == slow
                          ? parse_bytes(value.substr(slow.size()), anything)
                          : std::nullopt;
    if (!rate || *rate == 0) {
        return "give stalled, resumes, or slow:RATE in bytes per second, such as slow:64K";
    }
    settings.reader = ReaderKind::slow;
    settings.rate = *rate;
    return std::nullopt;
}

Right take_format(std::string_view value, Format& target) {
    const auto found = std::find(formats.begin(), formats.end(), value);
    if (found == formats.end()) {
        return "give table, csv, json or html";
    }
    target = static_cast<Format>(found - formats.begin());
    return std::nullopt;
}

std::string_view name_of(Format format) {
    return formats.at(static_cast<std::size_t>(format));
}

} // namespace caesura::probe
