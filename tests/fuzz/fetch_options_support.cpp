#include "fuzz/program_options.hpp"
#include "get-poetry/settings.hpp"

namespace caesura::fuzz {

const Program get_poetry{"get-poetry", answer_of<Settings, false>, answer_of<Settings, true>};

} // namespace caesura::fuzz
