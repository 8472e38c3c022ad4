#include "simulation/network.hpp"
#include "simulation/sockets.hpp"

#include <caesura/simulation/world.hpp>

#include <algorithm>

namespace caesura::simulation {

namespace {

constexpr Duration first_retry = std::chrono::seconds(1); // RFC 6298, 2.1

/// One attempt to connect, kept alive by what is under way for it.
class Call : public std::enable_shared_from_this<Call> {
public:
    Call(std::shared_ptr<Node> node, Computer& from, Computer* to, const Endpoint& peer)
        : node_(std::move(node)), from_(from), to_(to), peer_(peer),
          deadline_(after(from.network.now, from.preset.connect_timeout)), number_(++node_->calls) {
    }

    void begin() {
        at(deadline_, [](Call& call) { call.end(Error::timed_out); });
        knock();
    }

private:
    bool is_under_way() const {
        return node_->is_open && node_->state == NodeState::connecting && node_->calls == number_;
    }

    template <class Step>
    void at(Instant when, Step step) {
        from_.network.at(when, [self = shared_from_this(), step] {
            if (self->is_under_way()) {
                step(*self);
            }
        });
    }

    /// Sends a SYN, and another one later if nothing comes back.
    void knock() {
        if (to_ != nullptr) {
            Instant arrival{};
            from_.network.way(from_, *to_)
                .carry(from_.network, there(), 0, arrival,
                       [self = shared_from_this()] { self->knock_arrives(); });
        }
        at(after(from_.network.now, retry_), [](Call& call) { call.knock(); });
        retry_ = 2 * std::min(retry_, forever / 2);
    }

    Heading there() const { return from_.number <= to_->number ? Heading::there : Heading::back; }
    Heading back() const { return there() == Heading::there ? Heading::back : Heading::there; }

    void knock_arrives() {
        if (!is_under_way() || connection_) {
            return;
        }
        if (to_ == &from_ && peer_ == node_->local) {
            end(Error::self_connect); // a simultaneous open of one (RFC 793)
            return;
        }
        Node* const listener = to_->listener_at(peer_);
        const bool is_full = listener != nullptr && listener->callers.size() > listener->backlog;
        if (listener == nullptr || (is_full && to_->preset.full_backlog == FullBacklog::refusal)) {
            refuse();
        } else if (!is_full) {
            take_up(*listener);
        }
    }

    void refuse() {
        Instant when = from_.network.now;
        if (to_ == &from_) {
            when = after(when, from_.preset.refusal_takes);
        }
        if (from_.network.faults.fires(Fault::connect_refused_slowly)) {
            when = after(when, std::chrono::seconds(2)); // W18
        }
        at(when, [](Call& call) { call.send_refusal(); });
    }

    void send_refusal() {
        Instant arrival{};
        from_.network.way(from_, *to_)
            .carry(from_.network, back(), 0, arrival, [self = shared_from_this()] {
                if (self->is_under_way()) {
                    self->end(Error::connection_refused);
                }
            });
    }

    void take_up(Node& listener) {
        End callee = to_->end_for(listener);
        callee.address = peer_;
        connection_ =
            std::make_shared<Connection>(from_.network, from_.end_for(*node_), std::move(callee));
        from_.remember(connection_, Side::caller);
        to_->remember(connection_, Side::callee);
        listener.callers.push_back(connection_);
        ++to_->changes;
        connection_->carry(Side::callee, 0, [self = shared_from_this()] {
            if (self->is_under_way()) {
                self->get_through();
            } else {
                self->connection_->reset(Side::caller);
            }
        });
    }

    void get_through() {
        node_->state = NodeState::connected;
        node_->connection = connection_;
        node_->side = Side::caller;
        ++from_.changes;
        from_.network.trace.note(from_.network.now, from_.number, "connected",
                                 static_cast<std::uint64_t>(node_->number));
    }

    void end(Error outcome) {
        node_->state = NodeState::failed;
        node_->outcome = outcome;
        ++from_.changes;
    }

    std::shared_ptr<Node> node_;
    Computer& from_;
    Computer* to_;
    Endpoint peer_;
    Instant deadline_;
    unsigned number_;
    Duration retry_ = first_retry;
    std::shared_ptr<Connection> connection_;
};

} // namespace

bool answer_call_at_once(Node& node, Computer& from) {
    Computer* const to = from.network.computer_at(node.peer, from);
    Node* const listener = to == nullptr ? nullptr : to->listener_at(node.peer);
    if (listener == nullptr || listener->callers.size() > listener->backlog) {
        return false;
    }
    End callee = to->end_for(*listener);
    callee.address = node.peer;
    const auto connection =
        std::make_shared<Connection>(from.network, from.end_for(node), std::move(callee));
    from.remember(connection, Side::caller);
    to->remember(connection, Side::callee);
    listener->callers.push_back(connection);
    ++to->changes;
    node.state = NodeState::connected;
    node.connection = connection;
    node.side = Side::caller;
    ++from.changes;
    return true;
}

void place_call(const std::shared_ptr<Node>& node, Computer& from, const Endpoint& peer) {
    node->state = NodeState::connecting;
    node->peer = peer;
    Computer* const to = from.network.computer_at(peer, from);
    std::make_shared<Call>(node, from, to, peer)->begin();
}

} // namespace caesura::simulation
