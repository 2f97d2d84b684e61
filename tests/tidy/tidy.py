#!/usr/bin/env python3
"""Holds the source tree against the house rules that no compiler checks.

    tidy.py [ROOT]

Prints `file:line: message [check]` for each finding and exits with 1 if there is any. Checks: which layer includes
what, headers and calls that the core may not use, lengths of functions, files and lines, opening comments, and words
that say that something is unfinished.
"""
import os
import re
import sys

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 600
LINE_COLUMNS_MAX = 120

SOURCE_FOLDERS = ["include", "runtime", "idl", "codegen", "tools", "tests", "examples"]
TEXT_FOLDERS = SOURCE_FOLDERS + ["cmake", "docs", ".ci"]
TEXT_ENDINGS = (".c", ".h", ".py", ".cmake", ".txt", ".md", ".weft", ".ebnf", ".json", ".sh")

# What the folder in front may include from the repository root, besides "weft/…".
LAYERS = {
    "runtime/base": ["runtime/base"],
    "runtime/wire": ["runtime/base", "runtime/wire"],
    "runtime/schema": ["runtime/base", "runtime/wire", "runtime/schema"],
    "runtime/session": ["runtime/base", "runtime/wire", "runtime/session"],
    "runtime/rpc": ["runtime/base", "runtime/wire", "runtime/schema", "runtime/session", "runtime/rpc"],
    "runtime/services": ["runtime/base", "runtime/services"],
    "runtime/loop": ["runtime"],
    "runtime/conduit": ["runtime"],
    "runtime/json": ["runtime/json"],
    "runtime/sqlite": ["runtime/sqlite"],
    "idl": ["runtime/base", "runtime/wire", "runtime/schema", "idl"],
    "codegen": ["runtime/base", "runtime/wire", "runtime/schema", "idl", "codegen"],
    "tools": ["runtime", "idl", "codegen", "tools"],
    "tests": ["runtime", "idl", "codegen", "tools", "tests"],
    "include/weft": [],
    "examples": [],
}
CORE = ["runtime/base", "runtime/wire", "runtime/schema", "runtime/session", "runtime/rpc", "runtime/services", "idl"]
CORE_BANNED_HEADERS = re.compile(r"^(time\.h|stdio\.h|pthread\.h|unistd\.h|threads\.h|signal\.h|poll\.h|fcntl\.h|sys/.*)$")
# The compiler reads and writes files in its commands alone: its back ends make text in memory, which one file formats.
STDIO_BANNED = ["codegen/c"]
STDIO_ALLOWED = ["codegen/c/out.c"]
# Public headers that speak of sessions: not for who stands on base, wire and schema.
SESSION_HEADERS = re.compile(r"^weft/(runtime|session|connection|call|channel|engine|uv|weft)\.h$")
# Third-party headers: pattern, where they may be included, and why.
FENCED_HEADERS = [
    (re.compile(r"^uv(/.*)?\.h$"), ["runtime/loop", "runtime/conduit", "include/weft/uv.h", "tests", "examples", "tools"],
     "only loop and conduit know libuv"),
    (re.compile(r"^weft/uv\.h$"), ["runtime/loop", "runtime/conduit", "tests", "examples", "tools", "include/weft/uv.h"],
     "only loop and conduit know libuv"),
    (re.compile(r"^msgpack(\.h|/.*)$"), ["runtime/wire", "tests"], "msgpack-c is fenced in runtime/wire"),
    (re.compile(r"^sodium(\.h|/.*)$"), ["runtime", "tests"], "only runtime uses libsodium"),
    (re.compile(r"^jansson\.h$"), ["runtime/json", "tests"], "only libweft-json knows jansson"),
    (re.compile(r"^sqlite3\.h$"), ["runtime/sqlite", "tests", "examples"], "only libweft-sqlite knows SQLite"),
    (re.compile(r"^cmocka\.h$"), ["tests"], "only tests use cmocka"),
]

