#include "send-probe/reading.hpp"

namespace caesura::probe {

// One receive for each report: were there two, the second might end a stream whose error hint
// nobody has seen.
Heard read_to_end(Bench& bench, Socket reader, Duration patience) {
    Heard heard;
    while (true) {
        const Ready ready = bench.wait(reader, Interest::read, patience);
        if (!ready.readable && !ready.error) {
            heard.end = "silence";
            return heard;
        }
        const Result<std::size_t> got = bench.receive(reader, ~std::size_t{0});
        if (got && *got > 0) {
            heard.bytes += *got;
        } else if (got) {
            heard.end = ready.error ? "end with an error hint" : "fin";
            return heard;
        } else if (got.error() != Error::would_block) {
            heard.end = name_of(got.error());
            heard.native = got.failure().native;
            return heard;
        }
    }
}

} // namespace caesura::probe
