#pragma once

#include "send-probe/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// What a document says to one of the questions that are open about Windows.
struct Answer {
    std::string_view question;
    bool is_answered = false;
    std::string text; // or why it is not answered
};

/// All ten, in their order. An answer is of the system that was probed, whichever that is.
std::vector<Answer> answers_of(const Document& document);

/// The same as lines of a plain file.
std::string answers_text(const Document& document);

} // namespace caesura::probe
