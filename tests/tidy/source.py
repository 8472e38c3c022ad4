"""The tree as the checks see it: its files, their text without comments, and their ctags."""

import bisect
import functools
import json
import pathlib
import re
import subprocess
from typing import NamedTuple

CPP_SUFFIXES = {".cpp", ".hpp", ".h", ".cc", ".cxx", ".hxx", ".ipp", ".inl", ".c"}
SHELL = re.compile(r"#!.*\b(?:ba|da)?sh\b")

# What has to be told apart before one can say "this is code". The number alternative is there
# for its digit separators, which would otherwise open a character literal.
TOKEN = re.compile(
    r"""(?P<comment>//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z))
      | (?P<number>(?<![\w.])\.?\d(?:'?[\w.])*)
      | (?P<raw>(?<!\w)(?:u8|[uUL])?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)")
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+')""",
    re.DOTALL | re.VERBOSE,
)

# A macro in capitals with a body behind it opens a function: TEST_CASE("...") {. ctags has to be
# told, or it would not see the tests.
BODY_OF_MACRO = re.compile(
    r"^([A-Z][A-Z0-9_]+)[ \t]*\((?:[^(){};]|\([^()]*\))*\)\s*\{", re.MULTILINE
)


class Violation(NamedTuple):
    """One thing that is wrong: where, what, and what would be right."""

    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


class Include(NamedTuple):
    line: int
    name: str
    quoted: bool


class Source:
    """One text file of the tree; `path` is relative to the root, with slashes."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        name = path.removesuffix(".in")
        self.suffix = pathlib.PurePosixPath(name).suffix
        self.stem = pathlib.PurePosixPath(name).stem
        self.is_cpp = self.suffix in CPP_SUFFIXES
        self.is_cmake = self.suffix == ".cmake" or name.rpartition("/")[2] == "CMakeLists.txt"
        self.is_shell = self.suffix == ".sh" or SHELL.match(self.lines[0]) is not None
        self.is_python = self.suffix == ".py"
        self.is_public_header = path.startswith("include/") and self.suffix == ".hpp"

    def under(self, *folders):
        """Whether the file lies in one of the folders, at any depth."""
        return any(self.path.startswith(folder + "/") for folder in folders)

    @functools.cached_property
    def without_comments(self):
        """The text with every comment made blank; lines and columns stay."""
        return TOKEN.sub(lambda m: blank(m[0]) if m["comment"] else m[0], self.text)

    @functools.cached_property
    def code(self):
        """The text with comments and what literals hold made blank; lines and columns stay."""
        return TOKEN.sub(blank_token, self.text)

    @functools.cached_property
    def includes(self):
        pattern = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)
        return [
            Include(self.line_at(m.start(2)), m[2], m[1] == '"')
            for m in pattern.finditer(self.without_comments)
        ]

    @functools.cached_property
    def _starts(self):
        return [0] + [m.end() for m in re.finditer("\n", self.text)]

    def line_at(self, offset):
        return bisect.bisect_right(self._starts, offset)


class Tree:
    """All text files under a root."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.sources = [s for s in map(self._read, list_files(self.root)) if s is not None]
        self.by_path = {s.path: s for s in self.sources}

    def _read(self, path):
        try:
            data = (self.root / path).read_bytes()
            return None if b"\0" in data else Source(path, data.decode("utf-8"))
        except (OSError, UnicodeDecodeError):
            return None

    @functools.cached_property
    def tags(self):
        """What ctags says of every file: path -> its tags, in the order of their lines."""
        tagged = [s for s in self.sources if s.is_cpp or s.is_cmake or s.is_python or s.is_shell]
        tags = {}
        for tag in run_ctags(self.root, tagged):
            tags.setdefault(tag["path"], []).append(tag)
        for of_file in tags.values():
            of_file.sort(key=lambda tag: tag["line"])
        return tags


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def blank_token(match):
    token = match[0]
    if match["comment"]:
        return blank(token)
    if match["number"]:
        return token
    start = token.index('"' if match["raw"] else token[0]) + 1
    return token[:start] + blank(token[start:-1]) + token[-1]


def list_files(root):
    """Paths of the tree: what git knows or would add; without git, all but build folders."""
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"]
        listed = subprocess.run(command, capture_output=True, check=False)
        if listed.returncode == 0:
            return sorted(set(filter(None, listed.stdout.decode().split("\0"))))
    return sorted(walk(root, root))


def walk(root, folder):
    for entry in folder.iterdir():
        if entry.is_symlink() or entry.name in (".git", "__pycache__"):
            continue
        if entry.is_file():
            yield entry.relative_to(root).as_posix()
        elif entry.is_dir() and not (entry / "CMakeCache.txt").exists():
            yield from walk(root, entry)


def run_ctags(root, sources):
    command = ["ctags", "--options=NONE", "-L", "-", "-f", "-", "--sort=no", "-G"]
    command += ["--output-format=json", "--fields=+ne", "--languages=C++,Python,CMake,Sh"]
    command += ["--langmap=C++:+.hpp.h.ipp.inl.c", "--kinds-C++=+p"]
    matches = (match for s in sources if s.is_cpp for match in BODY_OF_MACRO.finditer(s.code))
    for macro in sorted({match[1] for match in matches}):
        command += ["-D", f"{macro}(...)=void {macro.lower()}(void)"]
    names = "".join(source.path + "\n" for source in sources)
    try:
        ran = subprocess.run(
            command, cwd=root, input=names, capture_output=True, encoding="utf-8", check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or error
        raise SystemExit(f"tidy: universal-ctags is needed (package universal-ctags): {said}")
    tags = map(json.loads, ran.stdout.splitlines())
    return [tag for tag in tags if tag["_type"] == "tag"]
