#pragma once

#include "common/options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caesura::fuzz {

using Words = std::vector<std::string>;

// What a program says to its command line.
struct Answer {
    Options::Asked asked;
    std::string mistake;
    std::string help;
};

// One of the programs, as far as its command line is concerned.
struct Program {
    std::string_view name;
    // Only what each word says for itself.
    Answer (*parse)(const Words& words);
    // And then what they say together: all that happens before the program does anything.
    Answer (*parse_and_finish)(const Words& words);
};

extern const Program poetry_server;
extern const Program get_poetry;

// For the two of them.
template <class SettingsOfProgram, bool finishing>
Answer answer_of(const Words& words) {
    SettingsOfProgram settings;
    Options options = make_options(settings);
    Words arguments{"program"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    Options::Asked asked = options.parse(arguments);
    if (finishing && asked == Options::Asked::run) {
        asked = finish(options, settings);
    }
    return {asked, options.mistake(), options.help()};
}

} // namespace caesura::fuzz
