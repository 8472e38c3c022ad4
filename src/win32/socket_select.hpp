#pragma once

#include "win32/poll_api.hpp"
#include "win32/socket_set.hpp"

#include <caesura/error.hpp>

#include <span>
#include <vector>

namespace caesura {

/// One question to Winsock's select, whatever is asked: any number of sockets, none at all, and
/// some that are no sockets.
class SocketSelect {
public:
    struct Sockets {
        std::span<const SOCKET> read;
        std::span<const SOCKET> write;
        /// For which a connect may fail, which is told by the third set only ([select]
        /// documentation: "if processing a connect call (nonblocking), connection attempt failed").
        std::span<const SOCKET> connect;
    };

    /// Waits for one of them, at most `timeout` or an hour; sleeps when there are none. Each socket
    /// may stand once in each list. When some are none (then select refuses all: WSAENOTSOCK), they
    /// are found by trying each by itself, and the others are looked at without waiting. After a
    /// failure, `interrupted` included, all answers are empty.
    Failure ask(const PollApi& api, const Sockets& sockets, Duration timeout);

    // The answers. Valid until the next question.
    std::span<const SOCKET> readable() const { return read_.sockets(); }
    std::span<const SOCKET> writable() const { return write_.sockets(); }
    std::span<const SOCKET> connect_failed() const { return except_.sockets(); }
    /// Those that are no sockets, each once.
    std::span<const SOCKET> invalid() const { return invalid_; }

private:
    int call(const PollApi& api, Duration timeout);
    void find_invalid(const PollApi& api, std::span<const SOCKET> sockets);
    void assign_valid(SocketSet& set, std::span<const SOCKET> sockets) const;
    bool known_invalid(SOCKET socket) const;

    SocketSet read_;
    SocketSet write_;
    SocketSet except_;
    std::vector<SOCKET> invalid_;
};

} // namespace caesura
