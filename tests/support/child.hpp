#pragma once

#include <caesura/host.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caesura::testing {

// The two streams of a child that a test reads.
enum class Stream : std::uint8_t { output, error };

// What a child finds in place of one of its standard streams.
enum class Plug : std::uint8_t {
    pipe,        // read by us all the time, and kept
    unread_pipe, // read by nobody: it fills up
    broken_pipe, // whose reader has gone
    null_device,
    closed // on Windows the child has no console then, and cannot be sent an interrupt
};

struct ChildOptions {
    Plug input = Plug::null_device; // never a pipe
    Plug output = Plug::pipe;
    Plug error = Plug::pipe;
    // Where it starts; empty = where we are.
    std::string folder;
    // Added to our own environment, in place of what has the same name there.
    std::vector<std::pair<std::string, std::string>> environment;
};

// How a process ended: by itself with an exit status, or by the signal of that number.
struct Exit {
    enum class Manner : std::uint8_t { exited, signalled };

    Manner manner = Manner::exited;
    int number = 0;

    bool operator==(const Exit&) const = default;
};

constexpr Exit exited(int status) {
    return {Exit::Manner::exited, status};
}
constexpr Exit signalled(int number) {
    return {Exit::Manner::signalled, number};
}
std::ostream& operator<<(std::ostream& out, const Exit& exit);

// Far longer than anything here takes. Where it passes, std::runtime_error says what was waited for
// and what had been printed until then, and the test fails.
inline constexpr std::chrono::seconds patience{60};

// A process of the test's own, with what it prints collected by threads, so that it never waits for
// us. None is left behind: a child that still runs is killed when this is destroyed. (One that it
// has started itself lives on where a process may leave its family; that one is the test's affair.)
class Child {
public:
    // The program first, by its full path. std::runtime_error when it cannot be started.
    static Child start(const std::vector<std::string>& arguments, const ChildOptions& options = {});
    Child(Child&&) noexcept;
    Child& operator=(Child&&) noexcept;
    ~Child();

    // The system's number for it.
    long pid() const;

    // The next line, without its end (\n or \r\n); what is left without one at the end counts too.
    // std::nullopt when the stream has ended.
    std::optional<std::string> read_line(Stream stream, std::chrono::milliseconds limit = patience);
    // All that read_line has not given out yet, up to the end of the stream.
    std::string read_all(Stream stream, std::chrono::milliseconds limit = patience);

    Exit wait(std::chrono::milliseconds limit = patience);

    // Sends what a user or a system would. False, and nothing is sent, where this system has no
    // such thing or cannot send it: Windows has interrupt (Ctrl-C) and terminate (Ctrl-Break), and
    // Wine ends a process by the latter, without asking it.
    bool signal(Signal signal);
    // At once, without asking it. On Windows the status is then 1, as with Task Manager.
    void kill();

private:
    class Running;

    explicit Child(std::unique_ptr<Running> running);

    std::unique_ptr<Running> running_;
};

} // namespace caesura::testing
