#pragma once

#include "native.hpp"

#include <caesura/endpoint.hpp>

#include <optional>

namespace caesura {

/// An address as the system's calls write and read it, with its length in bytes.
struct NativeAddress {
    sockaddr_storage storage;
    socklen_t length = sizeof storage;

    /// Room for a system call to write an address of no family to begin with.
    NativeAddress() { storage.ss_family = AF_UNSPEC; }

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// AF_INET or AF_INET6.
int native_family(Family family);

NativeAddress native_address(const Endpoint& endpoint);

/// std::nullopt for what is no Internet address, and for one cut short: some systems answer with no
/// address at all when the peer has vanished meanwhile.
std::optional<Endpoint> endpoint_from(const sockaddr* address, socklen_t length);
std::optional<Endpoint> endpoint_from(const NativeAddress& address);

} // namespace caesura
