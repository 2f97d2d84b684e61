#!/usr/bin/env python3
"""docs/errors.md, out of the lists that the library itself is made of.

    errors.py check ROOT      exit 1 where the file is not what would be written
    errors.py renew ROOT      writes it
"""
import difflib
import errno
import os
import re
import sys

HEAD = """# Errors

<!-- Written from include/weft by tests/docs/errors.py; renew with `cmake --build BUILD --target renew_docs`. -->

Functions return 0 or one of these codes, all negative. A code that POSIX has a name for is the negative `errno` value (and
so equals libuv's; the numbers here are Linux's), weft's own lie below -5000. `weft_strerror` gives the text, `weft_err_name` the name,
`weft_is_retryable` the last column. A `weft_error` says more: the particulars as a text, the system's own `errno` in `sys`,
and in `remote` the code that the counterpart gave.

The class says what to do:

| class    | meaning                                                        | what to do                                       |
| -------- | -------------------------------------------------------------- | ------------------------------------------------ |
| usage    | a mistake of the caller                                        | mend the program                                 |
| resource | something is short, busy, late or not there                    | try again later; a call: see `may_have_run`      |
| peer     | the counterpart broke the protocol, or the two do not fit      | look at the versions of the two programs         |
| closed   | an end, in order or not                                        | connect again, if there is more to do            |

## Codes

| code | value | class | meaning | again? |
| ---- | ----- | ----- | ------- | ------ |
"""

OUTCOMES = """
## Outcomes of calls

A reply begins with a `weft_result`. Its `code` is 0 where the method has answered, with a value (`ok`) or with its own error
type (`user error`); otherwise it is one of the codes above, `outcome` says what the counterpart answered, if anything came,
and `may_have_run` is false only where it is certain that no handler saw the call.

| outcome | value | code of the result |
| ------- | ----- | ------------------ |
"""

CODES = """
## Codes of ends and refusals

Why a counterpart ended a session or connection, or refused one: in `weft_error.remote`, and what
`weft_session_close`, `weft_connection_close` and `weft_pending_reject` take. From 256 on they are the application's own.

| code | value |
| ---- | ----- |
"""


def read(root, *parts):
    with open(os.path.join(root, *parts), encoding="utf-8") as file:
        return file.read()


def need(found, what):
    if not found:
        sys.exit(f"errors.py: {what} is not where it was: teach this script")
    return found


def text_of(root):
    base = read(root, "include", "weft", "base.h")
    errors = need(re.findall(r'X\((E\w+), (-\w+), (\w+),\s*"([^"]*)"\)', base), "WEFT_ERRORS in base.h")
    body = re.search(r"bool weft_is_retryable.*?\n}", read(root, "runtime", "base", "error.c"), re.S)
    also = need(body and re.findall(r"case WEFT_(\w+):", body.group()), "weft_is_retryable in error.c")
    out = HEAD
    for name, value, kind, meaning in errors:
        number = value if value[1:].isdigit() else f"-{errno.__dict__[value[1:]]}"
        again = "yes" if kind == "RESOURCE" or name in also else ""
        out += f"| `WEFT_{name}` | {number} | {kind.lower()} | {meaning} | {again} |\n"

    call = read(root, "include", "weft", "call.h")
    table = re.search(r"code_of_outcome\(.*?\n}", read(root, "runtime", "session", "call_out.c"), re.S)
    codes = dict(need(table and re.findall(r"\[(WEFT_OUTCOME_\w+)\] = (\w+)", table.group()), "code_of_outcome"))
    out += OUTCOMES
    for name, value in need(re.findall(r"(WEFT_OUTCOME_\w+) = (-?\d+)", call), "weft_outcome in call.h"):
        code = codes.get(name, "0")
        if name == "WEFT_OUTCOME_NONE":
            code = "what ended the call here"
        out += f"| `{name}` | {value} | {code if ' ' in code else f'`{code}`'} |\n"

    out += CODES
    connection = read(root, "include", "weft", "connection.h")
    for name, value in need(re.findall(r"(WEFT_CODE_\w+) = (\d+)", connection), "weft_code in connection.h"):
        out += f"| `{name}` | {value} |\n"
    return out


def main(mode, root):
    path = os.path.join(root, "docs", "errors.md")
    wanted = text_of(root)
    if mode == "renew":
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
        return 0
    found = read(root, "docs", "errors.md") if os.path.exists(path) else ""
    if found == wanted:
        return 0
    print("".join(difflib.unified_diff(found.splitlines(True), wanted.splitlines(True), "docs/errors.md", "expected")))
    print("docs/errors.md is not current: cmake --build BUILD --target renew_docs")
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("check", "renew"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
