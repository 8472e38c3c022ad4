#pragma once

#include "simulate/channel.hpp"
#include "simulate/run.hpp"

#include <caesura/host.hpp>

#include <memory>
#include <optional>

namespace caesura {

/// Runs seeds in a process of its own, one after the other, so that a run that crashes or never
/// ends takes nothing else with it, and it is known which one that was. std::runtime_error when no
/// process can be started.
class Worker {
public:
    /// `hang_limit`: no run takes longer. `here`: what runs them where a program cannot start
    /// itself.
    Worker(std::chrono::milliseconds hang_limit, RunSeed here);

    RunResult run(std::uint64_t seed, const Limits& limits);

private:
    enum class Place : std::uint8_t { there, here };

    void start();
    Failure ask(std::uint64_t seed, const Limits& limits, RunResult& result);
    /// What is to be said of a run whose process has ended.
    RunResult obituary(std::uint64_t seed);

    std::chrono::milliseconds hang_limit_;
    RunSeed here_;
    Place place_ = Place::there;
    std::unique_ptr<ChildProcess> process_;
    std::optional<Channel> channel_; // to it
};

} // namespace caesura
