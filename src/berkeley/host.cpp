#include "berkeley/host_parts.hpp"
#include "berkeley/thread.hpp"

#include <chrono>
#include <utility>

namespace caesura {

namespace {

class NativeHost final : public Host {
public:
    std::vector<std::string> arguments(int count, char** values) override {
        return native::arguments(count, values);
    }

    void prepare_process() override { native::prepare_process(); }

    bool had_standard_output() const override { return native::had_standard_output(); }

    Result<std::unique_ptr<SignalSource>> watch_signals() override {
        return native::watch_signals();
    }

    Result<std::shared_ptr<const File>> open_file(const std::string& path) override {
        return native::open_file(path);
    }
    Result<FileVersion> file_version(const std::string& path) override {
        return native::file_version(path);
    }

    Result<std::unique_ptr<Output>> open_output(const std::string& path, OutputMode mode) override {
        return native::open_output(path, mode);
    }

    Result<std::unique_ptr<ScratchFile>> scratch_file() override { return native::scratch_file(); }

    Failure rename(const std::string& from, const std::string& to) override {
        return native::rename(from, to);
    }

    Output& standard_output() override { return native::standard_output(); }

    Output& standard_error() override { return native::standard_error(); }

    bool owns_console() override { return native::owns_console(); }

    Failure wait_for_key() override { return native::wait_for_key(); }

    bool can_detach() const override { return native::can_detach(); }

    Result<std::unique_ptr<Detachment>> detach() override { return native::detach(); }

    Result<std::unique_ptr<PidFile>> claim_pid_file(const std::string& path) override {
        return native::claim_pid_file(path);
    }

    Failure start_thread(std::function<void()> task) override {
        return native::start_thread(std::move(task));
    }

    MemoryUse memory() override { return native::memory(); }

    std::vector<SystemFact> facts() override { return native::facts(); }

    Result<std::unique_ptr<ChildProcess>>
    start_self(const std::vector<std::string>& arguments) override {
        return native::start_self(arguments);
    }

    std::size_t most_sockets() override { return native::most_sockets(); }

    std::int64_t wall_time_ms() override {
        using std::chrono::system_clock;
        const auto since_1970 = system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
    }
};

} // namespace

Host& this_host() {
    static NativeHost host;
    return host;
}

} // namespace caesura
