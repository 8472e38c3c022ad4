#include <caesura/sockets.hpp>

namespace caesura {

SocketOwner& SocketOwner::operator=(SocketOwner&& other) noexcept {
    if (this != &other) {
        close();
        sockets_ = other.sockets_;
        socket_ = other.release();
    }
    return *this;
}

void SocketOwner::close() {
    if (socket_ != Socket::none) {
        sockets_->close(release());
    }
}

void SocketOwner::abort() {
    if (socket_ != Socket::none) {
        sockets_->abort(release());
    }
}

} // namespace caesura
