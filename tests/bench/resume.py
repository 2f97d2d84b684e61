"""What resumption costs: `run --resume`."""
import os
import statistics
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration", "outage"))
from outage import Client, Server  # noqa: E402
from relay import Relay  # noqa: E402

from harness import WEFT, Cell  # noqa: E402

IDLE = ["--resumable", "--once", "0", "--again", "0", "--tick", "3600000", "--keepalive", "30000"]


def measure_rate(bench, args):
    """Calls a second with resumption as a multiple of those without, the two in turn."""
    for transport in ("unix", "tcp"):
        rates = []
        cell = Cell(f"{transport}/add/0/64/resumable")
        for _ in range(args.rounds):
            without = bench.measure(WEFT, cell.plain(), args.secs)[0]
            rates.append((bench.measure(WEFT, cell, args.secs)[0], without))
        print(f"{transport}/add/0/64: {statistics.median(r for r, _ in rates):.0f} calls/s resumable, "
              f"{statistics.median(r for _, r in rates):.0f} not: {statistics.median(r / w for r, w in rates):.3f}",
              flush=True)


class Idle:
    """A session that does nothing, through a relay."""

    def __init__(self, programs):
        self.server = Server("tcp://127.0.0.1:0", "--window", "600000", "--keepalive", "30000", programs=programs)
        self.relay = Relay("tcp://127.0.0.1:0", self.server.url)
        self.client = Client(self.relay.url, *IDLE, programs=programs)
        self.client.until("begun")

    def end(self):
        self.client.kill()
        self.server.kill()
        self.relay.stop()


def measure_resumption(programs):
    idle = Idle(programs)
    try:
        for _ in range(2):
            idle.relay.drop()
            idle.client.until("resumed")
        turns = []
        while len(turns) < 3:  # Hello, Welcome, Ready
            turns = idle.relay.do(lambda: [list(turn) for turn in idle.relay.pairs[-1].turns])
    finally:
        idle.end()
    sums = {way: sum(n_bytes for to, n_bytes in turns if to == way) for way in ("up", "down")}
    print(f"a resumption with nothing under way: {sums['up']} bytes to the server, {sums['down']} back, "
          f"{sum(1 for way, _ in turns if way == 'down')} round trip until the client goes on: {turns}", flush=True)


def cpu_ns(process):
    folder = f"/proc/{process.pid}/task"
    total = 0
    for task in os.listdir(folder):
        with open(f"{folder}/{task}/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total


def measure_idle(programs, seconds):
    idle, parked, lost = Idle(programs), Idle(programs), Idle(programs)
    parked.client.kill()
    lost.relay.refuse(True)
    lost.relay.drop()
    lost.client.until("disconnected")
    watched = [("the client of an idle resumable session", idle.client.process),
               ("its server", idle.server.process),
               ("the server of a parked one", parked.server.process),
               ("a client whose server is down", lost.client.process)]
    time.sleep(1)
    before = [cpu_ns(process) for _, process in watched]
    time.sleep(seconds)
    for (name, process), began in zip(watched, before):
        print(f"{name}: {(cpu_ns(process) - began) / 1e6:.2f} ms of processor time in {seconds:.0f} s", flush=True)
    for each in (idle, parked, lost):
        each.end()


def measure(bench, args):
    programs = os.path.join(bench.build, "tests", "integration", "outage")
    measure_rate(bench, args)
    measure_resumption(programs)
    measure_idle(programs, args.idle)
