#!/usr/bin/env python3
"""Recomputes the canonical bytes and ids of docs/protocol.md, section 11, from a JSON description of declarations, and
compares them with those that the description holds.

usage: check_ids.py ids.json
       check_ids.py --weftc WEFTC ids.json FILE.weft    (compares the output of `weftc describe --json` too)
       check_ids.py --weftc WEFTC - FILE.weft           (checks that output alone)
       check_ids.py --renew --weftc WEFTC ids.json FILE.weft

The description is what `weftc describe --json` prints. Everything is computed here anew, from the names, types and flags
alone, in another language and by another algorithm. Exit status 1: something differs. Standard library only.
"""
import hashlib
import json
import os
import subprocess
import sys

SCALARS = {name: code for code, name in enumerate(
    ["bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "string", "bytes", "timestamp",
     "duration"], 1)}
CHANNELS = {"no": 0, "tx": 1, "rx": 2}


def pack(value):
    """MessagePack of nil, bool, unsigned integers, text and lists, each in its shortest form."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if value < 0x80:
            return bytes([value])
        for tag, size in ((0xCC, 1), (0xCD, 2), (0xCE, 4), (0xCF, 8)):
            if value < 1 << (8 * size):
                return bytes([tag]) + value.to_bytes(size, "big")
    if isinstance(value, str):
        raw = value.encode()
        return head(len(raw), 0xA0, 32, (0xD9, 1), (0xDA, 2), (0xDB, 4)) + raw
    if isinstance(value, Packed):
        return value.raw
    if isinstance(value, list):
        return head(len(value), 0x90, 16, (0xDC, 2), (0xDD, 4)) + b"".join(map(pack, value))
    raise ValueError(value)


def head(count, fix, fix_max, *forms):
    if count < fix_max:
        return bytes([fix | count])
    for tag, size in forms:
        if count < 1 << (8 * size):
            return bytes([tag]) + count.to_bytes(size, "big")
    raise ValueError(count)


class Packed:
    """Bytes that are MessagePack already."""

    def __init__(self, raw):
        self.raw = raw


def hash64(raw):
    return int.from_bytes(hashlib.blake2b(raw, digest_size=32).digest()[:8], "little")


def encode_type(desc, reference):
    """desc as in the description; reference(name) gives [20, id] or [21, place]."""
    if desc is None:
        return None
    if isinstance(desc, str):
        return SCALARS[desc]
    (kind, arg), = desc.items()
    if kind == "list":
        return [16, encode_type(arg, reference)]
    if kind == "map":
        return [17, encode_type(arg[0], reference), encode_type(arg[1], reference)]
    if kind == "array":
        return [18, arg[0], encode_type(arg[1], reference)]
    if kind == "option":
        return [19, encode_type(arg, reference)]
    return reference(arg)


def encode_fields(fields, reference):
    return [[f["name"], encode_type(f["type"], reference), f["default"]] for f in fields]


def encode_payload(payload, reference):
    if payload is None:
        return None
    if "type" in payload:
        return [1, encode_type(payload["type"], reference)]
    return [2, encode_fields(payload["fields"], reference)]


def encode_declaration(decl, reference):
    if decl["kind"] == "struct":
        return pack([1, decl["name"], encode_fields(decl["fields"], reference)])
    return pack([2, decl["name"], [[v["name"], i, encode_payload(v["payload"], reference)]
                                   for i, v in enumerate(decl["variants"])]])


def references(decl):
    found = []
    encode_declaration(decl, lambda name: found.append(name) or [20, 0])
    return found


def reachable(decls):
    """For each type all types that it leads to, by repeated union: slow and simple on purpose."""
    to = {name: set(references(decl)) for name, decl in decls.items()}
    changed = True
    while changed:
        changed = False
        for name in to:
            more = set().union(*(to[n] for n in to[name])) if to[name] else set()
            if not more <= to[name]:
                to[name] |= more
                changed = True
    return to


class Ids:
    def __init__(self, types):
        self.decls = {t["name"]: t for t in types}
        self.to = reachable(self.decls)
        self.ids, self.raw, self.groups = {}, {}, {}

    def group_of(self, name):
        return sorted(n for n in self.to[name] if name in self.to[n])

    def id_of(self, name):
        if name not in self.ids:
            self.compute(name)
        return self.ids[name]

    def compute(self, name):
        group = self.group_of(name)
        if not group:
            self.raw[name] = encode_declaration(self.decls[name], lambda n: [20, self.id_of(n)])
            self.ids[name] = hash64(self.raw[name])
            self.groups[name] = []
            return
        outside = {n: self.id_of(n) for member in group for n in references(self.decls[member]) if n not in group}
        first = {n: encode_declaration(self.decls[n], lambda r: [20, outside.get(r, 0)]) for n in group}
        order = sorted(group, key=lambda n: (hash64(first[n]), first[n]))
        for n in order:
            self.raw[n] = encode_declaration(
                self.decls[n], lambda r: [20, outside[r]] if r in outside else [21, order.index(r)])
        for place, n in enumerate(order):
            self.ids[n] = hash64(pack([Packed(self.raw[m]) for m in order] + [place]))
            self.groups[n] = order

    def root(self, method, direction):
        def reference(name):
            return [20, self.id_of(name)]
        params = method["params"]
        if direction == 0:
            return pack([[p["name"], None if p["channel"] == "tx" else encode_type(p["type"], reference), p["default"],
                          CHANNELS[p["channel"]], p["option"]] for p in params])
        policy = ("idempotent" in method["policy"]) + 2 * ("persistent" in method["policy"])
        return pack([encode_type(method["result"], reference), encode_type(method["error"], reference), policy,
                     [[p["name"], encode_type(p["type"], reference)] for p in params if p["channel"] == "tx"]])


def check(description):
    errors = []

    def compare(what, wanted, got):
        if wanted != got:
            errors.append("%s: the description has %s, computed is %s" % (what, wanted, got))

    ids = Ids(description["types"])
    for decl in description["types"]:
        name = decl["name"]
        compare(name + " id", decl["id"], "%016x" % ids.id_of(name))
        compare(name + " declaration", decl["declaration"], ids.raw[name].hex())
        compare(name + " group", decl["group"], ids.groups[name])
        for i, variant in enumerate(decl.get("variants", [])):
            compare("%s.%s index" % (name, variant["name"]), variant["index"], i)
    for service in description["services"]:
        methods = []
        for method in service["methods"]:
            full = service["name"] + "/" + method["name"]
            compare(full + " id", method["id"], "%016x" % hash64(full.encode()))
            roots = [ids.root(method, direction) for direction in (0, 1)]
            compare(full + " roots", method["roots"], [root.hex() for root in roots])
            methods.append((method["name"].encode(), [method["name"]] + [Packed(root) for root in roots]))
        whole = pack([service["name"], [method for _, method in sorted(methods, key=lambda m: m[0])]])
        compare(service["name"] + " id", service["id"], "%016x" % hash64(whole))
    return errors, len(description["types"]), sum(len(s["methods"]) for s in description["services"])


def describe(weftc, source):
    done = subprocess.run([weftc, "describe", "--json", os.path.basename(source)], capture_output=True, text=True,
                          cwd=os.path.dirname(os.path.abspath(source)))
    if done.returncode != 0:
        sys.exit("weftc describe failed:\n" + done.stderr)
    return done.stdout


def main(args):
    renew = "--renew" in args
    args = [a for a in args if a != "--renew"]
    weftc = None
    if args[:1] == ["--weftc"]:
        weftc = os.path.abspath(args[1])
        args = args[2:]
    if len(args) != (2 if weftc else 1):
        sys.exit(__doc__)
    if renew:
        with open(args[0], "w", encoding="utf-8") as file:
            file.write(describe(weftc, args[1]))
    if weftc and args[0] == "-":
        text = describe(weftc, args[1])
    else:
        with open(args[0], encoding="utf-8") as file:
            text = file.read()
    errors, n_types, n_methods = check(json.loads(text))
    if weftc and args[0] != "-" and describe(weftc, args[1]) != text:
        errors.append("weftc describe --json gives another text than %s (renew it: --renew)" % args[0])
    for error in errors:
        print(error)
    print("%d types, %d methods, %d differences" % (n_types, n_methods, len(errors)))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
