#!/usr/bin/env python3
"""That check.py finds what it should, and nothing in what is right."""
import os
import subprocess
import sys
import tempfile
import unittest

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check.py")


class Check(unittest.TestCase):
    def run_on(self, **files):
        with tempfile.TemporaryDirectory() as root:
            everything = {"include/weft/base.h": "int weft_known(void);\n#define WEFT_KNOWN 1\n",
                          "examples/a.c": "int main(void)\n{\n    return 0;\n}\n", **files}
            for name, text in everything.items():
                path = os.path.join(root, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            done = subprocess.run([sys.executable, "-B", CHECK, root], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def test_good_tree_has_no_finding(self):
        text = ("# A b\n[self](#a-b) [other](../README.md#c) [out](https://example.org/x) `weft_known` WEFT_KNOWN\n"
                "<!-- from: examples/a.c -->\n```c\n    return 0;\n}\n```\n```c\na[0](missing);\n```\n")
        self.assertEqual(self.run_on(**{"docs/guide.md": text, "README.md": "# C\n"}), (0, "findings: 0\n"))

    def test_findings_name_file_and_line(self):
        for text, what in (("\n[x](gone.md)\n", "docs/guide.md:2: leads nowhere: gone.md"),
                           ("[x](#gone)\n", "docs/guide.md:1: no such heading: #gone"),
                           ("\n\nweft_unknown()\n", "docs/guide.md:3: not declared: weft_unknown"),
                           ("WEFT_UNKNOWN\n", "docs/guide.md:1: not declared: WEFT_UNKNOWN"),
                           ("<!-- from: examples/a.c -->\n```c\nreturn 1;\n```\n",
                            "docs/guide.md:1: does not stand so in examples/a.c"),
                           ("<!-- from: examples/b.c -->\n```c\nreturn 1;\n```\n",
                            "docs/guide.md:1: does not stand so in examples/b.c")):
            with self.subTest(text):
                self.assertEqual(self.run_on(**{"docs/guide.md": text}), (1, what + "\nfindings: 1\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
