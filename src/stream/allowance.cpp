#include "stream/allowance.hpp"

#include <caesura/unsent_pool.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace caesura {

namespace {

constexpr std::uint64_t no_more_looks = std::numeric_limits<std::uint64_t>::max();

} // namespace

Allowance::Allowance(const ConnectionOptions& options, std::size_t piece)
    : pool_(options.unsent_pool != nullptr ? *options.unsent_pool : default_unsent_pool()),
      next_look_(options.unsent_limit == 0 ? no_more_looks : first_look),
      limit_(options.unsent_limit), piece_(piece) {}

Failure Allowance::set_limit(Sockets& sockets, Socket socket, std::size_t bytes,
                             std::uint64_t total) {
    const Result<std::size_t> piece = sockets.limit_unsent(socket, bytes);
    if (!piece) {
        return piece.failure();
    }
    give_back();
    limit_ = bytes;
    piece_ = *piece;
    next_look_ = bytes == 0 ? no_more_looks : total + first_look;
    return {};
}

void Allowance::look(Sockets& sockets, Socket socket, std::uint64_t total) {
    next_look_ = total > no_more_looks / 2 ? no_more_looks : 2 * total;
    const std::optional<Duration> round_trip = sockets.round_trip(socket);
    if (round_trip && *round_trip <= near) {
        earn_buffer(sockets, socket);
    } else {
        earn(sockets, socket, std::min(limit_ > most / 2 ? most : 2 * limit_, most));
    }
}

/// Whether the budget is at least that, afterwards.
bool Allowance::earn(Sockets& sockets, Socket socket, std::size_t bytes) {
    if (bytes <= limit_) {
        return true;
    }
    const std::uint64_t more = bytes - limit_;
    if (!pool_.take(more)) {
        return false; // somebody may leave until the next look
    }
    const Result<std::size_t> piece = sockets.limit_unsent(socket, bytes);
    if (!piece) {
        pool_.give_back(more);
        return false;
    }
    earned_ += more;
    limit_ = bytes;
    piece_ = *piece;
    return true;
}

void Allowance::earn_buffer(Sockets& sockets, Socket socket) {
    if (limit_ > most || !earn(sockets, socket, near_buffer)) {
        return; // who began with more than anybody earns is left alone
    }
    next_look_ = no_more_looks; // it has what there is to earn
    // Refused, it only costs the reader what it would have gained.
    static_cast<void>(
        sockets.set_option(socket, SocketOption::send_buffer, static_cast<int>(near_buffer)));
}

void Allowance::give_back() {
    pool_.give_back(std::exchange(earned_, 0));
}

} // namespace caesura
