#!/usr/bin/env python3
"""Two versions of a program: what `weftc check --against` says of a pair, what was expected of it, and what calls do.

    evolution.py generate PAIRS OUT               OUT/old/NAME.weft, OUT/new/NAME.weft, and a list of them for C
    evolution.py run PAIR OUT WEFTC OLD NEW       one pair: OLD and NEW are the programs

README.md says what a file of a pair looks like.
"""
import ast
import collections
import glob
import json
import os
import re
import struct
import subprocess
import sys

VALUE_SERVICE = """service Pair {
  ping(n: u32) -> u32;
  put(value: Value);
  get() -> Value;
  feed(values: rx<Value, 4>);
  watch(values: tx<Value, 4>);
}
"""
TIMEOUT_S = 60


# ---- a pair ----------------------------------------------------------------------------------------------------------

def read_pair(path):
    sections = collections.defaultdict(str)
    name = "about"
    with open(path) as file:
        for line in file:
            head = re.fullmatch(r"\[(\w+)\]\n", line)
            if head:
                name = head.group(1)
            else:
                sections[name] += line
    return sections


def idl_of(pair, version):
    text = pair["both"] + pair[version]
    if not text.startswith("package "):
        text = "package evo.v1;\n" + text
    return text if "service " in text else text + VALUE_SERVICE


