#pragma once

#include <caesura/system.hpp>

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// A system denied what a probe cannot do without; what and why, in words.
class ProbeFailure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A system that refuses a buffer of that size, as FreeBSD does one of 0 bytes.
class BufferRefused : public ProbeFailure {
public:
    explicit BufferRefused(const Failure& failure);

    /// For a table.
    const std::string& note() const { return note_; }

private:
    std::string note_;
};

/// A socket and what is to be heard of it.
struct Wanted {
    Socket socket;
    Interest interest;
};

class Bench;

/// How a link's sender and reader are set up. What is not said is left as the system has it.
struct LinkOptions {
    std::optional<int> send_buffer;
    std::optional<int> receive_buffer;
    std::size_t budget = 0; // the library's own hand-off budget; 0: none
};

/// A sender, and the reader at the other end.
struct Link {
    SocketOwner sender;
    SocketOwner reader;
    std::size_t piece = 0; // the longest that one send may offer
};

/// Both ends of a connection; `none` for one that is elsewhere.
struct Ends {
    Socket sender = Socket::none;
    Socket reader = Socket::none;
};

class Interruption;

/// Looks on while a bench works, and leaves all as it is. What it throws ends the probe.
class Onlooker {
public:
    virtual ~Onlooker() = default;

    /// A link of this bench whose bytes are of interest until leave().
    virtual void join(Bench& bench, const Ends& link) = 0;
    virtual void leave() = 0;

    /// A send was tried, a receive was.
    virtual void sent(std::size_t offered, const Result<std::size_t>& taken) = 0;
    virtual void received(const Result<std::size_t>& got) = 0;
    /// A wait goes on: called so often that a person sees no break.
    virtual void waited() = 0;
};

/// Between two looks of whoever looks on, or for a signal.
inline constexpr Duration blink = std::chrono::milliseconds(100);

/// Sockets of one system, and the wait for them: what every probe stands on. Where nothing is said
/// of failures: what a system denies here ends the probe (ProbeFailure).
class Bench {
public:
    /// `poller` empty = the system's preferred back-end. What interrupts is looked for in every
    /// wait; nullptr: nothing does.
    explicit Bench(System& system, std::string_view poller = {},
                   Interruption* interruption = nullptr);

    System& system() const { return system_; }
    Sockets& sockets() const { return system_.sockets(); }
    Instant now() const { return system_.clock().now(); }

    /// Waits for the first of them to be ready, and says of each what was reported. All false when
    /// `limit` has passed.
    std::vector<Ready> wait(std::initializer_list<Wanted> wanted, Duration limit);
    /// The same for one.
    Ready wait(Socket socket, Interest interest, Duration limit);

    /// Has somebody look on; nullptr: nobody.
    void show(Onlooker* onlooker) { onlooker_ = onlooker; }

    /// For who works for long without a wait.
    void check_interruption() const;

    /// Lets so much time pass.
    void pause(Duration duration) { wait({}, duration); }

    /// Makes ready for sends of up to so many bytes.
    void reserve(std::size_t bytes);
    /// One send of so many zeros, at least 1.
    Result<std::size_t> send(Socket socket, std::size_t bytes);
    /// Sends bytes that mean something, few enough to be taken at once: no_buffer_space when they
    /// are not.
    Failure say(Socket socket, Slice bytes);
    /// One receive of at most so many bytes, at least 1, which are thrown away.
    Result<std::size_t> receive(Socket socket, std::size_t most);

    SocketOwner listener(const Endpoint& where);
    Accepted accept(Socket listener);
    /// Starts to connect; to be finished by finish_connect.
    SocketOwner start_connect(const Endpoint& peer, const LinkOptions& options = {});
    void finish_connect(Socket socket);

private:
    System& system_;
    std::unique_ptr<Poller> poller_;
    Interruption* interruption_;
    std::vector<std::byte> out_;
    std::vector<std::byte> in_;
    Onlooker* onlooker_ = nullptr;
};

/// Sets what there is to be set of a connected sender; the longest that one send may offer.
std::size_t prepare_sender(Bench& bench, Socket sender, const LinkOptions& options);

/// Connects a reader to a sender that listens there.
Link make_link(Bench& sender, Bench& reader, const Endpoint& where, const LinkOptions& options);
/// Both of one system, by the loopback.
Link make_link(Bench& bench, const LinkOptions& options = {});

/// The value, or the end of the probe.
template <class T>
T must(Result<T> result, std::string_view what) {
    if (!result) {
        throw ProbeFailure(std::string(what) + ": " + describe(result.failure()));
    }
    return std::move(*result);
}
void must(const Failure& failure, std::string_view what);

} // namespace caesura::probe
