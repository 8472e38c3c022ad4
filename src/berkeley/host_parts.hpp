#pragma once

#include <caesura/host.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// What a Host is made of. Each system's folder supplies all of these, one noun a file; the
// contracts are those of the methods of Host that have the same names. Paths are UTF-8 and may be
// anything a user typed: one with a zero in it is invalid_argument.
namespace caesura::native {

std::vector<std::string> arguments(int count, char** values);
void prepare_process();
bool had_standard_output();

Result<std::unique_ptr<SignalSource>> watch_signals();

Result<std::shared_ptr<const File>> open_file(const std::string& path);
Result<FileVersion> file_version(const std::string& path);
Result<std::unique_ptr<Output>> open_output(const std::string& path, OutputMode mode);
Result<std::unique_ptr<ScratchFile>> scratch_file();
Failure rename(const std::string& from, const std::string& to);
Output& standard_output();
Output& standard_error();

bool owns_console();
Failure wait_for_key();

bool can_detach();
Result<std::unique_ptr<Detachment>> detach();
Result<std::unique_ptr<PidFile>> claim_pid_file(const std::string& path);

MemoryUse memory();
std::vector<SystemFact> facts();
Result<std::unique_ptr<ChildProcess>> start_self(const std::vector<std::string>& arguments);

std::size_t most_sockets();

} // namespace caesura::native
