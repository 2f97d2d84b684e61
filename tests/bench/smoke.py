#!/usr/bin/env python3
"""Each program of the bench runs, and what it prints is read: no figure of it is looked at.

    smoke.py BUILD
"""
import os
import subprocess
import sys
import tempfile
import unittest

import harness
import report
import weigh

BUILD = sys.argv.pop(1)
SECS = 0.02
CELLS = ["unix/add/0/1", "unix/add/0/64", "tcp/echo/1048576/1", "unix/open/0/8", "unix/stream/64/1", "unix/sink/64/1",
         "unix/add/0/8/3own", "unix/add/0/8/resumable", "unix/beside/1024/8/1"]


def output(*command):
    path = os.path.join(BUILD, "tests", "bench", command[0])
    return subprocess.run([path, *command[1:]], check=True, capture_output=True, text=True, timeout=100).stdout


class Smoke(unittest.TestCase):
    def measure(self, bench, peer, cell):
        line = bench.measure(peer, cell, SECS, wait=60)
        self.assertEqual(len(line), 7 if cell.n_proxies else 6)
        self.assertGreater(line[0], 0)
        return line

    def test_cells_become_tables(self):
        cells = {}
        with harness.Bench(BUILD) as bench:
            for text in CELLS:
                cell = harness.Cell(text)
                cells[text] = {harness.FLOOR: [self.measure(bench, harness.FLOOR, cell.floor())],
                               harness.WEFT: [self.measure(bench, harness.WEFT, cell)]}
                if not cell.is_plain():
                    cells[text][report.PLAIN] = [self.measure(bench, harness.WEFT, cell.plain())]
        results = {"machine": report.machine(), "rounds": 1, "secs": SECS, "cells": cells}
        text = report.document(results)
        for expected in ("unix, add |", "tcp, echo 1 MiB |", "unix, open, 8 under way |", "unix, sink 64 B |",
                         "unix, add, 8 in flight | 3 on a processor of their own |"):
            self.assertIn(f"\n| {expected}", text)
        report.print_all(results)

    def test_memory_of_a_server_is_told(self):
        with harness.Bench(BUILD) as bench:
            for peer in (harness.FLOOR, harness.WEFT):
                for work, depth in (("once", 1), ("conns", 3)):
                    resident, peak = bench.measure(peer, harness.Cell(f"unix/{work}/0/{depth}"), 0, wait=60)
                    self.assertGreaterEqual(peak, resident / 2)
                    self.assertGreater(resident, 0)

    def test_many_sessions_are_counted(self):
        lines = output("door/door", "sessions", "20", "2").splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["1", "2"] + [line.split()[0] for line in lines[2:]])
        self.assertIn("ready 40", lines)

    def test_a_peer_that_cannot_is_an_error(self):
        with harness.Bench(BUILD) as bench:
            with self.assertRaises(harness.BenchError):
                bench.measure(harness.FLOOR, harness.Cell("unix/stream/64/1"), SECS)

    def test_connections_open_are_called_and_close(self):
        lines = output("fairness/memory", "100").splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["open", "idle", "idle", "both", "call", "close", "both"])
        self.assertEqual(len(output("fairness/memory").splitlines()), 16)

    def test_many_types_compile(self):
        weftc = os.path.join(BUILD, "codegen", "weftc")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "many.weft")
            with open(path, "w", encoding="utf-8") as file:
                file.write(weigh.idl_of(80))
            subprocess.run([weftc, "build", "--c-out", folder, path], check=True, timeout=100)

    def test_loops_beside_one(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "loops", "loops")
        done = subprocess.run([sys.executable, "-B", script, "--build", BUILD, "--rounds", "1", "--secs", str(SECS)],
                              check=True, capture_output=True, text=True, timeout=100)
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()[1:]], ["tcp", "unix"])

    def test_small_calls_go_on_beside_large_ones(self):
        self.assertIn("tcp", output("fairness/fairness", "0.05"))

    def test_calls_can_be_counted(self):
        self.assertEqual(output("loop_bench", "4", "100"), "")

    def test_a_row_is_decoded(self):
        self.assertEqual(output("codec/codec", "0", "10"), "")


if __name__ == "__main__":
    unittest.main()
