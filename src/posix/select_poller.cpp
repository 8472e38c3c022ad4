// macOS keeps select to 1024 descriptors unless asked like this before the first header (its
// <sys/_select.h>); it means nothing elsewhere.
#define _DARWIN_UNLIMITED_SELECT 1

#include "posix/select_poller.hpp"

#include "berkeley/failure.hpp"
#include "berkeley/wait_limit.hpp"
#include "posix/descriptor_number.hpp"
#include "posix/pollers.hpp"

#include <fcntl.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <memory>
#include <utility>

namespace caesura {

namespace {

constexpr int none = -1;
constexpr std::uint32_t nobody = ~std::uint32_t{0};

bool is_open(int descriptor) {
    return ::fcntl(descriptor, F_GETFD) != -1;
}

template <class Word>
void overlay(std::vector<Word>& words, std::span<const Word> more) {
    const std::size_t both = std::min(words.size(), more.size());
    for (std::size_t i = 0; i < both; ++i) {
        words[i] |= more[i];
    }
    words.insert(words.end(), more.begin() + static_cast<std::ptrdiff_t>(both), more.end());
}

/// Calls `visit(descriptor, word, bit)` for each bit that is set in either of two bitmaps.
template <class Word, class Visit>
void for_each_bit(std::span<const Word> first, std::span<const Word> second, Visit visit) {
    for (std::size_t word = 0; word < first.size(); ++word) {
        for (Word left = first[word] | second[word]; left != 0; left &= left - 1) {
            const auto index = static_cast<std::size_t>(std::countr_zero(left));
            visit(word * DescriptorBits::word_bits + index, word, Word{1} << index);
        }
    }
}

} // namespace

SelectPoller::SelectPoller(Call call) : call_(std::move(call)) {}

Failure SelectPoller::wait(const WatchTable& table, Scope scope, Duration timeout,
                           std::vector<Ready>& ready) {
    follow(table);
    const std::size_t before = ready.size();
    report_unopened(table, scope, ready);
    const int nfds = fill(scope);
    int error = look(nfds, ready.size() == before ? timeout : Duration::zero());
    if (error == EBADF) {
        fill(scope); // after an error the sets hold anything (select(2))
        report_closed(table, ready);
        error = look(nfds, Duration::zero());
    }
    if (error == 0) {
        report_ready(table, ready);
    } else if (ready.size() == before && error != EINTR && error != EBADF) {
        return failure_from_native(error);
    }
    return {};
}

void SelectPoller::follow(const WatchTable& table) {
    follower_.follow(
        table,
        [this] {
            asked_ = {};
            descriptors_.clear();
            unopened_.clear();
        },
        [this](const Watch& watch) { apply(watch); });
}

void SelectPoller::apply(const Watch& watch) {
    const std::uint32_t slot = watch.id.slot;
    take_out(slot);
    if (watch.interest == Interest::none) {
        return;
    }
    const int descriptor = descriptor_number(watch.socket);
    if (!seen_open(descriptor)) {
        unopened_.push_back(slot);
        return;
    }
    if (slot >= descriptors_.size()) {
        descriptors_.resize(slot + std::size_t{1}, none);
    }
    if (static_cast<std::size_t>(descriptor) >= slots_.size()) {
        slots_.resize(static_cast<std::size_t>(descriptor) + 1, nobody);
    }
    descriptors_[slot] = descriptor;
    slots_[static_cast<std::size_t>(descriptor)] = slot;
    ask(descriptor, watch.tier, watch.interest);
}

void SelectPoller::take_out(std::uint32_t slot) {
    std::erase(unopened_, slot);
    if (slot >= descriptors_.size()) {
        return;
    }
    const int descriptor = std::exchange(descriptors_[slot], none);
    // The descriptor may be another slot's already: of two changes the newer is seen first.
    if (descriptor != none && slots_[static_cast<std::size_t>(descriptor)] == slot) {
        ask(descriptor, Tier::hot, Interest::none);
    }
}

void SelectPoller::ask(int descriptor, Tier tier, Interest interest) {
    const bool read = has(interest, Interest::read);
    const bool write = has(interest, Interest::write | Interest::connect);
    for (const Tier each : all_tiers) {
        const bool here = each == tier;
        asked_[static_cast<std::size_t>(each)].put(descriptor, here && read, here && write);
    }
}

bool SelectPoller::seen_open(int descriptor) {
    if (descriptor > highest_seen_open_ && is_open(descriptor)) {
        highest_seen_open_ = descriptor;
    }
    return descriptor <= highest_seen_open_;
}

/// Makes the sets for one call, and returns how far they go.
int SelectPoller::fill(Scope scope) {
    readable_.clear();
    writable_.clear();
    int nfds = 0;
    for (const Tier tier : all_tiers) {
        if (covers(scope, tier)) {
            const DescriptorBits& bits = asked_[static_cast<std::size_t>(tier)];
            overlay(readable_, bits.reading());
            overlay(writable_, bits.writing());
            nfds = std::max(nfds, bits.nfds());
        }
    }
    return nfds;
}

/// One call; returns errno. Afterwards the sets are the answer.
int SelectPoller::look(int nfds, Duration timeout) {
    timeval limit = select_limit(timeout);
    const int found = call_(nfds, reinterpret_cast<fd_set*>(readable_.data()),
                            reinterpret_cast<fd_set*>(writable_.data()), nullptr,
                            timeout == forever ? nullptr : &limit);
    return found < 0 ? errno : 0;
}

void SelectPoller::report_unopened(const WatchTable& table, Scope scope,
                                   std::vector<Ready>& ready) const {
    for (const std::uint32_t slot : unopened_) {
        const Watch& watch = table.at(slot);
        if (covers(scope, watch.tier)) {
            ready.push_back({.watch = watch.id, .invalid = true});
        }
    }
}

/// Tries each descriptor in the sets by itself, and takes those that are closed out of them.
void SelectPoller::report_closed(const WatchTable& table, std::vector<Ready>& ready) {
    const std::vector<Word> reading = readable_;
    const std::vector<Word> writing = writable_;
    for_each_bit<Word>(reading, writing, [&](std::size_t descriptor, std::size_t word, Word bit) {
        if (!is_open(static_cast<int>(descriptor))) {
            readable_[word] &= ~bit;
            writable_[word] &= ~bit;
            ready.push_back({.watch = watch_of(table, descriptor), .invalid = true});
        }
    });
}

void SelectPoller::report_ready(const WatchTable& table, std::vector<Ready>& ready) const {
    for_each_bit<Word>(readable_, writable_,
                       [&](std::size_t descriptor, std::size_t word, Word bit) {
                           ready.push_back({.watch = watch_of(table, descriptor),
                                            .readable = (readable_[word] & bit) != 0,
                                            .writable = (writable_[word] & bit) != 0});
                       });
}

WatchId SelectPoller::watch_of(const WatchTable& table, std::size_t descriptor) const {
    return table.at(slots_[descriptor]).id;
}

std::unique_ptr<Poller> make_select_poller() {
    return std::make_unique<SelectPoller>();
}

} // namespace caesura
