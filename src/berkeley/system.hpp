#pragma once

#include "berkeley/resolver.hpp"
#include "berkeley/sockets.hpp"

#include <caesura/system.hpp>

#include <span>

namespace caesura {

/// A poller by name.
struct PollerMaker {
    std::string_view name;
    std::unique_ptr<Poller> (*make)();
};

/// The system this was built for; what remains to be said of it is its pollers.
class BerkeleySystem final : public System {
public:
    /// `pollers`, the preferred one first, must live as long as this.
    explicit BerkeleySystem(std::span<const PollerMaker> pollers);

    Sockets& sockets() override { return sockets_; }
    Clock& clock() override { return clock_; }
    Resolver& resolver() override { return resolver_; }
    std::vector<std::string_view> poller_names() const override;
    std::unique_ptr<Poller> make_poller(std::string_view name) override;

private:
    class SystemClock final : public Clock {
    public:
        Instant now() override;
    };

    std::span<const PollerMaker> pollers_;
    BerkeleySockets sockets_;
    SystemClock clock_;
    ThreadedResolver resolver_;
};

} // namespace caesura
