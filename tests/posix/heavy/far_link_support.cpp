#include "heavy/far_link.hpp"

#include <stdexcept>

#ifdef __linux__

#include <caesura/system.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <deque>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

namespace caesura::testing {

namespace {

int require(int result, const char* what) {
    if (result < 0) {
        throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
    }
    return result;
}

class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

Descriptor open_namespace() {
    return Descriptor(
        require(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "a namespace"));
}

// Sets up network devices of the namespace that the thread is in.
class Devices {
public:
    Devices() : socket_(require(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")) {}

    void set_queue(const char* name, int packets) {
        ifreq request = named(name);
        request.ifr_qlen = packets;
        require(::ioctl(socket_.get(), SIOCSIFTXQLEN, &request), "SIOCSIFTXQLEN");
    }

    void set_address(const char* name, const Endpoint& address) {
        ifreq request = named(name);
        sockaddr_in value{};
        value.sin_family = AF_INET;
        std::memcpy(&value.sin_addr, address.address.data(), sizeof value.sin_addr);
        std::memcpy(&request.ifr_addr, &value, sizeof value);
        require(::ioctl(socket_.get(), SIOCSIFADDR, &request), "SIOCSIFADDR");
        value.sin_addr.s_addr = htonl(0xffffff00);
        std::memcpy(&request.ifr_netmask, &value, sizeof value);
        require(::ioctl(socket_.get(), SIOCSIFNETMASK, &request), "SIOCSIFNETMASK");
    }

    void bring_up(const char* name) {
        ifreq request = named(name);
        request.ifr_flags = IFF_UP | IFF_RUNNING;
        require(::ioctl(socket_.get(), SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
    }

    static ifreq named(const char* name) {
        ifreq request{};
        std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
        return request;
    }

private:
    Descriptor socket_;
};

struct End {
    Descriptor space;
    Descriptor device;
};

// To be called in a thread that ends soon, for it leaves its namespace for good.
End make_end(const Endpoint& address) {
    constexpr const char* name = "far";
    // More than a sender ever has under way, so that none is dropped for want of room.
    constexpr int queue = 20'000;
    require(::unshare(CLONE_NEWNET), "a network namespace");
    End end{open_namespace(),
            Descriptor(
                require(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), "/dev/net/tun"))};
    ifreq request = Devices::named(name);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    require(::ioctl(end.device.get(), TUNSETIFF, &request), "a TUN device");
    Devices devices;
    devices.set_queue(name, queue);
    devices.set_address(name, address);
    devices.bring_up(name);
    devices.bring_up("lo");
    return end;
}

// One direction of the link.
class Way {
public:
    Way(int from, int to, Duration takes) : from_(from), to_(to), takes_(takes) {}

    void pick_up(Instant now) {
        while (true) {
            const ssize_t length = ::read(from_, room_.data(), room_.size());
            if (length <= 0) {
                return;
            }
            packets_.push_back({now + takes_, {room_.data(), room_.data() + length}});
        }
    }

    void deliver(Instant now) {
        while (!packets_.empty() && packets_.front().due <= now) {
            const std::vector<char>& bytes = packets_.front().bytes;
            // Refused, it is lost, as on any link: TCP sends it again.
            [[maybe_unused]] const ssize_t written = ::write(to_, bytes.data(), bytes.size());
            packets_.pop_front();
        }
    }

    Instant next_due() const { return packets_.empty() ? Instant::max() : packets_.front().due; }

private:
    struct Packet {
        Instant due;
        std::vector<char> bytes;
    };

    int from_;
    int to_;
    Duration takes_;
    std::deque<Packet> packets_;
    std::array<char, 65536> room_;
};

timespec timespec_of(Duration duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    return {static_cast<time_t>(seconds.count()), static_cast<long>((duration - seconds).count())};
}

void carry(const std::array<End, 2>& ends, int stop, Duration one_way) {
    const int here = ends[0].device.get();
    const int there = ends[1].device.get();
    const auto out = std::make_unique<Way>(here, there, one_way);
    const auto back = std::make_unique<Way>(there, here, one_way);
    while (true) {
        const Instant now = this_system().clock().now();
        out->deliver(now);
        back->deliver(now);
        const Instant due = std::min(out->next_due(), back->next_due());
        const timespec limit =
            timespec_of(due == Instant::max() ? Duration(std::chrono::hours(1))
                                              : std::max(due - now, Duration::zero()));
        std::array<pollfd, 3> asked{{{here, POLLIN, 0}, {there, POLLIN, 0}, {stop, POLLIN, 0}}};
        ::ppoll(asked.data(), asked.size(), &limit, nullptr);
        if (asked[2].revents != 0) {
            return;
        }
        const Instant came = this_system().clock().now();
        out->pick_up(came);
        back->pick_up(came);
    }
}

} // namespace

struct FarLink::Parts {
    std::array<End, 2> ends;
    std::array<Descriptor, 2> stop; // a pipe
    std::thread carrier;
};

FarLink::FarLink(Duration one_way) : parts_(std::make_unique<Parts>()) {
    std::array<int, 2> stop{};
    require(::pipe2(stop.data(), O_CLOEXEC), "pipe");
    parts_->stop = {Descriptor(stop[0]), Descriptor(stop[1])};
    std::exception_ptr failure;
    for (const Place place : {Place::here, Place::there}) {
        std::thread([&, place] {
            try {
                parts_->ends[static_cast<std::size_t>(place)] = make_end(address(place));
            } catch (...) {
                failure = std::current_exception();
            }
        }).join();
        if (failure) {
            std::rethrow_exception(failure);
        }
    }
    parts_->carrier = std::thread(
        [parts = parts_.get(), one_way] { carry(parts->ends, parts->stop[0].get(), one_way); });
}

FarLink::~FarLink() {
    parts_->stop[1] = Descriptor(); // which ends the pipe
    parts_->carrier.join();
}

std::string FarLink::path(Place place) const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" +
           std::to_string(parts_->ends[static_cast<std::size_t>(place)].space.get());
}

FarLink::Stay::Stay(const FarLink& link, Place place) {
    const int space = link.parts_->ends[static_cast<std::size_t>(place)].space.get();
    Descriptor home = open_namespace();
    require(::setns(space, CLONE_NEWNET), "setns");
    home_ = home.release();
}

FarLink::Stay::~Stay() {
    if (::setns(home_, CLONE_NEWNET) != 0) {
        std::terminate(); // this thread would be nowhere
    }
    ::close(home_);
}

} // namespace caesura::testing

#else

namespace caesura::testing {

struct FarLink::Parts {};

FarLink::FarLink(Duration) {
    throw std::runtime_error("this system has no network namespaces");
}

FarLink::~FarLink() = default;

std::string FarLink::path(Place) const {
    return {};
}

FarLink::Stay::Stay(const FarLink&, Place) : home_(-1) {}

FarLink::Stay::~Stay() = default;

} // namespace caesura::testing

#endif

namespace caesura::testing {

Endpoint FarLink::address(Place place) {
    // Of those that no network uses but for measuring itself (RFC 2544).
    return *parse_address(place == Place::here ? "198.18.0.1" : "198.18.0.2");
}

} // namespace caesura::testing
