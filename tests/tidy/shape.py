"""Lengths and white space."""

import re

import rules
from source import Violation

FUNCTION_KINDS = {"function", "member", "macro"}
SHELL_FUNCTION_END = re.compile(r"^[})]")
CMAKE_FUNCTION_END = re.compile(r"^\s*end(?:function|macro)\s*\(", re.IGNORECASE)


def is_written(source):
    """Written by hand for a machine: what the house's limits are for."""
    return source.is_cpp or source.is_python or source.is_shell or source.is_cmake


def has_limits(source):
    return is_written(source) and source.path not in rules.EXEMPT_FROM_LIMITS


def examine_functions(tree, sources):
    for source in sources:
        for tag in tree.tags.get(source.path, ()):
            if tag["kind"] not in FUNCTION_KINDS or (source.is_cpp and tag["kind"] != "function"):
                continue
            length = last_line(source, tag) - tag["line"] + 1
            if length > rules.MAX_FUNCTION_LINES:
                name = "lambda" if tag["name"].startswith("__anon") else tag["name"]
                yield Violation(
                    source.path,
                    tag["line"],
                    f"{name} has {length} lines; {rules.MAX_FUNCTION_LINES} are the most, split it",
                )


def last_line(source, tag):
    """ctags knows the end of a function but for shell functions and CMake macros."""
    if "end" in tag:
        return tag["end"]
    end = CMAKE_FUNCTION_END if source.is_cmake else SHELL_FUNCTION_END
    following = range(tag["line"], len(source.lines))
    return next((i + 1 for i in following if end.match(source.lines[i])), tag["line"])


def examine_files(tree, sources):
    for source in sources:
        length = source.text.count("\n") + (not source.text.endswith("\n"))
        if length > rules.MAX_FILE_LINES:
            said = f"{length} lines; {rules.MAX_FILE_LINES} are the most: one noun a file, split it"
            yield Violation(source.path, length, said)


def examine_lines(tree, sources):
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            if len(line) > rules.MAX_COLUMNS:
                said = f"{len(line)} columns; {rules.MAX_COLUMNS} are the most"
                yield Violation(source.path, number, said)


def examine_space(tree, sources):
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            if "\t" in line:
                yield Violation(source.path, number, "a tab: indent with spaces")
            if line != line.rstrip():
                yield Violation(source.path, number, "white space at its end: remove it")


def examine_exemptions(tree, sources):
    for path in rules.EXEMPT_FROM_LIMITS:
        if path not in tree.by_path:
            said = f"EXEMPT_FROM_LIMITS names {path}, which is gone: remove the row"
            yield Violation("tests/tidy/rules.py", 1, said)
