#!/usr/bin/env python3
"""Proves that rules.py notices what is missing."""
import os
import subprocess
import sys
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rules.py")


def run(files, *arguments):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        arguments = [a.replace("ROOT", root) for a in arguments]
        done = subprocess.run([sys.executable, SCRIPT, "--root", root, *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


class Rules(unittest.TestCase):
    LIST = "a.one A\na.two A\nb.later C\n"
    CODE = "/* [a.one] [a.two] x[i] [b.later, a.one] */\n"

    def test_all_there_passes(self):
        files = {"docs/rules.txt": self.LIST, "runtime/x.c": self.CODE, "proved": "a.one\tt\na.two\tt\n"}
        self.assertEqual(run(files, "--strict", "--proved", "ROOT/proved")[0], 0)

    def test_a_rule_without_code_fails_when_strict(self):
        files = {"docs/rules.txt": self.LIST, "runtime/x.c": "/* [a.one] */\nint y = a[a.two];\n",
                 "proved": "a.one\tt\na.two\tt\n"}
        status, text = run(files, "--strict", "--proved", "ROOT/proved")
        self.assertEqual(status, 1)
        self.assertIn("rules without code: 1\n  a.two", text)
        self.assertEqual(run(files, "--proved", "ROOT/proved")[0], 0)

    def test_a_rule_whose_test_did_not_run_fails_when_strict(self):
        files = {"docs/rules.txt": self.LIST, "runtime/x.c": self.CODE, "proved": "a.one\tt\n",
                 "tests/t.c": '    WEFT_RULE("a.two");\n'}
        status, text = run(files, "--strict", "--proved", "ROOT/proved")
        self.assertEqual(status, 1)
        self.assertIn("rules without a test: 1\n  a.two", text)

    def test_a_rule_that_nobody_knows_is_an_error(self):
        self.assertEqual(run({"docs/rules.txt": self.LIST, "runtime/x.c": "/* [a.three] */\n"})[0], 1)
        self.assertEqual(run({"docs/rules.txt": self.LIST, "tests/t.c": 'WEFT_RULE("a.three");\n'})[0], 1)
        self.assertEqual(run({"docs/rules.txt": self.LIST, "docs/protocol.md": "[a.one] [a.two]\n"})[0], 1)


if __name__ == "__main__":
    unittest.main()
