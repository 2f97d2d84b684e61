"""What the scripts of the bench share: peers, and one measurement of one of them.

A peer is a folder with the programs `server` and `client`, which speak as tests/bench/measure.h says. The floor and weft
are those of a build; others lie in a folder that is told (--peers).
"""
import os
import socket
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FLOOR, WEFT = "floor", "weft"
RELEASE = os.path.join(ROOT, "build", "release")


class BenchError(Exception):
    pass


class Cell:
    """TRANSPORT/WORK/SIZE/DEPTH[/PROXIES[own]|/resumable]: `own` gives the proxies a processor of their own."""

    def __init__(self, text):
        parts = text.split("/")
        self.text = text
        self.transport, self.work, self.size, self.depth = parts[0], parts[1], int(parts[2]), int(parts[3])
        how = parts[4] if len(parts) > 4 else "0"
        self.resumable = how == "resumable"
        self.own = how.endswith("own")
        self.n_proxies = 0 if self.resumable else int(how.removesuffix("own"))

    def is_plain(self):
        return self.n_proxies == 0 and not self.resumable

    def plain(self):
        """Without proxies and resumption; of calls beside a slow reader: without that, through the same proxies."""
        parts = self.text.split("/")
        return Cell("/".join(parts[:4] if self.work != "beside" else [parts[0], "add", "0", *parts[3:]]))

    def floor(self):
        """What the floor does in this cell: the same, or `add` at 64 where it has nothing of the kind."""
        return Cell("/".join(self.text.split("/")[:4])) if self.work in ("add", "echo", "once", "conns") else Cell(f"{self.transport}/add/0/64")


class Bench:
    """Starts servers, proxies and clients, one measurement at a time."""

    def __init__(self, build, pin="same", others=None):
        self.build = build
        self.pin = pin
        self.n_addresses = 0
        self.folder = tempfile.TemporaryDirectory()
        bench = os.path.join(build, "tests", "bench")
        self.peers = {FLOOR: os.path.join(bench, "floor"), WEFT: os.path.join(bench, "weft-peer")}
        for name in sorted(os.listdir(others)) if others else []:
            if os.access(os.path.join(others, name, "server"), os.X_OK):
                self.peers[name] = os.path.join(others, name)

    def others(self):
        return [peer for peer in self.peers if peer not in (FLOOR, WEFT)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def does(self, peer, work):
        """Others do add and echo, or what a file `works` beside their programs says."""
        if peer == WEFT:
            return True
        works = os.path.join(self.peers[peer], "works")
        if not os.path.exists(works):
            return work in ("add", "echo", "once", "conns")
        with open(works, encoding="utf-8") as file:
            return work in file.read().split()

    def processor(self, own=False):
        """The words before a command that put it on its processor."""
        cpus = sorted(os.sched_getaffinity(0))
        return ["taskset", "-c", str(cpus[0] if own else cpus[-1])] if self.pin == "same" else []

    def address(self, transport):
        self.n_addresses += 1
        if transport == "unix":
            return f"unix:{self.folder.name}/{self.n_addresses}"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return f"tcp:{free.getsockname()[1]}"

    def start(self, command, word, processes):
        """A server or proxy: running once it prints a line that begins with the word."""
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   errors="replace")
        processes.append(process)
        if not process.stdout.readline().startswith(word):
            raise BenchError(f"{' '.join(command)}: did not start: was {self.build} built?")
        return process

    def measure(self, peer, cell, secs, wait=15):
        """One line of results as numbers."""
        processes = []
        address = self.address(cell.transport)
        folder = self.peers[peer]
        try:
            server = self.start(self.processor() + [os.path.join(folder, "server"), address], "ready", processes)
            pids = [server.pid]
            for _ in range(cell.n_proxies):
                at = self.address(cell.transport)
                relay = os.path.join(self.build, "examples", "relay", "relay")
                proxy = self.start(self.processor(cell.own) + [relay, url(at), url(address)], "listening", processes)
                pids.append(proxy.pid)
                address = at
            command = self.processor() + [os.path.join(folder, "client"), address, cell.work, str(cell.size),
                                          str(cell.depth), str(secs), ",".join(map(str, pids))]
            environment = {**os.environ, "WEFT_BENCH_RESUMABLE": "1"} if cell.resumable else None
            client = subprocess.run(command, capture_output=True, text=True, timeout=wait + 2 * secs, errors="replace",
                                    env=environment)
            if client.returncode or not client.stdout:
                raise BenchError(f"{peer} {cell.text}: {client.stderr.strip()[-200:]}")
            return [float(word) for word in client.stdout.split()]
        except subprocess.TimeoutExpired as error:
            raise BenchError(f"{peer} {cell.text}: no end") from error
        finally:
            for process in reversed(processes):
                process.kill()
                process.wait()
                process.stdout.close()


def url(address):
    """The same address as weft's programs take it."""
    kind, rest = address.split(":", 1)
    return f"unix://{rest}" if kind == "unix" else f"tcp://127.0.0.1:{rest}"
