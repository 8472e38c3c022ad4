#pragma once

#include <caesura/endpoint.hpp>
#include <caesura/resolver.hpp>
#include <caesura/time.hpp>

#include <map>
#include <string>
#include <vector>

namespace caesura::simulation {

struct Computer;

/// Names as somebody has told it. Literals are answered at once, all else from within a wait.
class SimulatedResolver : public Resolver {
public:
    explicit SimulatedResolver(Computer& computer);

    void resolve(std::string host, std::uint16_t port, std::function<void(Answer)> done) override;

    void add(std::string name, std::vector<Endpoint> addresses);
    void set_delay(Duration delay) { delay_ = delay; }

private:
    Computer& computer_;
    std::map<std::string, std::vector<Endpoint>> names_;
    Duration delay_ = std::chrono::milliseconds(1);
};

} // namespace caesura::simulation
