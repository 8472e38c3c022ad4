#include "simulate/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace caesura {

namespace {

using simulation::Fault;

constexpr std::size_t flood_piece = 4096;
constexpr int flood_pieces = 64;

/// The fault that a manner is; nothing: it is none, only odd.
std::optional<Fault> fault_of(Manner manner) {
    switch (manner) {
    case Manner::never_reads:
        return Fault::peer_never_reads;
    case Manner::half_closes:
        return Fault::peer_half_closes;
    case Manner::floods:
        return Fault::peer_floods;
    case Manner::resets:
        return Fault::peer_resets;
    case Manner::says_nothing:
        return Fault::peer_says_nothing;
    case Manner::gives_up:
        return Fault::connect_given_up;
    default:
        return std::nullopt;
    }
}

} // namespace

/// The client's end of its connection.
class Client::Conversation final : public Protocol {
public:
    explicit Conversation(std::shared_ptr<Client> client)
        : client_(std::move(client)), scene_(client_->scene_), poem_(scene_.poem(client_->poem_)) {
        client_->conversation_ = this;
        testimony_ = client_->party_.system().conduct().latest();
    }
    ~Conversation() override {
        reactor().cancel(timer_);
        if (client_->conversation_ == this) {
            client_->conversation_ = nullptr;
        }
    }

    void connection_made() override;
    void data_received(Slice data) override;
    void peer_finished() override;
    void connection_lost(const Outcome& outcome) override;
    /// Told to go.
    void leave();

private:
    Manner manner() const { return client_->visit_->manner; }
    Reactor& reactor() { return client_->party_.reactor(); }
    void misbehave();
    void misbehave_later();
    void pause();
    void pause_a_little();
    void compare(Slice data);

    std::shared_ptr<Client> client_;
    Scene& scene_;
    SimulatedPoem& poem_;
    std::shared_ptr<Testimony> testimony_;
    std::optional<SharedBytes> edition_; // that which is being read
    std::uint64_t read_ = 0;
    bool at_end_ = false;
    bool is_paused_ = false;
    std::optional<std::uint64_t> read_before_leaving_;
    TimerId timer_;
};

void Client::Conversation::connection_made() {
    client_->stage_ = Stage::connected;
    if (const auto here = transport().host()) {
        scene_.enter(*here, client_->visit_);
    }
    if (client_->plan_.receive_limit > 0) {
        transport().set_receive_limit(client_->plan_.receive_limit);
    }
    switch (manner()) {
    case Manner::talks_first:
        transport().write("please\r\n");
        break;
    case Manner::reads_by_byte:
        transport().set_receive_limit(1);
        break;
    case Manner::never_reads:
    case Manner::says_nothing:
        pause();
        break;
    case Manner::half_closes:
        transport().lose_write_connection();
        break;
    default:
        break;
    }
    misbehave_later();
}

void Client::Conversation::misbehave_later() {
    const bool does = manner() == Manner::floods || manner() == Manner::resets;
    if (does) {
        timer_ = reactor().call_later(client_->plan_.patience, [this] { misbehave(); });
    }
}

void Client::Conversation::misbehave() {
    if (manner() == Manner::resets) {
        transport().abort_connection();
        return;
    }
    const auto piece = SharedBytes(std::vector<std::byte>(flood_piece));
    for (int i = 0; i < flood_pieces; ++i) {
        transport().write(piece);
    }
}

void Client::Conversation::compare(Slice data) {
    if (!edition_) {
        edition_ = poem_.edition(static_cast<std::uint32_t>(data.front()));
    }
    const bool fits = edition_ && read_ + data.size() <= edition_->size();
    const bool same =
        fits && std::equal(data.begin(), data.end(),
                           edition_->slice().begin() + static_cast<std::ptrdiff_t>(read_));
    scene_.judge().require(same, "a client read what is not in its poem, after " +
                                     std::to_string(read_) + " of " + std::to_string(poem_.size()) +
                                     " bytes");
    read_ += data.size();
}

void Client::Conversation::data_received(Slice data) {
    scene_.judge().require(!data.empty(), "a client was given nothing to read");
    scene_.judge().require(!at_end_, "a client read something after the end");
    scene_.judge().require(!is_paused_, "a client that has paused was given something to read");
    compare(data);
    scene_.throw_perhaps();
    if (manner() == Manner::pauses) {
        pause_a_little();
    }
}

void Client::Conversation::pause() {
    is_paused_ = true;
    transport().pause_producing();
}

void Client::Conversation::pause_a_little() {
    pause();
    reactor().cancel(timer_);
    timer_ = reactor().call_later(client_->plan_.patience / pauses_in_patience, [this] {
        is_paused_ = false;
        transport().resume_producing();
    });
}

