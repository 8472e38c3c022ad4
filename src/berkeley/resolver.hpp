#pragma once

#include <caesura/resolver.hpp>

#include <memory>

namespace caesura {

/// Looks names up in threads of its own, which come and go with the work; at most `most_workers` at
/// once, the rest waits in line. They are many, because nobody's connect should time out while its
/// name stands in line behind the names of others for which a name server keeps silent. A look-up
/// cannot be interrupted on any system, so nothing ever waits for one to end: the threads are
/// detached and own all they use, and the process may exit, or this may be destroyed, while a name
/// server keeps silent. Queries that wait are answered all the same.
class ThreadedResolver final : public Resolver {
public:
    static constexpr int most_workers = 64;
    /// The most addresses of an answer; a connect tries them one by one.
    static constexpr std::size_t most_addresses = 64;

    /// How a worker looks a name up: it blocks.
    using LookUp = std::function<Answer(const std::string& host, std::uint16_t port)>;

    explicit ThreadedResolver(LookUp look_up);

    void resolve(std::string host, std::uint16_t port, std::function<void(Answer)> done) override;

private:
    class Desk;
    std::shared_ptr<Desk> desk_;
};

} // namespace caesura
