#!/usr/bin/env python3
"""Lists the rules of the protocol with the code that names them and the tests that proved them.

    rules.py [--proved FILE] [--milestone LETTERS] [--strict] [--root DIR]

Code names a rule in a comment, `/* [conn.parity] */`; a test registers it when it runs, WEFT_RULE("conn.parity"), and
with WEFT_RULES_FILE in the environment it writes that to the file given here by --proved. Without --proved the WEFT_RULE
lines of the sources are listed instead, which says that a test is written, not that it ran. Of the rules of the
milestones that are reached (default A) each needs both; --strict makes a lack of either exit with 1. A rule that code,
tests or docs/protocol.md name and docs/rules.txt does not have, or the other way round, is always an error.
"""
import argparse
import os
import re
import sys

RULE = r"[a-z]+(?:\.[a-z-]+)*"
BRACKETS = re.compile(r"\[(" + RULE + r"(?:\s*,\s*" + RULE + r")*)\]")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def load_rules(root):
    """The rules in order, each with its milestone."""
    rules = {}
    for number, line in enumerate(read(os.path.join(root, "docs", "rules.txt")).split("\n"), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if len(words) != 2 or not re.fullmatch(RULE, words[0]) or words[0] in rules:
            raise SystemExit(f"docs/rules.txt:{number}: expected a new rule and its milestone")
        rules[words[0]] = words[1]
    return rules


def sources(root, folder):
    for where, names, files in os.walk(os.path.join(root, folder)):
        names[:] = sorted(n for n in names if not n.startswith("build"))
        for file in sorted(files):
            if file.endswith((".c", ".h")):
                path = os.path.join(where, file)
                yield os.path.relpath(path, root), read(path)


def named_rules(text, families):
    """(offset, rule) of all rules in brackets; other brackets, as of array indices, are passed over."""
    for match in BRACKETS.finditer(text):
        for rule in re.split(r"\s*,\s*", match.group(1)):
            if rule.split(".")[0] in families and ("." in rule or rule == "preamble"):
                yield match.start(), rule


def code_of_rules(root, rules, errors):
    places = {rule: set() for rule in rules}
    families = {rule.split(".")[0] for rule in rules}
    for path, text in sources(root, "runtime"):
        for comment in re.finditer(r"/\*.*?\*/|//[^\n]*", text, re.S):
            for offset, rule in named_rules(comment.group(0), families):
                if rule in places:
                    places[rule].add(path)
                else:
                    line = text.count("\n", 0, comment.start() + offset) + 1
                    errors.append(f"{path}:{line}: no such rule: {rule}")
    return places


def written_tests(root, rules, errors):
    tests = {rule: set() for rule in rules}
    for path, text in sources(root, "tests"):
        for match in re.finditer(r'^\s*WEFT_RULE\("([^"]*)"\)', text, re.M):
            if match.group(1) in tests:
                tests[match.group(1)].add(os.path.basename(path)[:-2])
            else:
                errors.append(f"{path}:{text.count(chr(10), 0, match.start(1)) + 1}: no such rule: {match.group(1)}")
    return tests


def proved_tests(path, rules, errors):
    tests = {rule: set() for rule in rules}
    for number, line in enumerate(read(path).split("\n") if os.path.exists(path) else [], 1):
        if not line:
            continue
        rule, _, program = line.partition("\t")
        if rule in tests:
            tests[rule].add(program)
        else:
            errors.append(f"{path}:{number}: no such rule: {rule}")
    return tests


def check_protocol_page(root, rules, errors):
    path = os.path.join(root, "docs", "protocol.md")
    if not os.path.exists(path):
        return
    families = {rule.split(".")[0] for rule in rules}
    there = {rule for _, rule in named_rules(read(path), families)}
    errors.extend(f"docs/protocol.md: names {rule}, which docs/rules.txt has not" for rule in sorted(there - set(rules)))
    errors.extend(f"docs/rules.txt: has {rule}, which docs/protocol.md does not name" for rule in sorted(set(rules) - there))


def print_table(rules, code, tests, reached):
    width = max(len(rule) for rule in rules)
    for rule, milestone in rules.items():
        if milestone in reached:
            shown = f"{len(code[rule])} file(s), {', '.join(sorted(tests[rule])) or '-'}"
            print(f"  {rule:<{width}}  {shown}")
    later = [f"{rule} ({milestone})" for rule, milestone in rules.items() if milestone not in reached]
    print(f"rules of later milestones: {len(later)}")
    for begin in range(0, len(later), 5):
        print("  " + "  ".join(f"{name:<{width + 4}}" for name in later[begin:begin + 5]).rstrip())


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description="Lists the rules without code or without a test.")
    parser.add_argument("--proved", help="what a test run wrote to WEFT_RULES_FILE")
    parser.add_argument("--milestone", default="A", help="the milestones that are reached, as letters")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a rule lacks code or a test")
    parser.add_argument("--root", default=os.path.join(here, "..", ".."))
    options = parser.parse_args()
    root = os.path.abspath(options.root)

    errors = []
    rules = load_rules(root)
    code = code_of_rules(root, rules, errors)
    written = written_tests(root, rules, errors)
    tests = proved_tests(options.proved, rules, errors) if options.proved else written
    check_protocol_page(root, rules, errors)

    reached = [rule for rule, milestone in rules.items() if milestone in options.milestone]
    print(f"rules of milestone {options.milestone}: {len(reached)}; "
          f"code that names them, and tests that {'proved' if options.proved else 'are written for'} them")
    print_table(rules, code, tests, options.milestone)
    no_code = [rule for rule in reached if not code[rule]]
    no_test = [rule for rule in reached if not tests[rule]]
    print(f"rules without code: {len(no_code)}" + "".join(f"\n  {rule}" for rule in no_code))
    print(f"rules without a test: {len(no_test)}" + "".join(f"\n  {rule}" for rule in no_test))
    for error in errors:
        print(error)
    return 1 if errors or (options.strict and (no_code or no_test)) else 0


if __name__ == "__main__":
    sys.exit(main())
