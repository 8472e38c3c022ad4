#pragma once

#include "send-probe/reading.hpp"
#include "send-probe/site.hpp"

#include <memory>

namespace caesura::probe {

/// When a reader, which has read nothing so far, begins to.
enum class Reads : std::uint8_t { at_once, late };

/// The other end of a sender's connection, here or on another machine. It reads nothing but what it
/// is told to. What a system denies it ends the probe (ProbeFailure).
class Reader {
public:
    virtual ~Reader() = default;

    /// Reads until the sender is said to be writable, or for as long as `patience`.
    virtual Relief relieve(Socket sender, const Pace& pace, Duration patience) = 0;
    /// Reads to the end. Late: when a FIN or a reset has had its time to arrive.
    virtual Heard hear_out(Reads when, Duration patience) = 0;
    /// Sends so many bytes, few enough to be taken at once.
    virtual void say(std::size_t bytes) = 0;
    /// Lets go of the connection; nothing may be asked any more.
    virtual void leave() = 0;

    /// Socket::none where it is on another machine.
    virtual Socket socket() const = 0;
    /// How much longer everything takes than where both ends are in one process.
    virtual Duration round_trip() const = 0;
};

/// One in this process.
class LocalReader final : public Reader {
public:
    LocalReader(Bench& bench, SocketOwner socket) : bench_(bench), socket_(std::move(socket)) {}

    Relief relieve(Socket sender, const Pace& pace, Duration patience) override;
    Heard hear_out(Reads when, Duration patience) override;
    void say(std::size_t bytes) override;
    void leave() override { socket_.close(); }
    Socket socket() const override { return socket_.get(); }
    Duration round_trip() const override { return Duration::zero(); }

private:
    Bench& bench_;
    SocketOwner socket_;
};

/// How late is late in one process: longer than a FIN or a reset takes on a loopback.
inline constexpr Duration lateness = std::chrono::milliseconds(10);

/// A sender here, and its reader, wherever that is.
struct Channel {
    SocketOwner sender;
    std::unique_ptr<Reader> reader;
    std::size_t piece = 0; // the longest that one send may offer

    /// Aborts the connection, and lets the reader go.
    void end();
};

/// One on these grounds: with a reader on the other machine, if there is one.
Channel make_channel(const Grounds& grounds, Bench& bench, const LinkOptions& options = {});

} // namespace caesura::probe
