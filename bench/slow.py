#!/usr/bin/env python3
"""Slow poetry for many clients: which part of the nominal rate they get, and what a byte costs the
server's process, beside the barest loop that sends the same (bench/posix/slow_sender.cpp): medians
of several rounds, and the median of the rounds' ratios.

    bench/slow.py [--rounds N] [--clients N] [--seconds N] [--pollers NAMES] BUILD"""

import argparse
import os
import statistics
import subprocess
import tempfile

from compare import Server, cpu_ns, write_poem

BYTES = 10
PAUSE = 0.1  # seconds


def play(build, command, arguments):
    """The parts of the nominal rate that all got, and the one who got the least; ns a byte."""
    server = Server(command)
    load = subprocess.Popen([f"{build}/bench/bench-slow_load", str(server.port),
                             str(arguments.clients), str(arguments.seconds)],
                            stdout=subprocess.PIPE, text=True)
    load.stdout.readline()
    before = cpu_ns(server.process.pid)
    received, seconds, fewest = load.stdout.readline().split()
    used = cpu_ns(server.process.pid) - before
    load.wait()
    load.stdout.close()
    server.stop()
    nominal = BYTES / PAUSE * float(seconds)
    return (int(received) / nominal / arguments.clients, int(fewest) / nominal,
            used / int(received))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--pollers", default="select,poll")
    parser.add_argument("build")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    with tempfile.TemporaryDirectory() as folder:
        poem = write_poem(f"{folder}/poem", 1)
        servers = {f"poetry-server, {poller}":
                   [f"{build}/programs/poetry-server", "--log-file", f"{folder}/log", "--poller",
                    poller, "--num-bytes", str(BYTES), "--delay", str(PAUSE), poem]
                   for poller in arguments.pollers.split(",")}
        servers["bare loop"] = [f"{build}/bench/bench-slow_sender", poem, str(arguments.clients),
                                str(BYTES), str(round(PAUSE * 1000))]
        played = {name: [] for name in servers}
        for _ in range(arguments.rounds):
            for name, command in servers.items():
                played[name].append(play(build, command, arguments))
        for name, rounds in played.items():
            rate, fewest, cost = (statistics.median(column) for column in zip(*rounds))
            ratio = statistics.median(mine[2] / its[2]
                                      for mine, its in zip(rounds, played["bare loop"]))
            print(f"{name:24} {rate * 100:6.2f} % of the rate, the least {fewest * 100:6.2f} %, "
                  f"{cost:7.1f} ns of CPU a byte, {ratio:5.2f} of the bare loop")


if __name__ == "__main__":
    main()
