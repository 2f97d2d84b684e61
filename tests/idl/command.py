#!/usr/bin/env python3
"""How weftc behaves as a command: exit status, streams, files.

    command.py ROOT WEFTC
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT, WEFTC = sys.argv[1], sys.argv[2]
GOOD = os.path.join(ROOT, "tests/idl/good/kv.weft")
BAD = os.path.join(ROOT, "tests/idl/bad/several-mixed.weft")
UGLY = b"package a;struct S{x:u8;}"
PRETTY = b"package a;\nstruct S { x: u8; }\n"


def weftc(*words, stdout=subprocess.PIPE):
    return subprocess.run([WEFTC, *words], stdout=stdout, stderr=subprocess.PIPE, timeout=30)


def content(path):
    with open(path, "rb") as file:
        return file.read()


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as out:
            out.write(data)
        return path


class Command(Folder):
    def test_help_goes_to_stdout(self):
        for words in (["--help"], ["-h"], ["check", "--help"], ["format", "-h"], ["build", "x", "--help"], ["describe", "--help"]):
            run = weftc(*words)
            self.assertEqual((run.returncode, run.stderr), (0, b""), words)
            self.assertTrue(run.stdout.startswith(b"usage: weftc"), words)

    def test_version_is_printed(self):
        run = weftc("--version")
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, rb"^weftc \d+\.\d+\.\d+\n$")

    def test_usage_errors_exit_with_2(self):
        for words in ([], ["nonsense"], ["check"], ["check", "--nonsense", GOOD], ["check", "-I"], ["format"],
                      ["format", "--nonsense", GOOD], ["check", "--format=xml", GOOD]):
            run = weftc(*words)
            self.assertEqual((run.returncode, run.stdout), (2, b""), words)
            self.assertIn(b"usage: weftc", run.stderr, words)

    def test_unwritable_output_is_said(self):
        with open("/dev/full", "wb") as full:
            for words in (["--help"], ["--version"], ["check", "--format=json", BAD]):
                run = weftc(*words, stdout=full)
                self.assertEqual(run.returncode, 1, words)
                self.assertIn(b"weftc: ", run.stderr, words)

    def test_check_reports_all_files(self):
        run = weftc("check", BAD, GOOD, BAD)
        self.assertEqual((run.returncode, run.stdout), (1, b""))
        self.assertEqual(run.stderr.count(b"error: there is no type `Strng` [type-unknown]"), 2)
        self.assertEqual(weftc("check", GOOD).returncode, 0)

    def test_check_warning_is_no_failure(self):
        run = weftc("check", os.path.join(ROOT, "tests/idl/bad/import-unused.weft"))
        self.assertEqual(run.returncode, 0)
        self.assertIn(b"warning: ", run.stderr)

    def test_check_json_is_one_object_a_line(self):
        run = weftc("check", "--format=json", BAD)
        self.assertEqual((run.returncode, run.stderr), (1, b""))
        found = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual(found[0]["code"], "type-unknown")
        self.assertEqual((found[0]["file"], found[0]["line"], found[0]["column"], found[0]["length"]), (BAD, 4, 7, 5))
        self.assertEqual(found[0]["hint"], "did you mean `string`?")

    def test_missing_file_is_an_error(self):
        for path in ("/nonexistent/a.weft", self.folder.name):
            for command in ("check", "format"):
                run = weftc(command, path)
                self.assertEqual(run.returncode, 1)
                self.assertRegex(run.stderr, b"cannot be read|there is no .weft file in this folder")

    def test_large_file_is_an_error(self):
        path = self.file("large.weft", b"package a;\n" + b"// x\n" * 900000)
        for command in ("check", "format"):
            run = weftc(command, path)
            self.assertEqual(run.returncode, 1)
            self.assertIn(b"longer than 4 MiB", run.stderr)

    def test_imports_are_searched_in_directories(self):
        os.mkdir(os.path.join(self.folder.name, "inc"))
        self.file("inc/b.weft", b"package b;\n\nstruct B {}\n")
        path = self.file("a.weft", b'package a;\n\nimport "b.weft";\n\nstruct A { b: B; }\n')
        self.assertEqual(weftc("check", path).returncode, 1)
        self.assertEqual(weftc("check", "-I", os.path.join(self.folder.name, "inc"), path).returncode, 0)
        self.assertEqual(weftc("check", "-I" + os.path.join(self.folder.name, "inc"), "--", path).returncode, 0)

    def test_own_definitions_are_found_last(self):
        path = self.file("a.weft", b'package a;\nimport "weft/wire.weft";\nstruct S { s: Settings; }\n')
        run = weftc("check", path)
        self.assertEqual((run.returncode, run.stderr), (0, b""))
        os.mkdir(os.path.join(self.folder.name, "weft"))
        self.file("weft/wire.weft", b"package mine;\nstruct Other {}\n")
        self.assertIn(b"no type `Settings`", weftc("check", path).stderr)

    def test_own_definitions_are_good_and_formatted(self):
        folder = os.path.join(ROOT, "idl/weft")
        for name in sorted(os.listdir(folder)):
            run = weftc("check", os.path.join(folder, name))
            self.assertEqual((run.returncode, run.stderr), (0, b""))
            self.assertEqual(weftc("format", "--check", os.path.join(folder, name)).stdout, b"")

    def test_format_writes_once(self):
        path = self.file("a.weft", UGLY)
        self.assertEqual(weftc("format", "--check", path).stdout, path.encode() + b"\n")
        self.assertEqual(content(path), UGLY)
        os.chmod(path, 0o640)
        run = weftc("format", path)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, b"", b""))
        self.assertEqual(content(path), PRETTY)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o640)
        before = os.stat(path).st_ino
        self.assertEqual(weftc("format", path).returncode, 0)
        self.assertEqual(os.stat(path).st_ino, before)
        self.assertEqual(weftc("format", "--check", path).returncode, 0)
        self.assertEqual(os.listdir(self.folder.name), ["a.weft"])

    def test_format_refuses_bad_syntax(self):
        path = self.file("a.weft", b"package a;\nstruct S { x u8; }\n")
        good = self.file("b.weft", UGLY)
        run = weftc("format", path, good)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b"a.weft:2:14: error: ", run.stderr)
        self.assertEqual(content(path), b"package a;\nstruct S { x u8; }\n")
        self.assertEqual(content(good), PRETTY)


class Docs(Folder):
    def test_examples_are_good_and_formatted(self):
        text = content(os.path.join(ROOT, "docs/idl.md")).decode()
        blocks = re.findall(r"^```weft\n(.*?)^```$", text, re.M | re.S)
        self.assertGreaterEqual(len(blocks), 2)
        for block in blocks:
            path = self.file("example.weft", block.encode())
            run = weftc("check", path)
            self.assertEqual((run.returncode, run.stderr), (0, b""))
            self.assertEqual(weftc("format", "--check", path).stdout, b"")

    def test_table_has_every_code(self):
        codes = re.findall(r'X\(\w+, "([a-z0-9-]+)", (\w+)\)', content(os.path.join(ROOT, "idl/diagnostic_codes.h")).decode())
        text = content(os.path.join(ROOT, "docs/idl.md")).decode()
        rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\*warning\*)?", text[text.index("## Diagnostics"):], re.M)
        self.assertEqual([(c, "WARNING" if w else "ERROR") for c, w in rows], codes)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
