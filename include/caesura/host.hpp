#pragma once

#include <caesura/file.hpp>
#include <caesura/sockets.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace caesura {

/// What a user or the system asks a program to do. Ctrl-C is `interrupt`; Ctrl-Break, closing the
/// console, logging off and shutting down are `terminate`, where a system has no signals.
enum class Signal : std::uint8_t { interrupt, terminate, hang_up, user1 };

/// Signals as something a loop can wait for. While one exists, its signals no longer act by
/// themselves; when it is destroyed, what was in force before is in force again. One at a time.
/// A signal that the process was started to ignore (nohup, Ctrl-C for a job in the background)
/// stays ignored; one that was blocked is not, as long as the source exists, in the thread that
/// made it. After a console was closed, and at a log-off or shutdown, Windows ends the
/// process about five seconds later, whatever it does then (documented: HandlerRoutine).
class SignalSource {
public:
    virtual ~SignalSource() = default;

    /// Readable when a signal has come. Watch it; the source owns it.
    virtual Socket socket() const = 0;
    /// The signals since the last call, in order, several of one kind once or more often.
    virtual std::vector<Signal> take() = 0;
};

/// A process that has left its terminal but whose starter still waits to hear how it went.
class Detachment {
public:
    /// Without ready(): the starting process exits with 1.
    virtual ~Detachment() = default;
    /// The starting process exits with 0, and the standard streams become the null device.
    virtual void ready() = 0;
};

/// A file with this process's number in it, removed when destroyed.
class PidFile {
public:
    virtual ~PidFile() = default;
};

/// How much memory is in use, in bytes, as the system counts it at one moment. std::nullopt where
/// it does not tell.
struct MemoryUse {
    /// Of this process: what lies in memory (Linux: resident; Windows: working set).
    std::optional<std::uint64_t> resident;
    /// Of this process: what nobody shares with it (Windows: private bytes).
    std::optional<std::uint64_t> committed;
    /// Of all TCP sockets of the system (Linux: sockstat, which counts whole pages).
    std::optional<std::uint64_t> tcp;
    /// Of the kernel, never paged out (Windows: non-paged pool).
    std::optional<std::uint64_t> kernel_pool;
    /// What programs could still have without anything being paged out.
    std::optional<std::uint64_t> available;
};

/// Something that a system says about itself, such as "kernel" and "6.1.0". UTF-8, of one line.
struct SystemFact {
    std::string name;
    std::string value;
};

/// A process that this one has started.
class ChildProcess {
public:
    /// Ends it, without asking it, unless it has ended.
    virtual ~ChildProcess() = default;
    /// Blocks until it has ended, but not for longer than `limit`. Its exit status; on POSIX 128
    /// and the signal's number when one has ended it. Errors: timed_out, ...
    virtual Result<int> wait(Duration limit) = 0;
};

/// How an output file is opened.
enum class OutputMode : std::uint8_t { append, replace };

/// Floor 1: what programs, not libraries, need from a system. Paths are UTF-8.
class Host {
public:
    virtual ~Host() = default;

    /// The command line as UTF-8, the program's name first.
    virtual std::vector<std::string> arguments(int count, char** values) = 0;

    /// To be called first in main: opens the null device in place of each standard stream that is
    /// closed, so that no socket ever gets its number; makes the streams binary; turns writes to a
    /// closed pipe into errors instead of the process's end; keeps libraries from being loaded out
    /// of the current directory (Windows, documented: SetDefaultDllDirectories).
    virtual void prepare_process() = 0;
    /// Whether there was a standard output before prepare_process, which makes one of the null
    /// device: what is written there without one is lost, and nothing else says so.
    virtual bool had_standard_output() const = 0;

    /// Errors: already_in_progress when there is a source; those of Sockets::pair.
    virtual Result<std::unique_ptr<SignalSource>> watch_signals() = 0;

    /// Errors: not_found, access_denied, is_directory, not_a_directory, ...; what is neither a
    /// directory nor a regular file that tells its size is operation_not_supported.
    virtual Result<std::shared_ptr<const File>> open_file(const std::string& path) = 0;
    /// What open_file would find there now, at a lower price. Of what it would refuse, any version
    /// or a failure.
    virtual Result<FileVersion> file_version(const std::string& path) = 0;
    virtual Result<std::unique_ptr<Output>> open_output(const std::string& path,
                                                        OutputMode mode) = 0;
    virtual Result<std::unique_ptr<ScratchFile>> scratch_file() = 0;
    /// Gives a file another name, in place of the file that may have it.
    virtual Failure rename(const std::string& from, const std::string& to) = 0;
    virtual Output& standard_output() = 0;
    virtual Output& standard_error() = 0;

    /// Whether this process is the only one in its console, so that the window closes with it: it
    /// was started by a double click, or as if (Windows, documented: GetConsoleProcessList). False
    /// where nothing such happens to a terminal.
    virtual bool owns_console() = 0;
    /// Blocks until a key is pressed in the console, what was typed before not counting. Only for
    /// who owns one. Errors: those of the system.
    virtual Failure wait_for_key() = 0;

    /// False where a process cannot leave its terminal (Windows); then neither of the next two may
    /// be called.
    virtual bool can_detach() const = 0;
    /// Continues in a process of its own. Must be called before any thread or socket is made. The
    /// starting process does not come back from here. Relative paths stay valid. Closes all that is
    /// open beyond the standard streams: whoever waits for the end of a pipe that the starter was
    /// given must not wait for this process.
    virtual Result<std::unique_ptr<Detachment>> detach() = 0;
    /// already_in_progress when a living process holds that file, whose number is in it then;
    /// already_exists when there is one that is no pid file, such as a poem: a pid file has a
    /// number and the end of its line, or nothing. A stale one is replaced. A link is
    /// too_many_links: nobody else may choose what is overwritten. Other errors as of open_output.
    virtual Result<std::unique_ptr<PidFile>> claim_pid_file(const std::string& path) = 0;

    /// Runs `task` in a thread of its own, for which nobody ever waits: it owns all that it uses,
    /// and the process may end while it runs. It must not throw. No signal is delivered to it.
    /// Errors: would_block or out_of_memory when no thread can be made; then `task` never runs.
    virtual Failure start_thread(std::function<void()> task) = 0;

    /// As the system counts now. Files and calls; takes well under a millisecond.
    virtual MemoryUse memory() = 0;
    /// What tells this system from another, as far as sockets are concerned: name, version, kernel
    /// or build, Wine and its version where it is that, architecture, the settings of its buffers,
    /// and who stands between programs and TCP. In a fixed order; what it does not tell is left
    /// out.
    virtual std::vector<SystemFact> facts() = 0;
    /// Starts this very program once more, with these arguments after its name, which must hold no
    /// quotation mark and no backslash. It has our standard streams where that is the system's
    /// habit, and none of our sockets. Errors: those of the system; operation_not_supported where a
    /// program cannot find its own file.
    virtual Result<std::unique_ptr<ChildProcess>>
    start_self(const std::vector<std::string>& arguments) = 0;

    /// How many sockets this process may have open at once, after having asked for as many as it
    /// is allowed to.
    virtual std::size_t most_sockets() = 0;

    /// Milliseconds since 1970-01-01T00:00:00Z by the wall clock, which may jump: for log lines.
    virtual std::int64_t wall_time_ms() = 0;
};

/// The system this program was built for. Lives for ever.
Host& this_host();

} // namespace caesura
