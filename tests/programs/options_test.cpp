#include "common/options.hpp"

#include <caesura/version.hpp>

#include <doctest/doctest.h>

using namespace caesura;

namespace {

struct Said {
    bool loud = false;
    std::optional<std::string> text;
    std::uint64_t number = 0;
    Duration seconds{};
};

// A program with one option of each kind.
struct Program {
    Said said;
    Options options{"prog", "FILE ...", "Does this and that."};

    Program() {
        options.add_switch("--loud", "be loud", said.loud);
        options.add_text("--text", "TEXT", "a text", said.text);
        options.add_number("--number", "N", "a number", 3, 300,
                           [this](std::uint64_t n) { said.number = n; });
        options.add_seconds("--seconds", "a time", [this](Duration d) { said.seconds = d; });
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    Options::Asked parse(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "prog");
        return options.parse(arguments);
    }
    std::string mistake_in(std::vector<std::string> arguments) {
        const bool refused = parse(std::move(arguments)) == Options::Asked::nothing_sensible;
        return refused ? options.mistake() : "(none)";
    }
};

std::string mistake_in(std::vector<std::string> arguments) {
    return Program().mistake_in(std::move(arguments));
}

using Operands = std::vector<std::string>;

} // namespace

TEST_CASE("a whole number is digits only, from 0 to its limit") {
    CHECK(parse_number("0", 10) == 0);
    CHECK(parse_number("10", 10) == 10);
    CHECK(parse_number("007", 10) == 7);
    CHECK(parse_number("18446744073709551615", UINT64_MAX) == UINT64_MAX);
    for (const char* const wrong : {"", "11", "-1", "+1", " 1", "1 ", "1x", "0x1", "1e1", "1.0",
                                    "18446744073709551616", "99999999999999999999999"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_number(wrong, 10));
    }
    CHECK_FALSE(parse_number("18446744073709551616", UINT64_MAX));
}

