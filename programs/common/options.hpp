#pragma once

#include <caesura/time.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caesura {

/// A whole decimal number from 0 to `most`: digits only. std::nullopt for anything else.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most);

/// A port as parse_port takes it, but without zeros before it: elsewhere they make a number octal,
/// and no port is meant by 0041789.
std::optional<std::uint16_t> parse_plain_port(std::string_view text);

/// The most that parse_seconds takes.
inline constexpr std::uint64_t seconds_max = 1'000'000'000;

/// Seconds as people write them: `5`, `0.7`; at most seconds_max. std::nullopt for anything else,
/// such as a sign, an exponent, or no digit.
std::optional<Duration> parse_seconds(std::string_view text);

/// The command line of one program: GNU-style long options, declared once, for parsing and for
/// --help. An option is `--name`, `--name VALUE` or `--name=VALUE`; `--` ends them; the last of
/// several counts unless the option collects them.
class Options {
public:
    /// `synopsis`: what follows the name in the first line of the help; `purpose`: the second.
    Options(std::string program, std::string synopsis, std::string purpose);

    /// For a program with several commands: whatever is added after this is for these alone. Before
    /// the first such word, for all of them.
    void only_for(std::vector<std::string_view> commands);

    /// What an option does with its value: std::nullopt when it took it, else what would be right,
    /// to complete the sentence "'VALUE' will not do: ".
    using Take = std::function<std::optional<std::string>(std::string_view value)>;

    void add_switch(std::string name, std::string help, bool& target);
    void add(std::string name, std::string value_name, std::string help, Take take);
    void add_text(std::string name, std::string value_name, std::string help,
                  std::optional<std::string>& target);
    void add_number(std::string name, std::string value_name, std::string help, std::uint64_t least,
                    std::uint64_t most, std::function<void(std::uint64_t)> take);
    void add_seconds(std::string name, std::string help, std::function<void(Duration)> take);

    /// What a command line asks for.
    enum class Asked { run, help, version, nothing_sensible };

    /// Goes through `arguments`, the program's name first, up to the first mistake.
    Asked parse(const std::vector<std::string>& arguments);

    /// Whether there was nothing on it but the program's name.
    bool is_bare() const { return is_bare_; }
    /// Whether that option was on it.
    bool is_given(std::string_view name) const;
    /// What was neither an option nor its value, in order.
    const std::vector<std::string>& operands() const { return operands_; }
    /// The mistake, in one line without its end, the program's name first.
    const std::string& mistake() const { return mistake_; }
    /// For mistakes that only the program can see. The answer is `nothing_sensible`.
    Asked refuse(std::string_view what);
    /// The same for an option's value: what would be right, as Take says it.
    Asked refuse_value(std::string_view name, std::string_view value, std::string_view right);

    /// Refuses the first option on the command line that is not for this command, if there is one.
    Asked refuse_foreign(std::string_view command);

    std::string help() const;
    std::string version() const;

private:
    struct Option {
        std::string name;
        std::string value_name; // empty: a switch
        std::string help;
        Take take;
        std::vector<std::string_view> commands; // none: every one
    };

    const Option* find(std::string_view name) const;
    std::string commands_help() const;

    std::string program_;
    std::string synopsis_;
    std::string purpose_;
    std::vector<Option> options_;
    std::vector<std::string_view> commands_; // of what is added next
    std::vector<std::string> given_;         // names
    std::vector<std::string> operands_;
    std::string mistake_;
    bool is_bare_ = false;
};

} // namespace caesura