LIBRARY = ["runtime", "idl", "codegen/c"]
BANNED_CALLS = {
    "prints": "printf fprintf vprintf vfprintf puts fputs putchar putc fputc perror dprintf",
    "ends the process": "abort exit _exit _Exit quick_exit raise",
    "is unbounded": "strcpy strcat sprintf vsprintf gets strtok stpcpy alloca",
    "is a source that the caller owns": "rand srand random srandom system popen",
}
ALLOCATIONS = "malloc calloc realloc free strdup strndup aligned_alloc posix_memalign reallocarray"
WAITS = "sleep usleep nanosleep clock_nanosleep"
# (file, call): why it may.
EXCEPTIONS = {
    ("runtime/base/check.c", "abort"): "a broken invariant of our own stops a debug build",
}

# Written in pieces, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK", "W" + "IP"]) + r")\b")


def under(path, folders):
    return any(path == f or path.startswith(f + "/") for f in folders)


def is_generated(path):
    """Made by weftc or kept as the expected output of something: not ours to shape."""
    parts = path.split("/")
    return bool(re.search(r"\.weft\.[ch]$", path)) or any(re.match(r"^(goldens?|corpus|expected)$", p) for p in parts)


def layer_of(path):
    best = None
    for layer in LAYERS:
        if under(path, [layer]) and (best is None or len(layer) > len(best)):
            best = layer
    return best


def blank(text, keep_ends=0):
    """The text with everything but its line ends turned into spaces."""
    head, tail = text[:keep_ends], text[len(text) - keep_ends:] if keep_ends else ""
    return head + re.sub(r"[^\n]", " ", text[keep_ends:len(text) - keep_ends]) + tail


