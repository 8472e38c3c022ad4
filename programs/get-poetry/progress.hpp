#pragma once

#include "common/log_sink.hpp"
#include "get-poetry/collection.hpp"

#include <caesura/reactor.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caesura {

/// What stderr is told while poems are fetched. Tasks are known by their place, from 0; people see
/// them from 1.
class Progress {
public:
    virtual ~Progress() = default;

    /// So many more bytes have come.
    virtual void got(std::size_t task, std::uint64_t bytes) = 0;
    /// A line about a task that goes on: `Task 1: TEXT`.
    virtual void note(std::size_t task, std::string_view text) = 0;
    /// The last line about a task: `Task 1: TEXT`.
    virtual void ended(std::size_t task, std::string_view text) = 0;
    /// The last line of all.
    virtual void finish(std::string_view text) = 0;
};

/// One line for each event; those about bytes of one task at most ten a second, what comes between
/// them being added to the next.
std::unique_ptr<Progress> make_progress_log(Reactor& reactor, std::unique_ptr<LogSink> sink,
                                            std::vector<std::string> sources);

/// For a terminal: one line for each task, kept up to date in place.
std::unique_ptr<Progress> make_progress_display(Reactor& reactor, std::unique_ptr<LogSink> sink,
                                                std::vector<std::string> sources);

/// For a terminal on which the poems are printed as well: only what must be told, at the start of a
/// line, and not in the middle of a poem. Not through a sink, which might write at another time.
std::unique_ptr<Progress> make_progress_margin(Collection& poems);

} // namespace caesura
