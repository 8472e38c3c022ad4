#pragma once

#include <caesura/system.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::testing {

/// Calls a system, and writes down what it asked and what it was answered. What the kernel is free
/// to choose is left out: times, numbers of sockets, ports, and how many bytes a buffer takes.
class Recorder {
public:
    Recorder(System& system, std::string_view poller);

    SocketOwner open();
    SocketOwner listen();
    /// The outcome too, after the wait for it.
    void connect(Socket socket, const Endpoint& peer);
    SocketOwner accept(Socket listener);
    void send(Socket socket, std::string_view text);
    void receive(Socket socket, std::size_t most = 4096);
    void finish(Socket socket);
    void peer(Socket socket);
    /// The size of a buffer: sets it, and writes down what is told of it then, beside what was set.
    void resize(Socket socket, SocketOption option, int value);
    void close(SocketOwner& owner);
    void abort(SocketOwner& owner);
    /// Waits until it is ready, and writes down for what.
    void await(Socket socket, Interest interest);

    /// Unwritten. Sends until would_block stays.
    void saturate(Socket socket);
    /// Reads until nothing more comes, waiting for more as long as `socket` is no more than that;
    /// writes down only how it ended.
    void drain(Socket socket);
    /// Sends a byte at a time until that fails; writes down only how.
    void send_until_failure(Socket socket);
    /// Lets what is under way arrive, where no event tells that it has.
    void pause();

    Endpoint local(Socket socket) const;
    Sockets& sockets() const { return system_.sockets(); }
    const std::vector<std::string>& lines() const { return lines_; }

private:
    void note(std::string_view call, const Failure& failure, std::string_view answer = "");
    Ready wait(Socket socket, Interest interest, Duration limit);

    System& system_;
    std::unique_ptr<Poller> poller_;
    std::vector<std::string> lines_;
};

/// Something that can be done to a system.
struct Scenario {
    std::string_view name;
    void (*play)(Recorder&);
};

std::span<const Scenario> parity_scenarios();

} // namespace caesura::testing
