#include "posix/heavy/kernel_memory.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#ifdef __linux__
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#endif

namespace caesura::testing {

#ifdef __linux__

namespace {

class DiagSocket {
public:
    DiagSocket() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {}
    DiagSocket(const DiagSocket&) = delete;
    DiagSocket& operator=(const DiagSocket&) = delete;
    ~DiagSocket() { ::close(socket_); }

    bool ask_about(std::uint16_t port) const {
        struct {
            nlmsghdr header;
            inet_diag_req_v2 request;
        } message{};
        message.header.nlmsg_len = sizeof message;
        message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
        message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        message.request.sdiag_family = AF_INET;
        message.request.sdiag_protocol = IPPROTO_TCP;
        message.request.idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1);
        message.request.idiag_states = 1 << TCP_ESTABLISHED;
        message.request.id.idiag_sport = htons(port);
        return ::send(socket_, &message, sizeof message, 0) == sizeof message;
    }

    // The next part of the answer; -1 where there is none.
    ssize_t receive(std::vector<nlmsghdr>& room) const {
        return ::recv(socket_, room.data(), room.size() * sizeof room[0], 0);
    }

private:
    int socket_;
};

void count(KernelMemory& memory, nlmsghdr* header) {
    auto* const message = static_cast<inet_diag_msg*>(NLMSG_DATA(header));
    ++memory.connections;
    memory.waiting += message->idiag_wqueue > 0 ? 1 : 0;
    memory.taken += message->idiag_wqueue;
    auto length = static_cast<unsigned>(header->nlmsg_len - NLMSG_LENGTH(sizeof *message));
    for (auto* attribute = reinterpret_cast<rtattr*>(message + 1); RTA_OK(attribute, length);
         attribute = RTA_NEXT(attribute, length)) {
        if (attribute->rta_type == INET_DIAG_SKMEMINFO) {
            const auto* const values = static_cast<const std::uint32_t*>(RTA_DATA(attribute));
            const std::uint64_t pinned = std::uint64_t{values[SK_MEMINFO_RMEM_ALLOC]} +
                                         values[SK_MEMINFO_WMEM_QUEUED] +
                                         values[SK_MEMINFO_FWD_ALLOC] + values[SK_MEMINFO_OPTMEM];
            memory.most = pinned > memory.most ? pinned : memory.most;
            memory.total += pinned;
        }
    }
}

} // namespace

std::optional<KernelMemory> kernel_memory_at(std::uint16_t port) {
    const DiagSocket diag;
    if (!diag.ask_about(port)) {
        return std::nullopt;
    }
    KernelMemory memory;
    std::vector<nlmsghdr> room(65536 / sizeof(nlmsghdr));
    while (true) {
        const ssize_t received = diag.receive(room);
        if (received <= 0) {
            return std::nullopt;
        }
        auto length = static_cast<unsigned>(received);
        for (nlmsghdr* header = room.data(); NLMSG_OK(header, length);
             header = NLMSG_NEXT(header, length)) {
            if (header->nlmsg_type == NLMSG_DONE) {
                return memory;
            }
            if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY) {
                return std::nullopt;
            }
            count(memory, header);
        }
    }
}

#else

std::optional<KernelMemory> kernel_memory_at(std::uint16_t) {
    return std::nullopt;
}

#endif

} // namespace caesura::testing
