#include "support/chosen.hpp"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>
#include <string>
#include <string_view>

namespace {

std::string poller_name;
std::string system_name;
std::uint64_t seed = 1;

// What doctest says after a run and keeps for itself otherwise: whether any test case ran at all.
struct RunWatcher : doctest::IReporter {
    explicit RunWatcher(const doctest::ContextOptions&) {}

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats& stats) override {
        nothing_ran = stats.numTestCasesPassingFilters == 0;
    }
    void test_case_start(const doctest::TestCaseData&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

    static inline bool nothing_ran = false;
};

REGISTER_LISTENER("run-watcher", 0, RunWatcher);

/// What stands behind `option` on the command line; nothing, when it is not there.
std::string value_of(std::string_view option, int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument.substr(0, option.size()) == option) {
            return std::string(argument.substr(option.size()));
        }
    }
    return {};
}

} // namespace

std::string_view caesura::testing::chosen_poller() { return poller_name; }
std::string_view caesura::testing::chosen_system() { return system_name; }
std::uint64_t caesura::testing::chosen_seed() { return seed; }

int main(int argc, char** argv) {
    poller_name = value_of("--poller=", argc, argv);
    system_name = value_of("--system=", argc, argv);
    if (const std::string number = value_of("--seed=", argc, argv); !number.empty()) {
        seed = std::stoull(number);
    }
    doctest::Context context(argc, argv);
    const int status = context.run();
    if (RunWatcher::nothing_ran) {
        std::cerr << "No test case ran: a suite without tests proves nothing.\n";
        return 1;
    }
    return status;
}
