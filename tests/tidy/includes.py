"""Include directions: a file includes its own floor and the floors its row of the table allows."""

import posixpath

import rules
from source import Violation

FLOOR_OF_PUBLIC = {name: floor for floor in rules.FLOORS for name in floor.public}


def floor_of(path):
    """The floor a file belongs to, None when it is in no row of the table."""
    if path.startswith("include/caesura/"):
        name = path.removeprefix("include/caesura/").removesuffix(".in")
        return FLOOR_OF_PUBLIC.get(posixpath.splitext(name)[0])
    homes = [floor for floor in rules.FLOORS if path.startswith(floor.folder + "/")]
    return max(homes, key=lambda floor: len(floor.folder), default=None)


def examine(tree, sources):
    for source in sources:
        floor = floor_of(source.path)
        if floor is None:
            yield Violation(
                source.path, 1, "is on no floor: give it a row in tests/tidy/rules.py, FLOORS"
            )
            continue
        for include in source.includes:
            said = judge(tree, source, floor, include)
            if said:
                yield Violation(source.path, include.line, said)


def judge(tree, source, floor, include):
    """What is wrong with one include, None when nothing is."""
    beside = source.is_public_header and include.name.startswith("caesura/")
    if beside or not include.quoted:
        return judge_public(floor, include.name)
    if include.name == "native.hpp":
        bare = '"native.hpp" by bare name is for src/berkeley; a folder of one system names it'
        return None if floor.native else bare + ', as "posix/native.hpp"'
    if source.is_public_header:
        return f'"{include.name}" in a public header: it may include public headers only'
    if include.name.startswith("caesura/"):
        return f'"{include.name}": a public header is written <{include.name}>'
    target = find(tree, source, include.name)
    if target is None:
        return f'"{include.name}" is no file: includes are written relative to src/' + hint(
            tree, source, include.name
        )
    return judge_edge(floor, floor_of(target), target)


def judge_public(floor, name):
    if not name.startswith("caesura/"):
        return None  # the standard library, or a platform word: that is the other check's business
    target = FLOOR_OF_PUBLIC.get(posixpath.splitext(name.removeprefix("caesura/"))[0])
    if target is None:
        return f"<{name}> is on no floor: give it a row in tests/tidy/rules.py, FLOORS"
    return judge_edge(floor, target, f"<{name}>")


def judge_edge(floor, target, name):
    if target is None:
        return f"{name} is on no floor"
    if floor.face_only and name.startswith("src/"):
        return f"{name}: {floor.name} may use the public headers only, as <caesura/...>"
    if target == floor or target.name in floor.may:
        return None
    allowed = ", ".join(floor.may) or "nothing of ours"
    return f"{floor.name} includes {name} of {target.name}; it may include {allowed}"


def find(tree, source, name):
    """The file that a quoted include means. src/ writes from src/; others have their own too."""
    bases = ["src"]
    if not source.under("src"):
        top = source.path.split("/")[0]
        bases = [posixpath.dirname(source.path), top, "src", "programs", "tests", ""]
    for base in bases:
        path = posixpath.normpath(posixpath.join(base, name))
        if path in tree.by_path or path + ".in" in tree.by_path:
            return path
    return None


def hint(tree, source, name):
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), name))
    if beside.startswith("src/") and beside in tree.by_path:
        return f', so "{beside.removeprefix("src/")}"'
    return ""
