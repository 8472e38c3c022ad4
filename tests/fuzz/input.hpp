#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caesura::fuzz {

// A fuzzer's bytes, taken from the front. Past their end all is zero.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size)
        : bytes_(reinterpret_cast<const char*>(data), size) {}

    bool over() const { return bytes_.empty(); }

    unsigned byte() {
        if (over()) {
            return 0;
        }
        const auto first = static_cast<std::uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return first;
    }

    std::string_view rest() const { return bytes_; }

private:
    std::string_view bytes_;
};

} // namespace caesura::fuzz

// What libFuzzer calls, once for each input; each target has its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
