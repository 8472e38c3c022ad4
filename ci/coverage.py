#!/usr/bin/env python3
"""What the tests cover, as a table for each folder, and then the lines that they do not.

    coverage.py clang JSON   of `llvm-cov export -format=text`: lines and branches
    coverage.py gcov JSON    of `gcov --json-format --stdout`, one document a line: lines

Not counted are the branches within an assert(), because one side is never to be taken, and the
functions in NOT_COUNTED.
"""

import collections
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = {
    "clang": ["core", "connection", "reactor", "stream", "simulation"],
    "gcov": ["win32"],
}
# As they stand in mangled names: what runs while the compiler does, or within assert() alone.
NOT_COUNTED = (
    "19is_indexed_by_error",
    "11is_in_order",
    "5table4CellC",
    "11write_cells",
    "9SendQueue10invariants",
)


class File:
    """One file: line -> times run, and branch -> times taken and times not."""

    def __init__(self):
        self.lines = {}
        self.branches = collections.defaultdict(lambda: [0, 0])

    def add_line(self, line, count):
        self.lines[line] = self.lines.get(line, 0) + count

    def leave_out(self, lines):
        self.lines = {n: count for n, count in self.lines.items() if n not in lines}
        for place in [place for place in self.branches if place[0] in lines]:
            del self.branches[place]

    def missed_lines(self):
        return sorted(line for line, count in self.lines.items() if count == 0)

    def missed_branches(self):
        """(line, column, what it never was); None where it was neither."""
        for (line, column, *_), (taken, not_taken) in sorted(self.branches.items()):
            if self.lines.get(line) == 0:
                continue  # the line says it already
            if not taken or not not_taken:
                yield line, column, "true" if not taken else "false"

    def sides(self):
        """How many sides of branches there are, and how many were seen."""
        counts = [count for branch in self.branches.values() for count in branch]
        return len(counts), sum(1 for count in counts if count)


def inside(path):
    """The path within the tree; None for a file of somebody else."""
    try:
        return pathlib.Path(path.replace("\\", "/").removeprefix("Z:")).relative_to(TOP).as_posix()
    except ValueError:
        return None


def asserted_lines(path):
    """The lines on which an assert() stands, down to its closing parenthesis."""
    text = (TOP / path).read_text(encoding="utf-8")
    lines = set()
    for match in re.finditer(r"\bassert\(", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        first = text.count("\n", 0, match.start()) + 1
        lines.update(range(first, first + text.count("\n", match.start(), end) + 1))
    return lines


def line_counts(segments):
    """line -> times run: the most of any region that begins on it, and of the one that goes on
    from the line before. Unlike llvm-cov, the line after an assert() is not taken for one of those
    that follow a call from which there is no return: there a gap goes on, and ends."""
    on_line = collections.defaultdict(list)
    for line, _, count, has_count, is_entry, is_gap in segments:
        on_line[line].append((count, has_count, is_entry, is_gap))
    counts = {}
    goes_on = (0, False, False, True)
    for line in range(min(on_line, default=1), max(on_line, default=0) + 1):
        here = [s for s in on_line[line] if s[1] and s[2] and not s[3]]
        if goes_on[3]:
            here += [s for s in on_line[line][:1] if s[1] and not s[3]]
        elif goes_on[1]:
            here.append(goes_on)
        if here:
            counts[line] = max(count for count, *_ in here)
        if on_line[line]:
            goes_on = on_line[line][-1]
    return counts


def read_clang(document):
    files = collections.defaultdict(File)
    for data in document["data"]:
        for entry in data["files"]:
            path = inside(entry["filename"])
            if path is None:
                continue
            for line, count in line_counts(entry["segments"]).items():
                files[path].add_line(line, count)
            asserted = asserted_lines(path)
            for branch in entry["branches"]:
                place, taken, not_taken = tuple(branch[:4]), branch[4], branch[5]
                if place[0] not in asserted:
                    files[path].branches[place][0] += taken
                    files[path].branches[place][1] += not_taken
        leave_out(files, data["functions"])
    return files


def read_gcov(documents):
    files = collections.defaultdict(File)
    for document in documents:
        for entry in document["files"]:
            path = inside(entry["file"])
            if path is not None:
                for line in entry["lines"]:
                    files[path].add_line(line["line_number"], line["count"])
    return files


def leave_out(files, functions):
    found = set()
    for function in functions:
        marks = [mark for mark in NOT_COUNTED if mark in function["name"]]
        path = inside(function["filenames"][0])
        if marks and path in files:
            first, _, last = function["regions"][0][:3]
            files[path].leave_out(range(first, last + 1))
            found.update(marks)
    for mark in sorted(set(NOT_COUNTED) - found):
        print(f"coverage: NOT_COUNTED names {mark}, which is gone", file=sys.stderr)


def share(seen, there):
    return "    -" if not there else f"{100 * seen / there:6.2f} %"


def print_row(name, files):
    lines = sum(len(file.lines) for file in files)
    missed = sum(len(file.missed_lines()) for file in files)
    there, seen = map(sum, zip(*(file.sides() for file in files)))
    row = f"{name:16} {lines - missed:6} of {lines:6} {share(lines - missed, lines)}"
    print(row + (f" {seen:6} of {there:6} {share(seen, there)}" if there else ""))


def check_all_there(folder, files):
    """A source that no program holds would not be seen to be missing."""
    for path in sorted((TOP / "src" / folder).glob("*.cpp")):
        name = path.relative_to(TOP).as_posix()
        if name not in files:
            print(f"{name}: in no program that was measured", file=sys.stderr)


def report(kind, files):
    shown = {}
    print(f"{'folder':16} {'lines covered':>26}" + f" {'branches':>26}" * (kind == "clang"))
    for folder in FOLDERS[kind]:
        of_folder = {p: f for p, f in sorted(files.items()) if p.startswith(f"src/{folder}/")}
        if of_folder:
            check_all_there(folder, files)
            print_row(f"src/{folder}", of_folder.values())
            shown |= of_folder
    if not any(count for file in shown.values() for count in file.lines.values()):
        raise SystemExit("coverage: nothing that ran was measured")
    for path, file in shown.items():
        for line in file.missed_lines():
            print(f"{path}:{line}")
    for path, file in shown.items():
        for line, column, never in file.missed_branches():
            print(f"{path}:{line}:{column}: never {never}")


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in FOLDERS:
        raise SystemExit("usage: coverage.py clang|gcov JSON")
    kind, name = arguments
    text = pathlib.Path(name).read_text(encoding="utf-8")
    if kind == "clang":
        files = read_clang(json.loads(text))
    else:
        files = read_gcov(map(json.loads, text.splitlines()))
    report(kind, files)


if __name__ == "__main__":
    main(sys.argv[1:])
