#pragma once

#include "support/child.hpp"

#include <caesura/endpoint.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace caesura::testing {

using Words = std::vector<std::string>;
Words operator+(Words words, const Words& more);

// The command that starts poetry-server or get-poetry, with the back-end that is to be tested.
Words poetry_server(const Words& arguments);
Words get_poetry(const Words& arguments);

// What a program did from its start to its end.
struct Ran {
    Exit exit;
    std::string output;
    std::string errors;
};
Ran run(const Words& command, const ChildOptions& options = {});
// The same for one that is running; what was read of it before is not in it.
Ran finish(Child& child);

// Command lines that are wrong, each with the one line that says so: exit status 2, and nothing
// else on either stream.
struct Refusal {
    Words command;
    std::string line;
};
void check_refused(const std::vector<Refusal>& refusals);
// What cannot be done: exit status 1, and one line that has all these words in it.
void check_failed(const Words& command, const Words& words);

// Reads up to a line that has all these words in it; the test fails when the stream ends first.
// What was read goes to `read`, if there is one.
std::string await_line(Child& child, Stream stream, const Words& words, Words* read = nullptr);

// A text's lines, without their ends.
Words lines_of(std::string_view text);
bool contains(std::string_view text, std::string_view part);
// The lines that have this in them.
Words lines_with(const Words& lines, std::string_view part);

// A poem of so many bytes, of which no two places look alike, every value of a byte among them.
std::string poem_of(std::size_t bytes);

// A poetry-server that has announced all its poems. It is killed when nobody has ended it.
class Server {
public:
    // On ports that the system chooses.
    explicit Server(const Words& poems, const Words& options = {},
                    const ChildOptions& child_options = {});
    // One that such a command starts, with so many poems.
    static Server started_by(const Words& command, std::size_t poems = 1,
                             const ChildOptions& child_options = {});

    Child& child() { return child_; }
    // As printed, one line for each poem.
    const Words& announcements() const { return announcements_; }
    // Where a poem is to be had, by the announcement.
    const Endpoint& at(std::size_t poem = 0) const { return endpoints_[poem]; }
    // The same as get-poetry takes it.
    std::string target(std::size_t poem = 0) const { return to_string(at(poem)); }

    // Reads its log up to a line that has all these words in it; the test fails when it ends first.
    std::string await_log(const Words& words);
    // What was read of the log so far; after the end: all of it.
    const Words& log() const { return log_; }

    // Tells it to end, as a user would, and waits for that.
    Exit end();
    // Waits for the end of one that was told otherwise.
    Exit await_end();

private:
    Server(Child child, std::size_t poems, Plug error);

    Child child_;
    Words announcements_;
    std::vector<Endpoint> endpoints_;
    Words log_;
    bool log_is_readable_;
};

} // namespace caesura::testing
