#!/usr/bin/env python3
"""How weftc compares versions: `check --against`, `lock`, and `check` with a lock. (What it finds of each kind of change
is in tests/evolution.)

    versions.py ROOT WEFTC
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT, WEFTC = sys.argv[1], sys.argv[2]
OLD = """package kv.v1;
struct Entry { key: string; size: u32; tags: list<string> = []; }
service Store {
  get(key: string) -> option<Entry>;
  drop(key: string);
}
"""
NEW = """package kv.v1;
struct Entry { key: string; length: u32; }
service Store {
  get(key: string) -> option<Entry>;
  @timeout("2s") list(prefix: string) -> list<Entry>;
}
"""


class Versions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)
        return path

    def text(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return file.read()

    def weftc(self, *words):
        run = subprocess.run([WEFTC, *words], capture_output=True, timeout=30, cwd=self.folder, text=True)
        return run.returncode, run.stdout, run.stderr

    def lines(self, *words):
        status, out, err = self.weftc(*words)
        self.assertEqual(err, "")
        return status, [json.loads(line) for line in out.splitlines()]


class Against(Versions):
    def test_changes_are_told_with_their_places(self):
        self.file("old.weft", OLD)
        self.file("new.weft", NEW)
        status, out, err = self.weftc("check", "--against", "old.weft", "new.weft")
        self.assertEqual((status, err), (1, ""))
        self.assertEqual(out, """\
new.weft:2:8: one-way: kv.v1.Entry.size: field `size` was removed [field-removed]
    the old version does not read what the new one writes: missing there, without a default
old.weft:2:29: note: the old version is here
hint: did you rename it? `@was("size")` before `length` lets it match its old name
new.weft:2:8: compatible: kv.v1.Entry.tags: field `tags` was removed [field-removed]
old.weft:2:40: note: the old version is here
hint: `reserved tags;` keeps the name from coming back
new.weft:2:29: one-way: kv.v1.Entry.length: field `length` was added, without a default [field-added]
    the new version does not read what the old one writes: missing there, without a default
