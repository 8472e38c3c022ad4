#include "get-poetry/progress.hpp"

#include <utility>

namespace caesura {

namespace {

constexpr Duration frame = std::chrono::milliseconds(100);

class ProgressDisplay final : public Progress {
public:
    ProgressDisplay(Reactor& reactor, std::unique_ptr<LogSink> sink,
                    std::vector<std::string> sources)
        : reactor_(reactor), sink_(std::move(sink)), sources_(std::move(sources)),
          got_(sources_.size()), texts_(sources_.size(), "waiting") {
        draw();
    }

    void got(std::size_t task, std::uint64_t bytes) override {
        got_[task] += bytes;
        texts_[task] =
            "got " + std::to_string(got_[task]) + " bytes of poetry from " + sources_[task];
        draw_soon();
    }

    void note(std::size_t task, std::string_view text) override {
        texts_[task] = text;
        draw_soon();
    }

    void ended(std::size_t task, std::string_view text) override { note(task, text); }

    void finish(std::string_view text) override {
        reactor_.cancel(next_frame_);
        write(frame_text() + std::string(text) + "\n");
    }

private:
    void draw_soon() {
        if (!reactor_.pending(next_frame_)) {
            next_frame_ = reactor_.call_later(frame, [this] { draw(); });
        }
    }

    // Without wrapping (DECAWM), because a line that takes two would be gone back over as one. The
    // last frame stays, and is shown in full.
    void draw() { write("\x1b[?7l" + frame_text() + "\x1b[?7h"); }

    std::string frame_text() {
        // ECMA-48: CPL goes up so many lines, EL clears to the end of one.
        std::string text = drawn_ ? "\x1b[" + std::to_string(texts_.size()) + "F" : "";
        for (std::size_t i = 0; i < texts_.size(); ++i) {
            text += "Task " + std::to_string(i + 1) + ": " + texts_[i] + "\x1b[K\n";
        }
        drawn_ = true;
        return text;
    }

    // Only a terminal that was stopped for long loses frames.
    void write(std::string text) { static_cast<void>(sink_->write(std::move(text))); }

    Reactor& reactor_;
    std::unique_ptr<LogSink> sink_;
    std::vector<std::string> sources_;
    std::vector<std::uint64_t> got_;
    std::vector<std::string> texts_;
    bool drawn_ = false; // true exactly once there are lines to go back over
    TimerId next_frame_;
};

} // namespace

std::unique_ptr<Progress> make_progress_display(Reactor& reactor, std::unique_ptr<LogSink> sink,
                                                std::vector<std::string> sources) {
    return std::make_unique<ProgressDisplay>(reactor, std::move(sink), std::move(sources));
}

} // namespace caesura
