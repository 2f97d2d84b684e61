#!/usr/bin/env python3
"""Holds the documents against the tree.

    check.py ROOT

Links to files lead somewhere; a block behind `<!-- from: FILE -->` stands in that file line by line; and what is called
weft_… or WEFT_… in the guide and the manual pages is declared somewhere.
"""
import os
import re
import sys

SKIPPED = {".git", "build", ".cache"}
# Where a name may be declared.
DECLARING = ("include", "cmake", "examples", "CMakeLists.txt")
NAMED = re.compile(r"\b(weft_[a-z0-9_]*[a-z0-9]|WEFT_[A-Z0-9_]*[A-Z0-9])\b(?!…|_|\*)")


def files_below(root, *suffixes):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and not f.startswith("build-"))
        for name in sorted(names):
            if name.endswith(suffixes):
                yield os.path.join(folder, name)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def links(path, text):
    bare = re.sub(r"^```.*?^```", lambda m: "\n" * m.group().count("\n"), text, flags=re.M | re.S)
    for match in re.finditer(r"\]\(([^)\s]+)\)", bare):
        target = match.group(1)
        if re.match(r"[a-z]+:", target):
            continue
        target, _, anchor = target.partition("#")
        found = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
        if not os.path.exists(found):
            yield line_of(bare, match.start()), f"leads nowhere: {target}"
        elif anchor and found.endswith(".md") and anchor not in anchors(read(found)):
            yield line_of(bare, match.start()), f"no such heading: #{anchor}"


def anchors(text):
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def quotations(root, text):
    for match in re.finditer(r"^<!-- from: (\S+) -->\n```\w*\n(.*?)^```$", text, re.M | re.S):
        source = os.path.join(root, match.group(1))
        if not os.path.exists(source) or match.group(2) not in read(source):
            yield line_of(text, match.start()), f"does not stand so in {match.group(1)}"


def main(root):
    declared = "\n".join(read(path) for start in DECLARING
                         for path in ([os.path.join(root, start)] if os.path.isfile(os.path.join(root, start))
                                      else files_below(os.path.join(root, start), ".h", ".cmake", ".in", ".txt", ".c")))
    known = set(re.findall(r"\w+", declared))
    # Error codes and log classes are made by a macro.
    known |= {f"WEFT_{name}" for name in re.findall(r"X\((E\w+),", declared)}
    findings = 0
    for path in files_below(root, ".md", ".scd"):
        text = read(path)
        found = list(links(path, text)) if path.endswith(".md") else []
        found += quotations(root, text)
        if path.endswith(("docs/guide.md", "docs/howto.md", "docs/errors.md", ".scd")):
            found += [(line_of(text, match.start()), f"not declared: {match.group(1)}")
                      for match in NAMED.finditer(text.replace("\\_", "_")) if match.group(1) not in known]
        for line, what in found:
            print(f"{os.path.relpath(path, root)}:{line}: {what}")
            findings += 1
    print(f"findings: {findings}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