TEST_CASE("seconds are digits, with or without a fraction") {
    using namespace std::chrono_literals;
    CHECK(parse_seconds("0") == 0s);
    CHECK(parse_seconds("5") == 5s);
    CHECK(parse_seconds("0.7") == 700ms);
    CHECK(parse_seconds("1.000000001") == 1s + 1ns);
    CHECK(parse_seconds("1.0000000019999") == 1s + 1ns);
    CHECK(parse_seconds("1000000000") == 1'000'000'000s);
    for (const char* const wrong : {"",           ".",
                                    ".5",         "5.",
                                    "-1",         "+1",
                                    "1e3",        "nan",
                                    "inf",        "1,5",
                                    "0x1",        " 1",
                                    "1 ",         "1s",
                                    "1.5.5",      "0.-1",
                                    "0.1x",       "0.1234567890x",
                                    "1000000001", "99999999999999999999"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_seconds(wrong));
    }
}

TEST_CASE("an option's value is the next word, or follows an equals sign") {
    Program program;
    REQUIRE(program.parse({"--number", "7", "--text=a=b", "--seconds=0.5", "--loud"}) ==
            Options::Asked::run);
    CHECK(program.said.number == 7);
    CHECK(program.said.text == "a=b");
    CHECK(program.said.seconds == std::chrono::milliseconds(500));
    CHECK(program.said.loud);
    CHECK(program.options.operands().empty());
}

TEST_CASE("the last of several counts, and a value may look like an option") {
    Program program;
    REQUIRE(program.parse({"--number=4", "--text", "--loud", "--number=5"}) == Options::Asked::run);
    CHECK(program.said.number == 5);
    CHECK(program.said.text == "--loud");
    CHECK_FALSE(program.said.loud);
}

TEST_CASE("operands stand anywhere, and after two dashes everything is one") {
    Program program;
    REQUIRE(program.parse({"one", "--loud", "-", "--", "--text", "--", "-x"}) ==
            Options::Asked::run);
    CHECK(program.options.operands() == Operands{"one", "-", "--text", "--", "-x"});
    CHECK_FALSE(program.said.text);
}

TEST_CASE("each mistake is told in one line that names the option, the value and what is right") {
    CHECK(mistake_in({"--quiet"}) == "prog: unknown option '--quiet'; --help lists the known ones");
    CHECK(mistake_in({"--quiet=very"}) ==
          "prog: unknown option '--quiet'; --help lists the known ones");
    CHECK(mistake_in({"-l"}) == "prog: unknown option '-l'; --help lists the known ones");
    CHECK(mistake_in({"--num=7"}) == "prog: unknown option '--num'; --help lists the known ones");
    CHECK(mistake_in({"--number"}) == "prog: --number: a value is missing; give --number N");
    CHECK(mistake_in({"--number=2"}) ==
          "prog: --number: '2' will not do: give a whole number from 3 to 300");
    CHECK(mistake_in({"--number", ""}) ==
          "prog: --number: '' will not do: give a whole number from 3 to 300");
    CHECK(
        mistake_in({"--seconds=nan"}) ==
        "prog: --seconds: 'nan' will not do: give seconds, from 0 to 1000000000, such as 5 or 0.7");
    CHECK(mistake_in({"--text="}) == "prog: --text: '' will not do: it must not be empty");
    CHECK(mistake_in({"--loud=1"}) == "prog: --loud: '1' will not do: it takes no value");
    CHECK(mistake_in({"--loud="}) == "prog: --loud: '' will not do: it takes no value");
}

TEST_CASE("help and version take no value either") {
    CHECK(mistake_in({"--help=me"}) == "prog: --help: 'me' will not do: it takes no value");
    CHECK(mistake_in({"--version=2"}) == "prog: --version: '2' will not do: it takes no value");
}

TEST_CASE("a mistake is told in one printable line, whatever was given") {
    CHECK(mistake_in({"--a\nb"}) ==
          R"(prog: unknown option '--a\x0ab'; --help lists the known ones)");
    CHECK(mistake_in({"--number=\x1b[31m\n"}) ==
          R"(prog: --number: '\x1b[31m\x0a' will not do: give a whole number from 3 to 300)");
    CHECK(mistake_in({"--" + std::string(100'000, 'x')}).size() < 300);
}

TEST_CASE("help and version are asked for from where they stand; a mistake before them counts") {
    CHECK(Program().parse({"--help", "--quiet"}) == Options::Asked::help);
    CHECK(Program().parse({"--loud", "--version", "--help"}) == Options::Asked::version);
    CHECK(Program().parse({"--quiet", "--help"}) == Options::Asked::nothing_sensible);
    Program program;
    CHECK(program.parse({"--", "--help"}) == Options::Asked::run);
    CHECK(program.options.operands() == Operands{"--help"});
}

TEST_CASE("an option that a command has no use for is refused by name, and the help says whose") {
    Options options("prog", "[sing|dance]", "Does this or that.");
    bool loud = false;
    bool high = false;
    options.add_switch("--loud", "be loud", loud);
    options.only_for({"sing", "hum", "dance"});
    options.add_switch("--long", "for a long time", loud);
    options.only_for({"dance"});
    options.add_switch("--high", "with high leaps", high);
    REQUIRE(options.parse({"prog", "--loud", "--long", "--high"}) == Options::Asked::run);
    CHECK(options.is_given("--high"));
    CHECK_FALSE(options.is_given("--help"));
    CHECK(options.refuse_foreign("dance") == Options::Asked::run);
    CHECK(options.refuse_foreign("sing") == Options::Asked::nothing_sensible);
    CHECK(options.mistake() == "prog: --high: sing has no use for it; it is for dance");
    CHECK(options.refuse_foreign("mime") == Options::Asked::nothing_sensible);
    CHECK(options.mistake() ==
          "prog: --long: mime has no use for it; it is for sing, hum and dance");
    const std::string help = options.help();
    CHECK(help.substr(help.find("\n\nWhat")) == "\n\nWhat each command has a use for:\n"
                                                "  sing                        --loud --long\n"
                                                "  hum                         --loud --long\n"
                                                "  dance                       --loud --long "
                                                "--high\n");
}

TEST_CASE("the help names every option with its value") {
    const std::string help = Program().options.help();
    CHECK(help == "Usage: prog [options] FILE ...\n"
                  "Does this and that.\n"
                  "\n"
                  "  --loud                      be loud\n"
                  "  --text TEXT                 a text\n"
                  "  --number N                  a number\n"
                  "  --seconds SECONDS           a time\n"
                  "  --help                      print this and exit\n"
                  "  --version                   print the version and exit\n");
    CHECK(Program().options.version() == "prog (Caesura) " + std::string(version) + "\n");
}
