#pragma once

#include <caesura/error.hpp>

#include <cassert>
#include <optional>
#include <utility>

namespace caesura {

/// Either a value or the reason why there is none. True exactly when there is a value.
/// Reading the value of a failure, or making a Result of a Failure that says `none`, is a
/// programming error (asserted).
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : value_(std::move(value)) {}
    Result(Failure failure) : failure_(failure) { assert(failure_); }

    explicit operator bool() const { return value_.has_value(); }

    T& operator*() {
        assert(value_);
        return *value_;
    }
    const T& operator*() const {
        assert(value_);
        return *value_;
    }
    T* operator->() { return &**this; }
    const T* operator->() const { return &**this; }

    /// The reason; `Error::none` when there is a value.
    Failure failure() const { return failure_; }
    /// Short for `failure().error`.
    Error error() const { return failure_.error; }

private:
    std::optional<T> value_;
    Failure failure_;
};

} // namespace caesura
