#include "posix/mapping.hpp"

#include "posix/descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/mman.h>

namespace caesura {

namespace {

void* address_of(Slice bytes) {
    return const_cast<std::byte*>(bytes.data());
}

} // namespace

Mapping::Mapping(int descriptor, std::uint64_t size) {
    if (size == 0) {
        return; // mmap(2): a length of 0 is an error
    }
    if (size > SIZE_MAX) {
        failure_ = {Error::out_of_memory, ENOMEM};
        return;
    }
    const auto length = static_cast<std::size_t>(size);
    void* const start = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, descriptor, 0);
    if (start == MAP_FAILED) {
        failure_ = errno_failure();
        return;
    }
    bytes_ = {static_cast<const std::byte*>(start), length};
}

Mapping::~Mapping() {
    if (!bytes_.empty()) {
        ::munmap(address_of(bytes_), bytes_.size());
    }
}

Result<Slice> Mapping::view(std::uint64_t offset, std::uint64_t length) const {
    if (failure_) {
        return failure_;
    }
    const auto start = static_cast<std::size_t>(offset);
    const std::size_t rest = bytes_.size() - start;
    return bytes_.subspan(start, static_cast<std::size_t>(std::min<std::uint64_t>(length, rest)));
}

} // namespace caesura
