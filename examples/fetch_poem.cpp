#include <caesura/tcp.hpp>
#include <iostream>

struct Reader : caesura::Protocol {
    explicit Reader(caesura::Reactor& given) : reactor(given) {}
    void data_received(caesura::Slice data) override { std::cout << caesura::as_text(data); }
    void connection_lost(const caesura::Outcome& outcome) override {
        std::cerr << describe(outcome) << '\n'; // "finished" only when it is so
        reactor.stop();
    }
    caesura::Reactor& reactor;
};

struct Readers : caesura::Factory {
    explicit Readers(caesura::Reactor& given) : reactor(given) {}
    std::unique_ptr<caesura::Protocol> build_protocol(const caesura::Endpoint&) override {
        return std::make_unique<Reader>(reactor);
    }
    void connection_failed(const caesura::Outcome& outcome) override {
        std::cerr << describe(outcome) << '\n';
        reactor.stop();
    }
    caesura::Reactor& reactor;
};

int main() {
    caesura::Reactor reactor;
    const auto attempt =
        caesura::connect_tcp(reactor, "localhost", 10000, std::make_shared<Readers>(reactor));
    reactor.run();
}
