#pragma once

#include <caesura/file.hpp>

#include <memory>
#include <string>

namespace caesura {

/// Where a log's lines go. Never blocks who writes, and never fails him: what cannot be written is
/// lost, and counted.
class LogSink {
public:
    virtual ~LogSink() = default;

    /// Takes whole lines. Returns how many lines were lost since the last call, these included.
    virtual std::uint64_t write(std::string lines) = 0;
};

/// A sink onto an output, directly where its writes cannot block, else by way of a thread and until
/// 1 MiB of lines waits: what comes then is lost, but no write is lost for its own length alone.
/// The sink's destructor gives a thread a second to write what waits, then leaves it behind.
/// Errors: those of Host::start_thread.
Result<std::unique_ptr<LogSink>> make_log_sink(std::shared_ptr<Output> output);

} // namespace caesura
