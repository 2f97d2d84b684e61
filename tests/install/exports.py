#!/usr/bin/env python3
"""What a shared library exports, against the list that is checked in.

    exports.py check NM LIBRARY LIST      exit 1 with what is new or gone
    exports.py renew NM LIBRARY LIST      writes the list
"""
import subprocess
import sys

# What instrumentation adds of its own.
INSTRUMENTS = ("__asan_", "__odr_asan", "__ubsan_", "__tsan_", "__sanitizer", "__gcov", "mangle_path", "__llvm", "__start_",
               "__stop_", "_init", "_fini", "__bss_start", "_edata", "_end")


def exported(nm, library):
    lines = subprocess.run([nm, "-D", "--defined-only", library], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.splitlines()
    found = set()
    for line in lines:
        _, kind, name = line.split()
        if kind == "A":  # a version that names have, by cmake/weft.map.in
            found.add(f"version {name.split('@')[0]}")
        elif not name.startswith(INSTRUMENTS):
            found.add(f"{'data' if kind in 'BDRVG' else 'function'} {name.split('@')[0]}")
    return found


def main(mode, nm, library, list_path):
    found = exported(nm, library)
    if mode == "renew":
        with open(list_path, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in sorted(found))
        return 0
    with open(list_path, encoding="utf-8") as file:
        recorded = {line.strip() for line in file if line.strip()}
    for line in sorted(found - recorded):
        print(f"{library}: exports what {list_path} does not name: {line}")
    for line in sorted(recorded - found):
        print(f"{library}: no longer exports: {line}")
    for line in sorted(found):
        kind, name = line.split()
        if kind != "version" and (not name.startswith("weft_") or name.startswith("weft__")):
            print(f"{library}: exports a name that is not public: {line}")
            return 1
    if found != recorded:
        print("if that is meant: cmake --build BUILD --target renew_abi, and review the change of abi/")
        return 1
    print(f"{len(found)} lines, as recorded")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in ("check", "renew"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
