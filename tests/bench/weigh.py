#!/usr/bin/env python3
"""What weft weighs: sizes, memory, how long it takes to begin, and what weftc takes for many types.

    tests/bench/weigh.py [--build DIR] [--peers DIR] [--rounds 21] [--connections 1000000] [--write]

DIR of --build is the build of the preset `release`; --peers as of `run`. --write renews that part of
docs/performance.md. The static server is linked here, with the compiler `cc` and the static libraries of the packages.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import harness  # noqa: E402
import report  # noqa: E402
from harness import FLOOR, ROOT, WEFT  # noqa: E402

HERE = os.path.join(ROOT, "tests", "bench")
SYSTEM = ["-luv_a", "-lsodium", "-lpthread", "-ldl", "-lrt"]
TYPES = 2000
LIBRARY_GOAL = "150 kB"
# Of rows, what is to be reached.
GOALS = {"idle connection": "400 bytes", "session, idle": "3,072 bytes", "both": "1,024 MiB"}


def stripped(path, folder):
    out = os.path.join(folder, "stripped")
    subprocess.run(["strip", "--strip-unneeded", "-o", out, path], check=True)
    return os.path.getsize(out)


# ---- sizes ----

def sizes_by_archive(path):
    """Of a linker's map: bytes that are loaded, by what they came from."""
    sums = {}
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read().split("Linker script and memory map", 1)[1]
    for size, origin in re.findall(r"^ \.(?:text|rodata|data|eh_frame|data\.rel\.ro|init_array)\S*\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$",
                                   text, re.M):
        archive = re.search(r"([\w.-]+)\.a\(", origin)
        name = archive.group(1) if archive else "program"
        sums[name] = sums.get(name, 0) + int(size, 16)
    groups = {"weft": 0, "libuv": 0, "libsodium": 0, "libc": 0}
    for name, size in sums.items():
        group = "weft" if name.startswith("libweft") or name == "program" else {"libuv_a": "libuv"}.get(name, name)
        groups[group if group in groups else "libc"] += size
    return groups


def hello(build, folder, static):
    """The smallest server, stripped: its size, and what it is made of where it is static."""
    weftc = os.path.join(build, "codegen", "weftc")
    subprocess.run([weftc, "build", "--c-out", folder, os.path.join(HERE, "hello", "hello.weft")], check=True)
    out, listing = os.path.join(folder, "hello"), os.path.join(folder, "map")
    libraries = SYSTEM if static else ["-luv", "-lsodium"]
    subprocess.run(["cc", "-O2", "-ffunction-sections", "-fdata-sections", "-I", folder, "-I", os.path.join(ROOT, "include"),
                    os.path.join(HERE, "hello", "server.c"), os.path.join(folder, "hello.weft.c"),
                    os.path.join(build, "libweft-uv.a"), os.path.join(build, "libweft.a"), "-Wl,--gc-sections",
                    f"-Wl,-Map={listing}", *(["-static"] if static else []), *libraries, "-o", out],
                   check=True, stderr=subprocess.DEVNULL)
    return stripped(out, folder), sizes_by_archive(listing)


def sizes(build, folder):
    rows = []
    for name in ("libweft.so", "libweft-uv.so"):
        path = os.path.realpath(os.path.join(build, name))
        if os.path.exists(path):
            rows.append([f"{name}, stripped", f"{stripped(path, folder) / 1000:.0f} kB", LIBRARY_GOAL])
    size, _ = hello(build, folder, static=False)
    rows.append(["hello-world server, stripped, weft in it, libraries of the system shared", f"{size / 1000:.0f} kB", ""])
    size, parts = hello(build, folder, static=True)
    made_of = ", ".join(f"{name} {part / 1000:.0f}" for name, part in sorted(parts.items(), key=lambda item: -item[1]))
    rows.append(["the same, static", f"{size / 1000:.0f} kB ({made_of})", ""])
    return rows


# ---- memory and beginnings ----

def start_ms(bench, peer):
    """From the start of a server to a client's first answer, its own start included."""
    began = time.monotonic()
    bench.measure(peer, harness.Cell("unix/once/0/1"), 0)
    return (time.monotonic() - began) * 1e3