void Client::Conversation::peer_finished() {
    scene_.judge().require(!std::exchange(at_end_, true), "a client was told the end twice");
    // Where a reset reads as an end only the poller tells, from which a fault may have hidden it.
    const bool may_be_reset =
        client_->party_.machine().preset().reset_reads_as_end &&
        scene_.world().faults().tally(simulation::Fault::ready_late).fired > 0;
    scene_.judge().require(may_be_reset || read_ == poem_.size(),
                           "a client was told the end after " + std::to_string(read_) + " of " +
                               std::to_string(poem_.size()) + " bytes");
    client_->visit_->has_all = read_ == poem_.size();
    if (manner() != Manner::never_closes) {
        transport().lose_connection();
    }
}

void Client::Conversation::connection_lost(const Outcome& outcome) {
    check_outcome(scene_.judge(), outcome);
    check_connection_outcome(scene_.judge(), outcome);
    testimony_->check(outcome);
    constexpr Duration time_enough = std::chrono::seconds(5);
    // On a slow link what others are sent may be under way for longer than that.
    const bool had_time = client_->plan_.options.connection.drain >= time_enough &&
                          scene_.plan().links[client_->plan_.machine].bandwidth == 0;
    scene_.judge().require(!read_before_leaving_ || !had_time ||
                               outcome.ending != Ending::unconfirmed ||
                               outcome.received > *read_before_leaving_,
                           "a client that left did not read what was there for it");
    const bool is_good = manner() == Manner::good;
    scene_.judge().require(!is_good || outcome.ending != Ending::finished || at_end_,
                           "a client finished without the end of its poem");
    scene_.judge().require(!is_good || outcome.received == read_,
                           "an outcome counts other bytes than were read");
    client_->over(outcome);
}

void Client::Conversation::leave() {
    switch (manner()) {
    case Manner::never_closes:
    case Manner::half_closes:
        transport().close_connection();
        break;
    case Manner::floods:
        transport().lose_connection();
        break;
    case Manner::never_reads:
    case Manner::pauses:
        transport().lose_connection(); // what it held back is read and discarded now
        read_before_leaving_ = read_;
        break;
    default:
        transport().abort_connection();
        break;
    }
}

/// Makes the one conversation, or hears why there is none.
class Client::Maker final : public Factory {
public:
    explicit Maker(std::shared_ptr<Client> client) : client_(std::move(client)) {}

    std::unique_ptr<Protocol> build_protocol(const Endpoint&) override {
        client_->scene_.judge().require(client_->stage_ == Stage::connecting,
                                        "a client was connected twice");
        return std::make_unique<Conversation>(client_);
    }
    void connection_failed(const Outcome& outcome) override {
        check_outcome(client_->scene_.judge(), outcome);
        client_->over(outcome);
    }

private:
    std::shared_ptr<Client> client_;
};

Client::Client(Scene& scene, Party& party, const ClientPlan& plan, std::size_t poem,
               std::uint16_t port)
    : scene_(scene), party_(party), plan_(plan), poem_(poem), port_(port) {
    plan_.options.connection.unsent_pool = &scene.unsent_pool();
    visit_->manner = plan.manner;
    visit_->poem = poem;
}

void Client::start() {
    const auto fault = fault_of(plan_.manner);
    if (fault && *fault != Fault::connect_given_up && !scene_.fires(*fault)) {
        visit_->manner = Manner::good;
    }
    stage_ = Stage::connecting;
    auto maker = std::make_shared<Maker>(shared_from_this());
    Reactor& reactor = party_.reactor();
    if (plan_.by_name) {
        connector_ = connect_tcp(reactor, plan_.second_address ? "second" : "server", port_,
                                 std::move(maker), plan_.options);
    } else {
        connector_ = connect_tcp(reactor, scene_.world().machine().address(Family::ipv4, port_),
                                 std::move(maker), plan_.options);
    }
    if (plan_.manner == Manner::gives_up) {
        timer_ = reactor.call_later(plan_.patience / 64, [self = shared_from_this()] {
            if (self->stage_ == Stage::connecting) {
                self->lose_process();
            }
        });
    }
}

void Client::over(const Outcome& outcome) {
    scene_.judge().require(stage_ != Stage::over, "a client's connection ended twice");
    stage_ = Stage::over;
    connector_.reset(); // which knows whoever knows this
    party_.reactor().cancel(timer_);
    outcome_ = outcome;
    scene_.note(outcome);
}

bool Client::was_jammed() const {
    return outcome_ && outcome_->ending == Ending::timed_out && outcome_->failure.native != 0 &&
           outcome_->sent == 0 && outcome_->received == 0;
}

void Client::lose_process() {
    visit_->manner = Manner::resets; // from now on nothing good can be expected of it
    connector_.reset();
    if (party_.is_running()) {
        party_.reactor().cancel(timer_);
    }
    if (stage_ == Stage::connecting || stage_ == Stage::waiting) {
        stage_ = Stage::over;
    }
}

void Client::leave() {
    if (conversation_ != nullptr) {
        conversation_->leave();
    } else {
        lose_process();
    }
}

} // namespace caesura
