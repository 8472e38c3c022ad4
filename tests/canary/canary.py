"""Plants each bug of mutants.py in the library and has the campaign look for it.

    canary.py BUILD [--seconds N] [--jobs N] [NAME...]

BUILD is a build directory with caesura-simulate in it, made by Ninja. For each mutant one file is
compiled anew and linked in front of the library, out of which the linker then does not take the
sound one. Exit status: 0 every bug was found within N seconds (60); 1 one was not, or does not fit
the library any more; 2 that is no command line.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

from mutants import MUTANTS

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = "caesura-simulate"


def commands(build, target):
    """How Ninja would make the target, a list of words for each step."""
    said = subprocess.run(
        ["ninja", "-C", build, "-t", "commands", target],
        check=True,
        capture_output=True,
        text=True,
    )
    return [shlex.split(line) for line in said.stdout.splitlines()]


def step_that_makes(steps, ending):
    """The step whose -o names a file that ends so."""
    for step in steps:
        if "-o" in step and step[step.index("-o") + 1].endswith(ending):
            return step
    sys.exit(f"canary: no step of {PROGRAM} makes {ending}")


def compiled(steps, mutant, source, folder):
    step = list(step_that_makes(steps, f"{mutant.file}.o"))
    made = folder / "mutant.o"
    step[step.index("-o") + 1] = str(made)
    step[step.index("-c") + 1] = str(source)
    for flag in ("-MF", "-MT"):
        if flag in step:
            step[step.index(flag) + 1] = str(folder / "mutant.d")
    return step, made


def linked(steps, made, folder):
    step = list(step_that_makes(steps, PROGRAM))
    # A step of a link may be several commands, joined by "&&".
    start = max(i for i, word in enumerate(step[: step.index("-o")]) if word in ("&&", step[0]))
    stop = next((i for i in range(start + 1, len(step)) if step[i] == "&&"), len(step))
    step = step[start + (step[start] == "&&") : stop]
    made_program = folder / PROGRAM
    step[step.index("-o") + 1] = str(made_program)
    library = next(i for i, word in enumerate(step) if word.endswith("libcaesura.a"))
    step.insert(library, str(made))
    return step, made_program


def run(step, build):
    done = subprocess.run(step, cwd=build, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or done.stdout.strip())


def planted(build, steps, mutant, folder):
    sound = (TOP / "src" / mutant.file).read_text()
    if sound.count(mutant.text) != 1:
        raise RuntimeError(f"its text stands {sound.count(mutant.text)} times in {mutant.file}")
    source = folder / pathlib.Path(mutant.file).name
    source.write_text(sound.replace(mutant.text, mutant.instead))
    step, made = compiled(steps, mutant, source, folder)
    run(step, build)
    step, program = linked(steps, made, folder)
    run(step, build)
    return program


def hunt(build, steps, mutant, seconds):
    """(whether it was found, in how many seconds, what was said)"""
    with tempfile.TemporaryDirectory() as name:
        try:
            program = planted(build, steps, mutant, pathlib.Path(name))
        except RuntimeError as error:
            return False, 0.0, str(error)
        began = time.monotonic()
        said = told_by([program, "--seeds", "0..1000000000", "--hang", str(seconds / 3)], seconds)
        taken = time.monotonic() - began
        found = [line for line in said if "FAILED" in line]
        if not found:
            return False, taken, "not found" if taken >= seconds else " ".join(said[-1:])
        return True, taken, found[0]


def told_by(command, seconds):
    """The lines of its standard error, of so many seconds."""
    try:
        said = subprocess.run(
            command, capture_output=True, timeout=seconds, check=False
        ).stderr
    except subprocess.TimeoutExpired as error:
        said = error.stderr or b""  # it may have found it, and shrink it still
    return [line for line in said.decode(errors="replace").splitlines() if line.strip()]


def parsed(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("names", nargs="*", help="only mutants with one of these in their names")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_intermixed_args(words)
    if not (pathlib.Path(given.build) / "build.ninja").is_file():
        parser.error(f"{given.build}: Ninja has made nothing there; give a build directory")
    return given


def main():
    given = parsed(sys.argv[1:])
    chosen = [
        m for m in MUTANTS if not given.names or any(name in m.name for name in given.names)
    ]
    build = str(pathlib.Path(given.build).resolve())
    steps = commands(build, PROGRAM)
    missed = []
    slowest = 0.0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        hunts = {m: pool.submit(hunt, build, steps, m, given.seconds) for m in chosen}
        for mutant, result in hunts.items():
            found, taken, said = result.result()
            slowest = max(slowest, taken if found else 0.0)
            print(f"{'found ' if found else 'MISSED'} {taken:5.1f} s  {mutant.name}: {said[:160]}")
            sys.stdout.flush()
            if not found:
                missed.append(mutant.name)
    print(
        f"canary: {len(chosen) - len(missed)} of {len(chosen)} planted bugs found, "
        f"the slowest in {slowest:.1f} s"
    )
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
