#pragma once

#include <caesura/bytes.hpp>
#include <caesura/endpoint.hpp>
#include <caesura/ledger.hpp>
#include <caesura/producer.hpp>
#include <caesura/result.hpp>
#include <caesura/time.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace caesura {

/// Floor 4: one established connection, as its protocol sees it. Owned by the reactor; valid from
/// connection_made until connection_lost has returned. Belongs to the reactor's thread.
///
/// No call here sends, reads or calls back: what is written, or asked for by way of closing, is
/// tried at the end of the present callback. (To abort, to set and to ask are carried out at once.)
/// After the end, or after the call that announced it, writing is ignored, and
/// everything else is harmless.
class Transport {
public:
    virtual ~Transport() = default;

    /// Eventually sends all of it, in order. Never short, never blocks. Copies the text.
    virtual void write(std::string_view text) = 0;
    /// As above; shares the bytes instead of copying them.
    virtual void write(SharedBytes bytes) = 0;
    /// As above, for a range of a file, read only when its turn comes. When the file changes before
    /// all of it is taken, the connection is reset (failed: file_changed): invented bytes are never
    /// sent. So it is when the range reaches beyond the file, or has none (invalid_argument).
    virtual void write(FileRange range) = 0;
    /// As write for each of them in order.
    virtual void write_sequence(std::span<const SharedBytes> pieces) = 0;

    /// Closes once everything written is delivered: sends what is queued, then FIN, then reads and
    /// discards until the peer's FIN or the drain limit, then closes. No data_received after it.
    virtual void lose_connection() = 0;
    /// Sends FIN once everything written has been sent; input still arrives.
    virtual void lose_write_connection() = 0;
    /// Closes now, whatever the drain limit. What is queued is tried once more. When the system has
    /// taken it all, FIN follows and the system goes on delivering where it can: `unconfirmed`.
    /// When it has not, the connection is reset, so that a part never looks like the whole:
    /// `aborted`.
    virtual void close_connection() = 0;
    /// Resets the connection now. What was not delivered is lost.
    virtual void abort_connection() = 0;

    /// No data_received until resume_producing. The end of the connection may go unnoticed
    /// meanwhile, unless something is written.
    virtual void pause_producing() = 0;
    virtual void resume_producing() = 0;
    /// No data_received from now on is longer than this (at least 1; at first 64 KiB), so that who
    /// wants to read only so much can pause right after it.
    virtual void set_receive_limit(std::size_t bytes) = 0;

    /// Has `producer` paused and resumed as the queue fills and empties; a pull producer is asked
    /// for its first piece at the end of this callback. While there is one, lose_connection and
    /// lose_write_connection wait for its end, and writes are still taken. When the connection is
    /// over, or is lost, it is stopped, before connection_lost. False, and nothing done, when there
    /// is one already, or the end is being told; one that comes too late otherwise is stopped.
    [[nodiscard]] virtual bool register_producer(std::shared_ptr<Producer> producer,
                                                 Producing kind) = 0;
    /// The producer has written its last: it is let go of without a word.
    virtual void unregister_producer() = 0;

    /// Other deadlines than the options' from now on (see ConnectionOptions). A negative time is
    /// invalid_argument, and all stays as it was.
    virtual Failure set_stall_timeout(Duration limit) = 0;
    virtual Failure set_idle_timeout(Duration limit) = 0;
    virtual Failure set_transfer_timeout(Duration limit) = 0;
    virtual void set_min_rate(std::uint64_t bytes_per_second) = 0;

    /// Bytes written but not yet taken by the system. Asks nobody.
    virtual std::uint64_t queued() const = 0;
    /// Where the bytes of this connection are now. Asks the system.
    virtual Ledger ledger() const = 0;

    /// The other end, as it was when the connection came to be.
    virtual const Endpoint& peer() const = 0;
    /// This end.
    virtual Result<Endpoint> host() const = 0;

    /// Another hand-off budget than the options' (see ConnectionOptions::unsent_limit); what was
    /// earned is forgotten. When it cannot be set all stays as it was. 0 is invalid_argument when
    /// there is a budget: Windows cannot be told to forget one (documented:
    /// setting SO_SNDBUF ends dynamic buffering), so it is not promised anywhere.
    virtual Failure limit_unsent(std::size_t bytes) = 0;
    /// TCP_NODELAY: small writes go out at once. A refusal is harmless, hence not told.
    virtual void set_no_delay(bool on) = 0;
    /// SO_KEEPALIVE, with the system's times. Likewise.
    virtual void set_keep_alive(bool on) = 0;
};

} // namespace caesura
