#include "poetry-server/service.hpp"

#include "common/console.hpp"
#include "common/text.hpp"
#include "poetry-server/ledger_text.hpp"
#include "poetry-server/poet.hpp"

#include <algorithm>
#include <utility>

namespace caesura {

namespace {

// Descriptors that are not clients': standard streams, wake-up and signal pairs, log, pid file,
// poems and doors aside.
constexpr std::uint64_t own_descriptors = 24;

class PoetFactory final : public Factory {
public:
    PoetFactory(Service& service, Poem& poem) : service_(service), poem_(poem) {}

    std::unique_ptr<Protocol> build_protocol(const Endpoint&) override {
        return std::make_unique<Poet>(service_, poem_);
    }
    void accept_failed(const Failure& failure) override { service_.accept_failed(failure); }

private:
    Service& service_;
    Poem& poem_;
};

} // namespace

Result<std::unique_ptr<LogSink>> open_log(const Settings& settings) {
    if (!settings.log_file) {
        // The host's streams live for ever.
        return make_log_sink({std::shared_ptr<void>(), &this_host().standard_error()});
    }
    auto output = this_host().open_output(*settings.log_file, OutputMode::append);
    if (!output) {
        return output.failure();
    }
    return make_log_sink(std::move(*output));
}

Service::Service(Reactor& reactor, Log& log, const Settings& settings)
    : reactor_(reactor), log_(log), settings_(settings) {}

Service::~Service() {
    doors_.clear();
    reactor_.shut_down(); // the poets of clients still there know this
}

bool Service::open() {
    return open_poems() && open_doors();
}

bool Service::open_poems() {
    for (const std::string& path : settings_.poems) {
        auto poem = Poem::open(path);
        if (!poem) {
            const bool is_odd = poem.error() == Error::operation_not_supported;
            const std::string_view right = "a POEM must be a readable file";
            complain("poetry-server: '" + printable(path) + "': " +
                     (is_odd ? "not a regular file; " + std::string(right)
                             : advise(poem.failure(), right)));
            return false;
        }
        poems_.push_back(std::move(*poem));
    }
    return true;
}

bool Service::open_doors() {
    clients_max_ = clients_max();
    ListenOptions options;
    options.connection = settings_.connection;
    for (std::size_t i = 0; i < poems_.size(); ++i) {
        Endpoint endpoint = settings_.iface;
        endpoint.port = settings_.ports[i];
        auto door = listen_tcp(reactor_, endpoint, std::make_shared<PoetFactory>(*this, poems_[i]),
                               options);
        if (!door) {
            complain("poetry-server: cannot listen on " + to_string(endpoint) + ": " +
                     advise(door.failure(), "give another --port or --iface"));
            return false;
        }
        doors_.push_back(std::move(*door));
        log_.line(LogLevel::debug, "serving " + printable(settings_.poems[i]) + " on " +
                                       to_string(doors_[i]->local()));
    }
    return true;
}

std::uint64_t Service::clients_max() const {
    const std::uint64_t most = this_host().most_sockets(); // asks for as many as are allowed
    const std::uint64_t taken = own_descriptors + 2 * poems_.size();
    return settings_.max_clients.value_or(most > taken ? most - taken : 1);
}

Failure Service::find_room() const {
    return reactor_.sockets().open(settings_.iface.family).failure();
}

std::string Service::announcement() const {
    std::string lines;
    for (std::size_t i = 0; i < doors_.size(); ++i) {
        lines += "Serving " + printable(poems_[i].path(), 4096) + " on " +
                 to_string(doors_[i]->local()) + ".\n";
    }
    return lines;
}

void Service::run(SignalSource& signals) {
    reactor_.set_exception_handler([this](std::exception_ptr) {
        log_.line(LogLevel::error,
                  "out of memory, or a mistake in this program; that client is lost");
    });
    reactor_.watch(signals.socket(), Interest::read, [this, &signals](const Ready&) {
        for (const Signal signal : signals.take()) {
            obey(signal);
        }
    });
    reactor_.run();
}

void Service::obey(Signal signal) {
    switch (signal) {
    case Signal::interrupt:
    case Signal::terminate:
        end();
        break;
    case Signal::hang_up:
        reopen_log();
        break;
    case Signal::user1:
        log_clients();
        break;
    }
}

void Service::end() {
    if (std::exchange(phase_, Phase::ending) == Phase::ending) {
        log_.line(LogLevel::info, "told to end once more: ending at once");
        dismiss_clients();
        return;
    }
    log_.line(LogLevel::info,
              "told to end: " + std::to_string(clients_.size()) + " clients may finish first");
    doors_.clear();
    if (clients_.empty()) {
        reactor_.stop();
        return;
    }
    reactor_.call_later(settings_.connection.drain, [this] {
        log_.line(LogLevel::warning,
                  "ending with " + std::to_string(clients_.size()) + " clients unfinished");
        dismiss_clients();
    });
}

// The last of them to leave stops the reactor.
void Service::dismiss_clients() {
    for (Poet* const client : clients_) {
        client->dismiss();
    }
}

void Service::reopen_log() {
    if (!settings_.log_file) {
        return;
    }
    auto sink = open_log(settings_);
    if (!sink) {
        log_.line(LogLevel::error, printable(*settings_.log_file) + ": " +
                                       describe(sink.failure()) + "; logging goes on as before");
        return;
    }
    log_.redirect(std::move(*sink));
}

void Service::log_clients() {
    Ledger total{0, 0, 0, 0};
    for (const Poet* const client : clients_) {
        log_.line(LogLevel::info, client->progress());
        add(total, client->ledger());
    }
    log_.line(LogLevel::info,
              std::to_string(clients_.size()) + " clients in all: " + describe(total));
}

void Service::welcome(Poet& poet) {
    clients_.push_back(&poet);
    poet.place = clients_.size() - 1;
    if (clients_.size() >= clients_max_) {
        for (const auto& door : doors_) {
            door->pause();
        }
    }
}

void Service::bid_farewell(Poet& poet) {
    if (!poet.place) {
        return;
    }
    clients_[*poet.place] = clients_.back();
    clients_[*poet.place]->place = poet.place;
    clients_.pop_back();
    if (phase_ == Phase::ending) {
        if (clients_.empty()) {
            reactor_.stop();
        }
    } else if (clients_.size() + 1 == clients_max_) {
        for (const auto& door : doors_) {
            door->resume();
        }
    }
}

std::shared_ptr<const Edition> Service::edition_of(Poem& poem) {
    if (poem.look(reactor_.now())) {
        log_.line(LogLevel::info, printable(poem.path()) + " has changed; read anew");
    }
    return poem.latest();
}

void Service::poem_changed(Poem& poem, const std::shared_ptr<const Edition>& edition) {
    if (poem.latest() != edition) {
        return; // another reader was first
    }
    const Failure failure = poem.reload();
    log_.line(LogLevel::warning,
              printable(poem.path()) + " has changed while it was served" +
                  (failure ? ", and cannot be read anew: " + describe(failure) : "; read anew"));
}

void Service::accept_failed(const Failure& failure) {
    const bool shortage = is_resource_shortage(failure.error);
    log_.line(shortage ? LogLevel::warning : LogLevel::error,
              "accept: " + describe(failure) +
                  (shortage ? "; new clients wait" : "; this port is no longer served"));
}

} // namespace caesura
