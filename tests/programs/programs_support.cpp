#include "programs/programs.hpp"

#include "support/chosen.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace caesura::testing {

namespace {

Words command_of(const char* program, const Words& arguments) {
    Words command{program};
    if (!chosen_poller().empty()) {
        command.insert(command.end(), {"--poller", std::string(chosen_poller())});
    }
    return command + arguments;
}

// Of `Serving POEM on ADDRESS:PORT.`
Endpoint announced(const std::string& line) {
    CAPTURE(line);
    const std::size_t start = line.rfind(" on ") + 4;
    REQUIRE((start >= 4 && line.size() > start && line.back() == '.'));
    const std::size_t colon = line.rfind(':');
    REQUIRE((colon != std::string::npos && colon > start));
    std::string address = line.substr(start, colon - start);
    if (address.front() == '[') {
        address = address.substr(1, address.size() - 2);
    }
    const auto port = parse_port(line.substr(colon + 1, line.size() - colon - 2));
    REQUIRE(port);
    const auto endpoint = parse_address(address, *port);
    REQUIRE(endpoint);
    return *endpoint;
}

} // namespace

Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Words poetry_server(const Words& arguments) {
    return command_of(CAESURA_POETRY_SERVER, arguments);
}

Words get_poetry(const Words& arguments) {
    return command_of(CAESURA_GET_POETRY, arguments);
}

Ran run(const Words& command, const ChildOptions& options) {
    Child child = Child::start(command, options);
    return finish(child);
}

Ran finish(Child& child) {
    const Exit exit = child.wait();
    return {exit, child.read_all(Stream::output), child.read_all(Stream::error)};
}

void check_refused(const std::vector<Refusal>& refusals) {
    // Several at a time, because starting a process is slow on some systems.
    constexpr std::size_t at_a_time = 4;
    for (std::size_t start = 0; start < refusals.size(); start += at_a_time) {
        const std::size_t end = std::min(start + at_a_time, refusals.size());
        std::vector<Child> children;
        for (std::size_t i = start; i < end; ++i) {
            children.push_back(Child::start(refusals[i].command));
        }
        for (std::size_t i = start; i < end; ++i) {
            const Ran ran = finish(children[i - start]);
            CHECK(ran.errors == refusals[i].line + "\n");
            CHECK(ran.output.empty());
            CHECK(ran.exit == exited(2));
        }
    }
}

void check_failed(const Words& command, const Words& words) {
    const Ran ran = run(command);
    CAPTURE(ran.errors);
    CHECK(ran.exit == exited(1));
    CHECK(lines_of(ran.errors).size() == 1);
    CHECK(ran.output.empty());
    for (const std::string& word : words) {
        CHECK_MESSAGE(contains(ran.errors, word), word);
    }
}

std::string await_line(Child& child, Stream stream, const Words& words, Words* read) {
    while (true) {
        const auto line = child.read_line(stream);
        if (!line) {
            FAIL("it has ended without saying: " << words.front());
        }
        if (read != nullptr) {
            read->push_back(*line);
        }
        if (std::all_of(words.begin(), words.end(),
                        [&](const std::string& word) { return contains(*line, word); })) {
            return *line;
        }
    }
}

Words lines_of(std::string_view text) {
    Words lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

Words lines_with(const Words& lines, std::string_view part) {
    Words found;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(found),
                 [part](const std::string& line) { return contains(line, part); });
    return found;
}

std::string poem_of(std::size_t bytes) {
    std::mt19937_64 engine(1798); // any seed: the bytes have no meaning, but are always the same
    std::string poem;
    poem.reserve(bytes + sizeof(std::uint64_t));
    while (poem.size() < bytes) {
        const std::uint64_t next = engine();
        for (unsigned shift = 0; shift < 64; shift += 8) {
            poem += static_cast<char>(next >> shift);
        }
    }
    poem.resize(bytes);
    return poem;
}

Server::Server(const Words& poems, const Words& options, const ChildOptions& child_options)
    : Server(Child::start(poetry_server(options + poems), child_options), poems.size(),
             child_options.error) {}

Server Server::started_by(const Words& command, std::size_t poems,
                          const ChildOptions& child_options) {
    return Server(Child::start(command, child_options), poems, child_options.error);
}

Server::Server(Child child, std::size_t poems, Plug error)
    : child_(std::move(child)), log_is_readable_(error == Plug::pipe) {
    for (std::size_t i = 0; i < poems; ++i) {
        const auto line = child_.read_line(Stream::output);
        if (!line) {
            FAIL("no announcement; it said: " << child_.read_all(Stream::error));
        }
        announcements_.push_back(*line);
        endpoints_.push_back(announced(*line));
    }
}

std::string Server::await_log(const Words& words) {
    return await_line(child_, Stream::error, words, &log_);
}

Exit Server::end() {
    REQUIRE(child_.signal(Signal::interrupt));
    return await_end();
}

Exit Server::await_end() {
    const Exit exit = child_.wait();
    if (log_is_readable_) {
        log_ = log_ + lines_of(child_.read_all(Stream::error));
    }
    return exit;
}

} // namespace caesura::testing
