#pragma once

#include <caesura/sockets.hpp>

#include <string>
#include <vector>

namespace caesura::testing {

/// A system without a network: writes down which sockets were closed or aborted, in order, as
/// "close 7", and says of everything else that it is not supported.
class RecordingSockets : public Sockets {
public:
    std::vector<std::string> calls;

    void close(Socket socket) override { record("close ", socket); }
    Failure close_lingering(Socket, std::chrono::seconds) override { return unsupported; }
    void abort(Socket socket) override { record("abort ", socket); }

    Result<SocketOwner> open(Family) override { return unsupported; }
    Result<SocketOwner> listen(const Endpoint&, int) override { return unsupported; }
    Result<Accepted> accept(Socket) override { return unsupported; }
    Failure connect(Socket, const Endpoint&) override { return unsupported; }
    Failure connect_outcome(Socket) override { return unsupported; }
    Result<std::size_t> receive(Socket, std::span<std::byte>) override { return unsupported; }
    Result<std::size_t> send(Socket, std::span<const Slice>, Follows) override {
        return unsupported;
    }
    Result<std::size_t> send_file(Socket, const FileRange&, Follows) override {
        return unsupported;
    }
    Failure shut_writes(Socket) override { return unsupported; }
    Result<Endpoint> local(Socket) override { return unsupported; }
    Result<Endpoint> peer(Socket) override { return unsupported; }
    Failure set_option(Socket, SocketOption, int) override { return unsupported; }
    Result<int> option(Socket, SocketOption) override { return unsupported; }
    Result<std::size_t> limit_unsent(Socket, std::size_t) override { return most_at_once; }
    std::optional<std::uint64_t> unsent(Socket) override { return std::nullopt; }
    std::optional<Duration> round_trip(Socket) override { return std::nullopt; }
    std::optional<std::uint64_t> unacknowledged(Socket) override { return std::nullopt; }
    std::optional<std::uint64_t> unread(Socket) override { return std::nullopt; }
    Result<SocketPair> pair() override { return unsupported; }

private:
    static constexpr std::size_t most_at_once = ~std::size_t{0};
    static constexpr Failure unsupported{Error::operation_not_supported, 0};

    void record(const char* call, Socket socket) {
        calls.push_back(call + std::to_string(static_cast<std::uint64_t>(socket)));
    }
};

} // namespace caesura::testing
