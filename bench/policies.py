#!/usr/bin/env python3
"""What each policy of the hand-off budget costs, side by side: the whole one; the low-water mark
alone, which nobody earns more than; and the system's defaults.

    bench/policies.py [--rounds N] [--stalled 1000,10000] BUILD

First long poems for willing readers, then readers that never read: what the kernel holds for each,
at both ends (the readers' own end keeps 4 KB or less), what the server has resident, what it uses
while they stall, and how long one more client waits for its whole poem."""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

from compare import Crowd, Server, compare, cpu_ns, write_poem

POLICIES = {"policy": [], "low-water mark alone": ["--unsent-total", "1"],
            "system's defaults": ["--unsent-limit", "0"]}


def bulk(build, folder, rounds):
    for clients, mebibytes in ((1, 1024), (16, 128)):
        poem = write_poem(f"{folder}/poem", mebibytes)
        servers = {name: [f"{build}/programs/poetry-server", "--log-file", f"{folder}/log",
                          *options, poem] for name, options in POLICIES.items()}
        if clients == 1:
            servers["blocking send of a mapping"] = [f"{build}/bench/bench-blocking_sender", poem]
        size = mebibytes << 20
        compare(f"{clients} clients of {mebibytes} MiB", "CPU s/GB", servers,
                lambda port: [f"{build}/bench/bench-load", port, size, clients, clients],
                1 / (size * clients), rounds)


def kernel_bytes():
    with open("/proc/net/sockstat", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("TCP:"))
    return int(line.split()[-1]) * os.sysconf("SC_PAGE_SIZE")


def settled_kernel_bytes():
    last = -1
    while last != kernel_bytes():
        last = kernel_bytes()
        time.sleep(1)
    return last


def seconds_of(load):
    """How long one more client waits; one that has waited a minute has waited in vain."""
    start = time.monotonic()
    try:
        subprocess.run([str(word) for word in load], check=True, timeout=60)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return float("inf")
    return time.monotonic() - start


def stalled(build, folder, name, count):
    mebibytes = 64
    poem = write_poem(f"{folder}/poem", mebibytes)
    server = Server([f"{build}/programs/poetry-server", "--log-file", f"{folder}/log",
                     "--stall-timeout", "0", *POLICIES[name], poem])
    load = [f"{build}/bench/bench-load", server.port, mebibytes << 20, 1, 1]
    alone = statistics.median(seconds_of(load) for _ in range(9))
    kernel, resident = settled_kernel_bytes(), server.resident_kb()
    crowd = Crowd(build, server.port, count)
    kernel = settled_kernel_bytes() - kernel
    before = cpu_ns(server.process.pid)
    time.sleep(5)
    used = cpu_ns(server.process.pid) - before
    beside = [seconds_of(load) for _ in range(9)]
    print(f"  {name:22} {count:6} stalled: {kernel / count / 1000:7.0f} KB of the kernel for each, "
          f"{(server.resident_kb() - resident) * 1024 / count:5.0f} bytes resident for each "
          f"(all: {server.resident_kb()} KiB), {used * 1e-6:6.1f} ms of CPU in 5 s, "
          f"one more client {statistics.median(beside) * 1e3:.0f} ms, at most "
          f"{max(beside) * 1e3:.0f} (alone {alone * 1e3:.0f})", flush=True)
    crowd.stop()
    server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--stalled", default="1000,10000")
    parser.add_argument("build")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    with tempfile.TemporaryDirectory() as folder:
        bulk(build, folder, arguments.rounds)
        print("64 MiB each, for readers that never read")
        for count in arguments.stalled.split(","):
            for name in POLICIES:
                stalled(build, folder, name, int(count))


if __name__ == "__main__":
    main()
