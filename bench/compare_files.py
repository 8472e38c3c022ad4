#!/usr/bin/env python3
"""Serves 1 GB in all of a poem from its file by each of several methods, in turn, in offers of
several sizes, and prints what each costs: medians of several rounds, and the median ratio to the
first.

    bench/compare_files.py [--rounds N] [--clients N] [--pieces KIB,...] [--send-buffer BYTES] BUILD

The methods are those of bench/posix/file_sender.cpp. Caesura's own is `copied256`;
docs/SEND-BUFFERS.md says why. CPU time is the kernel's account of the server alone, as in
compare.py."""

import argparse
import os
import statistics
import tempfile
import time

from compare import Server, write_poem


def compare(build, poem, size, arguments):
    kinds = [(method, int(piece)) for piece in arguments.pieces.split(",")
             for method in arguments.methods.split(",")]
    servers = {
        kind: Server([f"{build}/bench/bench-file_sender", poem, kind[0], str(kind[1] << 10),
                      str(arguments.send_buffer)])
        for kind in kinds
    }
    costs = {kind: [] for kind in kinds}
    speeds = {kind: [] for kind in kinds}
    for counted in [False] + [True] * arguments.rounds:
        for kind, server in servers.items():
            start = time.monotonic()
            cost = server.cost_of([f"{build}/bench/bench-load", server.port, size,
                                   arguments.clients, arguments.clients])
            if counted:
                costs[kind].append(cost * 1e-9)
                speeds[kind].append(1 / (time.monotonic() - start))
    for kind, server in servers.items():
        method, piece = kind
        base = costs[kinds[0]]
        ratio = statistics.median(mine / its for mine, its in zip(costs[kind], base))
        print(f"{piece:5} KiB  {method:10} {statistics.median(costs[kind]):7.3f} CPU s/GB "
              f"{ratio:6.2f} of the first, at best {min(costs[kind]):.3f}  "
              f"{statistics.median(speeds[kind]):6.2f} GB/s  "
              f"resident {server.resident_kb():8} KiB")
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--methods", default="windowed,mapped,sendfile,"
                        "copied64,copied128,copied256,copied512")
    parser.add_argument("--pieces", default="256,4096")
    parser.add_argument("--send-buffer", type=int, default=256 << 10)
    parser.add_argument("build")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    size = (1 << 30) // arguments.clients
    with tempfile.TemporaryDirectory() as folder:
        poem = write_poem(f"{folder}/long.txt", size >> 20)
        compare(build, poem, size, arguments)


if __name__ == "__main__":
    main()
