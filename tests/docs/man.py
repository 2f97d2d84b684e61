#!/usr/bin/env python3
"""The manual pages against what they describe: each command and option of weftc's own help, each public header.

    man.py WEFTC ROOT
"""
import os
import re
import subprocess
import sys


def main(weftc, root):
    def page(name):
        with open(os.path.join(root, "docs", "man", name), encoding="utf-8") as file:
            return file.read()

    def said(*words):
        return subprocess.run([weftc, *words, "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout

    missing = []
    of_weftc, of_weft = page("weftc.1.scd"), page("weft.7.scd")
    commands = re.findall(r"^  (\w+) ", said(), re.M)
    if not commands:
        missing.append("weftc --help names no command")
    for command in commands:
        if f"*{command}*" not in of_weftc or f"*weftc {command}*" not in of_weftc:
            missing.append(f"weftc.1.scd does not have the command {command}")
        for option in re.findall(r"^  (-[\w-]+)", said(command), re.M):
            if f"*{option}*" not in of_weftc:
                missing.append(f"weftc.1.scd does not have {option} of {command}")
    for header in sorted(os.listdir(os.path.join(root, "include", "weft"))):
        if f"*weft/{header}*" not in of_weft:
            missing.append(f"weft.7.scd does not have weft/{header}")
    print("\n".join(missing) or "all is there")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
