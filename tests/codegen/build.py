#!/usr/bin/env python3
"""How `weftc build` behaves: arguments, what it refuses, what it writes and when.

    build.py --weftc PATH
"""
import argparse
import os
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
CALCULATOR = os.path.join(HERE, "idl", "calculator.weft")
GOOD = "package good.v1;\n\nstruct Point { x: i32; }\n"
WEFTC = ""


def build(*words, cwd=None):
    return subprocess.run([WEFTC, "build", *words], capture_output=True, text=True, cwd=cwd, check=False)


def tree(root):
    return sorted(os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root)
                  for name in names)


class Build(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        self.out = os.path.join(self.root, "out")

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8") as file:
            return file.read()

    def test_usage_errors_exit_2(self):
        for words in ([], [CALCULATOR], ["--c-out", self.out], ["--c-out"], ["--c-out", self.out, "--nope", CALCULATOR],
                      ["--c-out", self.out, "--c-out", self.out, CALCULATOR],
                      ["--c-out", self.out, "--export-macro", "no name", CALCULATOR], ["-I"]):
            run = build(*words)
            self.assertEqual(run.returncode, 2, words)
            self.assertIn("usage: weftc build", run.stderr)
        self.assertEqual(tree(self.root), [])

    def test_help_goes_to_stdout(self):
        run = build("--help")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("--c-out DIR", run.stdout)

    def test_options_take_their_value_in_one_word_too(self):
        self.assertEqual(build(f"--c-out={self.out}", "--prefix=sum", CALCULATOR).returncode, 0)
        self.assertIn("typedef struct sum_divide_error sum_divide_error;", self.read("out/calculator.weft.h"))

    def test_bad_prefix_is_refused(self):
        for prefix in ("weft", "Upper", "a b", ""):
            self.assertNotEqual(build("--c-out", self.out, "--prefix", prefix, CALCULATOR).returncode, 0, prefix)

    def test_channels_are_made_where_they_are_used(self):
        self.write("item.weft", "package item.v1;\nstruct Item { x: i32; }\nstruct Other { x: i32; }\n")
        self.write("user.weft", 'package user.v1;\nimport "item.weft";\n'
                                "service User { watch(items: tx<Item>, more: rx<Item>); }\n")
        self.assertEqual(build("--c-out", "out", "item.weft", "user.weft", cwd=self.root).returncode, 0)
        self.assertNotIn("_tx", self.read("out/item.weft.h"))
        self.assertEqual(self.read("out/user.weft.h").count("int user_v1_item_v1_item_send("), 1)
        self.assertNotIn("v1_other", self.read("out/user.weft.h"))

    def test_nothing_is_written_unless_all_files_are_good(self):
        bad = self.write("bad.weft", "package bad.v1;\n\nstruct Point { x: nothing; }\n")
        run = build("--c-out", self.out, "--depfile", os.path.join(self.root, "d"), CALCULATOR, bad)
        self.assertEqual(run.returncode, 1)
        self.assertIn("bad.weft:3:19: error:", run.stderr)
        self.assertEqual(tree(self.root), ["bad.weft"])

    def test_missing_file_is_an_error(self):
        run = build("--c-out", self.out, os.path.join(self.root, "none.weft"))
        self.assertEqual(run.returncode, 1)
        self.assertIn("none.weft", run.stderr)

    def test_unwritable_output_is_reported(self):
        run = build("--c-out", os.path.join(self.write("file", ""), "below"), CALCULATOR)
        self.assertEqual(run.returncode, 1)
        self.assertIn("Not a directory", run.stderr)

    def test_full_disk_leaves_what_was_there(self):
        self.assertEqual(build("--c-out", self.out, CALCULATOR).returncode, 0)
        before = self.read("out/calculator.weft.h")
        limited = subprocess.run(["sh", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "sh", WEFTC, "build", "--prefix",
                                  "other", "--c-out", self.out, CALCULATOR], capture_output=True, text=True, check=False)
        self.assertEqual(limited.returncode, 1)
        self.assertIn("cannot write", limited.stderr)
        self.assertEqual(self.read("out/calculator.weft.h"), before)
        self.assertEqual(tree(self.out), ["calculator.weft.c", "calculator.weft.h"])

    def test_two_files_for_one_output_are_refused(self):
        one, two = self.write("a/x.weft", GOOD), self.write("b/x.weft", GOOD.replace("good", "fine"))
        run = build("--c-out", self.out, one, two)
        self.assertEqual(run.returncode, 1)
        self.assertIn("two files would both be written", run.stderr)

    def test_outputs_lie_as_imports_are_spelled(self):
        self.write("idl/deep/x.weft", GOOD)
        self.assertEqual(build("-I", "idl", "--c-out", "out", "idl/deep/x.weft", cwd=self.root).returncode, 0)
        self.assertEqual(tree(self.out), ["deep/x.weft.c", "deep/x.weft.h"])
        self.assertIn('#include "x.weft.h"', self.read("out/deep/x.weft.c"))

    def test_depfile_names_outputs_and_sources_for_make(self):
        self.write("with blank/b.weft", GOOD)
        self.write("a.weft", 'package a.v1;\nimport "with blank/b.weft";\nstruct A { point: Point; }\n')
        self.assertEqual(build("--c-out", "o#$", "--depfile", "d", "a.weft", cwd=self.root).returncode, 0)
        self.assertEqual(self.read("d"), "o\\#$$/a.weft.c o\\#$$/a.weft.h: \\\n  a.weft \\\n  with\\ blank/b.weft\n")

    def test_name_that_no_include_can_have_is_refused(self):
        path = self.write('quo"te.weft', GOOD)
        run = build("--c-out", self.out, path)
        self.assertEqual(run.returncode, 1)
        self.assertIn("cannot be included", run.stderr)


if __name__ == "__main__":
    PARSER = argparse.ArgumentParser()
    PARSER.add_argument("--weftc", required=True)
    ARGUMENTS, REST = PARSER.parse_known_args()
    WEFTC = os.path.abspath(ARGUMENTS.weftc)
    unittest.main(argv=["build.py", *REST])
