#!/usr/bin/env python3
"""The calculator on poll(2) and weft/engine.h, called by the client that runs on libuv.

    poll_loop.py POLL_LOOP_SERVER CALCULATOR_CLIENT
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

CLIENT = sys.argv.pop()
SERVER = sys.argv.pop()
SECONDS = 30  # in which anything must have ended
ANSWERS = ("2 + 3 = 5\n7 / 2 = 3.5\ndivision failed: by zero\nthe mean of 1, 2, 3, 4 is 2.5\nnothing has no mean\n")


class PollLoop(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.server = None

    def tearDown(self):
        self.folder.cleanup()

    def start(self, url):
        self.server = subprocess.Popen([SERVER, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.server.stdout.readline()
        self.assertTrue(line.startswith("listening on "), line)
        return line[len("listening on "):].strip()

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        out, err = self.server.communicate(timeout=SECONDS)
        self.assertEqual((out, err, self.server.returncode), ("", "", 0))

    def client(self, url):
        return subprocess.Popen([CLIENT, url], stdout=subprocess.PIPE, text=True)

    def expect_answers(self, client):
        self.assertEqual((client.communicate(timeout=SECONDS)[0], client.returncode), (ANSWERS, 0))

    def test_answers_over_tcp_and_unix(self):
        path = f"{self.folder.name}/socket"
        for url in ("tcp://127.0.0.1:0", f"unix://{path}"):
            with self.subTest(url):
                where = self.start(url)
                for _ in range(3):
                    self.expect_answers(self.client(where))
                self.stop()
        self.assertFalse(os.path.exists(path))

    def test_many_clients_at_once(self):
        where = self.start(f"unix://{self.folder.name}/socket")
        for client in [self.client(where) for _ in range(12)]:
            self.expect_answers(client)
        self.stop()

    def test_outlives_bad_clients(self):
        where = self.start("tcp://127.0.0.1:0")
        port = int(where.rsplit(":", 1)[1])
        for opening in (b"", b"GET / HTTP/1.1\r\n\r\n", b"WEFT\x01\x01\x00\x00" + b"\xff" * 99):
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as raw:
                raw.sendall(opening)
            self.expect_answers(self.client(where))
        self.stop()

    def test_ends_with_clients_there(self):
        where = self.start("tcp://127.0.0.1:0")
        with socket.create_connection(("127.0.0.1", int(where.rsplit(":", 1)[1])), timeout=SECONDS):
            self.expect_answers(self.client(where))  # so that the silent one has been accepted
            self.stop()

    def test_says_why_it_cannot_listen(self):
        done = subprocess.run([SERVER, "nonsense"], capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("cannot listen on nonsense", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
