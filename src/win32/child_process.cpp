#include "berkeley/host_parts.hpp"
#include "win32/file_error.hpp"
#include "win32/kernel_handle.hpp"
#include "win32/text.hpp"

#include <windows.h>

#include <cstdint>

namespace caesura::native {

namespace {

class WindowsChild final : public ChildProcess {
public:
    explicit WindowsChild(HANDLE process) : process_(process) {}
    // Nothing happens to one that has ended.
    ~WindowsChild() override {
        ::TerminateProcess(process_.get(), 1);
        ::WaitForSingleObject(process_.get(), INFINITE);
    }

    Result<int> wait(Duration limit) override {
        const auto milliseconds = round_up<std::chrono::milliseconds>(limit, INFINITE - 1);
        const DWORD waited =
            ::WaitForSingleObject(process_.get(), static_cast<DWORD>(milliseconds));
        if (waited == WAIT_TIMEOUT) {
            return Failure{Error::timed_out};
        }
        DWORD status = 0;
        if (waited != WAIT_OBJECT_0 || !::GetExitCodeProcess(process_.get(), &status)) {
            return last_file_failure();
        }
        return static_cast<int>(status);
    }

private:
    KernelHandle process_;
};

// The whole path of this program; empty when that is longer than any path may be.
std::wstring own_path() {
    constexpr std::size_t longest = 32768; // documented: "Maximum Path Length Limitation"
    std::wstring path(longest, L'\0');
    const DWORD length =
        ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    path.resize(length < longest ? length : 0);
    return path;
}

} // namespace

Result<std::unique_ptr<ChildProcess>> start_self(const std::vector<std::string>& arguments) {
    const std::wstring path = own_path();
    if (path.empty()) {
        return Failure{Error::operation_not_supported};
    }
    std::wstring line = L"\"" + path + L"\"";
    for (const std::string& argument : arguments) {
        line += L" \"" + wide_of(argument) + L"\"";
    }
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION started{};
    if (!::CreateProcessW(path.c_str(), line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr,
                          &startup, &started)) {
        return last_file_failure();
    }
    ::CloseHandle(started.hThread);
    return std::unique_ptr<ChildProcess>(std::make_unique<WindowsChild>(started.hProcess));
}

} // namespace caesura::native
