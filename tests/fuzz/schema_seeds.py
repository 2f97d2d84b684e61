#!/usr/bin/env python3
"""Writes the first inputs of schema_fuzz into corpus/schema, from the declarations of tests/vectors/ids.json.

    schema_seeds.py        # renews them; the input's form is described in schema_fuzz.c
"""
import json
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "corpus", "schema")
RAW, TABLE, RESULTS, LIE = 1, 2, 4, 8
MARK = b"\xcf" + b"\xee" * 7


def section(data):
    return struct.pack(">H", len(data)) + data


def fixstr(text):
    return bytes([0xa0 | len(text)]) + text.encode()


class Types:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.types = json.load(file)["types"]
        self.by_id = {bytes.fromhex(t["id"]): t for t in self.types}
        self.by_name = {t["name"]: t for t in self.types}

    def needed(self, name, into):
        """Everything that the type leads to, children first, groups in their order."""
        kind = self.by_name[name]
        members = [self.by_name[n] for n in kind["group"]] or [kind]
        if kind in into:
            return into
        for member in members:
            data = bytes.fromhex(member["declaration"])
            for key, other in self.by_id.items():
                if b"\x92\x14\xcf" + key in data and other not in members:
                    self.needed(other["name"], into)
        into.extend(members)
        return into

    def declarations(self, name):
        kinds = self.needed(name, [])
        # The last one is the type that is read: a member of a group stays in its place.
        out = b""
        for kind in kinds:
            data = bytes.fromhex(kind["declaration"])
            for number, other in enumerate(kinds):
                data = data.replace(b"\xcf" + bytes.fromhex(other["id"]), MARK + bytes([number]))
            out += section(data)
        return out


def field(name, kind, has_default=False):
    return b"\x93" + fixstr(name) + kind + (b"\xc3" if has_default else b"\xc2")


def record(name, *fields):
    return b"\x93\x01" + fixstr(name) + bytes([0x90 | len(fields)]) + b"".join(fields)


def variants(name, *payloads):
    return (b"\x93\x02" + fixstr(name) + bytes([0x90 | len(payloads)])
            + b"".join(b"\x93" + fixstr(n) + bytes([i]) + p for i, (n, p) in enumerate(payloads)))


def ref(number):
    return b"\x92\x14" + MARK + bytes([number])


def place(number):
    return b"\x92\x15" + bytes([number])


def by_hand():
    """Pairs that differ: (sender's declarations, reader's, a value)."""
    u8, u32, i64, text, raw = b"\x02", b"\x04", b"\x09", b"\x0c", b"\x0d"
    yield "order", [record("A", field("a", u8), field("b", text), field("c", raw))], \
        [record("A", field("c", raw), field("d", u32, True), field("a", i64))], b"\x93\x05\xa1x\xc4\x01\x07"
    yield "option", [record("A", field("a", u8))], [record("A", field("a", b"\x92\x13\x09", True))], b"\x91\xcc\xff"
    yield "enum", [variants("E", ("x", b"\xc0"), ("y", b"\x92\x01" + u8), ("z", b"\x92\x02\x91" + field("n", u8)))], \
        [variants("E", ("z", b"\x92\x02\x92" + field("m", text, True) + field("n", u32)), ("y", b"\x92\x01" + i64))], \
        b"\x92\x02\x91\x09"
    yield "list", [record("P", field("x", u8), field("y", u8)), record("L", field("l", b"\x92\x10" + ref(0)))], \
        [record("P", field("y", u32)), record("L", field("l", b"\x92\x10" + ref(0)))], b"\x91\x92\x92\x01\x02\x92\x03\x04"
    yield "map", [record("M", field("m", b"\x93\x11\x02\x0c"))], [record("M", field("m", b"\x93\x11\x05\x0c"))], \
        b"\x91\x82\x01\xa1a\x02\xa1b"
    yield "array", [record("R", field("r", b"\x93\x12\x03\x02"), field("q", b"\x93\x12\x02\x03"))], \
        [record("R", field("q", b"\x93\x12\x02\x05"), field("r", b"\x93\x12\x03\x03"))], b"\x92\xc4\x03abc\x92\x01\x02"
    node = record("N", field("v", u8), field("n", b"\x92\x13" + place(0)))
    yield "recursive", [node], [record("N", field("n", b"\x92\x13" + place(0)), field("v", u32))], \
        b"\x92\x01\x91\x92\x02\x91\x92\x03\xc0"
    two = [record("A", field("b", b"\x92\x10" + place(1)), field("x", u8)), record("B", field("a", b"\x92\x10" + place(0)))]
    yield "two_for_one", two, [record("A", field("b", b"\x92\x10" + place(0), True), field("a", b"\x92\x10" + place(0),
                                                                                           True))], b"\x91\x91\x91\x91\x90"
    yield "self_by_value", [record("A", field("a", place(0)))], [record("A", field("a", place(0)))], b"\x91\x90"
    yield "impossible", [record("A", field("a", u8))], [record("A", field("b", text))], b"\x91\x05"


def main():
    os.makedirs(CORPUS, exist_ok=True)
    types = Types(os.path.join(HERE, "..", "vectors", "ids.json"))

    def put(name, data):
        with open(os.path.join(CORPUS, name), "wb") as file:
            file.write(data)

    for kind in types.types:
        short = kind["name"].split(".")[-1].lower()
        mine = types.declarations(kind["name"])
        put(f"vector_{short}", bytes([0, 0]) + section(mine) * 2 + section(b"\x90") + b"\x90")
    for name, sender, reader, value in by_hand():
        data = section(b"".join(map(section, sender))) + section(b"".join(map(section, reader)))
        put(name, bytes([0, 0]) + data + section(b"\x90") + value)
        back = section(b"".join(map(section, reader))) + section(b"".join(map(section, sender)))
        put(f"{name}_back", bytes([0, 0]) + back + section(b"\x90") + value)
    shape = section(section(record("ct.v1.Point", field("y", b"\x02"), field("x", b"\x07"), field("z", b"\x0c"))))
    for number in range(0, 40, 3):
        put(f"table_{number}", bytes([TABLE, number]) + shape + section(b"") + section(b"\x90") + b"\x93\x01\x02\xa1z")
    arguments = (b"\x94\x95" + fixstr("a") + b"\x09\xc2\x00\xc2\x95" + fixstr("b") + ref(0) + b"\xc3\x00\xc2\x95" + fixstr("in")
                 + b"\x0c\xc2\x02\xc2\x95" + fixstr("out") + b"\xc0\xc3\x01\xc3")
    results = b"\x94" + ref(0) + b"\xc0\x01\x91\x92" + fixstr("out") + b"\x0d"
    for number in range(0, 12, 2):
        put(f"arguments_{number}", bytes([0, number]) + shape + section(b"") + section(arguments))
        put(f"results_{number}", bytes([RESULTS, number]) + shape + section(b"") + section(results))
    put("raw_empty", bytes([RAW, 0]) + section(b"\x90") + section(b"") + section(b"\x90"))
    put("raw_unknown", bytes([RAW, 0]) + section(b"\x91\x92\xcf" + b"\x01" * 8 + b"\xc4\x04\x93\x01\xa1A") + section(b"")
        + section(b"\x90"))
    put("lie", bytes([LIE, 0]) + shape + section(b"") + section(b"\x90"))


if __name__ == "__main__":
    main()
