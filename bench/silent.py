#!/usr/bin/env python3
"""Serves a 3 KB poem beside many clients that are silent, and prints what one connection costs the
server's process, and what it uses when nobody else is there: medians of several rounds, in which
the numbers of silent clients take turns.

    bench/silent.py [--rounds N] [--silent 0,1000,10000] [--poller NAME] [--per-second N] BUILD

BUILD is a build folder (build/linux-gcc, say). Each server has its silent clients in a process of
their own. `stalled` ones have been sent the beginning of a long poem and take nothing; `held` ones
have been sent a short one, with its end, and do not close. The last line is epoll by hand. First
64 others come at once and again, then so many a second."""

import argparse
import os
import statistics
import tempfile
import time

from compare import Crowd, Server, cpu_ns

CONNECTIONS = 20000


class Scene:
    """A server, and the clients that say nothing to it."""

    def __init__(self, build, command, silent, port_index):
        self.server = Server(command)
        ports = [self.server.port]
        if port_index > 0:
            line = self.server.process.stdout.readline()
            ports.append(int(line.rstrip(".\n").rsplit(":", 1)[1]))
        self.load = [f"{build}/bench/bench-load", ports[0], 3000]
        try:
            self.crowd = Crowd(build, ports[port_index], silent)
        except OSError:
            self.server.stop()
            raise

    def us_a_connection(self, per_second):
        """0 = as many as can be."""
        count = 4 * per_second or CONNECTIONS
        return self.server.cost_of([*self.load, count, 64, per_second]) * 1e-3 / count

    def percent_at_rest(self, seconds):
        before = cpu_ns(self.server.process.pid)
        time.sleep(seconds)
        return (cpu_ns(self.server.process.pid) - before) * 1e-7 / seconds

    def stop(self):
        self.crowd.stop()
        self.server.stop()


def measure(title, build, command, port_index, arguments):
    silent = [int(count) for count in arguments.silent.split(",")]
    scenes = {count: Scene(build, command, count, port_index) for count in silent}
    time.sleep(3)  # for them to be silent
    for scene in scenes.values():
        scene.us_a_connection(0)  # not counted: first touch of everything
    for per_second in (0, arguments.per_second):
        costs = {count: [] for count in silent}
        for _ in range(arguments.rounds):
            for count, scene in scenes.items():
                costs[count].append(scene.us_a_connection(per_second))
        print(f"{title}, {per_second or 'as many as can be'} a second")
        for count, scene in scenes.items():
            ratio = statistics.median(a / b for a, b in zip(costs[count], costs[silent[0]]))
            print(f"  beside {count:6}: {statistics.median(costs[count]):8.2f} us  {ratio:5.2f}    "
                  f"at rest {scene.percent_at_rest(5):5.2f} % of a core", flush=True)
    for scene in scenes.values():
        scene.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--silent", default="0,1000,10000")
    parser.add_argument("--poller", default="select,poll")
    parser.add_argument("--per-second", type=int, default=1000)
    parser.add_argument("build")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    with tempfile.TemporaryDirectory() as folder:
        short, long = f"{folder}/short.txt", f"{folder}/long.txt"
        for path, lines in ((short, 250), (long, 100000)):
            with open(path, "wb") as file:
                file.write(b"would block\n" * lines)
        for poller in arguments.poller.split(","):
            # Little of each long poem, or the system has no memory for so many.
            server = [f"{build}/programs/poetry-server", "--log-file", f"{folder}/log",
                      "--poller", poller, "--stall-timeout", "0", "--drain", "3600",
                      "--unsent-limit", "4096", short, long]
            measure(f"poetry-server, {poller}, stalled", build, server, 1, arguments)
            measure(f"poetry-server, {poller}, held", build, server, 0, arguments)
        measure("epoll by hand, held", build,
                [f"{build}/bench/bench-epoll_server", short, f"{folder}/log", "drain"], 0,
                arguments)


if __name__ == "__main__":
    main()
