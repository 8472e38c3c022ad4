"""Words that may not stand where they stand: a system's own, banned calls, left-overs."""

import re

import rules
from source import Violation

CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*((?:el)?if(?:n?def)?)\b", re.MULTILINE)
ONE_SYSTEM = re.compile(rf"\b(?:{'|'.join(rules.ONE_SYSTEM_WORDS)})\b")
ANY_SYSTEM = re.compile(rf"\b(?:{'|'.join(rules.ONE_SYSTEM_WORDS + rules.SHARED_WORDS)})\b")
LEFT_OVER = re.compile(rf"\b(?:{'|'.join(rules.LEFT_OVERS)})\b")
WORKPLACE = re.compile("|".join(rules.WORKPLACE))

# A call that opens a port, and the ways a number gets into its argument list as a port.
PORT_CALL = re.compile(r"\b(?:listen|connect|bind)\w*\s*\(")
LITERAL_PORT = re.compile(
    r'"(?:[^":\n]*|\[[^"\n]*\]):[1-9]\d{0,4}"'
    r"|\b(?:\w*[Ee]ndpoint(?:\s+\w+)?|\w*address|\w*loopback|any)\s*[({]"
    r"(?:[^(){}]|\([^()]*\)|\{[^{}]*\})*?(?<![\w.])[1-9]\d{0,4}\s*[)}]"
    r"|\bport\s*=\s*[1-9]"
)


def is_shared(source):
    return source.is_cpp and not source.under(*rules.SYSTEM_FOLDERS)


def examine_platform_words(tree, sources):
    for source in sources:
        berkeley = source.under(rules.BERKELEY)
        for match in CONDITIONAL.finditer(source.code):
            yield Violation(
                source.path,
                source.line_at(match.start(1)),
                f"#{match[1]}: what differs between systems goes into src/posix and src/win32",
            )
        if not berkeley:
            yield from system_headers(source)
        code = re.sub(r"(?m)^[ \t]*#[ \t]*include\b.*", "", source.code)
        words = ONE_SYSTEM if berkeley else ANY_SYSTEM
        home = "native.hpp of src/posix and src/win32" if berkeley else "src/posix and src/win32"
        for match in words.finditer(code):
            said = f"{match[0]} is a platform word: it goes into {home}"
            yield Violation(source.path, source.line_at(match.start()), said)


def system_headers(source):
    for include in source.includes:
        ours = include.name.startswith("caesura/") or include.name in rules.STANDARD_HEADERS
        if include.quoted or ours:
            continue
        if source.under("tests") and include.name.startswith(rules.TEST_HEADERS):
            continue
        yield Violation(
            source.path,
            include.line,
            f"<{include.name}>: shared code includes the C++20 library of g++ 12 and <caesura/...>",
        )


def ban_applies(ban, source):
    return (
        source.is_cpp
        and (not ban.within or source.under(*ban.within))
        and not source.under(*ban.allowed)
    )


def examine_ban(ban, sources):
    pattern = re.compile(ban.pattern)
    for source in sources:
        for match in pattern.finditer(source.code):
            line = source.line_at(match.start())
            said = " ".join(match[0].split()).rstrip("( ")
            yield Violation(source.path, line, f"{said}: {ban.instead}")


def opens_ports(source):
    """Tests on real systems; a simulated network has all its ports to itself."""
    return source.is_cpp and source.under("tests") and not source.under("tests/simulation")


def examine_ports(tree, sources):
    for source in sources:
        for call in PORT_CALL.finditer(source.code):
            end = closing_parenthesis(source.code, call.end())
            arguments = source.without_comments[call.end() : end]
            if LITERAL_PORT.search(arguments) or was_given_port(source, call, arguments):
                yield Violation(
                    source.path,
                    source.line_at(call.start()),
                    "a port by number is sooner or later somebody else's: listen on 0 and ask",
                )


def was_given_port(source, call, arguments):
    """Whether a variable in the arguments got a literal port earlier in the same function."""
    start = source.code.rfind("\n}", 0, call.start()) + 1
    before = source.without_comments[start : call.start()]
    for name in set(re.findall(r"\b[a-z]\w*\b", arguments)):
        given = rf"(?:\w+\s+)?\b{name}(?:\s*(?:=(?!=)|[{{(])|\.port\b)[^;]*;"
        for match in re.finditer(given, before):
            if LITERAL_PORT.search(match[0]):
                return True
    return False


def closing_parenthesis(code, start):
    depth = 1
    for match in re.compile(r"[()]").finditer(code, start):
        depth += 1 if match[0] == "(" else -1
        if depth == 0:
            return match.start()
    return len(code)


def examine_left_overs(tree, sources):
    for source in sources:
        for match in LEFT_OVER.finditer(source.text):
            line = source.line_at(match.start())
            yield Violation(source.path, line, f"{match[0]}: do it now, or open an issue")


def examine_workplace(tree, sources):
    for source in sources:
        for match in WORKPLACE.finditer(source.text):
            yield Violation(
                source.path,
                source.line_at(match.start()),
                f"{match[0]}: the tree names no workplace and no registry's host",
            )
