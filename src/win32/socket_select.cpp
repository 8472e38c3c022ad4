#include "win32/socket_select.hpp"

#include "berkeley/failure.hpp"
#include "berkeley/wait_limit.hpp"

#include <algorithm>

namespace caesura {

Failure SocketSelect::ask(const PollApi& api, const Sockets& sockets, Duration timeout) {
    invalid_.clear();
    read_.assign(sockets.read);
    write_.assign(sockets.write);
    except_.assign(sockets.connect);
    int error = call(api, timeout);
    if (error == WSAENOTSOCK) {
        for (const auto list : {sockets.read, sockets.write, sockets.connect}) {
            find_invalid(api, list);
        }
        assign_valid(read_, sockets.read);
        assign_valid(write_, sockets.write);
        assign_valid(except_, sockets.connect);
        error = call(api, Duration::zero());
    }
    if (error == 0) {
        return {};
    }
    read_.clear();
    write_.clear();
    except_.clear();
    return invalid_.empty() ? failure_from_native(error) : Failure{};
}

/// Returns the error, or 0. A question about nothing would be refused with WSAEINVAL.
int SocketSelect::call(const PollApi& api, Duration timeout) {
    fd_set* const read = read_.get();
    fd_set* const write = write_.get();
    fd_set* const except = except_.get();
    if (read == nullptr && write == nullptr && except == nullptr) {
        if (timeout > Duration::zero()) {
            api.sleep(static_cast<DWORD>(poll_limit(timeout)));
        }
        return 0;
    }
    timeval limit = select_limit(timeout);
    const int found = api.select(read, write, except, &limit);
    return found == SOCKET_ERROR ? ::WSAGetLastError() : 0;
}

void SocketSelect::find_invalid(const PollApi& api, std::span<const SOCKET> sockets) {
    for (const SOCKET socket : sockets) {
        if (!known_invalid(socket) && !is_socket(api, socket)) {
            invalid_.push_back(socket);
        }
    }
}

void SocketSelect::assign_valid(SocketSet& set, std::span<const SOCKET> sockets) const {
    set.clear();
    for (const SOCKET socket : sockets) {
        if (!known_invalid(socket)) {
            set.add(socket);
        }
    }
}

bool SocketSelect::known_invalid(SOCKET socket) const {
    return std::find(invalid_.begin(), invalid_.end(), socket) != invalid_.end();
}

} // namespace caesura