def write_if_different(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.exists(path) or open(path).read() != text:
        with open(path, "w") as out:
            out.write(text)


def generate(pairs, out):
    names = sorted(os.path.basename(path)[:-len(".pair")] for path in glob.glob(os.path.join(pairs, "*.pair")))
    for version in ("old", "new"):
        for name in names:
            text = idl_of(read_pair(os.path.join(pairs, name + ".pair")), version)
            write_if_different(os.path.join(out, version, name + ".weft"), text)
    entries = "".join(" \\\n    X(%s, %s_pair_service)" % (n, n) for n in (name.replace("-", "_") for name in names))
    write_if_different(os.path.join(out, "pairs.h"), "#define PAIRS(X)%s\n" % entries)
    print(";".join(names))


# ---- values as on the wire -------------------------------------------------------------------------------------------

def pack(value):
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return struct.pack(">BQ", 0xcf, value) if value >= 0 else struct.pack(">Bq", 0xd3, value)
    if isinstance(value, float):
        return struct.pack(">Bd", 0xcb, value)
    if isinstance(value, tuple):
        kind, number = value
        return struct.pack(">Bf", 0xca, number) if kind == "f32" else struct.pack(">BbI", 0xd6, -1, number)
    if isinstance(value, str):
        data = value.encode()
        return struct.pack(">BB", 0xd9, len(data)) + data
    if isinstance(value, bytes):
        return struct.pack(">BB", 0xc4, len(value)) + value
    if isinstance(value, dict):
        return struct.pack(">BH", 0xde, len(value)) + b"".join(pack(k) + pack(v) for k, v in value.items())
    return struct.pack(">BH", 0xdc, len(value)) + b"".join(pack(v) for v in value)


def hex_of(text):
    return pack(ast.literal_eval(text)).hex()


# ---- expectations ----------------------------------------------------------------------------------------------------

class Expected:
    def __init__(self, text):
        lines = [line for line in text.splitlines() if line.strip()]
        self.verdict = lines[0]
        self.changes = set()
        self.methods = {}
        self.hints = []
        self.steps = []  # (caller's version, script lines, caller's lines, handler's lines)
        self.no_open = []
        for line in lines[1:]:
            self.take(line)

    def take(self, line):
        writes = re.fullmatch(r"(old|new) writes (.+) -> (old|new) (reads|refuses|fails) (.+)", line)
        calls = re.fullmatch(r"(old|new) calls (\w+) (.+)", line)
        words = line.split(" ", 2)
        if writes:
            self.take_value(*writes.groups())
        elif calls:
            self.steps.append((calls[1], ["call %s %s" % (calls[2], hex_of(calls[3]))], [], []))
        elif line.startswith("    "):
            self.take_detail(line.strip())
        elif line.endswith(" cannot open"):
            self.no_open.append(words[0])
        elif words[0] == "method":
            self.methods[words[1]] = words[2]
        elif words[0] == "hint":
            self.hints.append((words[1], words[2]))
        else:
            self.changes.add(tuple(words))

    def take_value(self, writer, value, reader, what, text):
        """The value goes as an argument, as a result, and as items of channels both ways."""
        data = hex_of(value)
        good = what == "reads"
        # Without a plan both types are told by their ids, to who called, or by who called to itself.
        by_handler, by_caller = (("refused:WEFT_EBADMSG:2", "refused:WEFT_EINCOMPATIBLE:2") if what == "refuses" else
                                 ("refused:WEFT_EBADMSG:0", "refused:WEFT_EBADMSG:0"))
        sees = ['handler sees {"value":%s}' % text] if good else []
        self.steps.append((writer, ["call put " + pack([ast.literal_eval(value)]).hex()],
                           ["caller ok" if good else "caller %s %s" % (by_handler, text)], sees))
        self.steps.append((reader, ["call get 90", "tell reply " + data],
                           ["caller ok " + text if good else "caller %s %s" % (by_caller, text)], ["handler sees {}"]))
        # Where the types do not fit the call is refused; where one value does not, its channel ends.
        got = [text] * 2
        self.steps.append((writer, ["call feed 90", "send values " + data, "send values " + data],
                           ["caller %s %s" % (by_handler, text) if what == "refuses" else "caller ok"],
                           ["handler sees {}"] * (what != "refuses") +
                           ["handler got values " + item for item in got if good] +
                           ["handler lost values " + text] * (what == "fails")))
        self.steps.append((reader, ["call watch 90", "tell item=values " + data, "tell item=values " + data],
                           ["caller got values " + item for item in got if good] +
                           ["caller lost values " + text] * (not good) +
                           ["caller %s %s" % (by_caller, text) if what == "refuses" else "caller ok"],
                           ["handler sees {}"]))

    def take_detail(self, line):
        _, script, caller, handler = self.steps[-1]
        words = line.split(" ", 2)
        if words[0] == "caller":
            caller.append(line)
        elif words[0] == "handler":
            handler.append(line)
        elif words[0] == "absent":
            script.append(line)
        elif words[0] in ("replies", "fails"):
            script.append("tell %s %s" % ("reply" if words[0] == "replies" else "error",
                                          hex_of(line.split(" ", 1)[1])))
        elif words[0] in ("item", "sends"):
            script.append(("tell item=%s %s" if words[0] == "item" else "send %s %s") % (words[1], hex_of(words[2])))
        else:
            raise ValueError(line)

    def directions(self):
        """Of values: whether the new version reads what the old one writes, and the other way."""
        return {"compatible": (True, True), "breaking": (False, False), "one-way new reads old": (True, False),
                "one-way old reads new": (False, True)}[self.verdict]


# ---- the check -------------------------------------------------------------------------------------------------------

READS = {(True, True): "both", (True, False): "new-reads-old", (False, True): "old-reads-new", (False, False): "neither"}
CALLS = {(True, True): "both", (True, False): "old-calls-new", (False, True): "new-calls-old", (False, False): "neither"}


def check_status(weftc, old, new, *options):
    run = subprocess.run([weftc, "check", *options, "--against", old, new], capture_output=True, timeout=TIMEOUT_S)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def check_methods(expected, found):
    wanted = dict(expected.methods)
    if not wanted and "get" in found:
        new_reads, old_reads = expected.directions()
        for name in ("put", "feed"):
            wanted[name] = CALLS[new_reads, old_reads]
        for name in ("get", "watch"):
            wanted[name] = CALLS[old_reads, new_reads]
    if found:
        wanted["ping"] = "both"
    return ["methods: expected %s, found %s" % (wanted, found)] * (wanted != found)


def check_pair(expected, old, new, weftc):
    status, out, err = check_status(weftc, old, new, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    if not lines or err:
        return ["weftc check: exit status %d: %s" % (status, err)]
    changes = [line for line in lines if "change" in line]
    found = {(c["change"], c["subject"], READS[c["new_reads_old"], c["old_reads_new"]]) for c in changes}
    methods = {m["method"].split("/")[1]: CALLS[m["old_calls_new"], m["new_calls_old"]] for m in lines if "method" in m}
    verdict = expected.verdict.split()[0]
    wrong = check_methods(expected, methods)
    wrong += ["not found: %s" % " ".join(c) for c in sorted(expected.changes - found)]
    wrong += ["not expected: %s" % " ".join(c) for c in sorted(found - expected.changes)]
    wrong += ["twice: %s" % c["subject"] for c in changes if len(found) != len(changes)]
    if lines[-1]["summary"] != verdict or status != (verdict == "breaking"):
        wrong.append("expected %s, found %s with exit status %d" % (verdict, lines[-1]["summary"], status))
    if check_status(weftc, old, new, "--strict")[0] != (verdict != "compatible"):
        wrong.append("--strict")
    for member, text in expected.hints:
        if not any(text in c["hint"] for c in changes if member in c["subject"] or c["change"].startswith(member)):
            wrong.append("no hint %s: %s" % (member, text))
    return wrong


# ---- the calls -------------------------------------------------------------------------------------------------------

def converse(name, caller, handler, script):
    """Lines of the caller and of the handlers."""
    server = subprocess.Popen([handler, "serve", name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip()
        client = subprocess.run([caller, "call", name, url], input="".join(line + "\n" for line in script),
                                capture_output=True, timeout=TIMEOUT_S, text=True)
        seen, errors = server.communicate(timeout=TIMEOUT_S)
    finally:
        server.kill()
        server.wait()
    wrong = []
    if client.returncode or server.returncode or client.stderr or errors:
        wrong = ["exit status %d and %d: %s%s" % (client.returncode, server.returncode, client.stderr, errors)]
    return client.stdout.splitlines(), seen.splitlines(), wrong


def is_as_expected(expected, line):
    """"caller refused PATH" stands for a code and a text that names the place; "lost" likewise. "refused:CODE:N PATH": a
    text with N ids at least."""
    what = re.fullmatch(r"(caller|handler) (refused|lost \w+)(:(\w+):(\d))?( (.+))?", expected)
    if expected == "caller unknown":
        return line.startswith("caller fails WEFT_ENOSYS")
    if not what:
        return line == expected
    who, how, _, code, n_ids, _, path = what.groups()
    found = re.fullmatch(r"%s %s (\w+) ?(.*)" % (who, how.replace("refused", "fails")), line)
    if not found or (how == "refused" and found[1] not in ([code] if code else ["WEFT_EBADMSG", "WEFT_EINCOMPATIBLE"])):
        return False
    return (not path or re.search(r"(^|\W)%s\b" % re.escape(path), found[2])) and \
        len(re.findall(r"\b[0-9a-f]{16}\b", found[2])) >= int(n_ids or 0)


def compare_lines(who, expected, found):
    wrong = []
    for i in range(max(len(expected), len(found))):
        a = expected[i] if i < len(expected) else "nothing more"
        b = found[i] if i < len(found) else "nothing more"
        if not is_as_expected(a, b):
            wrong.append("%s, line %d: expected: %s\n    found: %s" % (who, i + 1, a, b))
            break
    return wrong


def call_pair(expected, name, programs):
    wrong = []
    for version, other in (("old", "new"), ("new", "old")):
        steps = [step for step in expected.steps if step[0] == version]
        script, caller_lines, handler_lines = [], [], []
        for _, lines, caller, handler in steps:
            # After each, the connection still serves a method that did not change.
            script += lines + ["go", "call ping 9107", "tell reply 07", "go"]
            caller_lines += caller + ["caller ok 7"]
            handler_lines += handler
        caller, handler, failed = converse(name, programs[version], programs[other], script)
        if version in expected.no_open:
            caller_lines = caller if len(caller) == 1 and caller[0].startswith("caller cannot open") else ["a refusal"]
        elif not steps:
            failed.append("the %s version calls nothing" % version)
        wrong += failed + compare_lines("the %s version calls" % version, caller_lines, caller)
        wrong += compare_lines("the %s version handles" % other, handler_lines, handler)
    return wrong


def run(path, out, weftc, old_program, new_program):
    name = os.path.basename(path)[:-len(".pair")]
    expected = Expected(read_pair(path)["expect"])
    old, new = (os.path.join(out, version, name + ".weft") for version in ("old", "new"))
    wrong = check_pair(expected, old, new, weftc)
    wrong += call_pair(expected, name.replace("-", "_"), {"old": old_program, "new": new_program})
    for line in wrong:
        print("%s: %s" % (name, line))
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1] == "generate":
        generate(*sys.argv[2:])
    else:
        sys.exit(run(*sys.argv[2:]))
