#include "fuzz/program_options.hpp"
#include "poetry-server/settings.hpp"

namespace caesura::fuzz {

const Program poetry_server{"poetry-server", answer_of<Settings, false>, answer_of<Settings, true>};

} // namespace caesura::fuzz
