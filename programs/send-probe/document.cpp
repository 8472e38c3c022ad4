#include "send-probe/document.hpp"

#include <algorithm>

namespace caesura::probe {

const Table* Document::find(std::string_view table) const {
    const auto found = std::find_if(tables.begin(), tables.end(),
                                    [table](const Table& one) { return one.name == table; });
    return found == tables.end() ? nullptr : &*found;
}

std::string Document::fact(std::string_view name) const {
    const auto found = std::find_if(fingerprint.begin(), fingerprint.end(),
                                    [name](const Fact& one) { return one.name == name; });
    return found == fingerprint.end() ? std::string() : found->value;
}

Document Document::summary() const {
    Document result = *this;
    std::erase_if(result.tables, [](const Table& one) { return one.name == "close_rounds"; });
    return result;
}

} // namespace caesura::probe
