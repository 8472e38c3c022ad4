// The command lines of both programs: any words, each ended by a zero byte, after one byte that
// chooses the program. Whatever they are, the answer is the contract's: the first word that will
// not do is named, with its value and with what would be right, in one printable line.

#include "common/standard_path.hpp"
#include "common/target.hpp"
#include "common/text.hpp"
#include "fuzz/input.hpp"
#include "fuzz/program_options.hpp"
#include "fuzz/require.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <sstream>

namespace caesura::fuzz {

namespace {

using Asked = Options::Asked;

constexpr std::size_t most_words = 64;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_port(std::string_view text) {
    return is_digits(text) && (text.size() == 1 || text.front() != '0') && text.size() <= 5;
}

bool is_port_list(std::string_view text) {
    const std::size_t comma = text.find(',');
    return is_port(text.substr(0, comma)) &&
           (comma == std::string_view::npos || is_port_list(text.substr(comma + 1)));
}

bool is_seconds(std::string_view text) {
    const std::size_t point = text.find('.');
    return is_digits(text.substr(0, point)) &&
           (point == std::string_view::npos || is_digits(text.substr(point + 1)));
}

// Whether a value that was taken looks like what the help calls it. (Not everything that looks like
// it has to be taken: there are limits.)
bool looks_like(std::string_view value, std::string_view value_name) {
    if (value_name == "N" || value_name == "BYTES") {
        return is_digits(value);
    }
    if (value_name == "SECONDS") {
        return is_seconds(value);
    }
    if (value_name == "LIST") {
        return is_port_list(value);
    }
    return !value.empty();
}

// What the help says there is: name -> what it calls the value, empty for a switch.
using Known = std::map<std::string, std::string, std::less<>>;

Known known_options(const std::string& help) {
    Known known;
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("  --", 0) == 0) {
            const std::string left = line.substr(2, line.find("  ", 2) - 2);
            const std::size_t blank = left.find(' ');
            known[left.substr(0, blank)] = blank == std::string::npos ? "" : left.substr(blank + 1);
        }
    }
    return known;
}

bool is_question(std::string_view name) {
    return name == "--help" || name == "--version";
}

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

// Reads words as the contract has it, each option by itself.
class Reading {
public:
    explicit Reading(const Program& program)
        : program_(program), known_(known_options(program.parse({}).help)) {}

    // The answer to the first word that is not simply taken; none when all are.
    std::optional<Answer> first_answer(const Words& words) {
        for (std::size_t i = 0; i != words.size(); ++i) {
            const std::string& word = words[i];
            if (word == "--") {
                operands_.insert(operands_.end(), words.begin() + static_cast<int>(i) + 1,
                                 words.end());
                return std::nullopt;
            }
            if (word.size() < 2 || word.front() != '-') {
                operands_.push_back(word);
                continue;
            }
            const auto known = known_.find(word.substr(0, word.find('=')));
            const bool takes_next = known != known_.end() && !known->second.empty() &&
                                    word.find('=') == std::string::npos && i + 1 != words.size();
            const auto answer = takes_next ? answer_to(word + '=' + words[++i]) : answer_to(word);
            if (answer) {
                return answer;
            }
        }
        return std::nullopt;
    }

    const Words& operands() const { return operands_; }

private:
    // To one option alone; none when it is taken.
    std::optional<Answer> answer_to(const std::string& word) const {
        const Answer answer = program_.parse({word});
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const auto known = known_.find(name);
        const bool has_value = equals != std::string::npos;
        if (answer.asked == Asked::help || answer.asked == Asked::version) {
            require(is_question(word), "only a question is answered so");
            return answer;
        }
        if (answer.asked == Asked::run) {
            require(known != known_.end(), "only an option of the help is taken");
            require(has_value == !known->second.empty(), "what has a value is given one");
            require(!has_value || looks_like(word.substr(equals + 1), known->second),
                    "only a value that the help describes is taken");
            return std::nullopt;
        }
        require(starts_with(answer.mistake, expected_start(word, known)),
                "a mistake names the option and the value");
        return answer;
    }

    std::string expected_start(const std::string& word, Known::const_iterator known) const {
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const std::string start = std::string(program_.name) + ": ";
        if (known == known_.end()) {
            return start + "unknown option '" + printable(name) + "'; --help lists";
        }
        if (equals == std::string::npos) {
            return start + name + ": a value is missing; give " + name + ' ' + known->second;
        }
        return start + name + ": '" + printable(word.substr(equals + 1)) + "' will not do: ";
    }

    const Program& program_;
    const Known known_;
    Words operands_;
};

// One line, nothing in it that a terminal obeys, the program's name first, and not without an end.
void check_mistake(const Program& program, const Answer& answer) {
    const std::string& mistake = answer.mistake;
    require(mistake.empty() == (answer.asked != Asked::nothing_sensible),
            "a mistake is told exactly when there is one");
    if (mistake.empty()) {
        return;
    }
    require(starts_with(mistake, std::string(program.name) + ": "), "the program names itself");
    require(printable(mistake, mistake.size()) == mistake, "a mistake is printable UTF-8");
    require(std::all_of(mistake.begin(), mistake.end(),
                        [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; }),
            "a mistake is one line");
    require(mistake.size() < 1200, "a mistake is cut where its value is too long");
}

void check_target(const std::string& text) {
    const auto target = parse_target(text);
    if (!target) {
        return;
    }
    require(target->port != 0 && !target->host.empty(), "a target has a host and a port");
    const auto again = parse_target(to_string(*target));
    require(again && again->host == target->host && again->port == target->port,
            "a target that is printed is read back as it was");
    require(file_stem(*target).find_first_of(":%*?\"<>|\\/") == std::string::npos,
            "the name of a target's file is one on every system");
}

bool is_target(const std::string& text) {
    return parse_target(text).has_value();
}

void check(const Program& program, const Words& words) {
    const Answer whole = program.parse_and_finish(words);
    check_mistake(program, whole);
    Reading reading(program);
    if (const auto first = reading.first_answer(words)) {
        require(whole.asked == first->asked && whole.mistake == first->mistake,
                "the answer is the one to the first word that is not simply taken");
        return;
    }
    require(program.parse(words).asked == Asked::run,
            "words that all are taken are taken together");
    const Words& operands = reading.operands();
    std::for_each(operands.begin(), operands.end(), check_target);
    if (operands.empty()) {
        require(whole.asked == Asked::nothing_sensible, "a program needs something to work on");
    } else if (&program == &get_poetry) {
        require((whole.asked == Asked::run) ==
                    std::all_of(operands.begin(), operands.end(), is_target),
                "get-poetry runs when every operand is a target");
    }
}

// Windows gives a program no word that is not UTF-8, and takes no such path.
bool can_be_given(const std::string& word) {
    try {
        static_cast<void>(standard_path(word));
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

Words words_of(std::string_view text) {
    Words words;
    while (!text.empty() && words.size() != most_words) {
        const std::size_t end = std::min(text.find('\0'), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

} // namespace

} // namespace caesura::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caesura::fuzz;
    Input input(data, size);
    const Program& program = input.byte() % 2 == 0 ? poetry_server : get_poetry;
    const Words words = words_of(input.rest());
    if (std::all_of(words.begin(), words.end(), can_be_given)) {
        check(program, words);
    }
    return 0;
}
