#pragma once

#include "get-poetry/collection.hpp"
#include "get-poetry/progress.hpp"
#include "get-poetry/settings.hpp"

#include <caesura/outcome.hpp>
#include <caesura/reactor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace caesura {

class Task;

/// One run of get-poetry: a task for each poem, all at once, until the last has ended.
class Fetch {
public:
    Fetch(Reactor& reactor, const Settings& settings, Collection& collection, Progress& progress);
    ~Fetch();
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;

    /// True when every poem came whole.
    bool run();

    // For the tasks.

    Reactor& reactor() { return reactor_; }
    const Settings& settings() const { return settings_; }
    Collection& collection() { return collection_; }
    Progress& progress() { return progress_; }
    /// Exactly once for each; `reason` empty when the poem came whole.
    void ended(std::size_t task, std::uint64_t bytes, const std::string& reason);

private:
    Reactor& reactor_;
    const Settings& settings_;
    Collection& collection_;
    Progress& progress_;
    std::vector<std::shared_ptr<Task>> tasks_;
    std::size_t unfinished_ = 0;
    std::size_t whole_ = 0;
};

} // namespace caesura
