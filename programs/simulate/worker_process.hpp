#pragma once

#include "simulate/run.hpp"

#include <caesura/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura {

/// What a worker's process is told on its command line.
struct WorkerPost {
    std::uint16_t port = 0; // where it is awaited
    std::chrono::milliseconds hang_limit{};
};

std::vector<std::string> command_line_of(const WorkerPost& post);
/// The same backwards, without the program's name; nothing: it is no such command line.
std::optional<WorkerPost> worker_post(const std::vector<std::string>& words);

/// Exit statuses of a worker's process that no crash has.
inline constexpr int worker_hangs = 101;
inline constexpr int worker_called_off = 102;

/// The life of a worker's process: runs what it is asked for until nobody asks any more. A run that
/// takes longer than the limit ends the process, and so does Ctrl-C. Returns the exit status.
int run_worker_process(const WorkerPost& post, const RunSeed& run);

} // namespace caesura
