#include "send-probe/reader.hpp"

#include "send-probe/remote.hpp"

namespace caesura::probe {

Relief LocalReader::relieve(Socket sender, const Pace& pace, Duration patience) {
    return probe::relieve(bench_, sender, socket_.get(), pace, patience);
}

Heard LocalReader::hear_out(Reads when, Duration patience) {
    if (when == Reads::late) {
        bench_.pause(lateness);
    }
    return read_to_end(bench_, socket_.get(), patience);
}

void LocalReader::say(std::size_t bytes) {
    must(bench_.send(socket_.get(), bytes), "cannot send");
}

void Channel::end() {
    sender.abort();
    reader->leave();
}

Channel make_channel(const Grounds& grounds, Bench& bench, const LinkOptions& options) {
    if (grounds.remote() != nullptr) {
        return grounds.remote()->connect(bench, options);
    }
    Link link = make_link(bench, options);
    return {std::move(link.sender), std::make_unique<LocalReader>(bench, std::move(link.reader)),
            link.piece};
}

} // namespace caesura::probe
