#include <caesura/tcp.hpp>
#include <iostream>

struct Fetch {
    void end(const caesura::Outcome& outcome) {
        std::cerr << describe(outcome) << '\n';
        is_whole = outcome.ending == caesura::Ending::finished; // and only then
        reactor.stop();
    }
    caesura::Reactor reactor;
    bool is_whole = false;
};

struct Reader : caesura::Protocol {
    explicit Reader(Fetch& given) : fetch(given) {}
    void data_received(caesura::Slice data) override { std::cout << caesura::as_text(data); }
    void connection_lost(const caesura::Outcome& outcome) override { fetch.end(outcome); }
    Fetch& fetch;
};

struct Readers : caesura::Factory {
    explicit Readers(Fetch& given) : fetch(given) {}
    std::unique_ptr<caesura::Protocol> build_protocol(const caesura::Endpoint&) override {
        return std::make_unique<Reader>(fetch);
    }
    void connection_failed(const caesura::Outcome& outcome) override { fetch.end(outcome); }
    Fetch& fetch;
};

int main() {
    Fetch fetch;
    const auto attempt =
        caesura::connect_tcp(fetch.reactor, "localhost", 10000, std::make_shared<Readers>(fetch));
    fetch.reactor.run();
    return fetch.is_whole ? 0 : 1;
}
