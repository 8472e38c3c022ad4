#include "common/target.hpp"

#include "common/options.hpp"

#include <caesura/endpoint.hpp>

#include <algorithm>

namespace caesura {

namespace {

bool fit_for_a_name(std::string_view host) {
    constexpr std::size_t longest_name = 253; // RFC 1035, 2.3.4, in text
    return !host.empty() && host.size() <= longest_name &&
           std::none_of(host.begin(), host.end(), [](char c) {
               return static_cast<unsigned char>(c) <= ' ' || c == '/' || c == ':' || c == '[' ||
                      c == ']' || c == '\x7f';
           });
}

} // namespace

std::optional<Target> parse_target(std::string_view text) {
    Target target;
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos) {
        std::string_view host = text.substr(0, colon);
        if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
            host = host.substr(1, host.size() - 2);
            const auto address = parse_address(host);
            if (!address || address->family != Family::ipv6) {
                return std::nullopt;
            }
        } else if (!fit_for_a_name(host)) {
            return std::nullopt;
        }
        target.host = host;
        text.remove_prefix(colon + 1);
    }
    const auto port = parse_plain_port(text);
    if (!port || *port == 0) {
        return std::nullopt;
    }
    target.port = *port;
    return target;
}

std::string to_string(const Target& target) {
    const bool brackets = target.host.find(':') != std::string::npos;
    return (brackets ? "[" + target.host + "]" : target.host) + ":" + std::to_string(target.port);
}

std::string file_stem(const Target& target) {
    std::string stem = target.host;
    std::replace_if(
        stem.begin(), stem.end(),
        [](char c) { return std::string_view(":%*?\"<>|\\").find(c) != std::string_view::npos; },
        '_');
    return stem + "-" + std::to_string(target.port);
}

} // namespace caesura
