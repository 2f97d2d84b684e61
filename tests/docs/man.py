#!/usr/bin/env python3
"""The manual pages against what they describe: each command and option of the programs' own help, each public header.

    man.py ROOT WEFTC [WEFT]
"""
import os
import re
import subprocess
import sys


def main(root, *programs):
    def page(name):
        with open(os.path.join(root, "docs", "man", name), encoding="utf-8") as file:
            return file.read()

    def said(*words):
        return subprocess.run([*words, "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout

    missing = []
    for program in programs:
        name = os.path.basename(program)
        text = page(f"{name}.1.scd")
        commands = re.findall(r"^  ([\w-]+) ", said(program), re.M)
        if not commands:
            missing.append(f"{name} --help names no command")
        for command in commands:
            if f"*{command}*" not in text or f"*{name} {command}*" not in text:
                missing.append(f"{name}.1.scd does not have the command {command}")
            for options in re.findall(r"^ +(-[\w-]+(?:, --[\w-]+)?)", said(program, command), re.M):
                for option in options.split(", "):
                    if f"*{option}*" not in text:
                        missing.append(f"{name}.1.scd does not have {option} of {command}")
    of_weft = page("weft.7.scd")
    for header in sorted(os.listdir(os.path.join(root, "include", "weft"))):
        if f"*weft/{header}*" not in of_weft:
            missing.append(f"weft.7.scd does not have weft/{header}")
    print("\n".join(missing) or "all is there")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (3, 4) else __doc__)
