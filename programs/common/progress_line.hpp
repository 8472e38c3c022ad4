#pragma once

#include <caesura/file.hpp>

#include <cstddef>
#include <string>

namespace caesura {

/// How far a long command has come, for a person who waits: one line of a terminal, written over
/// and over, and gone in the end. Where nobody looks it is silent.
class ProgressLine {
public:
    explicit ProgressLine(Output& output);
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() { clear(); }

    void show(const std::string& text);
    void show(std::size_t done, std::size_t of, const std::string& what);
    /// Makes room for something else.
    void clear();

private:
    Output& output_;
    bool is_seen_;
    std::size_t width_ = 0; // of what stands there
};

} // namespace caesura
