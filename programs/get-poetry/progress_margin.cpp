#include "get-poetry/progress.hpp"

#include <caesura/host.hpp>

namespace caesura {

namespace {

class ProgressMargin final : public Progress {
public:
    explicit ProgressMargin(Collection& poems) : poems_(poems) {}

    void got(std::size_t, std::uint64_t) override {}

    // At once: the task may go on for ever, and no more of a poem come.
    void note(std::size_t task, std::string_view text) override {
        add(task, text);
        tell();
    }

    void ended(std::size_t task, std::string_view text) override {
        add(task, text);
        if (!poems_.is_amid_poem()) {
            tell();
        }
    }

    void finish(std::string_view text) override {
        untold_ += std::string(text) + "\n";
        tell();
    }

private:
    void add(std::size_t task, std::string_view text) {
        untold_ += "Task " + std::to_string(task + 1) + ": " + std::string(text) + "\n";
    }

    void tell() {
        // Together, since a terminal may show what somebody else writes between two writes.
        const std::string text = (poems_.take_open_line() ? "\n" : "") + untold_;
        untold_.clear();
        static_cast<void>(this_host().standard_error().write(as_slice(text)));
    }

    Collection& poems_;
    std::string untold_; // whole lines
};

} // namespace

std::unique_ptr<Progress> make_progress_margin(Collection& poems) {
    return std::make_unique<ProgressMargin>(poems);
}

} // namespace caesura
