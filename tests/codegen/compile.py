#!/usr/bin/env python3
"""Compiles every golden without a warning: compile.py gcc|clang|g++|clang++

C compilers get the sources (C11) and each header alone, C++ compilers each header alone (C++17). Exit status 77, which is
"skipped", where there is no such compiler.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "golden")
INCLUDE = os.path.join(HERE, "..", "..", "include")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wundef", "-Werror"]
C_WARNINGS = ["-Wstrict-prototypes", "-Wmissing-prototypes", "-Wvla", "-Wwrite-strings", "-Wpointer-arith"]


def goldens():
    for folder, _, names in sorted(os.walk(GOLDEN)):
        for name in sorted(names):
            yield os.path.join(folder, name)


def main():
    compiler = sys.argv[1]
    if not shutil.which(compiler):
        print(f"skipped: there is no {compiler}")
        return 77
    is_cxx = compiler.endswith("++")
    command = [compiler, "-std=c++17" if is_cxx else "-std=c11", *WARNINGS, "-I", INCLUDE]
    command += [] if is_cxx else C_WARNINGS
    n_compiled, n_failed = 0, 0
    for path in goldens():
        # options/ has the same headers once more: they come first there.
        includes = ["-I", os.path.dirname(path), "-I", GOLDEN]
        if path.endswith(".h"):
            language = ["-x", "c++" if is_cxx else "c"]
            run = [*command, *includes, *language, "-c", "-o", os.devnull, "-"]
            text = f'#include "{path}"\ntypedef int weft_not_empty;\n'
        elif is_cxx:
            continue
        else:
            run, text = [*command, *includes, "-c", "-o", os.devnull, path], ""
        n_compiled += 1
        n_failed += subprocess.run(run, input=text, text=True, check=False).returncode != 0
    print(f"{compiler}: {n_compiled} files compiled, {n_failed} failed")
    return 1 if n_failed or not n_compiled else 0


if __name__ == "__main__":
    sys.exit(main())