def code_of(text):
    """C without its comments and the contents of its literals; lines and columns stay."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def replace(match):
        found = match.group(0)
        return blank(found) if found[0] == "/" else blank(found, 1)
    return pattern.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


class Tree:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.sodium_users = []

    def report(self, path, line, check, message):
        self.findings.append((path, line, f"{path}:{line}: {message} [{check}]"))

    def paths(self, folders, endings):
        for folder in folders:
            for where, names, files in os.walk(os.path.join(self.root, folder)):
                names[:] = sorted(n for n in names if not n.startswith("build") and n != "__pycache__")
                if "/recorded/" in where and "include" in names:
                    names.remove("include")  # public headers as they once were
                for file in sorted(files):
                    if file.endswith(endings):
                        yield os.path.relpath(os.path.join(where, file), self.root).replace(os.sep, "/")

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            return file.read()

    # Includes -----------------------------------------------------------------------------------------------------

    def check_includes(self, path, text):
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', text, re.M):
            line, quoted, header = line_of(text, match.start()), match.group(1) == '"', match.group(2)
            if is_generated(path):
                if header != "weft/gen.h" and not header.endswith(".weft.h"):
                    self.report(path, line, "generated-include", f"generated code includes weft/gen.h only, not {header}")
                continue
            self.check_system_header(path, line, header)
            if quoted:
                self.check_own_header(path, line, header)

    def check_system_header(self, path, line, header):
        if under(path, CORE) and CORE_BANNED_HEADERS.match(header):
            io_file = path.startswith("idl/") and re.search(r"(^|_)io\.[ch]$", os.path.basename(path))
            if not io_file:
                self.report(path, line, "core-header", f"the core takes bytes and time: <{header}> is not for it")
        if under(path, STDIO_BANNED) and header == "stdio.h" and path not in STDIO_ALLOWED:
            self.report(path, line, "core-header", "a back end makes text in memory: <stdio.h> is not for it")
        for pattern, allowed, why in FENCED_HEADERS:
            if pattern.match(header) and not under(path, allowed):
                self.report(path, line, "fenced-header", f"{why}: {header} is not for this file")
        if header == "sodium.h" and path.startswith("runtime/"):
            self.sodium_users.append((path, line))

    def check_own_header(self, path, line, header):
        layer = layer_of(path)
        if header.startswith("weft/"):
            if layer in ("idl", "codegen", "runtime/base", "runtime/wire", "runtime/schema") \
                    and SESSION_HEADERS.match(header):
                self.report(path, line, "layer", f"{layer} stands below sessions: {header} is not for it")
            return
        if layer == "examples" or (layer in ("tests", "tools") and (header.endswith(".weft.h") or "/" not in header)):
            return
        if not under(header, ["runtime", "idl", "codegen", "tools", "tests"]):
            if layer != "tests" and not re.match(r"^(uv|msgpack|sodium)", header):
                self.report(path, line, "include-path", f"write {header} from the repository's root")
            return
        if not under(header, LAYERS[layer]):
            self.report(path, line, "layer", f"{layer} may not include {header}")

    # Lengths ------------------------------------------------------------------------------------------------------

    def check_lengths(self, path, text, code):
        lines = text.split("\n")
        n_lines = len(lines) - (1 if lines[-1] == "" else 0)
        if n_lines > FILE_LINES_MAX:
            self.report(path, n_lines, "file-length", f"{n_lines} lines, at most {FILE_LINES_MAX}: this file has two subjects")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_COLUMNS_MAX:
                self.report(path, number, "line-length", f"{len(line)} columns, at most {LINE_COLUMNS_MAX}")
            if line != line.rstrip():
                self.report(path, number, "trailing-space", "space at the end of the line")
            if "\t" in line:
                self.report(path, number, "tab", "a tab: indent by four spaces")
        self.check_functions(path, code)

    def check_functions(self, path, code):
        # Preprocessor lines may hold braces of their own; extern "C" { is no level.
        code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m.group(0)), code, flags=re.M)
        code = re.sub(r'extern[ \t\n]+"[^"]*"[ \t\n]*\{', lambda m: blank(m.group(0)), code)
        depth, opened = 0, None
        for match in re.finditer(r"[{}]", code):
            if match.group(0) == "{":
                if depth == 0:
                    before = code[:match.start()].rstrip()
                    opened = match.start() if before.endswith(")") else None
                depth += 1
            elif depth > 0:
                depth -= 1
                if depth == 0 and opened is not None:
                    first, last = line_of(code, opened), line_of(code, match.start())
                    if last - first + 1 > FUNCTION_LINES_MAX:
                        self.report(path, first, "function-length",
                                    f"a function of {last - first + 1} lines, at most {FUNCTION_LINES_MAX}")

    # Calls and words ----------------------------------------------------------------------------------------------

    def check_calls(self, path, code):
        banned = {}
        if under(path, LIBRARY):
            for why, names in BANNED_CALLS.items():
                banned.update({name: why for name in names.split()})
            if not under(path, ["runtime/base"]):
                banned.update({name: "allocates behind the allocator's back" for name in ALLOCATIONS.split()})
        banned.update({name: "waits for time instead of an event" for name in WAITS.split()})
        for match in re.finditer(r"(?<![\w.>])([A-Za-z_]\w*)[ \t]*\(", code):
            name = match.group(1)
            if name in banned and (path, name) not in EXCEPTIONS:
                self.report(path, line_of(code, match.start()), "banned-call", f"{name}() {banned[name]}")

    def check_opening(self, path, text):
        if not text.lstrip("\ufeff").startswith("/*"):
            self.report(path, 1, "opening", "a file begins with a comment that says its subject")

    def check_words(self, path, text):
        for match in UNFINISHED.finditer(text):
            self.report(path, line_of(text, match.start()), "unfinished", f"{match.group(1)}: finish it, or write an issue")

    def check(self):
        for path in self.paths(SOURCE_FOLDERS, (".c", ".h")):
            text = self.read(path)
            self.check_includes(path, text)
            if is_generated(path):
                continue
            code = code_of(text)
            self.check_lengths(path, text, code)
            self.check_calls(path, code)
            self.check_opening(path, text)
        for path in self.paths(TEXT_FOLDERS, TEXT_ENDINGS):
            if not is_generated(path):
                self.check_words(path, self.read(path))
        for path, line in self.sodium_users[1:]:
            self.report(path, line, "fenced-header", f"libsodium is used in one file: {self.sodium_users[0][0]} has it")
        return sorted(self.findings)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    findings = Tree(os.path.abspath(root)).check()
    for _, _, text in findings:
        print(text)
    print(f"tidy: {len(findings)} finding{'' if len(findings) == 1 else 's'}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
