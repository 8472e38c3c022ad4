#include "berkeley/address.hpp"

#include <cstdint>
#include <cstring>

namespace caesura {

namespace {

// The structures are copied in and out, never looked at through a pointer of another type.
template <class Form>
NativeAddress filed(const Form& form) {
    NativeAddress address;
    std::memcpy(&address.storage, &form, sizeof form);
    address.length = sizeof form;
    return address;
}

template <class Form>
std::optional<Form> read(const sockaddr* address, socklen_t length) {
    if (static_cast<std::size_t>(length) < sizeof(Form)) {
        return std::nullopt;
    }
    Form form;
    std::memcpy(&form, address, sizeof form);
    return form;
}

std::optional<Endpoint> ipv4_from(const sockaddr* address, socklen_t length) {
    const auto form = read<sockaddr_in>(address, length);
    if (!form) {
        return std::nullopt;
    }
    Endpoint endpoint;
    endpoint.port = ntohs(form->sin_port);
    std::memcpy(endpoint.address.data(), &form->sin_addr, sizeof form->sin_addr);
    return endpoint;
}

std::optional<Endpoint> ipv6_from(const sockaddr* address, socklen_t length) {
    const auto form = read<sockaddr_in6>(address, length);
    if (!form) {
        return std::nullopt;
    }
    Endpoint endpoint;
    endpoint.family = Family::ipv6;
    endpoint.port = ntohs(form->sin6_port);
    endpoint.scope = static_cast<std::uint32_t>(form->sin6_scope_id);
    std::memcpy(endpoint.address.data(), &form->sin6_addr, sizeof form->sin6_addr);
    return endpoint;
}

} // namespace

int native_family(Family family) {
    return family == Family::ipv4 ? AF_INET : AF_INET6;
}

NativeAddress native_address(const Endpoint& endpoint) {
    if (endpoint.family == Family::ipv4) {
        sockaddr_in form{};
        form.sin_family = AF_INET;
        form.sin_port = htons(endpoint.port);
        std::memcpy(&form.sin_addr, endpoint.address.data(), sizeof form.sin_addr);
        return filed(form);
    }
    sockaddr_in6 form{};
    form.sin6_family = AF_INET6;
    form.sin6_port = htons(endpoint.port);
    form.sin6_scope_id = endpoint.scope;
    std::memcpy(&form.sin6_addr, endpoint.address.data(), sizeof form.sin6_addr);
    return filed(form);
}

std::optional<Endpoint> endpoint_from(const sockaddr* address, socklen_t length) {
    const auto head = read<sockaddr>(address, length); // all families begin alike
    if (!head) {
        return std::nullopt;
    }
    switch (head->sa_family) {
    case AF_INET:
        return ipv4_from(address, length);
    case AF_INET6:
        return ipv6_from(address, length);
    default:
        return std::nullopt;
    }
}

std::optional<Endpoint> endpoint_from(const NativeAddress& address) {
    return endpoint_from(address.get(), address.length);
}

} // namespace caesura
