#include <caesura/bytes.hpp>

#include <algorithm>
#include <utility>

namespace caesura {

SharedBytes::SharedBytes(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    bytes_ = as_slice(*owner);
    owner_ = std::move(owner);
}

SharedBytes::SharedBytes(std::vector<std::byte> bytes) {
    auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    bytes_ = *owner;
    owner_ = std::move(owner);
}

SharedBytes::SharedBytes(std::shared_ptr<const void> owner, Slice bytes)
    : owner_(std::move(owner)), bytes_(bytes) {}

SharedBytes SharedBytes::copy_of(Slice bytes) {
    return SharedBytes(std::vector<std::byte>(bytes.begin(), bytes.end()));
}

SharedBytes SharedBytes::part(std::size_t offset, std::size_t length) const {
    const std::size_t start = std::min(offset, size());
    return {owner_, bytes_.subspan(start, std::min(length, size() - start))};
}

} // namespace caesura
