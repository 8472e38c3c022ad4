#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caesura {

/// Hears of all that must not be, and remembers the first of it: what follows may follow from it.
class Judge {
public:
    /// `holds` must be true.
    void require(bool holds, std::string_view what) {
        if (!holds) {
            fail(std::string(what));
        }
    }
    void fail(std::string what) {
        if (!reason_) {
            reason_ = std::move(what);
        }
    }
    const std::optional<std::string>& reason() const { return reason_; }

private:
    std::optional<std::string> reason_;
};

} // namespace caesura
