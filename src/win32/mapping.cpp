#include "win32/mapping.hpp"

#include "win32/file_error.hpp"
#include "win32/kernel_handle.hpp"

#include <algorithm>

namespace caesura {

Mapping::Mapping(HANDLE file, std::uint64_t size) {
    if (size == 0) {
        return; // CreateFileMapping: ERROR_FILE_INVALID for a file with nothing in it
    }
    if (size > SIZE_MAX) {
        failure_ = file_failure(ERROR_NOT_ENOUGH_MEMORY);
        return;
    }
    const KernelHandle section(::CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr));
    if (!section) {
        failure_ = last_file_failure();
        return;
    }
    const auto length = static_cast<std::size_t>(size);
    // The view keeps the section alive when its handle is closed.
    const void* const start = ::MapViewOfFile(section.get(), FILE_MAP_READ, 0, 0, length);
    if (!start) {
        failure_ = last_file_failure();
        return;
    }
    bytes_ = {static_cast<const std::byte*>(start), length};
}

Mapping::~Mapping() {
    if (!bytes_.empty()) {
        ::UnmapViewOfFile(bytes_.data());
    }
}

Result<Slice> Mapping::view(std::uint64_t offset, std::uint64_t length) const {
    if (failure_) {
        return failure_;
    }
    const auto start = static_cast<std::size_t>(offset);
    const std::uint64_t rest = bytes_.size() - start;
    return bytes_.subspan(start, static_cast<std::size_t>(std::min(length, rest)));
}

} // namespace caesura
