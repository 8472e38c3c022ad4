#include "send-probe/commands.hpp"

#include "common/console.hpp"
#include "common/progress_line.hpp"
#include "common/text.hpp"
#include "send-probe/all.hpp"
#include "send-probe/close.hpp"
#include "send-probe/compare.hpp"
#include "send-probe/exit_child.hpp"
#include "send-probe/fingerprint.hpp"
#include "send-probe/fit.hpp"
#include "send-probe/format.hpp"
#include "send-probe/interruption.hpp"
#include "send-probe/json_reader.hpp"
#include "send-probe/poll.hpp"
#include "send-probe/rearm.hpp"
#include "send-probe/remote.hpp"
#include "send-probe/report/page.hpp"
#include "send-probe/run.hpp"
#include "send-probe/second.hpp"
#include "send-probe/serve.hpp"
#include "send-probe/sweep.hpp"
#include "send-probe/watch.hpp"
#include "send-probe/whole_file.hpp"

#include <caesura/host.hpp>

#include <exception>

namespace caesura::probe {

namespace {

constexpr int done = 0;
constexpr int failed = 1;
constexpr int not_compared = 2; // as diff(1) has it: 1 is for what differs

// To stdout, or to the file that was asked for. False when it could not be written, which then has
// been said.
bool deliver(const Settings& settings, const std::string& text) {
    if (!settings.out) {
        return print("send-probe", text);
    }
    const Failure failure = write_whole(*settings.out, text);
    if (failure) {
        complain("send-probe: " + printable(*settings.out) + ": " +
                 advise(failure, "give --out a file that can be written"));
    }
    return !failure;
}

std::string text_of(const Document& document, const Settings& settings) {
    switch (settings.format) {
    case Format::json:
        return format_json(document);
    case Format::csv:
        return format_csv(document);
    case Format::html:
        return page_of({{{}, document}}, settings.tolerance);
    case Format::table:
        break;
    }
    return format_text(document.summary());
}

int print_document(const Document& document, const Settings& settings) {
    return deliver(settings, text_of(document, settings)) ? done : failed;
}

std::vector<Table> tables_of(const Run& run) {
    switch (run.settings.command) {
    case Command::sweep:
        return {sweep(run)};
    case Command::close:
        return close(run);
    case Command::rearm:
        return {rearm(run)};
    case Command::poll:
        return {poll(run)};
    case Command::second:
        return {second(run)};
    default:
        return {};
    }
}

int run_probe(const Settings& settings, const Grounds& grounds, Interruption& interruption) {
    ProgressLine line(this_host().standard_error());
    const Run run{settings, grounds,
                  [&line](std::size_t so_far, std::size_t of, const auto& what) {
                      line.show(so_far, of, what);
                  },
                  &interruption};
    const Document document{fingerprint(settings, grounds.remote()), tables_of(run)};
    line.clear();
    return print_document(document, settings);
}

// Said when there is none.
std::optional<Document> document_in(const std::string& path) {
    auto read = read_document_file(path);
    if (const auto* const refusal = std::get_if<Refusal>(&read)) {
        complain("send-probe: " + printable(path) + ": " + refusal->reason);
        return std::nullopt;
    }
    return std::move(std::get<Document>(read));
}

// What is no difference, but may be why there is one, or why none counts.
void note_other_grounds(const Document& one, const Document& other) {
    for (const char* const name : {"program", "system", "kernel", "build", "wine", "path"}) {
        const std::string was = one.fact(name);
        const std::string is = other.fact(name);
        if (was != is) {
            complain("send-probe: note: " + std::string(name) + " is '" + printable(was) +
                     "' in the first, '" + printable(is) + "' in the second");
        }
    }
}

int run_compare(const Settings& settings) {
    const auto one = document_in(settings.files[0]);
    const auto other = one ? document_in(settings.files[1]) : std::nullopt;
    if (!other) {
        return not_compared;
    }
    note_other_grounds(*one, *other);
    std::string text;
    for (const std::string& line : differences(*one, *other, settings.tolerance)) {
        text += line + "\n";
    }
    const bool printed = deliver(settings, text.empty() ? "nothing differs beyond noise\n" : text);
    return !printed ? not_compared : text.empty() ? done : failed;
}

int run_report(const Settings& settings) {
    std::vector<Source> sources;
    for (const std::string& path : settings.files) {
        auto document = document_in(path);
        if (!document) {
            return failed;
        }
        sources.push_back({path, std::move(*document)});
    }
    return deliver(settings, page_of(std::move(sources), settings.tolerance)) ? done : failed;
}

Table table_of(const std::vector<Explanation>& explanations) {
    Table table{"fit",
                "which rule explains the sweep best, the best first, and within what ranges of its "
                "figures as well",
                {{"rule", "", Role::key},
                 {"verdict", "", Role::text},
                 {"limit_least", "B", Role::figure},
                 {"limit_most", "B", Role::figure},
                 {"receiver_least", "B", Role::figure},
                 {"receiver_most", "B", Role::figure},
                 {"together_least", "B", Role::figure},
                 {"together_most", "B", Role::figure},
                 {"off", "per mille", Role::figure},
                 {"rows", "", Role::figure}},
                {}};
    for (const Explanation& one : explanations) {
        table.rows.push_back(
            {std::string(name_of(one.rule)), std::string(name_of(one.standing)),
             number(one.limits.least), number(one.limits.most), number(one.receivers.least),
             number(one.receivers.most), number(one.together.least), number(one.together.most),
             number(static_cast<std::int64_t>(one.error * 1000 + 0.5)), number(one.rows)});
    }
    return table;
}

int run_fit(const Settings& settings) {
    const auto document = document_in(settings.files[0]);
    if (!document) {
        return failed;
    }
    const Table* const sweep_table = document->find("sweep");
    const Table* const second_table = document->find("second");
    const auto explanations =
        sweep_table == nullptr ? std::vector<Explanation>{} : explain(*sweep_table);
    if (explanations.empty() && second_table == nullptr) {
        complain("send-probe: " + printable(settings.files[0]) +
                 ": no table `second`, and too few rows of a sweep without a budget, with buffers "
                 "unset; three are needed");
        return failed;
    }
    Document result{document->fingerprint, {}};
    if (!explanations.empty()) {
        result.tables.push_back(table_of(explanations));
    }
    result.tables.push_back(
        {"second_client",
         "which hypothesis survives",
         {{"verdict", "", Role::text}},
         {{second_table == nullptr ? "no table `second`: nothing tells H1 from H2"
                                   : judge_second(*second_table)}}});
    return print_document(result, settings);
}

// The window goes with the program, and with it all that was said.
int run_for_a_person(const Settings& settings, const Grounds& grounds, Interruption& interruption) {
    int status = failed;
    try {
        status = run_all(settings, grounds, interruption);
    } catch (const std::exception& exception) {
        complain(std::string("send-probe: ") + exception.what());
    }
    complain("send-probe: press any key to close this window");
    static_cast<void>(this_host().wait_for_key());
    return status;
}

// What opens sockets for as long as it takes.
int carry_out_probe(const Settings& settings) {
    Interruption interruption;
    const bool is_probed_from_here = settings.to && settings.command != Command::watch;
    const auto remote =
        is_probed_from_here ? std::make_unique<Remote>(*settings.to, interruption) : nullptr;
    const Grounds grounds(settings.system, remote.get());
    switch (settings.command) {
    case Command::all:
        return settings.by_double_click ? run_for_a_person(settings, grounds, interruption)
                                        : run_all(settings, grounds, interruption);
    case Command::watch:
        return watch(settings, grounds, interruption);
    case Command::fingerprint:
        return print_document({fingerprint(settings, remote.get()), {}}, settings);
    default:
        return run_probe(settings, grounds, interruption);
    }
}

} // namespace

int carry_out(const Settings& settings) {
    switch (settings.command) {
    case Command::exit_child:
        return run_exit_child(settings.port, settings.closes);
    case Command::serve:
        return run_serve(settings);
    case Command::compare:
        return run_compare(settings);
    case Command::fit:
        return run_fit(settings);
    case Command::report:
        return run_report(settings);
    default:
        return carry_out_probe(settings);
    }
}

} // namespace caesura::probe
