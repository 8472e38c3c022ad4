#pragma once

#include "simulate/scene.hpp"

#include <caesura/protocol.hpp>
#include <caesura/tcp.hpp>

#include <memory>

namespace caesura {

/// How far a client is. Outlives its process.
enum class Stage : std::uint8_t {
    waiting, // to begin
    connecting,
    connected,
    over // whatever came of it
};

/// One client, good or bad: connects once, by the library, and checks all that it reads.
class Client : public std::enable_shared_from_this<Client> {
public:
    Client(Scene& scene, Party& party, const ClientPlan& plan, std::size_t poem,
           std::uint16_t port);

    void start();
    /// Its process has ended under it.
    void lose_process();
    /// It has been there for long enough, whatever it is like.
    void leave();

    const ClientPlan& plan() const { return plan_; }
    const Party& party() const { return party_; }
    Stage stage() const { return stage_; }
    const std::optional<Outcome>& outcome() const { return outcome_; }
    bool has_all() const { return visit_->has_all; }
    /// The link still had more to carry than it can in the time that some systems give a connect
    /// (20 kB a second, and a full window of each connection). Who meets that tries again.
    bool was_jammed() const;

private:
    class Conversation;
    class Maker;
    friend class Conversation;

    void over(const Outcome& outcome);

    Scene& scene_;
    Party& party_;
    ClientPlan plan_;
    std::size_t poem_;
    std::uint16_t port_;
    Stage stage_ = Stage::waiting;
    std::shared_ptr<Visit> visit_ = std::make_shared<Visit>();
    std::unique_ptr<Connector> connector_;
    Conversation* conversation_ = nullptr;
    TimerId timer_;
    std::optional<Outcome> outcome_;
};

} // namespace caesura
