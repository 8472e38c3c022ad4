#include "posix/proc.hpp"

#include "posix/descriptor.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <unistd.h>

namespace caesura {

std::string proc_text(const char* path) {
    constexpr std::size_t most = std::size_t{64} << 10;
    const auto file = open_descriptor(path, O_RDONLY);
    std::string text;
    std::array<char, 4096> room{};
    while (file && text.size() < most) {
        const ssize_t count = ::read(file->get(), room.data(), room.size());
        if (count > 0) {
            text.append(room.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno != EINTR) {
            break;
        }
    }
    return text;
}

std::optional<std::uint64_t> number_after(std::string_view text, std::string_view label) {
    for (std::size_t at = text.find(label); at != std::string_view::npos;
         at = text.find(label, at + 1)) {
        if (at != 0 && text[at - 1] != ' ' && text[at - 1] != '\n') {
            continue;
        }
        const std::size_t digits = text.find_first_not_of(" \t", at + label.size());
        if (digits == std::string_view::npos) {
            break;
        }
        std::uint64_t number = 0;
        const auto [end, error] =
            std::from_chars(text.data() + digits, text.data() + text.size(), number);
        if (error == std::errc{}) {
            return number;
        }
    }
    return std::nullopt;
}

} // namespace caesura
