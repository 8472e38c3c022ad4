#!/usr/bin/env python3
"""The tidy test: what the house promises of its own text, checked.

    tidy.py [ROOT]

prints one line for each violation, "file:line: what, and what would be right", and exits 1 if there
are any. A check that finds no file to look at is a violation too: it would pass for ever.
The rules are data, in rules.py; each check is proven on a bad sample in test_tidy.py.
"""

import pathlib
import sys
from typing import Callable, NamedTuple

sys.dont_write_bytecode = True  # a test leaves nothing in the tree

import headers
import includes
import listed
import rules
import shape
import words
from source import Tree, Violation


class Check(NamedTuple):
    """`examine(tree, sources)` yields violations; `sources` are the files that `applies` picks."""

    name: str
    applies: Callable
    examine: Callable


def check_of_ban(ban):
    return Check(
        ban.name,
        lambda source: words.ban_applies(ban, source),
        lambda tree, sources: words.examine_ban(ban, sources),
    )


CHECKS = (
    Check("include directions", lambda s: s.is_cpp, includes.examine),
    Check("platform words", words.is_shared, words.examine_platform_words),
    Check("function length", shape.has_limits, shape.examine_functions),
    Check("file length", shape.has_limits, shape.examine_files),
    Check("line length", shape.has_limits, shape.examine_lines),
    Check("white space", shape.is_written, shape.examine_space),
    Check("left-overs", shape.is_written, words.examine_left_overs),
    Check("exemptions", shape.is_written, shape.examine_exemptions),
    Check("literal ports", words.opens_ports, words.examine_ports),
    Check("in the build", listed.is_built, listed.examine_build),
    Check("test cases", listed.is_test, listed.examine_test_cases),
    Check("headers alone", lambda s: s.is_public_header, headers.examine_alone),
    Check("contracts", lambda s: s.is_public_header, headers.examine_contracts),
    Check("workplace", lambda s: True, words.examine_workplace),
) + tuple(check_of_ban(ban) for ban in rules.BANS)


def run(tree, checks=CHECKS):
    """All violations of the checks in the tree, in the order of their places."""
    found = []
    for check in checks:
        sources = [source for source in tree.sources if check.applies(source)]
        if sources:
            found += check.examine(tree, sources)
        else:
            said = f"check '{check.name}' found no file to look at: mend its paths or remove it"
            found.append(Violation("tests/tidy/tidy.py", 1, said))
    return sorted(set(found))


def main(arguments):
    if len(arguments) > 1:
        raise SystemExit("usage: tidy.py [ROOT]")
    here = pathlib.Path(__file__).resolve().parents[2]
    found = run(Tree(arguments[0] if arguments else here))
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
