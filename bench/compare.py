#!/usr/bin/env python3
"""Serves poems with poetry-server and with the hand-written servers beside it, in turn, and prints
what each costs its process: the medians of several rounds, and their ratios.

    bench/compare.py [--rounds N] BUILD

BUILD is a build folder (build/linux-gcc, say). CPU time is the kernel's own account of the server's
threads (/proc/PID/task/*/schedstat), so what the load costs does not count."""

import argparse
import glob
import os
import re
import resource
import statistics
import subprocess
import tempfile
import time


def cpu_ns(pid):
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        with open(path, encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total


def write_poem(path, mebibytes):
    with open(path, "wb") as file:
        for _ in range(mebibytes):
            file.write(b"0123456789abcdef" * 65536)
    return path


class Crowd:
    """Clients that take nothing, in a process of their own, all connected."""

    def __init__(self, build, target, count, prefix=()):
        self.process = subprocess.Popen([*prefix, f"{build}/bench/bench-silent", str(target),
                                         str(count)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Server:
    """A server under load, and what it has used so far."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r"(\d+)\.$", self.process.stdout.readline()).group(1))

    def cost_of(self, load):
        before = cpu_ns(self.process.pid)
        subprocess.run([str(word) for word in load], check=True)
        return cpu_ns(self.process.pid) - before

    def resident_kb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def compare(title, unit, servers, load, scale, rounds):
    """Runs `load` on each of `servers` (name -> command) in turn; the last is what 1.00 means."""
    running = {name: Server(command) for name, command in servers.items()}
    costs = {name: [] for name in servers}
    seconds = {name: [] for name in servers}
    for server in running.values():
        server.cost_of(load(server.port))  # not counted: first touch of everything
    for _ in range(rounds):
        for name, server in running.items():
            start = time.monotonic()
            costs[name].append(server.cost_of(load(server.port)) * scale)
            seconds[name].append(time.monotonic() - start)
    for server in running.values():
        server.stop()
    base = costs[list(servers)[-1]]
    print(f"{title} ({unit}, median of {rounds}, the median ratio to the last line, and how long "
          "the load took)")
    for name in servers:
        ratio = statistics.median(mine / its for mine, its in zip(costs[name], base))
        print(f"  {name:34} {statistics.median(costs[name]):9.3f}  {ratio:5.2f}  "
              f"{statistics.median(seconds[name]):7.3f} s", flush=True)


def short_poems(build, folder, rounds):
    poem = f"{folder}/short.txt"
    with open(poem, "wb") as file:
        file.write(b"would block\n" * 250)
    connections = 20000

    def load(port):
        return [f"{build}/bench/bench-load", port, 3000, connections, 64]

    def mine(drain):
        return [f"{build}/programs/poetry-server", "--log-file", f"{folder}/log", "--drain", drain,
                poem]

    def epoll(how):
        return [f"{build}/bench/bench-epoll_server", poem, f"{folder}/log", how]

    per_connection = 1e-3 / connections
    compare("3 KB, 64 clients at once, closed at once", "CPU us a connection",
            {"poetry-server --drain 0": mine("0"), "epoll by hand, close": epoll("close")},
            load, per_connection, rounds)
    compare("3 KB, 64 clients at once, drained", "CPU us a connection",
            {"poetry-server": mine("5"), "epoll by hand, FIN and drain": epoll("drain")},
            load, per_connection, rounds)


def long_poem(build, folder, rounds):
    size = 1 << 30
    poem = write_poem(f"{folder}/long.txt", size >> 20)
    compare("1 GB, one client", "CPU s/GB",
            {"poetry-server": [f"{build}/programs/poetry-server", "--log-file", f"{folder}/log",
                               poem],
             "blocking send of a mapping": [f"{build}/bench/bench-blocking_sender", poem]},
            lambda port: [f"{build}/bench/bench-load", port, size, 1, 1], 1e-9, rounds)


def idle_memory(build, folder):
    """Slow poetry with a pause of an hour makes connections that wait and do nothing."""
    import socket
    server = Server([f"{build}/programs/poetry-server", "--log-file", f"{folder}/log",
                     "--num-bytes", "1", "--delay", "3600", f"{folder}/short.txt"])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(5000, hard - 100)
    before = server.resident_kb()
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", server.port))
        client.recv(1)  # so it is served
        clients.append(client)
    print(f"resident memory of each of {count} idle connections: "
          f"{(server.resident_kb() - before) * 1024 / count:.0f} bytes")
    for client in clients:
        client.close()
    server.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("build")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    with tempfile.TemporaryDirectory() as folder:
        short_poems(build, folder, arguments.rounds)
        long_poem(build, folder, max(3, arguments.rounds // 2))
        idle_memory(build, folder)


if __name__ == "__main__":
    main()
