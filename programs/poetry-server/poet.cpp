#include "poetry-server/poet.hpp"

#include "common/text.hpp"
#include "poetry-server/ledger_text.hpp"
#include "poetry-server/service.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace caesura {

namespace {

std::string seconds_text(Duration duration) {
    std::array<char, 40> text;
    const int length = std::snprintf(text.data(), text.size(), "%.3f s",
                                     std::chrono::duration<double>(duration).count());
    return {text.data(), static_cast<std::size_t>(length)};
}

} // namespace

Poet::Poet(Service& service, Poem& poem)
    : service_(service), poem_(poem), edition_(service.edition_of(poem)),
      came_(service.reactor().now()) {}

void Poet::connection_made() {
    service_.welcome(*this);
    if (service_.log().admits_client_line()) {
        service_.log().line(LogLevel::info,
                            to_string(transport().peer()) + " came for " + printable(poem_.path()));
    }
    const auto& pace = service_.settings().pace;
    if (!pace || pace->delay == Duration::zero()) {
        recite(edition_->size());
        return;
    }
    pauses_.emplace(service_.reactor(), [this](std::uint64_t skipped) { recite_slowly(skipped); });
    pauses_->start(pace->delay);
    recite_slowly(0);
}

void Poet::dismiss() {
    if (recited_ == edition_->size()) {
        transport().close_connection();
    } else {
        // A reset takes along what the reader has not fetched yet, but a FIN would make a poem that
        // was cut off look whole.
        transport().abort_connection();
    }
}

void Poet::recite(std::uint64_t bytes) {
    const std::uint64_t length = std::min(bytes, edition_->size() - recited_);
    if (length > 0) {
        edition_->write_to(transport(), recited_, length);
        recited_ += length;
    }
    if (recited_ == edition_->size()) {
        pauses_.reset();
        transport().lose_connection();
    }
}

void Poet::recite_slowly(std::uint64_t skipped) {
    // A client that does not even keep up with this gets no more to wait for.
    if (transport().queued() > 0) {
        return;
    }
    const std::uint64_t portion = service_.settings().pace->num_bytes;
    const std::uint64_t portions = skipped + 1;
    const std::uint64_t all = edition_->size();
    recite(portion > all / portions ? all : portion * portions);
}

void Poet::connection_lost(const Outcome& outcome) {
    pauses_.reset();
    if (outcome.failure.error == Error::file_changed) {
        service_.poem_changed(poem_, edition_);
    }
    if (service_.log().admits_client_line()) {
        service_.log().line(LogLevel::info, to_string(transport().peer()) +
                                                " left: " + printable(poem_.path()) + ", " +
                                                std::to_string(outcome.sent) + " bytes in " +
                                                seconds_text(service_.reactor().now() - came_) +
                                                ", " + farewell(outcome));
    }
    service_.bid_farewell(*this);
}

std::string Poet::farewell(const Outcome& outcome) const {
    std::string words(describe(outcome.ending));
    if (outcome.ending != Ending::finished) {
        words += " after " + std::to_string(outcome.sent) + " of " +
                 std::to_string(edition_->size()) + " bytes";
    }
    if (outcome.failure) {
        words += ": " + describe(outcome.failure);
    }
    if (outcome.undelivered > 0) {
        words += "; " + std::to_string(outcome.undelivered) +
                 " bytes are not known to have been delivered (" + describe(outcome.ledger) + ")";
    }
    return words;
}

std::string Poet::progress() const {
    return to_string(transport().peer()) + " has " + printable(poem_.path()) + ", " +
           std::to_string(edition_->size()) + " bytes: " + describe(ledger());
}

} // namespace caesura
