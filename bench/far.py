#!/usr/bin/env python3
"""How fast a long poem gets to a client that is far away, with each policy of the hand-off budget
and beside many clients that never read: medians of several rounds side by side, and the median
ratio to the first of each table. It takes Linux and the rights of root.

    bench/far.py [--rounds N] [--milliseconds N] [--mebibytes N] [--silent N,...] BUILD

The link is made of two network namespaces (bench/posix/far_link.cpp) and loses nothing;
--milliseconds is its round trip."""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

from compare import Crowd, Server, write_poem
from policies import POLICIES, kernel_bytes


class Link:
    def __init__(self, build, milliseconds):
        self.process = subprocess.Popen([f"{build}/bench/bench-far_link", str(milliseconds // 2)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.here, self.address = self.process.stdout.readline().split()
        self.there, _ = self.process.stdout.readline().split()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Scene:
    """A server on one end of the link, with so many silent clients beside it."""

    def __init__(self, build, poem, link, options, silent):
        here = ["nsenter", f"--net={link.here}"]
        self.server = Server([*here, f"{build}/programs/poetry-server", "--iface", link.address,
                              "--log-file", f"{poem}.log", "--stall-timeout", "0", *options,
                              poem])
        self.size = os.path.getsize(poem)
        target = f"{link.address}:{self.server.port}"
        self.crowd = Crowd(build, target, silent, here)
        self.load = ["nsenter", f"--net={link.there}", f"{build}/bench/bench-load", target,
                     self.size, 1, 1]

    def megabytes_a_second(self):
        start = time.monotonic()
        self.server.cost_of(self.load)
        return self.size / 1e6 / (time.monotonic() - start)

    def stop(self):
        self.crowd.stop()
        self.server.stop()


def measure(title, scenes, rounds):
    speeds = {name: [] for name in scenes}
    for _ in range(rounds):
        for name, scene in scenes.items():
            speeds[name].append(scene.megabytes_a_second())
    print(title)
    first = speeds[next(iter(scenes))]
    for name, scene in scenes.items():
        ratio = statistics.median(mine / its for mine, its in zip(speeds[name], first))
        print(f"  {name:40} {statistics.median(speeds[name]):7.2f} MB/s  {ratio:6.3f}", flush=True)
        scene.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--milliseconds", type=int, default=100)
    parser.add_argument("--mebibytes", type=int, default=64)
    parser.add_argument("--silent", default="1000,9000")
    parser.add_argument("build")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    with tempfile.TemporaryDirectory() as folder:
        poem = write_poem(f"{folder}/poem", arguments.mebibytes)
        link = Link(build, arguments.milliseconds)
        order = reversed(POLICIES.items())
        measure(f"{arguments.mebibytes} MiB at a round trip of {arguments.milliseconds} ms",
                {name: Scene(build, poem, link, options, 0) for name, options in order},
                arguments.rounds)
        for budget in (65536, 16384):
            for silent in filter(None, arguments.silent.split(",")):
                before = kernel_bytes()
                options = ["--unsent-limit", str(budget)]
                scenes = {"beside none": Scene(build, poem, link, options, 0),
                          f"beside {silent}": Scene(build, poem, link, options, int(silent))}
                time.sleep(3)
                held = (kernel_bytes() - before) / int(silent) / 1000
                measure(f"budget {budget}; {held:.0f} KB of the kernel for each silent client",
                        scenes, arguments.rounds)
        link.stop()


if __name__ == "__main__":
    main()
