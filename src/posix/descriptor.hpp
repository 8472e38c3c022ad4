#pragma once

#include <caesura/bytes.hpp>
#include <caesura/file.hpp>
#include <caesura/result.hpp>

#include <string>
#include <utility>

namespace caesura {

/// The one owner of a file descriptor that is no socket. Move-only.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }

    int get() const { return number_; }
    void close();

private:
    int number_ = -1;
};

/// open(2) with O_CLOEXEC and O_NOCTTY added: no path may hand us to a child or to a terminal.
Result<Descriptor> open_descriptor(const std::string& path, int flags);

/// Writes all of it, however many calls that takes. A descriptor that somebody else has made
/// non-blocking (the mode belongs to the open file, which processes share) is waited for.
WriteResult write_all(int descriptor, Slice bytes);

/// What errno says, to be asked before any other call.
Failure errno_failure();

} // namespace caesura
