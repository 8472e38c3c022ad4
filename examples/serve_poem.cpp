#include <caesura/tcp.hpp>
#include <iostream>

using namespace std::string_literals;

const caesura::SharedBytes poem("Would block, you say. We have been told.\n"s); // one copy for all

struct Poet : caesura::Protocol {
    void connection_made() override {
        transport().write(poem);
        transport().lose_connection(); // once all of it is delivered
    }
};

int main() {
    caesura::Reactor reactor;
    const auto listener = caesura::listen_tcp(
        reactor, caesura::Endpoint::loopback(caesura::Family::ipv4, 10000),
        caesura::factory_of([](const auto&) { return std::make_unique<Poet>(); }));
    if (!listener) {
        std::cerr << describe(listener.failure()) << '\n';
        return 1;
    }
    reactor.run();
}
