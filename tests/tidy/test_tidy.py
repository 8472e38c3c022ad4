#!/usr/bin/env python3
"""The tidy test's own test: each check is proven on a bad sample, and leaves the good one alone."""

import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True  # a test leaves nothing in the tree

import rules
import samples
import tidy
from source import Tree

CHECKS = {check.name: check for check in tidy.CHECKS}


def write(root, files):
    for path, text in files.items():
        place = pathlib.Path(root, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())


class TidyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name

    def find(self, name, files):
        """What one check finds in the good sample with these files put into it."""
        with tempfile.TemporaryDirectory() as root:
            write(root, samples.GOOD | files)
            return tidy.run(Tree(root), [CHECKS[name]])

    def run_tidy(self, *arguments):
        command = [sys.executable, tidy.__file__, *arguments]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    def test_every_check_has_a_bad_sample(self):
        for name in CHECKS.keys() - {"exemptions"}:
            self.assertTrue(any(found for _, _, found, _ in samples.BAD[name]), name)

    def test_each_bad_sample_is_found_at_its_lines_and_nothing_else_is(self):
        for name, bad in samples.BAD.items():
            for path, text, at, said in bad:
                with self.subTest(check=name, path=path, text=text[:80]):
                    found = self.find(name, {path: text})
                    self.assertEqual([(v.path, v.line) for v in found], [(path, n) for n in at])
                    for violation in found:
                        self.assertIn(said, violation.text)

    def test_a_source_named_only_in_a_comment_is_in_no_build(self):
        cmake = "# main.cpp\nadd_executable(t core/error_test.cpp)\n"
        found = self.find("in the build", {"tests/CMakeLists.txt": cmake})
        self.assertEqual([v.path for v in found], ["tests/main.cpp"])

    def test_the_good_sample_passes_with_nothing_to_say(self):
        write(self.root, samples.GOOD)
        ran = self.run_tidy(self.root)
        self.assertEqual((ran.stdout, ran.stderr, ran.returncode), ("", "", 0))

    def test_a_violation_is_one_line_with_its_place_and_the_exit_status_is_1(self):
        write(self.root, samples.GOOD | {"src/core/error.cpp": "\nusing namespace std;\n"})
        ran = self.run_tidy(self.root)
        expected = "src/core/error.cpp:2: using namespace std;: write std:: where it is used\n"
        self.assertEqual((ran.stdout, ran.returncode), (expected, 1))

    def test_a_check_that_finds_no_file_is_a_violation(self):
        write(self.root, {"README.txt": "nothing to look at\n"})
        found = tidy.run(Tree(self.root))
        for name in CHECKS.keys() - {"workplace"}:
            self.assertTrue(any(f"'{name}' found no file" in v.text for v in found), name)

    def test_an_exempt_file_may_be_long_but_not_untidy(self):
        long = {"src/core/table.cpp": samples.lines(500) + "\tint a;\n"}
        with mock.patch.dict(rules.EXEMPT_FROM_LIMITS, {"src/core/table.cpp": "a table"}):
            self.assertEqual(self.find("file length", long), [])
            self.assertEqual(len(self.find("white space", long)), 1)
        self.assertEqual(len(self.find("file length", long)), 1)

    def test_an_exemption_of_a_file_that_is_gone_is_a_violation(self):
        self.assertEqual(self.find("exemptions", {}), [])
        with mock.patch.dict(rules.EXEMPT_FROM_LIMITS, {"src/core/gone.cpp": "a table"}):
            self.assertIn("src/core/gone.cpp, which is gone", self.find("exemptions", {})[0].text)

    def test_git_says_what_belongs_to_the_tree(self):
        write(self.root, {".gitignore": "out\n", "a.cpp": "", "out/b.cpp": "", "c.cpp": ""})
        subprocess.run(["git", "init", "-q", self.root], check=True)
        subprocess.run(["git", "-C", self.root, "add", "a.cpp"], check=True)
        paths = {source.path for source in Tree(self.root).sources}
        self.assertEqual(paths, {".gitignore", "a.cpp", "c.cpp"})

    def test_without_git_all_belongs_to_the_tree_but_build_folders_and_binaries(self):
        write(self.root, {"a.cpp": "", "out/CMakeCache.txt": "", "out/b.cpp": "", "c.cpp": "\0"})
        self.assertEqual([source.path for source in Tree(self.root).sources], ["a.cpp"])


if __name__ == "__main__":
    unittest.main()