hint: a default lets the new version read what the old one writes
new.weft:3:9: breaking: kv.v1.Store/drop: method `drop` was removed: calls of the old version are answered unknown \
method [method-removed]
old.weft:5:3: note: the old version is here
hint: `reserved drop;` keeps the name from coming back
new.weft:5:18: compatible: kv.v1.Store/list: method `list` was added; the old version answers unknown method \
[method-added]
new.weft:4:3: breaking: method kv.v1.Store/get: neither version can call the other
5 changes: 2 compatible, 2 one-way, 1 breaking; 1 method: 1 breaking
""")

    def test_json_has_places_verdicts_and_a_summary(self):
        self.file("old.weft", OLD)
        self.file("new.weft", NEW)
        status, lines = self.lines("check", "--json", "--against=old.weft", "new.weft")
        self.assertEqual(status, 1)
        self.assertEqual(lines[0], {
            "change": "field-removed", "class": "one-way", "subject": "kv.v1.Entry.size", "new_reads_old": True,
            "old_reads_new": False, "old": {"file": "old.weft", "line": 2, "column": 29},
            "new": {"file": "new.weft", "line": 2, "column": 8}, "text": "field `size` was removed",
            "new_reads_old_reason": "", "old_reads_new_reason": "missing there, without a default",
            "hint": "did you rename it? `@was(\"size\")` before `length` lets it match its old name"})
        self.assertEqual([(line["method"], line["class"], line["old_calls_new"], line["new_calls_old"])
                          for line in lines if "method" in line], [("kv.v1.Store/get", "breaking", False, False)])
        self.assertEqual(lines[-1], {"summary": "breaking",
                                     "changes": {"compatible": 2, "one-way": 2, "breaking": 1},
                                     "methods": {"compatible": 0, "one-way": 0, "breaking": 1}})

    def test_same_version_has_no_changes(self):
        self.file("old.weft", OLD)
        self.file("new.weft", "// Another comment.\n" + OLD.replace("Entry { key", "Entry {\n  /// The key.\n  key"))
        self.assertEqual(self.weftc("check", "--against", "old.weft", "--strict", "new.weft"),
                         (0, "0 changes; 2 methods: 2 compatible\n", ""))

    def test_strict_refuses_what_goes_one_way(self):
        self.file("old.weft", "package a;\nstruct A { x: u8; }\n")
        self.file("new.weft", "package a;\nstruct A { x: u16; }\n")
        self.assertEqual(self.weftc("check", "--against", "old.weft", "new.weft")[0], 0)
        self.assertEqual(self.weftc("check", "--against", "old.weft", "--strict", "new.weft")[0], 1)

    def test_folders_are_compared_by_package(self):
        for version, kind in (("old", "u8"), ("new", "u16")):
            self.file(version + "/common/base.weft", "package common;\nstruct Base { x: %s; }\n" % kind)
            self.file(version + "/kv.weft", 'package kv;\nimport "common/base.weft";\n'
                      "service S { get() -> common.Base; }\n")
        self.file("old/gone.weft", "package gone;\nservice Gone { }\n")
        self.file("new/.hidden/not.weft", "nothing\n")
        status, lines = self.lines("check", "--json", "--against", "old", "new")
        self.assertEqual(status, 1)
        self.assertEqual([(line["change"], line["subject"], (line["new"] or line["old"])["file"])
                          for line in lines if "change" in line],
                         [("type-widened", "common.Base.x", "new/common/base.weft"),
                          ("service-removed", "gone.Gone", "old/gone.weft")])
        self.assertEqual([line["old_calls_new"] for line in lines if "method" in line], [False])

    def test_broken_files_are_reported_and_not_compared(self):
        self.file("old.weft", "package a;\nstruct A { x: Nothing; }\n")
        self.file("new.weft", "package a;\nstruct A { x: u8; }\n")
        for old, new in (("old.weft", "new.weft"), ("new.weft", "old.weft")):
            status, out, err = self.weftc("check", "--against", old, new)
            self.assertEqual((status, out), (1, ""))
            self.assertIn("there is no type `Nothing`", err)
        status, _, err = self.weftc("check", "--against", "missing.weft", "new.weft")
        self.assertEqual(status, 1)
        self.assertIn("cannot be read", err)
        os.mkdir(os.path.join(self.folder, "empty"))
        status, _, err = self.weftc("check", "--against", "empty", "new.weft")
        self.assertEqual(status, 1)
        self.assertIn("there is no .weft file in this folder", err)

    def test_usage_errors_exit_with_2(self):
        self.file("new.weft", NEW)
        for words in (["--against"], ["--against", "new.weft"], ["--strict", "new.weft"], ["--lock"],
                      ["--againstx", "new.weft", "new.weft"]):
            status, out, err = self.weftc("check", *words)
            self.assertEqual((status, out), (2, ""), words)
            self.assertIn("usage: weftc check", err)

    def test_many_changes_are_all_told(self):
        fields = ["f%d: u8;" % i for i in range(1000)]
        self.file("old.weft", "package a;\nstruct A { %s }\n" % " ".join(fields))
        self.file("new.weft", "package a;\nstruct A { %s }\n" % " ".join(f.replace("u8", "u16") for f in fields[::-1]))
        _, lines = self.lines("check", "--json", "--against", "old.weft", "new.weft")
        self.assertEqual(lines[-1]["changes"], {"compatible": 1, "one-way": 1000, "breaking": 0})

    def test_more_types_than_a_connection_carries_are_compared(self):
        for version, kind in (("old", "u8"), ("new", "u16")):
            types = ["struct A%d { x: %s; }\n" % (i, kind) for i in range(5000)]
            self.file(version + ".weft", "package a;\n%sservice S { f(a: A1, b: A2); }\n" % "".join(types))
        status, lines = self.lines("check", "--json", "--against", "old.weft", "new.weft")
        self.assertEqual((status, lines[-1]["changes"]["one-way"], lines[-1]["methods"]["one-way"]), (0, 5000, 1))


class Lock(Versions):
    def test_lock_is_readable_and_sorted(self):
        self.file("idl/kv.weft", """package kv.v1;
