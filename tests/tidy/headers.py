"""Public headers: each compiles alone, and each declaration has its contract above it."""

import concurrent.futures
import os
import re
import subprocess

from source import Violation

DECLARED = {"class", "struct", "union", "enum", "prototype", "function"}
FIRST_ERROR = re.compile(r"(?:fatal )?error: (.*)")


def examine_alone(tree, sources):
    """Compiles a file that holds nothing but the header, twice, so that #pragma once counts."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        compiled = pool.map(lambda source: compile_alone(tree, source), sources)
        for source, said in zip(sources, compiled):
            if said is not None:
                yield Violation(source.path, 1, f"does not compile alone: {said}")


def compile_alone(tree, source):
    name = source.path.removeprefix("include/")
    command = [*os.environ.get("CXX", "c++").split(), "-std=c++20", "-fsyntax-only"]
    command += ["-I", str(tree.root / "include"), "-x", "c++", "-"]
    text = f"#include <{name}>\n" * 2
    try:
        ran = subprocess.run(
            command, input=text, capture_output=True, encoding="utf-8", check=False
        )
    except OSError as error:
        raise SystemExit(f"tidy: no compiler to try the public headers with: {error}")
    if ran.returncode == 0:
        return None
    error = FIRST_ERROR.search(ran.stderr)
    return error[1] if error else ran.stderr.strip().partition("\n")[0]


def examine_contracts(tree, sources):
    for source in sources:
        tags = [tag for tag in tree.tags.get(source.path, ()) if is_public(tag)]
        for i, tag in enumerate(tags):
            if not has_contract(source, tags, i):
                said = f"{tag['kind']} {tag['name']} has no contract: write /// lines above it"
                yield Violation(source.path, tag["line"], said)


def is_public(tag):
    """Declared at namespace scope, and not in a namespace for what is nobody's business."""
    scope = tag.get("scope", "")
    return (
        tag["kind"] in DECLARED
        and tag.get("scopeKind") == "namespace"
        and scope.split("::")[0] == "caesura"
        and not re.search(r"::(?:detail|__anon)", scope)
    )


def has_contract(source, tags, index):
    """Goes up over what belongs to the declaration: templates, attributes, a type on its line."""
    above = tags[index]["line"] - 2
    while above >= 0:
        line = source.lines[above].strip()
        if line.startswith("///"):
            return True
        if not line or line.startswith(("//", "#")) or line.endswith((";", "{", "}")):
            break
        above -= 1
    return above >= 0 and shares_contract(source, tags, index, above)


def shares_contract(source, tags, index, above):
    """Overloads of one name, and operators, that follow without a gap may share one contract."""
    if index == 0 or not source.lines[above].strip():
        return False
    before, tag = tags[index - 1], tags[index]
    alike = before["name"] == tag["name"] or (
        before["name"].startswith("operator") and tag["name"].startswith("operator")
    )
    touching = before.get("end", before["line"]) == above + 1
    return alike and touching and has_contract(source, tags, index - 1)
