#pragma once

#include "send-probe/served_link.hpp"
#include "send-probe/wire.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace caesura::probe {

/// One session of the serving side: the links that one sender's machine has to readers here.
class ServedSession {
public:
    /// `say` tells the other side; it must not destroy this.
    ServedSession(Reactor& reactor, std::string token,
                  std::function<void(const wire::Message&)> say);

    const std::string& token() const { return token_; }
    /// Takes a connection that has named the token. Why not, if not.
    std::optional<std::string> join(SocketOwner socket);
    /// Does what a line asks for. Why not, if not.
    std::optional<std::string> obey(std::string_view line);
    /// Whether it is the other side's turn to say something.
    bool is_waiting() const;

    /// `3 links, 1000 bytes read`.
    std::string summary() const;

private:
    std::optional<std::string> obey(const wire::Message& command, ServedLink& link);
    void hear(const wire::Message& command, ServedLink& link);
    void drop(std::uint64_t number);

    Reactor& reactor_;
    std::string token_;
    std::function<void(const wire::Message&)> say_;
    std::map<std::uint64_t, std::unique_ptr<ServedLink>> links_; // by number, from 1
    std::uint64_t joined_ = 0;
    std::uint64_t bytes_read_ = 0; // by links that were dropped
};

} // namespace caesura::probe