import "base/base.weft";
type Name = string;
const N: u8 = 3;
service Zoo { b(n: Name = "a\\"b") -> unit ! Failure; @idempotent a(items: option<rx<base.Base, 7>>); }
/// Documented.
struct Entry { @sensitive key: Name; @was("old") wait: duration = "1500ms"; raw: array<u8, N>; reserved gone; }
@closed enum Failure { full; @was("other") put { x: f32 = -0.5; }; }
""")
        self.file("idl/base/base.weft", "package base;\n\nstruct Base { on: bool = true; next: list<Base> = []; }\n")
        self.assertEqual(self.weftc("lock", "idl"), (0, "", ""))
        text = self.text("idl/weft.lock")
        names = [line.strip() for line in text.splitlines() if " id " not in line and line.strip() and "//" not in line]
        self.assertEqual(names[:2], ["package base;", "struct Base {"])
        self.assertLess(text.index("struct Entry"), text.index("enum Failure"))
        self.assertLess(text.index("  a("), text.index("  b("))
        for piece in ('import "base.weft";', "raw: array<u8, 3>;", "items: option<rx<base.Base, 7>>",
                      '@was("old") wait: duration = "1500000000ns";', "reserved gone;", "@closed", 'n: string = "a\\"b"',
                      "x: f32 = -0.5;"):
            self.assertIn(piece, " ".join(text.split()))
        self.assertNotIn("Documented", text)
        self.assertEqual(self.weftc("lock", "idl"), (0, "", ""))
        self.assertEqual(self.text("idl/weft.lock"), text)
        self.assertEqual(self.weftc("check", "idl"), (0, "", ""))

    def test_drift_is_an_error_until_it_is_locked(self):
        path = self.file("a.weft", "package a;\nstruct A { x: u8; }\n")
        self.assertEqual(self.weftc("lock", "a.weft"), (0, "", ""))
        self.file("a.weft", "package a;\n\n// Nothing new.\nstruct A { x: u8; }\n")
        self.assertEqual(self.weftc("check", "a.weft"), (0, "", ""))
        self.file("a.weft", "package a;\nstruct A { x: u8; y: u8 = 0; }\n")
        for words in (["a.weft"], [path], ["."], ["--lock", "weft.lock", "a.weft"]):
            status, out, err = self.weftc("check", *words)
            self.assertEqual(status, 1)
            self.assertIn("[field-added]", out)
            self.assertIn("`weftc lock` acknowledges it", err)
        self.assertEqual(self.weftc("check", "--no-lock", "a.weft"), (0, "", ""))
        status, out, err = self.weftc("lock", "a.weft")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(self.weftc("check", "a.weft"), (0, "", ""))

    def test_what_breaks_is_not_locked_unasked(self):
        self.file("a.weft", "package a;\nservice S { f(); }\n")
        self.assertEqual(self.weftc("lock", "a.weft")[0], 0)
        before = self.text("weft.lock")
        self.file("a.weft", "package a;\nservice S { g(); }\n")
        status, out, err = self.weftc("lock", "a.weft")
        self.assertEqual(status, 1)
        self.assertIn("weft.lock:9:3: note: the old version is here", out)
        self.assertIn("--update acknowledges it", err)
        self.assertEqual(self.text("weft.lock"), before)
        self.assertEqual(self.weftc("lock", "--update", "a.weft")[0], 0)
        self.assertEqual(self.weftc("check", "a.weft"), (0, "", ""))

    def test_lock_of_more_files_holds_each(self):
        self.file("a.weft", "package a;\nstruct A { x: u8; }\n")
        self.file("b.weft", "package b;\nservice B { f(); }\n")
        self.assertEqual(self.weftc("lock", "a.weft", "b.weft")[0], 0)
        self.assertEqual(self.weftc("check", "a.weft"), (0, "", ""))
        os.remove(os.path.join(self.folder, "b.weft"))
        self.assertEqual(self.weftc("check", "a.weft"), (0, "", ""))
        status, out, _ = self.weftc("check", ".")
        self.assertEqual(status, 1)
        self.assertIn("[service-removed]", out)

    def test_edited_lock_is_refused(self):
        self.file("a.weft", "package a;\nstruct A { x: u8; }\n")
        self.assertEqual(self.weftc("lock", "a.weft")[0], 0)
        self.file("weft.lock", self.text("weft.lock").replace("x: u8", "x: u16"))
        status, _, err = self.weftc("check", "a.weft")
        self.assertEqual(status, 1)
        self.assertRegex(err, r"^weft\.lock:7:8: error: the id of `a\.A`")
        self.file("weft.lock", "<<<<<<< mine\n" + self.text("weft.lock") + ">>>>>>> theirs\n")
        status, _, err = self.weftc("check", "a.weft")
        self.assertEqual(status, 1)
        self.assertRegex(err, r"weft\.lock:\d+:1: error: ")
        self.assertEqual(self.weftc("lock", "--update", "a.weft")[0], 0)
        self.assertEqual(self.weftc("check", "a.weft")[0], 0)

    def test_what_a_lock_never_holds_is_refused(self):
        self.file("a.weft", "package a;\nstruct A { x: u8; }\n")
        self.assertEqual(self.weftc("lock", "a.weft")[0], 0)
        locked = self.text("weft.lock")
        for put_in in ("const N: u8 = 1;", "type T = u8;"):
            self.file("weft.lock", locked + put_in + "\n")
            status, _, err = self.weftc("check", "a.weft")
            self.assertEqual(status, 1)
            self.assertRegex(err, r"^weft\.lock:\d+:\d+: error: a lock holds no constants and aliases, as `a\.[NT]`")

    def test_lock_is_an_older_version(self):
        self.file("a.weft", "package a;\nstruct A { x: u8; }\n")
        self.assertEqual(self.weftc("lock", "--lock", "v1.lock", "a.weft")[0], 0)
        self.file("a.weft", "package a;\nstruct A { x: u16; }\n")
        status, out, err = self.weftc("check", "--against", "v1.lock", "a.weft")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("a.weft:2:12: one-way: a.A.x", out)
        self.assertIn("v1.lock:8:3: note", out)
        status, _, err = self.weftc("check", "--against", "none.lock", "a.weft")
        self.assertEqual((status, err), (1, "none.lock: error: there is no such lock\n"))

    def test_missing_lock_is_an_error_where_it_is_named(self):
        self.file("a.weft", "package a;\nstruct A {}\n")
        status, _, err = self.weftc("check", "--lock", "none.lock", "a.weft")
        self.assertEqual((status, err), (1, "none.lock: error: there is no such lock\n"))

    def test_names_that_clash_in_c_are_locked(self):
        self.file("a.weft", 'package a;\nstruct Entry {}\n@c_name("entries") struct EntryList { x: list<Entry>; }\n')
        self.file("a_b.weft", "package a_b;\nstruct X {}\n")
        self.file("c.weft", 'package a.b;\noption c_prefix = "other";\nstruct X {}\n')
        self.assertEqual(self.weftc("lock", "."), (0, "", ""))
        self.assertEqual(self.weftc("check", "."), (0, "", ""))

    def test_whatever_is_good_can_be_locked(self):
        good = os.path.join(ROOT, "tests/idl/good")
        for name in sorted(os.listdir(good)):
            path = os.path.join(good, name)
            words = ["-I", good, path] if path.endswith(".weft") else []
            if words and self.weftc("check", "--no-lock", *words)[0] == 0:
                self.assertEqual(self.weftc("lock", "--update", "--lock", "all.lock", *words)[0::2], (0, ""), name)
                status, out, _ = self.weftc("check", "--lock", "all.lock", *words)
                self.assertEqual((status, out), (0, ""), name)

    def test_usage_errors_exit_with_2(self):
        for words in ([], ["--lock"], ["--nonsense", "a.weft"], ["-I"]):
            status, out, err = self.weftc("lock", *words)
            self.assertEqual((status, out), (2, ""), words)
            self.assertIn("usage: weftc lock", err)


class Plan(Versions):
    def setUp(self):
        super().setUp()
        self.file("old.weft", """package kv.v1;
enum State { off; on(u8); }
struct Entry { key: string; size: u8; gone: bool; next: list<Entry>; }
service Store { put(entry: Entry, state: State, items: rx<u8>) -> option<u32>; get() -> u8; }
""")
        self.file("new.weft", """package kv.v1;
enum State { @was("on") started(u8); stopped; }
struct Entry { next: list<Entry>; key: string; @was("size") length: u64; more: u8 = 1; }
service Store { put(entry: Entry, state: State, items: rx<u16>) -> option<u64>; get() -> u8; }
service Other { get() -> u8; }
""")

    def test_plans_are_printed_step_by_step(self):
        status, out, err = self.weftc("describe", "--plan", "old.weft", "new.weft", "put")
        self.assertEqual((status, err), (0, ""))
        plans = re.sub("[0-9a-f]{16}", "ID", out).split("kv.v1.Store/put, ")[1:]
        self.assertEqual(plans[0], """\
old calls new: arguments, read by the new version
  0 entry: by plan 1
  1 state: by plan 2
  items: channel items, each item u8 as u16
  plan 1: kv.v1.Entry (ID) as kv.v1.Entry (ID)
    0 key: as it is
    1 size: into length, u8 as u64
    2 gone: skipped
    3 next: each element by plan 1
    - more: its default
  plan 2: kv.v1.State (ID) as kv.v1.State (ID)
    0 off: UNKNOWN
    1 on: into started, as it is
""")
        self.assertRegex(plans[1], "^old calls new: results, read by the old version\n"
                         r"  no plan: result: types that do not fit: u64 as u32 of kv\.v1\.Store/put \[schema\.plan\]\n$")
        self.assertRegex(plans[2], r"^new calls old: arguments, read by the old version\n  no plan: entry\.size: missing")
        self.assertEqual(plans[3], "new calls old: results, read by the new version\n"
                         "  result: option<u32>: u32 as u64\n")

    def test_json_is_one_object_a_plan(self):
        status, lines = self.lines("describe", "--plan", "--json", "old.weft", "new.weft", "kv.v1.Store/put")
        self.assertEqual(status, 0)
        self.assertEqual([(line["calls"], line["part"], line["reader"], line["fails"] is None) for line in lines],
                         [("old calls new", "arguments", "new", True), ("old calls new", "results", "old", False),
                          ("new calls old", "arguments", "old", False), ("new calls old", "results", "new", True)])
        entry, state = lines[0]["plans"][1:] if lines[0]["plans"][0]["remote"] is None else lines[0]["plans"]
        self.assertEqual(entry["steps"], [{"remote": "key", "local": "key", "value": "as it is"},
                                          {"remote": "size", "local": "length", "value": "u8 as u64"},
                                          {"remote": "gone", "local": None},
                                          {"remote": "next", "local": "next", "value": "each element by plan %d" %
                                           entry["plan"]}])
        self.assertEqual(entry["defaults"], ["more"])
        self.assertEqual([step["local"] for step in state["steps"]], [None, "started"])

    def test_method_is_said_wholly_where_it_is_not_clear(self):
        status, _, err = self.weftc("describe", "--plan", "new.weft", "new.weft", "get")
        self.assertEqual((status, err), (1, "weftc: several methods are called so: say the whole name\n"))
        status, _, err = self.weftc("describe", "--plan", "old.weft", "new.weft", "Other/get")
        self.assertEqual((status, err), (1, "weftc: the old version has no method Other/get\n"))
        self.assertEqual(self.weftc("describe", "--plan", "old.weft", "new.weft", "Store/get")[0], 0)
        self.assertEqual(self.weftc("describe", "--plan", "old.weft", "new.weft")[0], 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
