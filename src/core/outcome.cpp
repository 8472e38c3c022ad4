#include <caesura/outcome.hpp>

namespace caesura {

namespace {

// The error that an ending's word names by itself.
Error implied_by(Ending ending) {
    switch (ending) {
    case Ending::reset:
        return Error::connection_reset;
    case Ending::timed_out:
        return Error::timed_out;
    case Ending::refused:
        return Error::connection_refused;
    default:
        return Error::none;
    }
}

bool failure_adds_something(const Outcome& outcome) {
    const Failure& failure = outcome.failure;
    return failure && (failure.native != 0 || failure.error != implied_by(outcome.ending));
}

} // namespace

std::string_view describe(Ending ending) {
    switch (ending) {
    case Ending::finished:
        return "finished";
    case Ending::unconfirmed:
        return "unconfirmed";
    case Ending::reset:
        return "reset by peer";
    case Ending::aborted:
        return "aborted";
    case Ending::stalled:
        return "stalled";
    case Ending::timed_out:
        return "timed out";
    case Ending::refused:
        return "refused";
    case Ending::failed:
        break;
    }
    return "failed";
}

std::string describe(const Outcome& outcome) {
    std::string text(describe(outcome.ending));
    if (failure_adds_something(outcome)) {
        text += ": " + describe(outcome.failure);
    }
    return text;
}

} // namespace caesura
