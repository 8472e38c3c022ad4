"""Every source is in the build, and every file of tests holds a test."""

import posixpath
import re

from source import Violation

TEST_CASE = re.compile(r"^\w*(?:TEST|CASE|SCENARIO)\w*\s*\(", re.MULTILINE)
MAIN = re.compile(r"\bint\s+w?main\s*\(")
FUZZ_TARGET = re.compile(r"\bint\s+LLVMFuzzerTestOneInput\s*\(")


def is_built(source):
    return source.suffix == ".cpp" and source.under("src", "programs", "tests", "bench", "examples")


def is_test(source):
    if source.suffix != ".cpp" or not source.under("tests"):
        return False
    folders = source.path.split("/")[:-1]
    return not ("support" in folders or re.search(r"(?:^|_)(?:main|support)(?:_|$)", source.stem))


def examine_build(tree, sources):
    for source in sources:
        if not any(names(cmake, source.path) for cmake in cmake_files_above(tree, source.path)):
            yield Violation(
                source.path, 1, "is in no build: name it in a CMakeLists.txt of its folder or above"
            )


def cmake_files_above(tree, path):
    folder = posixpath.dirname(path)
    while True:
        for source in tree.sources:
            if source.is_cmake and posixpath.dirname(source.path) == folder:
                yield source
        if not folder:
            return
        folder = posixpath.dirname(folder)


def names(cmake, path):
    """Whether a CMake file names the path, written from its own folder."""
    written = posixpath.relpath(path, posixpath.dirname(cmake.path) or ".")
    text = re.sub(r"#.*", "", cmake.text)
    return re.search(rf"(?<![\w./-])(?:\$\{{\w+\}}/)?{re.escape(written)}(?![\w./-])", text)


def examine_test_cases(tree, sources):
    for source in sources:
        if not any(kind.search(source.code) for kind in (TEST_CASE, MAIN, FUZZ_TARGET)):
            yield Violation(
                source.path,
                1,
                "holds no TEST_CASE: write one, or move what it gives to tests/support",
            )
