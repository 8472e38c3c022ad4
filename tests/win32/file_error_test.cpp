#include "win32/file_error.hpp"

#include <doctest/doctest.h>

#include <windows.h>

using namespace caesura;

TEST_CASE("what Windows says about files is told by its meaning, with the number kept") {
    CHECK(file_failure(ERROR_FILE_NOT_FOUND) == Failure{Error::not_found, 2});
    CHECK(file_failure(ERROR_PATH_NOT_FOUND) == Failure{Error::not_found, 3});
    CHECK(file_failure(ERROR_ACCESS_DENIED) == Failure{Error::access_denied, 5});
    CHECK(file_failure(ERROR_SHARING_VIOLATION) == Failure{Error::access_denied, 32});
    CHECK(file_failure(ERROR_NOT_ENOUGH_MEMORY) == Failure{Error::out_of_memory, 8});
    CHECK(file_failure(ERROR_DISK_FULL) == Failure{Error::no_space, 112});
    CHECK(file_failure(ERROR_HANDLE_DISK_FULL) == Failure{Error::no_space, 39});
    CHECK(file_failure(ERROR_BROKEN_PIPE) == Failure{Error::broken_pipe, 109});
    CHECK(file_failure(ERROR_NO_DATA) == Failure{Error::broken_pipe, 232});
    CHECK(file_failure(ERROR_CRC) == Failure{Error::input_output, 23});
}

TEST_CASE("a number that nobody knows is unexpected, and success is no failure of files") {
    CHECK(file_failure(54321) == Failure{Error::unexpected, 54321});
    CHECK(file_failure(ERROR_SUCCESS).error == Error::unexpected);
}

TEST_CASE("the last error is the thread's own") {
    ::SetLastError(ERROR_FILE_EXISTS);
    CHECK(last_file_failure().error == Error::already_exists);
}
