#include "berkeley/resolver.hpp"

#include "berkeley/thread.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <new>
#include <utility>

namespace caesura {

namespace {

struct Query {
    std::string host;
    std::uint16_t port;
    std::function<void(Resolver::Answer)> done;
};

/// The addresses without duplicates, in their order, no more than a connect would try.
Resolver::Answer tidied(const std::vector<Endpoint>& found) {
    std::vector<Endpoint> endpoints;
    for (const Endpoint& endpoint : found) {
        if (endpoints.size() == ThreadedResolver::most_addresses) {
            break;
        }
        if (std::find(endpoints.begin(), endpoints.end(), endpoint) == endpoints.end()) {
            endpoints.push_back(endpoint);
        }
    }
    if (endpoints.empty()) {
        return Failure{Error::host_not_found};
    }
    return endpoints;
}

Resolver::Answer answer(const ThreadedResolver::LookUp& look_up, const Query& query) {
    try {
        const Resolver::Answer found = look_up(query.host, query.port);
        return found ? tidied(*found) : found;
    } catch (const std::bad_alloc&) {
        return Failure{Error::out_of_memory};
    }
}

/// What can be said at once. A name with a NUL in it would be cut off there by the system, and
/// Windows takes the empty one for this machine.
std::optional<Resolver::Answer> answer_at_once(const std::string& host, std::uint16_t port) {
    if (const auto literal = parse_address(host, port)) {
        return Resolver::Answer(std::vector{*literal});
    }
    if (host.empty() || host.find('\0') != std::string::npos) {
        return Resolver::Answer(Failure{Error::host_not_found});
    }
    return std::nullopt;
}

} // namespace

/// Where queries wait for workers. Shared by the resolver and each worker.
///
/// Invariant, whenever nobody holds the lock: while a query waits, there is a worker that has yet
/// to look for the next one.
class ThreadedResolver::Desk : public std::enable_shared_from_this<Desk> {
public:
    explicit Desk(LookUp look_up) : look_up_(std::move(look_up)) {}

    void take(Query query) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(query));
            if (workers_ == most_workers) {
                return;
            }
            ++workers_;
        }
        if (native::start_thread([desk = shared_from_this()] { desk->work(); })) {
            give_up();
        }
    }

private:
    void work() {
        while (auto query = next()) {
            query->done(answer(look_up_, *query));
        }
    }

    /// The next query for the worker that asks; when there is none, that worker is gone.
    std::optional<Query> next() {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            --workers_;
            return std::nullopt;
        }
        std::optional<Query> query(std::move(waiting_.front()));
        waiting_.pop_front();
        return query;
    }

    /// No thread could be made. The other workers will come to what waits; when there is none,
    /// nobody will.
    void give_up() {
        std::deque<Query> unanswered;
        {
            const std::lock_guard lock(mutex_);
            if (--workers_ == 0) {
                unanswered.swap(waiting_);
            }
        }
        for (const Query& query : unanswered) {
            query.done(Failure{Error::out_of_memory});
        }
    }

    const LookUp look_up_;
    std::mutex mutex_;
    std::deque<Query> waiting_;
    int workers_ = 0;
};

ThreadedResolver::ThreadedResolver(LookUp look_up)
    : desk_(std::make_shared<Desk>(std::move(look_up))) {}

void ThreadedResolver::resolve(std::string host, std::uint16_t port,
                               std::function<void(Answer)> done) {
    if (auto known = answer_at_once(host, port)) {
        done(std::move(*known));
        return;
    }
    desk_->take({std::move(host), port, std::move(done)});
}

} // namespace caesura
