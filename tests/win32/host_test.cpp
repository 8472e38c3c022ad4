#include "support/temporary_folder.hpp"
#include "win32/null_device.hpp"
#include "win32/text.hpp"

#include <caesura/host.hpp>

#include <doctest/doctest.h>

#include <windows.h>

#include <filesystem>
#include <string>

using namespace caesura;
using namespace caesura::testing;

namespace {

// Where scratch files are made, while this lives.
class ScratchFolder {
public:
    explicit ScratchFolder(const std::string& path) {
        ::GetEnvironmentVariableW(L"TMP", before_, MAX_PATH);
        ::SetEnvironmentVariableW(L"TMP", wide_of(path).c_str());
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() { ::SetEnvironmentVariableW(L"TMP", before_); }

private:
    wchar_t before_[MAX_PATH] = L"";
};

} // namespace

TEST_CASE("devices are no files to be sent") {
    CHECK(this_host().open_file("NUL").error() == Error::operation_not_supported);
    CHECK(this_host().open_file(R"(\\.\NUL)").error() == Error::operation_not_supported);
}

TEST_CASE("the null device is an output that never blocks") {
    const auto output = this_host().open_output("NUL", OutputMode::append);
    REQUIRE_MESSAGE(output, describe(output.failure()));
    CHECK_FALSE((*output)->can_block());
    CHECK_FALSE((*output)->is_terminal());
    CHECK_FALSE((*output)->write(as_slice("text")));
}

TEST_CASE("the null device is known from a pipe and from no handle at all") {
    const HANDLE null_device = open_null_device();
    CHECK(is_null_device(null_device));
    ::CloseHandle(null_device);
    HANDLE ends[2];
    REQUIRE(::CreatePipe(&ends[0], &ends[1], nullptr, 0));
    CHECK_FALSE(is_null_device(ends[1]));
    ::CloseHandle(ends[0]);
    ::CloseHandle(ends[1]);
    CHECK_FALSE(is_null_device(INVALID_HANDLE_VALUE));
    CHECK_FALSE(is_null_device(nullptr));
}

TEST_CASE("a file that another process keeps to itself is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.write("poem", "mine");
    const HANDLE keeper =
        ::CreateFileW(wide_of(path).c_str(), GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr);
    REQUIRE(keeper != INVALID_HANDLE_VALUE);
    CHECK(this_host().open_file(path).error() == Error::access_denied);
    ::CloseHandle(keeper);
    CHECK(this_host().open_file(path));
}

TEST_CASE("a name that no file can have names no file") {
    const TemporaryFolder folder;
    CHECK(this_host().open_file(folder.at("a*b?")).error() == Error::not_found);
}

TEST_CASE("a scratch file is gone when its last user is") {
    const TemporaryFolder folder;
    const ScratchFolder wish(folder.at(""));
    {
        const auto scratch = this_host().scratch_file();
        REQUIRE_MESSAGE(scratch, describe(scratch.failure()));
        CHECK_FALSE((*scratch)->append(as_slice("text")));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("nothing detaches, and nothing claims a pid file") {
    CHECK_FALSE(this_host().can_detach());
    CHECK(this_host().detach().error() == Error::operation_not_supported);
    CHECK(this_host().claim_pid_file("pid").error() == Error::operation_not_supported);
}
