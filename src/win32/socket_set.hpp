#pragma once

#include <winsock2.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace caesura {

/// An fd_set of any length. FD_SETSIZE is only the length of the array in Winsock's declaration;
/// select takes as many sockets as fd_count says ([select] documentation; Wine's ws2_32 tests with
/// 200 of them). FD_SET is not used: it silently ignores what is too much, after a linear search.
class SocketSet {
public:
    SocketSet() : words_(1) {}

    void clear() { words_.assign(1, 0); }
    /// The socket must not be in already.
    void add(SOCKET socket) {
        words_.push_back(socket);
        set_count(words_.size() - 1);
    }
    /// In place of what was in; each socket once.
    void assign(std::span<const SOCKET> sockets) {
        words_.resize(1);
        words_.insert(words_.end(), sockets.begin(), sockets.end());
        set_count(sockets.size());
    }

    /// For select, which takes out the sockets for which the answer is no. nullptr when empty,
    /// because it refuses a set that is. Valid until the next change.
    fd_set* get() { return count() == 0 ? nullptr : reinterpret_cast<fd_set*>(words_.data()); }
    std::span<const SOCKET> sockets() const { return std::span(words_).subspan(1, count()); }

private:
    static_assert(offsetof(fd_set, fd_array) == sizeof(SOCKET));
    static_assert(sizeof(u_int) <= sizeof(SOCKET));

    std::size_t count() const {
        u_int count = 0;
        std::memcpy(&count, words_.data(), sizeof count);
        return count;
    }
    void set_count(std::size_t size) {
        const auto count = static_cast<u_int>(size);
        std::memcpy(words_.data(), &count, sizeof count);
    }

    std::vector<SOCKET> words_; // fd_count lies in the first
};

} // namespace caesura
