#include "support/process.hpp"

#include <windows.h>

#include <array>
#include <cstring>
#include <map>
#include <stdexcept>

namespace caesura::testing {

namespace {

void require(bool fine, const std::string& call) {
    if (!fine) {
        throw std::runtime_error(call + ": error " + std::to_string(::GetLastError()));
    }
}

std::wstring wide(const std::string& utf8) {
    const int length = static_cast<int>(utf8.size());
    const int size = ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, nullptr, 0);
    std::wstring result(static_cast<std::size_t>(size), L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, result.data(), size);
    return result;
}

class Handle {
public:
    Handle() = default;
    explicit Handle(HANDLE handle) : handle_(handle) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { close(); }

    HANDLE get() const { return handle_; }
    HANDLE* place() { return &handle_; }
    void close() {
        if (handle_ != nullptr) {
            ::CloseHandle(std::exchange(handle_, nullptr));
        }
    }

private:
    HANDLE handle_ = nullptr;
};

// What a child gets for one of its streams, and what of it stays with us.
class Stem {
public:
    void prepare(Plug plug) {
        SECURITY_ATTRIBUTES inherited{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
        if (plug != Plug::null_device && plug != Plug::closed) {
            require(::CreatePipe(ours_.place(), theirs_.place(), &inherited, 0), "CreatePipe");
            ::SetHandleInformation(ours_.get(), HANDLE_FLAG_INHERIT, 0);
            if (plug == Plug::broken_pipe) {
                ours_.close(); // before the child can write
            }
        } else if (plug == Plug::null_device) {
            *theirs_.place() = ::CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                                             FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                                             OPEN_EXISTING, 0, nullptr);
        }
    }

    HANDLE ours() const { return ours_.get(); }
    HANDLE theirs() const { return theirs_.get(); }
    void close_theirs() { theirs_.close(); }

private:
    Handle ours_;
    Handle theirs_;
};

// Quotes one argument so that CommandLineToArgvW gives it back: backslashes count double before a
// quote and nowhere else.
std::wstring quoted(const std::wstring& argument) {
    std::wstring result = L"\"";
    std::size_t backslashes = 0;
    for (const wchar_t letter : argument) {
        if (letter == L'"') {
            result.append(backslashes + 1, L'\\');
        }
        backslashes = letter == L'\\' ? backslashes + 1 : 0;
        result += letter;
    }
    result.append(backslashes, L'\\');
    return result + L'"';
}

std::wstring command_line(const std::vector<std::string>& arguments) {
    std::wstring line;
    for (const std::string& argument : arguments) {
        line += (line.empty() ? L"" : L" ") + quoted(wide(argument));
    }
    return line;
}

// Names differ in more than case, as Windows has it; the block is sorted, as it wants it.
struct ByName {
    bool operator()(const std::wstring& a, const std::wstring& b) const {
        return ::lstrcmpiW(a.c_str(), b.c_str()) < 0;
    }
};

std::wstring environment_with(const ChildOptions& options) {
    std::map<std::wstring, std::wstring, ByName> all;
    wchar_t* const block = ::GetEnvironmentStringsW();
    for (const wchar_t* entry = block; *entry != L'\0'; entry += std::wcslen(entry) + 1) {
        const std::wstring text = entry;
        const std::size_t sign = text.find(L'=', 1); // "=C:=C:\folder" is one, too
        all[text.substr(0, sign)] = text.substr(sign + 1);
    }
    ::FreeEnvironmentStringsW(block);
    for (const auto& [name, value] : options.environment) {
        all[wide(name)] = wide(value);
    }
    std::wstring result;
    for (const auto& [name, value] : all) {
        result += name + L'=' + value + L'\0';
    }
    return result + L'\0';
}

// The list of the handles that a child inherits, and no others.
class Heirlooms {
public:
    explicit Heirlooms(std::vector<HANDLE> handles) : handles_(std::move(handles)) {
        SIZE_T size = 0;
        ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
        memory_.resize(size);
        require(::InitializeProcThreadAttributeList(list(), 1, 0, &size), "attribute list");
        if (!handles_.empty()) {
            require(::UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                                handles_.data(), handles_.size() * sizeof(HANDLE),
                                                nullptr, nullptr),
                    "handle list");
        }
    }
    Heirlooms(const Heirlooms&) = delete;
    Heirlooms& operator=(const Heirlooms&) = delete;
    ~Heirlooms() { ::DeleteProcThreadAttributeList(list()); }

    LPPROC_THREAD_ATTRIBUTE_LIST list() {
        return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
    }
    bool any() const { return !handles_.empty(); }

private:
    std::vector<HANDLE> handles_;
    std::vector<char> memory_;
};

