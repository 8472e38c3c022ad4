#pragma once

#include "send-probe/report/html.hpp"
#include "send-probe/report/subject.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// A part of the page, under a heading that others can point to.
struct Section {
    std::string_view id;
    std::string_view title;
    Html body;
};

/// Each lays the subjects side by side, and says of whom it has nothing.
Section fingerprint_section(const std::vector<Subject>& subjects);
Section acceptance_section(const std::vector<Subject>& subjects);
Section rearm_section(const std::vector<Subject>& subjects);
Section memory_section(const std::vector<Subject>& subjects);
Section close_section(const std::vector<Subject>& subjects);
Section poll_section(const std::vector<Subject>& subjects);
Section second_section(const std::vector<Subject>& subjects);
/// Runs the simulator for systems that have no document of their preset among the subjects.
Section model_section(const std::vector<Subject>& subjects, std::uint64_t tolerance);
Section question_section(const std::vector<Subject>& subjects);

} // namespace caesura::probe
