#include "common/log_sink.hpp"

#include "support/temporary_folder.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

using namespace caesura;
using namespace caesura::testing;

namespace {

// An output that a test can hold up and make fail.
class GatedOutput final : public Output {
public:
    bool can_block() const override { return true; }
    bool is_terminal() const override { return false; }
    bool obeys_controls() override { return false; }
    std::size_t rows() const override { return 0; }
    std::size_t columns() const override { return 0; }

    WriteResult write(Slice bytes) override {
        std::unique_lock lock(mutex_);
        ++writes_begun_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return is_open_; });
        if (failure_) {
            return {failure_, 0};
        }
        text_ += as_text(bytes);
        changed_.notify_all();
        return {{}, bytes.size()};
    }

    void open() {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }
    void fail_with(Error error) {
        const std::lock_guard lock(mutex_);
        failure_ = {error, 0};
    }
    void await_writes_begun(int writes) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, std::chrono::seconds(30),
                                  [&] { return writes_begun_ >= writes; }));
    }
    std::string text() {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_open_ = false;
    int writes_begun_ = 0;
    Failure failure_;
    std::string text_;
};

std::unique_ptr<LogSink> sink_to(std::shared_ptr<Output> output) {
    auto sink = make_log_sink(std::move(output));
    REQUIRE(sink);
    return std::move(*sink);
}

} // namespace

TEST_CASE("a file is written to at once") {
    const TemporaryFolder folder;
    auto output = this_host().open_output(folder.at("log"), OutputMode::append);
    REQUIRE(output);
    const auto sink = sink_to(std::move(*output));
    CHECK(sink->write("one\n") == 0);
    CHECK(content_of(folder.at("log")) == "one\n");
    CHECK(sink->write("two\nthree\n") == 0);
    CHECK(content_of(folder.at("log")) == "one\ntwo\nthree\n");
}

TEST_CASE("an output that blocks holds up nobody, and gets everything in order when it goes on") {
    const auto output = std::make_shared<GatedOutput>();
    std::string expected;
    {
        const auto sink = sink_to(output);
        for (int i = 0; i < 1000; ++i) {
            const std::string line = std::to_string(i) + "\n";
            CHECK(sink->write(line) == 0);
            expected += line;
        }
        output->open();
    }
    CHECK(output->text() == expected);
}

TEST_CASE("what a blocked output cannot take is lost, and counted once") {
    const auto output = std::make_shared<GatedOutput>();
    const auto sink = sink_to(output);
    CHECK(sink->write("held\n") == 0);
    output->await_writes_begun(1);
    const std::string line(100'000, 'x');
    std::uint64_t lost = 0;
    for (int i = 0; i < 20; ++i) {
        lost += sink->write(line + "\n" + line + "\n");
    }
    CHECK(lost == 2 * (20 - 6)); // five times 200 KB are below 1 MiB
    CHECK(sink->write("") == 0);
    output->open();
}

TEST_CASE("one write may be as long as it likes") {
    const auto output = std::make_shared<GatedOutput>();
    std::string lines;
    for (int i = 0; i < 100'000; ++i) {
        lines += "the ledger of one of ten thousand clients\n";
    }
    {
        const auto sink = sink_to(output);
        CHECK(sink->write(lines) == 0);
        output->open();
    }
    CHECK(output->text() == lines);
}

TEST_CASE("lines that an output refuses are counted") {
    const auto output = std::make_shared<GatedOutput>();
    const auto sink = sink_to(output);
    output->fail_with(Error::no_space);
    output->open();
    CHECK(sink->write("one\ntwo\n") == 0);
    output->await_writes_begun(1);
    std::uint64_t lost = sink->write("three\n");
    output->await_writes_begun(2); // the first has been counted by now
    lost += sink->write("");
    CHECK(lost >= 2);
}

TEST_CASE("the end of a log does not wait for ever for an output that blocks for ever") {
    const auto output = std::make_shared<GatedOutput>();
    {
        const auto sink = sink_to(output);
        CHECK(sink->write("unread\n") == 0);
    }
    CHECK(output->text().empty());
    output->open(); // its thread still holds it, and ends now
}
