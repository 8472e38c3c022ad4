#include "common/options.hpp"

#include "common/text.hpp"

#include <caesura/endpoint.hpp>
#include <caesura/version.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace caesura {

namespace {

constexpr std::size_t help_column = 28;

// `a, b and c`.
std::string listed(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

bool has(const std::vector<std::string_view>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

void add_line(std::string& text, std::string left, std::string_view right) {
    left.resize(std::max(left.size() + 1, help_column), ' ');
    text += "  " + left + std::string(right) + "\n";
}

} // namespace

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<std::uint16_t> parse_plain_port(std::string_view text) {
    const bool is_padded = text.size() > 1 && text.front() == '0';
    return is_padded ? std::nullopt : parse_port(text);
}

std::optional<Duration> parse_seconds(std::string_view text) {
    constexpr std::size_t decimals = 9;
    const std::size_t point = text.find('.');
    const auto whole = parse_number(text.substr(0, point), seconds_max);
    if (!whole) {
        return std::nullopt;
    }
    std::uint64_t nanoseconds = 0;
    if (point != std::string_view::npos) {
        std::string fraction(text.substr(point + 1, decimals));
        const auto rest = text.substr(point + 1 + fraction.size());
        const bool digits_only =
            std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; });
        const auto parsed =
            parse_number(fraction + std::string(decimals - fraction.size(), '0'), seconds_max);
        if (fraction.empty() || !parsed || !digits_only) {
            return std::nullopt;
        }
        nanoseconds = *parsed;
    }
    return std::chrono::seconds(*whole) + Duration(nanoseconds);
}

Options::Options(std::string program, std::string synopsis, std::string purpose)
    : program_(std::move(program)), synopsis_(std::move(synopsis)), purpose_(std::move(purpose)) {}

void Options::only_for(std::vector<std::string_view> commands) {
    commands_ = std::move(commands);
}

void Options::add_switch(std::string name, std::string help, bool& target) {
    add(std::move(name), {}, std::move(help), [&target](std::string_view) {
        target = true;
        return std::nullopt;
    });
}

void Options::add(std::string name, std::string value_name, std::string help, Take take) {
    options_.push_back(
        {std::move(name), std::move(value_name), std::move(help), std::move(take), commands_});
}

void Options::add_text(std::string name, std::string value_name, std::string help,
                       std::optional<std::string>& target) {
    add(std::move(name), std::move(value_name), std::move(help),
        [&target](std::string_view value) -> std::optional<std::string> {
            if (value.empty()) {
                return "it must not be empty";
            }
            target = value;
            return std::nullopt;
        });
}

void Options::add_number(std::string name, std::string value_name, std::string help,
                         std::uint64_t least, std::uint64_t most,
                         std::function<void(std::uint64_t)> take) {
    add(std::move(name), std::move(value_name), std::move(help),
        [least, most,
         take = std::move(take)](std::string_view value) -> std::optional<std::string> {
            const auto number = parse_number(value, most);
            if (!number || *number < least) {
                return "give a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most);
            }
            take(*number);
            return std::nullopt;
        });
}

void Options::add_seconds(std::string name, std::string help, std::function<void(Duration)> take) {
    add(std::move(name), "SECONDS", std::move(help),
        [take = std::move(take)](std::string_view value) -> std::optional<std::string> {
            const auto seconds = parse_seconds(value);
            if (!seconds) {
                return "give seconds, from 0 to " + std::to_string(seconds_max) +
                       ", such as 5 or 0.7";
            }
            take(*seconds);
            return std::nullopt;
        });
}

Options::Asked Options::parse(const std::vector<std::string>& arguments) {
    is_bare_ = arguments.size() <= 1;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "--") {
            operands_.insert(operands_.end(),
                             arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                             arguments.end());
            break;
        }
        if (word.size() < 2 || word[0] != '-') {
            operands_.emplace_back(word);
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const bool is_question = name == "--help" || name == "--version";
        const Option* const option = find(name);
        if (!is_question && option == nullptr) {
            return refuse("unknown option '" + printable(name) + "'; --help lists the known ones");
        }
        std::string_view value;
        if (equals != std::string_view::npos) {
            value = word.substr(equals + 1);
            if (is_question || option->value_name.empty()) {
                return refuse_value(name, value, "it takes no value");
            }
        } else if (is_question) {
            return name == "--help" ? Asked::help : Asked::version;
        } else if (!option->value_name.empty()) {
            if (++i == arguments.size()) {
                return refuse(option->name + ": a value is missing; give " + option->name + " " +
                              option->value_name);
            }
            value = arguments[i];
        }
        if (const auto right = option->take(value)) {
            return refuse_value(name, value, *right);
        }
        given_.push_back(option->name);
    }
    return Asked::run;
}

Options::Asked Options::refuse(std::string_view what) {
    mistake_ = program_ + ": " + std::string(what);
    return Asked::nothing_sensible;
}

Options::Asked Options::refuse_value(std::string_view name, std::string_view value,
                                     std::string_view right) {
    return refuse(std::string(name) + ": '" + printable(value) +
                  "' will not do: " + std::string(right));
}

Options::Asked Options::refuse_foreign(std::string_view command) {
    for (const std::string& name : given_) {
        const auto& commands = find(name)->commands;
        if (!commands.empty() && !has(commands, command)) {
            return refuse(name + ": " + std::string(command) + " has no use for it; it is for " +
                          listed(commands));
        }
    }
    return Asked::run;
}

bool Options::is_given(std::string_view name) const {
    return std::find(given_.begin(), given_.end(), name) != given_.end();
}

const Options::Option* Options::find(std::string_view name) const {
    const auto found = std::find_if(options_.begin(), options_.end(),
                                    [name](const Option& option) { return option.name == name; });
    return found == options_.end() ? nullptr : &*found;
}

std::string Options::help() const {
    std::string text = "Usage: " + program_ + " [options] " + synopsis_ + "\n" + purpose_ + "\n\n";
    for (const Option& option : options_) {
        add_line(text,
                 option.value_name.empty() ? option.name : option.name + " " + option.value_name,
                 option.help);
    }
    add_line(text, "--help", "print this and exit");
    add_line(text, "--version", "print the version and exit");
    return text + commands_help();
}

std::string Options::commands_help() const {
    std::vector<std::string_view> commands;
    for (const Option& option : options_) {
        std::copy_if(option.commands.begin(), option.commands.end(), std::back_inserter(commands),
                     [&](std::string_view one) { return !has(commands, one); });
    }
    std::string text = commands.empty() ? "" : "\nWhat each command has a use for:\n";
    for (const std::string_view command : commands) {
        constexpr std::size_t longest = 60;
        std::string left(command);
        std::string names;
        for (const Option& option : options_) {
            if (!option.commands.empty() && !has(option.commands, command)) {
                continue;
            }
            if (names.size() + option.name.size() > longest) {
                add_line(text, std::exchange(left, {}), std::exchange(names, {}));
            }
            names += (names.empty() ? "" : " ") + option.name;
        }
        add_line(text, left, names);
    }
    return text;
}

std::string Options::version() const {
    return program_ + " (Caesura) " + std::string(caesura::version) + "\n";
}

} // namespace caesura
