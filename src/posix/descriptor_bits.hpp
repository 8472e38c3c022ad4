#pragma once

#include <sys/select.h>

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace caesura {

/// Which descriptors to ask about, for reading and for writing, as select takes them: two bitmaps
/// of the system's own words. On the heap, grown on demand, bits set by hand: the system has no
/// limit of 1024 (select(2)), only the FD_SET macros have, which write past their set, or end the
/// process under FORTIFY.
class DescriptorBits {
public:
    using Word = std::make_unsigned_t<fd_mask>;
    static constexpr std::size_t word_bits = 8 * sizeof(Word);

    /// Asks about the descriptor (>= 0) for just these from now on; neither takes it out.
    void put(int descriptor, bool read, bool write);

    /// One more than the highest descriptor that is in; 0 when none is.
    int nfds() const;
    /// The words that hold a descriptor below nfds(). Valid until the next put.
    std::span<const Word> reading() const { return {reading_.data(), used_}; }
    std::span<const Word> writing() const { return {writing_.data(), used_}; }

private:
    // Equally long. Invariant: the word before used_ is not empty in both, all from there on are.
    std::vector<Word> reading_;
    std::vector<Word> writing_;
    std::size_t used_ = 0;
};

} // namespace caesura
