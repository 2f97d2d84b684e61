#!/usr/bin/env python3
"""Takes the programs out of README.md, and runs what it says.

    readme.py extract README.md DIR             writes each block that follows `<!-- file: NAME -->` to DIR/NAME
    readme.py run SERVER CLIENT EXPECTED        starts the server, runs the client at its URL, compares what it prints
"""
import os
import re
import subprocess
import sys


def extract(readme, folder):
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    blocks = re.findall(r"^<!-- file: (\S+) -->\n```\w*\n(.*?)^```$", text, re.M | re.S)
    os.makedirs(folder, exist_ok=True)
    for name, body in blocks:
        path = os.path.join(folder, name)
        if not os.path.exists(path) or open(path, encoding="utf-8").read() != body:
            with open(path, "w", encoding="utf-8") as file:
                file.write(body)
    return 0 if blocks else 1


def run(server, client, expected):
    with open(expected, encoding="utf-8") as file:
        wanted = "".join(line for line in file if not line.startswith("$"))
    with subprocess.Popen([server, "tcp://127.0.0.1:0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            if not line.startswith("listening on "):
                print(f"the server said {line!r}")
                return 1
            done = subprocess.run([client, line[len("listening on "):].strip()], stdout=subprocess.PIPE, text=True,
                                  check=False)
        finally:
            process.terminate()
    print(done.stdout, end="")
    if done.returncode != 0 or done.stdout != wanted:
        print(f"expected, with status 0 and not {done.returncode}:\n{wanted}", end="")
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "extract":
        sys.exit(extract(*sys.argv[2:]))
    if len(sys.argv) == 5 and sys.argv[1] == "run":
        sys.exit(run(*sys.argv[2:]))
    sys.exit(__doc__)
