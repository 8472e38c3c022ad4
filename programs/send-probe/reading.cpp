#include "send-probe/reading.hpp"

#include <algorithm>

namespace caesura::probe {

bool Heard::add(const Ready& ready, const Result<std::size_t>& got) {
    if (got && *got > 0) {
        bytes += *got;
        return false;
    }
    if (got) {
        end = ready.error ? "end with an error hint" : "fin";
        return true;
    }
    if (got.error() == Error::would_block) {
        return false;
    }
    end = name_of(got.error());
    native = got.failure().native;
    return true;
}

Heard read_to_end(Bench& bench, Socket reader, Duration patience) {
    Heard heard;
    while (true) {
        const Ready ready = bench.wait(reader, Interest::read, patience);
        if (!ready.readable && !ready.error) {
            heard.end = "silence";
            return heard;
        }
        if (heard.add(ready, bench.receive(reader, ~std::size_t{0}))) {
            return heard;
        }
    }
}

Relief relieve(Bench& bench, Socket sender, Socket reader, const Pace& pace, Duration patience) {
    const Instant start = bench.now();
    const Instant deadline = after(start, patience);
    Relief relief;
    while (bench.now() < deadline) {
        std::size_t left = pace.portion;
        bool has_more = true;
        while (left > 0 && has_more) {
            const Result<std::size_t> got = bench.receive(reader, left);
            has_more = got && *got > 0;
            if (has_more) {
                left -= *got;
                relief.read += *got;
            }
        }
        // Without a byte to read there is nothing to do but wait.
        const Duration rest = until(deadline, bench.now());
        const bool idle = left == pace.portion;
        const Interest reading =
            idle && pace.pause == Duration::zero() ? Interest::read : Interest::none;
        const Duration limit = reading == Interest::read ? rest : std::min(pace.pause, rest);
        const auto heard = bench.wait({{sender, Interest::write}, {reader, reading}}, limit);
        if (heard[0].writable) {
            relief.after = bench.now() - start;
            return relief;
        }
    }
    return relief;
}

} // namespace caesura::probe