bool is_wine() {
    return ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "wine_get_version");
}

class WindowsProcess final : public Process {
public:
    WindowsProcess(const std::vector<std::string>& arguments, const ChildOptions& options)
        : plugs_{options.output, options.error} {
        input_.prepare(options.input);
        stems_[0].prepare(options.output);
        stems_[1].prepare(options.error);
        launch(arguments, options);
        input_.close_theirs();
        stems_[0].close_theirs();
        stems_[1].close_theirs();
    }

    long pid() const override { return static_cast<long>(pid_); }

    std::size_t read(Stream stream, std::span<char> room) override {
        const auto index = static_cast<std::size_t>(stream);
        if (plugs_[index] == Plug::unread_pipe) {
            ::WaitForSingleObject(process_.get(), INFINITE);
            return 0;
        }
        DWORD length = 0;
        const bool fine = ::ReadFile(stems_[index].ours(), room.data(),
                                     static_cast<DWORD>(room.size()), &length, nullptr) != 0;
        return fine ? length : 0;
    }

    // Nobody else holds the other ends: all that the child has started is in the job, and ends.
    void stop_reading() override { ::TerminateJobObject(job_.get(), 1); }

    Exit await_exit() override {
        ::WaitForSingleObject(process_.get(), INFINITE);
        DWORD status = 0;
        ::GetExitCodeProcess(process_.get(), &status);
        return exited(static_cast<int>(status));
    }

    bool signal(Signal signal) override {
        switch (signal) {
        case Signal::interrupt:
            return send_event(CTRL_C_EVENT);
        case Signal::terminate:
            return !is_wine() && send_event(CTRL_BREAK_EVENT);
        case Signal::hang_up:
        case Signal::user1:
            return false;
        }
        return false;
    }

    void kill() override { ::TerminateProcess(process_.get(), 1); }

private:
    void launch(const std::vector<std::string>& arguments, const ChildOptions& options);
    bool send_event(DWORD event) const;

    std::array<Plug, 2> plugs_;
    Stem input_;
    std::array<Stem, 2> stems_;
    Handle job_;
    Handle process_;
    DWORD pid_ = 0;
};

void WindowsProcess::launch(const std::vector<std::string>& arguments,
                            const ChildOptions& options) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    *job_.place() = ::CreateJobObjectW(nullptr, nullptr);
    require(::SetInformationJobObject(job_.get(), JobObjectExtendedLimitInformation, &limits,
                                      sizeof limits),
            "job");

    std::vector<HANDLE> handles;
    for (const HANDLE handle : {input_.theirs(), stems_[0].theirs(), stems_[1].theirs()}) {
        if (handle != nullptr) {
            handles.push_back(handle);
        }
    }
    Heirlooms heirlooms(handles);
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = input_.theirs();
    startup.StartupInfo.hStdOutput = stems_[0].theirs();
    startup.StartupInfo.hStdError = stems_[1].theirs();
    startup.lpAttributeList = heirlooms.list();

    // A child inherits whether Ctrl-C is switched off, and whoever started us may have done so.
    ::SetConsoleCtrlHandler(nullptr, FALSE);
    // A console of its own, without a window, is what makes Ctrl-C reach the child and not us. But
    // a process with a console gets that for a stream that is closed.
    const bool all_open = handles.size() == 3;
    const DWORD flags = (all_open ? CREATE_NO_WINDOW : DETACHED_PROCESS) | CREATE_SUSPENDED |
                        CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
    std::wstring line = command_line(arguments);
    std::wstring environment = environment_with(options);
    const std::wstring folder = wide(options.folder);
    PROCESS_INFORMATION started{};
    require(::CreateProcessW(nullptr, line.data(), nullptr, nullptr, heirlooms.any(), flags,
                             environment.data(), folder.empty() ? nullptr : folder.c_str(),
                             &startup.StartupInfo, &started),
            arguments.front());
    *process_.place() = started.hProcess;
    pid_ = started.dwProcessId;
    ::AssignProcessToJobObject(job_.get(), started.hProcess);
    ::ResumeThread(started.hThread);
    ::CloseHandle(started.hThread);
}

// By way of a process of its own: to send an event to a console one must leave one's own.
bool WindowsProcess::send_event(DWORD event) const {
    Child sender =
        Child::start({CAESURA_CONSOLE_EVENT_SENDER, std::to_string(pid_), std::to_string(event)});
    return sender.wait() == exited(0);
}

} // namespace

std::unique_ptr<Process> start_process(const std::vector<std::string>& arguments,
                                       const ChildOptions& options) {
    return std::make_unique<WindowsProcess>(arguments, options);
}

} // namespace caesura::testing
