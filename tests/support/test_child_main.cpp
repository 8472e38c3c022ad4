// test-child COMMAND [ARGUMENT...]: a program for tests to start, which does one thing a command.
// It knows the library by its public headers, as users' programs do, and is the same on every
// system.

#include <caesura/host.hpp>
#include <caesura/system.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace caesura;

using Arguments = std::vector<std::string>;

void print(const std::string& text) {
    static_cast<void>(this_host().standard_output().write(as_slice(text)));
}

void complain(const std::string& text) {
    static_cast<void>(this_host().standard_error().write(as_slice(text)));
}

int fail(const Failure& failure) {
    complain(std::string(name_of(failure.error)) + "\n");
    return 1;
}

// How long a child waits that nobody ends: a test that was itself killed leaves none for ever.
constexpr std::chrono::minutes most{3};

bool wait_for(Socket socket) {
    const auto poller = this_system().make_poller("");
    WatchTable table;
    std::vector<Ready> ready;
    table.add(socket, Interest::read);
    const Instant deadline = after(this_system().clock().now(), most);
    Duration rest = most;
    while (ready.empty() && rest > Duration::zero()) {
        static_cast<void>(poller->wait(table, Scope::all, rest, ready));
        rest = until(deadline, this_system().clock().now());
    }
    return !ready.empty();
}

std::string name_of(Signal signal) {
    switch (signal) {
    case Signal::interrupt:
        return "interrupt";
    case Signal::terminate:
        return "terminate";
    case Signal::hang_up:
        return "hang_up";
    case Signal::user1:
        return "user1";
    }
    return "?";
}

// Prints each signal, until the one that is named comes.
int obey(SignalSource& signals, const std::string& last) {
    while (wait_for(signals.socket())) {
        for (const Signal signal : signals.take()) {
            print(name_of(signal) + "\n");
            if (name_of(signal) == last) {
                return 0;
            }
        }
    }
    return 3;
}

// STATUS
int exit_with(const Arguments& arguments) {
    return std::stoi(arguments.at(0));
}

// LINES WIDTH: so many on each stream, in turn, each so wide.
int chatter(const Arguments& arguments) {
    const std::string padding(std::stoul(arguments.at(1)), '.');
    for (int i = 0; i < std::stoi(arguments.at(0)); ++i) {
        print("output " + std::to_string(i) + padding + "\n");
        complain("error " + std::to_string(i) + padding + "\n");
    }
    return 0;
}

// ARGUMENT...: each on a line of its own, between brackets.
int echo(const Arguments& arguments) {
    for (const std::string& argument : arguments) {
        print("[" + argument + "]\n");
    }
    return 0;
}

// NAME: a variable's value, and where we are.
int surroundings(const Arguments& arguments) {
    const char* const value = std::getenv(arguments.at(0).c_str());
    print(std::string(value ? value : "(none)") + "\n");
    print(std::filesystem::current_path().filename().string() + "\n");
    return 0;
}

int hang(const Arguments&) {
    print("hanging\n");
    std::promise<void> never_kept;
    never_kept.get_future().wait_for(most);
    return 3;
}

// FILE: opens it, then writes to both streams, and to the file what they are like.
int describe_streams(const Arguments& arguments) {
    auto file = this_host().open_output(arguments.at(0), OutputMode::replace);
    if (!file) {
        return fail(file.failure());
    }
    print("this is for standard output\n");
    complain("this is for standard error\n");
    std::string text;
    for (Output* const output :
         {&this_host().standard_output(), &this_host().standard_error(), file->get()}) {
        text += output->can_block() ? "blocks" : "never blocks";
        text += output->is_terminal() ? ", terminal\n" : "\n";
    }
    const Failure failure = (*file)->write(as_slice(text));
    return failure ? fail(failure) : 0;
}

// BYTES: writes as many to the standard output, and says on the other stream how that went.
int pour(const Arguments& arguments) {
    const std::string text(std::stoul(arguments.at(0)), 'x');
    const Failure failure = this_host().standard_output().write(as_slice(text));
    complain(std::string(name_of(failure.error)) + "\n");
    return 0;
}

// TEXT: prints it as a line with the C library.
int print_line(const Arguments& arguments) {
    return std::puts(arguments.at(0).c_str()) >= 0 ? 0 : 1;
}

// NAME: prints the signals that come, until that one does.
int watch(const Arguments& arguments) {
    auto signals = this_host().watch_signals();
    if (!signals) {
        return fail(signals.failure());
    }
    print("watching\n");
    return obey(**signals, arguments.at(0));
}

// PATH: claims a pid file, and lets it go when told to end.
int claim(const Arguments& arguments) {
    auto signals = this_host().watch_signals();
    auto claimed = this_host().claim_pid_file(arguments.at(0));
    if (!claimed) {
        return fail(claimed.failure());
    }
    print("claimed\n");
    return obey(**signals, "terminate");
}

// How a detached process goes on: "ready" until it is told to end, "give-up" and "exit 0" never
// become ready.
int live(const Arguments& arguments, Detachment& detachment) {
    auto signals = this_host().watch_signals();
    auto claimed = this_host().claim_pid_file(arguments.at(1));
    if (!signals || !claimed) {
        return fail(!signals ? signals.failure() : claimed.failure());
    }
    print("detached\n");
    if (arguments.at(0) == "give-up") {
        complain("cannot go on\n");
        return 0;
    }
    detachment.ready();
    print("this is for nobody\n");
    return obey(**signals, "terminate");
}

// ready|give-up PIDFILE
int detach(const Arguments& arguments) {
    auto detachment = this_host().detach();
    if (!detachment) {
        return fail(detachment.failure());
    }
    return live(arguments, **detachment);
}

// Prints whether it owns its console, and if so ends once a key was pressed there.
int await_key(const Arguments&) {
    const bool owns_one = this_host().owns_console();
    print(owns_one ? "owns\n" : "does not own\n");
    if (!owns_one) {
        return 0;
    }
    const Failure failure = this_host().wait_for_key();
    return failure ? fail(failure) : 0;
}

using Command = std::function<int(const Arguments&)>;

const std::map<std::string, Command> commands = {
    {"exit", exit_with},
    {"chatter", chatter},
    {"echo", echo},
    {"hang", hang},
    {"surroundings", surroundings},
    {"streams", describe_streams},
    {"pour", pour},
    {"watch", watch},
    {"claim", claim},
    {"detach", detach},
    {"print-line", print_line},
    {"await-key", await_key},
};

} // namespace

int main(int count, char** values) {
    this_host().prepare_process();
    const Arguments all = this_host().arguments(count, values);
    const auto command = commands.find(all.size() > 1 ? all[1] : "");
    if (command == commands.end()) {
        complain("test-child: no such command\n");
        return 2;
    }
    return command->second(Arguments(all.begin() + 2, all.end()));
}
