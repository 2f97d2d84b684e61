#!/usr/bin/env python3
"""Does work grow faster than its size? Counts instructions, not time.

    linear.py PROGRAM

PROGRAM (linear.c) does each of its patterns at one size and at four times that; valgrind's callgrind counts the
instructions of each. More than 4.6 times as many for the larger one is an error: what is merely n log n stays below,
what is quadratic does not. Where sorting is nearly all there is, and the name of the pattern says so, it is 5.2 times.
Without valgrind: 77, skipped.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

RATIO_MAX, RATIO_SORTED_MAX = 4.6, 5.2


def counts(folder):
    """Instructions of each measured call, in order."""
    found = {}
    for path in glob.glob(os.path.join(folder, "out.*")):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        part = re.search(r"^part: (\d+)$", text, re.M)
        total = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
        if "--dump-after=measured" in text and part and total:
            found[int(part.group(1))] = int(total.group(1))
    return [found[number] for number in sorted(found)]


def main():
    if not shutil.which("valgrind"):
        print("skipped: no valgrind")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=measured", "--dump-after=measured",
                              f"--callgrind-out-file={os.path.join(folder, 'out')}", sys.argv[1]],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600)
        if run.returncode != 0:
            print(run.stdout, run.stderr)
            return 1
        measured = counts(folder)
    names = run.stdout.splitlines()
    if not names or len(measured) != 2 * len(names):
        print(f"{len(names)} patterns and {len(measured)} counts")
        return 1
    n_bad = 0
    for name, once, four_times in zip(names, measured[::2], measured[1::2]):
        bad = four_times > (RATIO_SORTED_MAX if "sorted" in name else RATIO_MAX) * once
        n_bad += bad
        print(f"{four_times / once:6.2f} {once:12} {four_times:12}  {name}{'  faster than its size' if bad else ''}")
    return 1 if n_bad else 0


if __name__ == "__main__":
    sys.exit(main())
