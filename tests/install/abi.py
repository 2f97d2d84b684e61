#!/usr/bin/env python3
"""The ABI of a shared library, against the description that is checked in (libabigail).

    abi.py check LIBRARY SOURCE BASELINE      exit 1 with what has changed, 77 without abidiff or baseline
    abi.py renew LIBRARY SOURCE BASELINE      writes the description
"""
import os
import shutil
import subprocess
import sys
import tempfile

# Types that no public header defines are opaque to users, so what is in them may change. libabigail's own option for it
# goes by the base names of headers, and a private session.h hides behind the public one; this label asks for the same by
# path.
PRIVATE = """[suppress_type]
label = Artificial private types suppression specification
source_location_not_regexp = include/weft/
drop = yes
"""


def describe(library, source, path):
    with tempfile.NamedTemporaryFile("w", suffix=".suppr") as private:
        private.write(PRIVATE)
        private.flush()
        subprocess.run(["abidw", "--exported-interfaces-only", "--no-show-locs", "--no-corpus-path",
                        "--no-comp-dir-path", "--no-parameter-names", "--type-id-style", "hash",
                        "--suppressions", private.name, "--out-file", path, library], check=True)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(source.rstrip("/") + "/", ""))


def check(library, source, baseline):
    if not os.path.exists(baseline):
        print(f"skipped: there is no {baseline}")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        present = os.path.join(folder, os.path.basename(library) + ".abi")
        describe(library, source, present)
        done = subprocess.run(["abidiff", "--no-show-locs", baseline, present], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
    print(done.stdout, end="")
    # Bits: 1 it failed, 2 wrong use, 4 the ABI has changed, 8 incompatibly.
    if done.returncode & 3:
        return 1
    if done.returncode:
        what = "an INCOMPATIBLE change" if done.returncode & 8 else "a change"
        print(f"{what} of the ABI; if it is meant: cmake --build BUILD --target renew_abi, and CHANGELOG.md")
        return 1
    print("as recorded")
    return 0


def main(mode, library, source, baseline):
    if not shutil.which("abidiff") or not shutil.which("abidw"):
        print("skipped: abidiff is not installed (on Debian: abigail-tools)")
        return 77 if mode == "check" else 1
    if mode == "renew":
        describe(library, source, baseline)
        return 0
    return check(library, source, baseline)


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in ("check", "renew"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
