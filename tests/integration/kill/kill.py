#!/usr/bin/env python3
"""Kills a server at random moments while clients count by persistent calls that are not idempotent, and holds what was
counted against what the clients were told.

    kill.py SERVER [--kills N] [--clients N] [--seed N] [--wait MS] [--full | --memory] [--loops N] [--client PROGRAM]

Each increment is logged with its operation in the transaction that adds it. At the end: no operation is in the log twice;
what succeeded is there; what is there succeeded or is indeterminate; and the sum is that of the log. --full: the store of
operations is on a small disk that fills up now and then (needs to be root; 77 where it cannot be mounted). --memory: there
is none, and a server that starts again knows nothing of what had run; with --client, which hears that. --client: the
clients are processes of their own, over sessions that survive outages; else they write frames, and send an operation again
until they know what became of it; to a server of several --loops now at one of them, now at another.
"""
import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from wire import EXHAUSTED, INDETERMINATE, OK, Conduit, Lost, Operations  # noqa: E402

SERVICE = "kill.v1.Counter"
AT_ONCE = 6  # operations of a client that are under way
FULL_AT_MOST = 60  # seconds


class Server:
    def __init__(self, program, folder, store, loops):
        self.url = "unix://" + os.path.join(folder, "socket")
        self.arguments = [program, self.url, store, os.path.join(folder, "data"), str(loops)]
        self.loops = loops
        self.ids = None
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().split()
        if len(line) != 2:
            raise SystemExit(f"kill.py: the server does not start: {self.process.wait()}")
        self.ids = [int(word) for word in line]

    def kill(self):
        self.process.kill()
        status = self.process.wait()
        self.process.stdout.close()
        if status != -signal.SIGKILL:
            raise SystemExit(f"kill.py: the server ended by itself: {status}")


class Client(threading.Thread):
    """Counts until it is told to stop, and then until it knows what became of everything."""

    def __init__(self, server, path, seed):
        super().__init__()
        self.server, self.path = server, path
        self.random = random.Random(seed)
        self.operations = Operations()
        self.conduit = None
        self.waiting = {}  # op: amount
        self.asked = {}  # request id: op
        self.told = {}  # op: (outcome, amount)
        self.sent = {}  # op: how often
        self.stopping = False
        self.failure = None
        self.n_refused = 0

    def run(self):
        try:
            while not self.stopping or self.waiting:
                try:
                    self.step()
                except Lost:
                    self.lose()
        except BaseException as error:  # pylint: disable=broad-except
            self.failure = error

    def lose(self):
        if self.conduit:
            self.conduit.close()
        self.conduit, self.asked = None, {}
        time.sleep(0.002 + self.random.random() * 0.01)

    def send(self, op):
        self.sent[op] = self.sent.get(op, 0) + 1
        self.asked[self.conduit.request(self.server.ids[1], [self.waiting[op]], op)] = op

    def step(self):
        if not self.conduit:
            self.conduit = Conduit(self.path, SERVICE, self.server.ids[0])
            for op in list(self.waiting):
                self.send(op)
        while not self.stopping and len(self.waiting) < AT_ONCE:
            op = self.operations.next()
            self.waiting[op] = self.random.randrange(1, 100)
            self.send(op)
        if self.server.loops > 1 and self.random.random() < 0.02:
            raise Lost("the other loop may come to have what this one runs")
        request_id, outcome, value = self.conduit.response()
        op = self.asked.pop(request_id)
        if outcome == EXHAUSTED:  # nothing ran: the same operation again
            self.n_refused += 1
            time.sleep(0.01)
            self.send(op)
            return
        if outcome not in (OK, INDETERMINATE):
            raise ValueError(f"outcome {outcome}: {value}")
        self.told[op] = (outcome, self.waiting.pop(op))


