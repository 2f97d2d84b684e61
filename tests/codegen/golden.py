#!/usr/bin/env python3
"""Compares what weftc makes with the goldens, byte for byte.

    golden.py --weftc PATH [--renew]

--renew writes the goldens instead.
"""
import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
IDL = os.path.join(HERE, "idl")
GOOD = os.path.join(HERE, "..", "idl", "good")
GOLDEN = os.path.join(HERE, "golden")

# Directory of the outputs below golden/, options, files.
RUNS = [
    ("", ["-I", IDL], [os.path.join(IDL, "kv.weft"), os.path.join(IDL, "kv", "common.weft"), os.path.join(IDL, "streams.weft")]),
    ("", [], [os.path.join(IDL, name) for name in ("calculator.weft", "corners.weft", "empty.weft")]),
    ("", [], [os.path.join(GOOD, "all.weft")]),
    ("options", ["--prefix", "sums", "--export-macro", "SUMS_PUBLIC"], [os.path.join(IDL, "calculator.weft")]),
]


def make(weftc, out):
    for folder, options, files in RUNS:
        subprocess.run([weftc, "build", *options, "--c-out", os.path.join(out, folder), *files], check=True)


def contents(root):
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, root)] = file.read()
    return found


def show_difference(name, golden, made):
    lines = [text.decode("utf-8", "replace").splitlines() for text in (golden, made)]
    difference = list(difflib.unified_diff(*lines, f"golden/{name}", f"made/{name}", lineterm=""))
    print("\n".join(difference[:60]))
    if len(difference) > 60:
        print(f"… and {len(difference) - 60} lines more")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weftc", required=True)
    parser.add_argument("--renew", action="store_true")
    arguments = parser.parse_args()
    if arguments.renew:
        shutil.rmtree(GOLDEN, ignore_errors=True)
        make(arguments.weftc, GOLDEN)
        return 0
    with tempfile.TemporaryDirectory() as out:
        make(arguments.weftc, out)
        golden, made = contents(GOLDEN), contents(out)
    different = sorted(name for name in golden.keys() | made.keys() if golden.get(name) != made.get(name))
    for name in different:
        show_difference(name, golden.get(name, b""), made.get(name, b""))
    print(f"{len(made)} files made, {len(different)} differ from their goldens")
    if different:
        print("if that is meant: cmake --build BUILD --target renew_codegen")
    return 1 if different or not made else 0


if __name__ == "__main__":
    sys.exit(main())
