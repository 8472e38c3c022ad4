#include "berkeley/host_parts.hpp"
#include "posix/proc.hpp"

#include <algorithm>
#include <sys/utsname.h>

namespace caesura::native {

namespace {

// Settings of Linux that decide how much a socket takes: tcp(7), socket(7).
constexpr const char* settings[][2] = {
    {"tcp_wmem", "/proc/sys/net/ipv4/tcp_wmem"},
    {"tcp_rmem", "/proc/sys/net/ipv4/tcp_rmem"},
    {"tcp_mem", "/proc/sys/net/ipv4/tcp_mem"},
    {"tcp_notsent_lowat", "/proc/sys/net/ipv4/tcp_notsent_lowat"},
    {"tcp_congestion_control", "/proc/sys/net/ipv4/tcp_congestion_control"},
    {"wmem_max", "/proc/sys/net/core/wmem_max"},
    {"rmem_max", "/proc/sys/net/core/rmem_max"},
};

std::string in_one_line(std::string text) {
    text.erase(text.find_last_not_of(" \t\n") + 1);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
    return text;
}

// The value of PRETTY_NAME: os-release(5).
std::string distribution() {
    const std::string text = proc_text("/etc/os-release");
    constexpr std::string_view label = "PRETTY_NAME=\"";
    const std::size_t start = text.find(label);
    if (start == std::string::npos) {
        return {};
    }
    const std::size_t name = start + label.size();
    return text.substr(name, text.find('"', name) - name);
}

} // namespace

std::vector<SystemFact> facts() {
    std::vector<SystemFact> facts;
    const auto add = [&facts](const char* name, const std::string& value) {
        if (!value.empty()) {
            facts.push_back({name, in_one_line(value)});
        }
    };
    utsname name{};
    if (::uname(&name) >= 0) {
        add("system", name.sysname);
        add("distribution", distribution());
        add("kernel", name.release);
        add("build", name.version);
        add("architecture", name.machine);
    }
    for (const auto& [setting, path] : settings) {
        add(setting, proc_text(path));
    }
    return facts;
}

} // namespace caesura::native
