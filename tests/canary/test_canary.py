"""What canary.py does with its command line, and whether its bugs can still be planted."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import canary
import mutants


class CommandLine(unittest.TestCase):
    def test_names_may_stand_after_options(self):
        with tempfile.TemporaryDirectory() as build:
            (pathlib.Path(build) / "build.ninja").touch()
            given = canary.parsed([build, "--seconds", "5", "stall", "--jobs", "2", "fatal"])
        self.assertEqual(given.names, ["stall", "fatal"])
        self.assertEqual((given.seconds, given.jobs), (5, 2))

    def test_a_build_that_is_none_is_told_in_a_line(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as ended:
            canary.parsed(["/nowhere/at/all"])
        self.assertEqual(ended.exception.code, 2)
        self.assertIn("/nowhere/at/all: Ninja has made nothing there", said.getvalue())


class Mutants(unittest.TestCase):
    def test_the_text_of_each_stands_in_the_library_once(self):
        for mutant in mutants.MUTANTS:
            with self.subTest(mutant.name):
                sound = (canary.TOP / "src" / mutant.file).read_text()
                self.assertEqual(sound.count(mutant.text), 1)


if __name__ == "__main__":
    unittest.main()
