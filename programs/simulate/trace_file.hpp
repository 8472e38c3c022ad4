#pragma once

#include <caesura/file.hpp>

#include <string>
#include <string_view>

namespace caesura {

/// Writes what happens to a file, line by line: what a run that crashes did last is the most
/// interesting of it.
class TraceFile {
public:
    explicit TraceFile(Output& output) : output_(output) {}

    void line(std::string_view text) {
        if (!failure_) {
            failure_ = output_.write(as_slice(std::string(text) + "\n"));
        }
    }
    /// Why some of it could not be written, if so.
    const Failure& failure() const { return failure_; }

private:
    Output& output_;
    Failure failure_;
};

} // namespace caesura