def peers_weigh(bench, rounds):
    """Of each peer: resident kB with one session, what each of 1,000 more adds, milliseconds to begin."""
    rows, starts, broken = {}, {}, set()
    for peer in bench.peers:
        try:
            one, many = (bench.measure(peer, harness.Cell(f"unix/conns/0/{n}"), 0, wait=60)[0] for n in (1, 1000))
            rows[peer] = [one, (many - one) / 999]
        except harness.BenchError as error:
            print(error, file=sys.stderr)
            broken.add(peer)
    for _ in range(rounds):
        for peer in bench.peers:
            if peer not in broken:
                starts.setdefault(peer, []).append(start_ms(bench, peer))
    return {peer: [*row, statistics.median(starts[peer]),
                   statistics.median(a / b for a, b in zip(starts[peer], starts[FLOOR]))] for peer, row in rows.items()}


def peers_table(weights):
    order = sorted(weights, key=lambda peer: (peer != FLOOR, peer != WEFT, weights[peer][2]))
    rows = [[report.NAMES.get(peer, peer), f"{weights[peer][0] / 1000:.2f}", f"{weights[peer][1]:.1f}", f"{weights[peer][2]:.1f}",
             f"{weights[peer][3]:.2f}"] for peer in order]
    rows.insert(2, ["*goal, at most*", "2.50", "", "", "1.50"])
    return report.table(["server", "resident with one session, MB", "each of 1,000 more, kB", "start to first answer, ms",
                         "by the floor's"], rows)


def connections(build, n):
    program = os.path.join(build, "tests", "bench", "fairness", "memory")
    outputs = [subprocess.run([program, *args], check=True, capture_output=True, text=True).stdout
               for args in ([], [str(n)])]
    rows = []
    for line in outputs[0].splitlines():
        found = re.match(r"(.*?) +(client|server) +live +(\d+) bytes", line)
        rows.append([f"{found.group(1)}, {'who opened it' if found.group(2) == 'client' else 'the other side'}",
                     f"{int(found.group(3)):,} bytes", GOALS.get(found.group(1), "")])
    for line in outputs[1].splitlines():
        words = line.split()
        if words[0] in ("open", "call", "close"):
            rows.append([f"of {n:,} connections in one session: {words[0]}, both sides", f"{words[4]} ns", ""])
        elif words[0] == "both":
            rows.append([f"of {n:,} connections: both sides hold{' after all are closed' if 'after' in words else ''}",
                         f"{float(words[-2]):,.0f} MiB", "" if "after" in words else GOALS["both"]])
    return rows


# ---- weftc ----

def idl_of(n_types):
    """Structs, enums and a service that use each other."""
    parts = ["package many.v1;"]
    for i in range(n_types):
        if i % 4 == 3:
            parts.append(f"/// One of these.\nenum Kind{i} {{ none; number(u64); named {{ name: string; of: Thing{i - 1}; }}; }}")
        else:
            before = f"option<Thing{i - 1}>" if i % 4 else "string"
            parts.append(f"/// A thing.\nstruct Thing{i} {{ id: u64; name: string; tags: list<string>; before: {before}; "
                         f"at: timestamp; by_name: map<string, i32>; }}")
    for i in range(0, n_types, 40):
        methods = " ".join(f"get{j}(key: string, limit: u32 = 10) -> Thing{j} ! Kind{j + 3};" for j in range(i, i + 40, 4))
        parts.append(f"service Many{i} {{ {methods} }}")
    return "\n".join(parts) + "\n"


def weftc(build, folder):
    path = os.path.join(folder, "many.weft")
    with open(path, "w", encoding="utf-8") as file:
        file.write(idl_of(TYPES))
    times, peak = [], 0
    for _ in range(5):
        began = time.monotonic()
        process = subprocess.Popen([os.path.join(build, "codegen", "weftc"), "build", "--c-out", folder, path])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit("weftc failed")
        times.append(time.monotonic() - began)
        peak = usage.ru_maxrss
    return [[f"weftc, an IDL of {TYPES:,} types and {TYPES // 40} services", f"{statistics.median(times):.2f} s, {peak / 1000:.0f} MB",
             "1 s, 100 MB"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=harness.RELEASE)
    parser.add_argument("--peers", metavar="DIR")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--connections", type=int, default=1000000)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, harness.Bench(args.build, "none", args.peers) as bench:
        rows = sizes(args.build, folder) + connections(args.build, args.connections) + weftc(args.build, folder)
        text = peers_table(peers_weigh(bench, args.rounds)) + "\n\n" + report.table(["", "", "goal, at most"], rows)
    print(text)
    if args.write:
        report.replace("weigh.py", text)


if __name__ == "__main__":
    main()
