#pragma once

#include "reactor/resident.hpp"

#include <cassert>
#include <memory>
#include <utility>
#include <vector>

namespace caesura {

/// The residents of one reactor, and which of them ask to settle or to go.
class Residents {
public:
    void keep(std::unique_ptr<Resident> resident) {
        resident->place_ = kept_.size();
        kept_.push_back(std::move(resident));
    }

    void release(Resident& resident) {
        const std::size_t place = resident.place_;
        assert(kept_[place].get() == &resident);
        released_.push_back(std::move(kept_[place]));
        if (place + 1 != kept_.size()) {
            kept_[place] = std::move(kept_.back());
            kept_[place]->place_ = place;
        }
        kept_.pop_back();
    }

    void settle_soon(Resident& resident) {
        if (!std::exchange(resident.settling_asked_, true)) {
            unsettled_.push_back(&resident);
        }
    }

    /// Until nobody asks any more. A released resident is still there until destroy_released.
    void settle() {
        if (std::exchange(settling_, true)) {
            return;
        }
        for (std::size_t i = 0; i < unsettled_.size(); ++i) {
            unsettled_[i]->settling_asked_ = false;
            unsettled_[i]->settle();
        }
        unsettled_.clear();
        settling_ = false;
    }

    bool anyone_unsettled() const { return !unsettled_.empty(); }

    void destroy_released() {
        // A destructor may release others.
        while (!released_.empty()) {
            const auto going = std::move(released_);
            released_.clear();
        }
    }

    void shut_down_all() {
        while (!kept_.empty()) {
            Resident& last = *kept_.back();
            last.shut_down();
            settle();
            assert(kept_.empty() || kept_.back().get() != &last);
        }
    }

private:
    std::vector<std::unique_ptr<Resident>> kept_;
    std::vector<std::unique_ptr<Resident>> released_;
    std::vector<Resident*> unsettled_;
    bool settling_ = false;
};

} // namespace caesura