class Program(threading.Thread):
    """A client that is a process. What it has not told of is indeterminate."""

    def __init__(self, program, url, seed):
        super().__init__()
        self.process = subprocess.Popen([program, url, str(int(seed * (1 << 32)))], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.told, self.sent = {}, {}
        self.failure = None
        self.n_refused = 0

    def run(self):
        for line in self.process.stdout:
            op, amount, what = line.split()
            op = bytes.fromhex(op)
            self.sent[op] = 1
            if what == "refused":
                self.n_refused += 1
                continue
            if op in self.told:
                self.failure = f"{op.hex()} was told twice"
            self.told[op] = (OK if what == "succeeded" else INDETERMINATE, int(amount))
        status = self.process.wait()
        if status:
            self.failure = f"a client ended with {status}"

    @property
    def stopping(self):
        return self.process.stdin.closed

    @stopping.setter
    def stopping(self, value):
        if value:
            self.process.stdin.close()


def check(clients, data):
    """What went wrong, as a list; and the figures."""
    wrong = []
    base = sqlite3.connect(data)
    total = base.execute("SELECT sum FROM counter").fetchone()[0]
    log = [(bytes(op), amount) for op, amount in base.execute("SELECT op, by FROM log")]
    base.close()
    told, sent = {}, {}
    for client in clients:
        told.update(client.told)
        sent.update(client.sent)
    applied = dict(log)
    succeeded = sum(amount for outcome, amount in told.values() if outcome == OK)
    indeterminate = sum(amount for outcome, amount in told.values() if outcome == INDETERMINATE)
    if len(applied) != len(log):
        wrong.append(f"{len(log) - len(applied)} increments were applied twice")
    if total != sum(applied.values()):
        wrong.append("the sum is not that of the log")
    for op, (outcome, amount) in told.items():
        if outcome == OK and applied.get(op) != amount:
            wrong.append(f"{op.hex()} succeeded and is not there")
    for op, amount in applied.items():
        if op not in told:
            wrong.append(f"{op.hex()} is there, and nobody was told")
    if not succeeded <= total <= succeeded + indeterminate:
        wrong.append(f"{succeeded} succeeded, {indeterminate} are indeterminate, and the sum is {total}")
    n_indeterminate = sum(outcome == INDETERMINATE for outcome, _ in told.values())
    print(f"{len(told)} operations, {sum(sent.values())} attempts, {len(told) - n_indeterminate} succeeded, "
          f"{n_indeterminate} indeterminate (of these {sum(told[op][0] == INDETERMINATE for op in applied)} were applied); "
          f"sum {total}, succeeded {succeeded}, indeterminate {indeterminate}; "
          f"{sum(client.n_refused for client in clients)} refused for lack of room")
    return wrong


def fill(disk, seconds, clients):
    """A file that takes what is left, and what the store gives back; for so long, and until somebody has been refused."""
    path = os.path.join(disk, "filler")
    until = time.monotonic() + seconds
    with open(path, "wb", buffering=0) as file:
        while time.monotonic() < until or (time.monotonic() < until + FULL_AT_MOST and
                                           not any(client.n_refused for client in clients)):
            try:
                file.write(b"x" * 4096)
            except OSError:
                time.sleep(0.001)
    return path


def trouble(options, server, clients, disk, chance):
    """Kills, or in between a disk that is full for a while."""
    for _ in range(options.kills):
        time.sleep(chance.random() * options.wait / 1000)
        filler = fill(disk, chance.random() * options.wait / 1000, clients) if options.full else None
        server.kill()
        if filler:
            os.unlink(filler)
        server.start()


def run(options, folder, disk):
    chance = random.Random(options.seed)
    store = "" if options.memory else os.path.join(disk, "operations")
    server = Server(options.server, folder, store, options.loops)
    server.start()
    if options.client:
        clients = [Program(options.client, server.url, chance.random()) for _ in range(options.clients)]
    else:
        clients = [Client(server, os.path.join(folder, "socket"), chance.random()) for _ in range(options.clients)]
    for client in clients:
        client.start()
    try:
        trouble(options, server, clients, disk, chance)
    finally:
        for client in clients:
            client.stopping = True
        for client in clients:
            client.join()
        server.kill()
    wrong = [str(client.failure) for client in clients if client.failure]
    wrong += check(clients, os.path.join(folder, "data"))
    if options.full and not any(client.n_refused for client in clients):
        wrong.append("the disk was never full")
    for line in wrong[:20]:
        print("kill.py:", line, file=sys.stderr)
    if wrong:
        print(f"again: {' '.join(sys.argv)} --seed {options.seed}", file=sys.stderr)
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("server")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--wait", type=float, default=250, metavar="MS", help="at most, between two kills")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--loops", type=int, default=1)
    parser.add_argument("--client", metavar="PROGRAM")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        disk = folder
        if options.full:
            disk = os.path.join(folder, "disk")
            os.mkdir(disk)
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", disk], capture_output=True,
                              check=False).returncode:
                print("no disk can be mounted here")
                return 77
        try:
            return run(options, folder, disk)
        finally:
            if options.full:
                subprocess.run(["umount", "-l", disk], check=True)


if __name__ == "__main__":
    sys.exit(main())
