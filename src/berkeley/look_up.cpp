#include "berkeley/look_up.hpp"

#include "berkeley/address.hpp"
#include "berkeley/failure.hpp"
#include "native.hpp"

#include <memory>

namespace caesura {

Resolver::Answer look_up(const std::string& host, std::uint16_t port) {
    native::AddressList wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_protocol = IPPROTO_TCP;
    // Without AI_ADDRCONFIG: on a machine with no address but the loopback's it finds nothing, and
    // on one without public IPv6 it takes ::1 away from localhost.
    native::AddressList* found = nullptr;
    if (const int code = native::look_up(host, wanted, &found); code != 0) {
        return lookup_failure(code);
    }
    const std::unique_ptr<native::AddressList, void (*)(native::AddressList*)> list(
        found, native::free_list);
    std::vector<Endpoint> endpoints;
    for (const native::AddressList* entry = found; entry != nullptr; entry = entry->ai_next) {
        const auto length = static_cast<socklen_t>(entry->ai_addrlen);
        if (auto endpoint = endpoint_from(entry->ai_addr, length)) {
            endpoint->port = port;
            endpoints.push_back(*endpoint);
        }
    }
    return endpoints;
}

} // namespace caesura
