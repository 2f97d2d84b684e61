#!/usr/bin/env python3
"""Breaks the code on purpose, one place at a time, and tells which breakage no test notices.

  mutate.py                  all mutations of mutations.py
  mutate.py --list           their numbers, and what each breaks
  mutate.py --only N[,N-M]   some of them
  mutate.py --check          is the text of each still there, exactly once? (the ctest mutate_current)
  mutate.py --first          run only the tests that ought to notice: quicker, and those not noticed are to be run again
  mutate.py --work DIR       keep the copy and its build in DIR, and use them again the next time

The tree itself is never changed: a copy is, in a temporary directory, built with the dev preset. For each mutation the
tests that ought to notice it are built and run first, and all of unit, protocol and integration where they do not.
Exit status: 0 where every mutation was noticed, 1 where one survived, is stale or does not compile.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from mutations import MUTATIONS

ROOT = pathlib.Path(__file__).resolve().parents[2]
LABELS = "^(unit|protocol|integration)$"
JOBS = str(os.cpu_count() or 1)


def stale(mutation, root):
    """Why the mutation cannot be applied to the tree at root, or None."""
    path = root / mutation.file
    if not path.is_file():
        return "no such file"
    n = path.read_text().count(mutation.text)
    return None if n == 1 else f"its text is there {n} times"


def check(root):
    n = 0
    for number, mutation in enumerate(MUTATIONS, 1):
        why = stale(mutation, root)
        if why is None and mutation.text == mutation.becomes:
            why = "it changes nothing"
        if why:
            print(f"{mutation.file}: mutation {number} ({mutation.breaks}) is stale: {why}")
            n += 1
    return n


def show(root):
    for number, mutation in enumerate(MUTATIONS, 1):
        path = root / mutation.file
        text = path.read_text() if path.is_file() else ""
        line = text[: text.find(mutation.text)].count("\n") + 1 if mutation.text in text else "?"
        print(f"{number:3}  {mutation.file}:{line}: {mutation.breaks}")


def numbers_of(text):
    """"3,7-9" as [3, 7, 8, 9]; ValueError where it is something else."""
    numbers = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    if any(not 1 <= number <= len(MUTATIONS) for number in numbers):
        raise ValueError(f"numbers are from 1 to {len(MUTATIONS)}")
    return numbers


def pattern(tests):
    return "^(" + "|".join(tests) + ")$"


class Work:
    """The copy of the tree and its build."""

    def __init__(self, directory, first_only):
        self.first_only = first_only
        self.source = directory / "source"
        self.build = directory / "build"

    def run(self, *command):
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              cwd=self.source, check=False)

    def compile(self, targets):
        return self.run("cmake", "--build", str(self.build), "-j", JOBS, *(["--target", *targets] if targets else []))

    def test(self, *choice):
        """The first test that fails, or None."""
        done = self.run("ctest", "--test-dir", str(self.build), "--stop-on-failure", "--no-tests=error", *choice)
        if done.returncode == 0:
            return None
        for line in done.stdout.splitlines():
            if "***" in line and "***Skipped" not in line and "Test" in line:
                return line.split(":", 1)[-1].split()[0]
        raise SystemExit(f"ctest failed without a failed test:\n{done.stdout[-2000:]}")

    def prepare(self, numbers):
        """As the tree is now, built and without a failure: whole, or as far as the mutations' own tests go."""
        listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        for name in filter(None, listed.decode().split("\0")):
            old, new = ROOT / name, self.source / name
            if not old.is_file() or (new.is_file() and new.read_bytes() == old.read_bytes()):
                continue
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(old, new)
        done = self.run("cmake", "--preset", "dev", "-B", str(self.build))
        tests = sorted({test for number in numbers for test in MUTATIONS[number - 1].tests}) if self.first_only else []
        if done.returncode == 0:
            done = self.compile(tests)
        if done.returncode != 0:
            raise SystemExit(f"the tree does not build:\n{done.stdout[-4000:]}")
        failed = self.test("-R", pattern(tests)) if tests else self.test("-L", LABELS)
        if failed:
            raise SystemExit(f"{failed} fails without any mutation")

    def judge(self, mutation):
        """("noticed", by which test) or ("survived" or "does not compile", "")."""
        if self.compile(mutation.tests).returncode != 0:
            return "does not compile", ""
        first = pattern(mutation.tests)
        failed = self.test("-R", first)
        if failed or self.first_only:
            return ("noticed", failed) if failed else ("survived", "")
        if self.compile([]).returncode != 0:  # a test or example may run what was mutated while it is built
            return "noticed", "the build"
        failed = self.test("-L", LABELS, "-E", first)
        return ("noticed", failed) if failed else ("survived", "")

    def apply(self, mutation):
        path = self.source / mutation.file
        kept = path.read_text()
        path.write_text(kept.replace(mutation.text, mutation.becomes))
        try:
            return self.judge(mutation)
        finally:
            path.write_text(kept)


def mutate(work, numbers):
    bad = []
    work.prepare(numbers)
    for number in numbers:
        mutation = MUTATIONS[number - 1]
        begun = time.monotonic()
        verdict, by = ("stale", "") if stale(mutation, work.source) else work.apply(mutation)
        seconds = time.monotonic() - begun
        print(f"{number:3}  {verdict:8} {by:20} {seconds:4.0f} s  {mutation.file}: {mutation.breaks}", flush=True)
        if verdict != "noticed":
            bad.append(number)
    print(f"{len(numbers) - len(bad)} of {len(numbers)} noticed" + (f"; not: {bad}" if bad else ""))
    return len(bad)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", metavar="N", type=numbers_of)
    parser.add_argument("--first", action="store_true")
    parser.add_argument("--work", metavar="DIR", type=pathlib.Path)
    options = parser.parse_args()
    if options.list:
        show(ROOT)
        return 0
    if options.check:
        return 1 if check(ROOT) else 0
    numbers = options.only or list(range(1, len(MUTATIONS) + 1))
    if options.work:
        return 1 if mutate(Work(options.work.resolve(), options.first), numbers) else 0
    with tempfile.TemporaryDirectory(prefix="weft-mutate-") as directory:
        return 1 if mutate(Work(pathlib.Path(directory), options.first), numbers) else 0


if __name__ == "__main__":
    sys.exit(main())
