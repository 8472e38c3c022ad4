#include "berkeley/host_parts.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace caesura::native {

namespace {

// What is asked for where the hard limit is "none": macOS says so, but refuses more than OPEN_MAX.
constexpr rlim_t most_to_ask_for = 10240;

enum class StandardOutput { given, missing };
StandardOutput standard_output_at_start = StandardOutput::given;

bool is_closed(int descriptor) {
    return ::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
}

bool set_descriptor_limit(rlimit limit, rlim_t soft) {
    limit.rlim_cur = soft;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

} // namespace

std::vector<std::string> arguments(int count, char** values) {
    return {values, values + count};
}

void prepare_process() {
    if (is_closed(STDOUT_FILENO)) {
        standard_output_at_start = StandardOutput::missing;
    }
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (is_closed(descriptor)) {
            // Gets the lowest number that is free, which is this one. Not close-on-exec: a standard
            // stream is meant to be inherited. Without a null device nothing can be done here.
            (void)::open("/dev/null", O_RDWR);
        }
    }
    (void)::signal(SIGPIPE, SIG_IGN);
}

bool had_standard_output() {
    return standard_output_at_start == StandardOutput::given;
}

// A terminal's window belongs to a shell, or to whoever opened it.
bool owns_console() {
    return false;
}

Failure wait_for_key() {
    return {};
}

std::size_t most_sockets() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return _POSIX_OPEN_MAX;
    }
    const rlim_t before = limit.rlim_cur;
    if (before < limit.rlim_max && !set_descriptor_limit(limit, limit.rlim_max)) {
        (void)set_descriptor_limit(limit,
                                   std::max(before, std::min(limit.rlim_max, most_to_ask_for)));
    }
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        limit.rlim_cur = before;
    }
    return static_cast<std::size_t>(std::min<std::uintmax_t>(limit.rlim_cur, INT_MAX));
}

} // namespace caesura::native
