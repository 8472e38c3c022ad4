#include "posix/descriptor_bits.hpp"

#include <algorithm>
#include <bit>

namespace caesura {

void DescriptorBits::put(int descriptor, bool read, bool write) {
    const std::size_t word = static_cast<std::size_t>(descriptor) / word_bits;
    const Word bit = Word{1} << (static_cast<std::size_t>(descriptor) % word_bits);
    if (read || write) {
        if (word >= writing_.size()) {
            reading_.resize(word + 1);
            writing_.resize(word + 1);
        }
        used_ = std::max(used_, word + 1);
    } else if (word >= used_) {
        return;
    }
    reading_[word] = read ? reading_[word] | bit : reading_[word] & ~bit;
    writing_[word] = write ? writing_[word] | bit : writing_[word] & ~bit;
    while (used_ > 0 && (reading_[used_ - 1] | writing_[used_ - 1]) == 0) {
        --used_;
    }
}

int DescriptorBits::nfds() const {
    if (used_ == 0) {
        return 0;
    }
    const Word last = reading_[used_ - 1] | writing_[used_ - 1];
    const auto in_last = static_cast<std::size_t>(std::bit_width(last));
    return static_cast<int>((used_ - 1) * word_bits + in_last);
}

} // namespace caesura
