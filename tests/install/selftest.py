#!/usr/bin/env python3
"""That exports.py and abi.py see what they should: libraries of a few lines, before and after a change.

    selftest.py CC NM
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

NM = sys.argv.pop()
CC = sys.argv.pop()
HERE = os.path.dirname(os.path.abspath(__file__))

HEADER = """#define API __attribute__((visibility("default")))
struct weft_inside;
struct weft_seen { int a; int b; };
API int weft_one(struct weft_seen *seen, struct weft_inside *inside);
"""
SOURCE = """#include "weft/x.h"
struct weft_inside { int c; };
int weft_one(struct weft_seen *seen, struct weft_inside *inside)
{
    return seen->a + inside->c;
}
int weft__private(void);
int weft__private(void)
{
    return 1;
}
"""


class Record(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        os.makedirs(os.path.join(self.folder.name, "include", "weft"))

    def tearDown(self):
        self.folder.cleanup()

    def path(self, *parts):
        return os.path.join(self.folder.name, *parts)

    def library(self, header=HEADER, source=SOURCE, *options):
        for name, text in (("include/weft/x.h", header), ("x.c", source)):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text)
        # DWARF 4, since clang's DWARF 5 leaves libabigail 2.2 without the place of a type that the .c file defines.
        subprocess.run([CC, "-gdwarf-4", "-shared", "-fPIC", "-fvisibility=hidden", "-I" + self.path("include"),
                        self.path("x.c"), "-Wl,-soname,libx.so.0", "-o", self.path("libx.so"), *options], check=True)

    def say(self, script, *arguments):
        done = subprocess.run([sys.executable, "-B", os.path.join(HERE, script), *arguments], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def exports(self, mode):
        return self.say("exports.py", mode, NM, self.path("libx.so"), self.path("x.symbols"))

    def abi(self, mode):
        return self.say("abi.py", mode, self.path("libx.so"), self.folder.name, self.path("x.abi"))

    def test_exports_same_and_changed(self):
        self.library()
        self.assertEqual(self.exports("renew"), (0, ""))
        self.assertEqual(self.exports("check"), (0, "1 lines, as recorded\n"))
        for header, source, what in (
                (HEADER, SOURCE.replace("int weft__private(void);", "API int weft__private(void);"), "not public"),
                (HEADER + "API int weft_two;\n", SOURCE + "int weft_two = 2;\n", "does not name: data weft_two"),
                (HEADER.replace("weft_one", "weft_won"), SOURCE.replace("weft_one", "weft_won"),
                 "no longer exports: function weft_one")):
            self.library(header, source)
            code, out = self.exports("check")
            self.assertEqual(code, 1)
            self.assertIn(what, out)

    def test_exports_version_lost_or_changed(self):
        with open(self.path("x.map"), "w", encoding="utf-8") as file:
            file.write("WEFT_0 { global: weft_*; local: *; };\n")
        self.library(HEADER, SOURCE, "-Wl,--version-script=" + self.path("x.map"))
        self.assertEqual(self.exports("renew"), (0, ""))
        self.assertEqual(self.exports("check"), (0, "2 lines, as recorded\n"))
        self.library()
        code, out = self.exports("check")
        self.assertEqual(code, 1)
        self.assertIn("no longer exports: version WEFT_0", out)

    @unittest.skipUnless(shutil.which("abidiff"), "abidiff is not installed")
    def test_abi_same_and_changed(self):
        self.library()
        self.assertEqual(self.abi("check")[0], 77)
        self.assertEqual(self.abi("renew"), (0, ""))
        self.assertEqual(self.abi("check")[0], 0)
        self.library(source=SOURCE.replace("int c;", "int before; int c;"))
        self.assertEqual(self.abi("check")[0], 0, "what no public header defines may change")
        for header, source in ((HEADER.replace("int b;", "long b;"), SOURCE),
                               (HEADER.replace("int weft_one", "long weft_one"),
                                SOURCE.replace("int weft_one", "long weft_one")),
                               (HEADER.replace("weft_one", "weft_won"), SOURCE.replace("weft_one", "weft_won"))):
            self.library(header, source)
            code, out = self.abi("check")
            self.assertEqual(code, 1, out)
            self.assertIn("renew_abi", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
