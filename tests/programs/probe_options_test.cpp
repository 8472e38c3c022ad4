#include "programs/programs.hpp"

#include <doctest/doctest.h>

using namespace caesura::testing;

namespace {

Refusal refusal(const Words& arguments, const std::string& line) {
    return {Words{CAESURA_SEND_PROBE} + arguments, "send-probe: " + line};
}

} // namespace

TEST_CASE("send-probe: every wrong command line is one line, and status 2") {
    const std::string sizes = "give sizes from 1 to 1024M, such as 1,1448,64K,16M; at most 64 of "
                              "them";
    const std::string buffers = "give sizes from 0 to 1024M or unset, such as unset,0,8192,64K";
    check_refused(
        {refusal({"dance"}, "'dance' will not do: give sweep, close, rearm, poll, second, all, "
                            "watch, compare, fit or fingerprint"),
         refusal({"sweep", "x"}, "sweep: give no file"),
         refusal({"compare", "x"}, "compare: give two files that send-probe has written"),
         refusal({"fit"}, "fit: give one file that send-probe has written"),
         refusal({"all"}, "all: --out is missing; give --out DIR"),
         refusal({"--write-size", "1,,2"}, "--write-size: '1,,2' will not do: " + sizes),
         refusal({"--write-size", "0"}, "--write-size: '0' will not do: " + sizes),
         refusal({"--write-size", "2000M"}, "--write-size: '2000M' will not do: " + sizes),
         refusal({"--sndbuf", "-1"}, "--sndbuf: '-1' will not do: " + buffers),
         refusal({"--rcvbuf", ""}, "--rcvbuf: '' will not do: " + buffers),
         refusal({"--reader", "slow:0"},
                 "--reader: 'slow:0' will not do: give stalled, resumes, or slow:RATE in bytes per "
                 "second, such as slow:64K"),
         refusal({"--format", "html"}, "--format: 'html' will not do: give table, csv or json"),
         refusal({"--system", "os2"},
                 "--system: 'os2' will not do: the simulated ones are linux, bsd, winsock-win7, "
                 "winsock-win10, wine8, wine10, nasty"),
         refusal({"--system", "bsd", "--poller", "wsapoll"},
                 "--poller: 'wsapoll' will not do: the known ones are select, poll"),
         refusal({"--total-limit", "much"},
                 "--total-limit: 'much' will not do: give bytes, such as 500M"),
         refusal({"--rounds", "0"},
                 "--rounds: '0' will not do: give a whole number from 1 to 100000"),
         refusal({"watch", "--to", "nowhere"}, "--to: 'nowhere' will not do: give HOST:PORT, such "
                                               "as localhost:10001 or [::1]:10001"),
         refusal({"--to", "[::1]:7"}, "--to: is for watch"),
         refusal({"watch", "--to", "[::1]:7", "--system", "bsd"},
                 "--to: a simulated system has no way out; leave --system away"),
         refusal({"watch", "--format", "json"},
                 "watch: it has no table to write in a --format; give sweep for one"),
         refusal({"exit-child", "7"}, "exit-child: is for send-probe close to start")});
}

TEST_CASE("send-probe prints its help and its version") {
    const Ran help = run({CAESURA_SEND_PROBE, "--help"});
    CHECK(help.exit == exited(0));
    CHECK(contains(help.output, "Usage: send-probe [options]"));
    CHECK(contains(help.output, "--total-limit"));
    CHECK(run({CAESURA_SEND_PROBE, "--version"}).exit == exited(0));
}
