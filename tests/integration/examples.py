#!/usr/bin/env python3
"""Runs the examples as separate processes over each kind of socket, and holds what they print against what they should.

    examples.py DIR     DIR/kv/kv-server and so on are the programs
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = sys.argv.pop(1)
SECONDS = 30  # in which anything must have ended


def program(name):
    return os.path.join(PROGRAMS, name.split("-")[0], name)


class Server:
    """A server that has said where it listens; at the end it must have ended in order, and said nothing more."""

    def __init__(self, test, name, url):
        self.test = test
        self.process = subprocess.Popen([program(name), url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        test.assertTrue(line.startswith("listening on "), (line, line or self.process.stderr.read()))
        self.url = line[len("listening on "):].rstrip("\n")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=SECONDS)
        if kind is None:
            self.test.assertEqual((out, err, self.process.returncode), ("", "", 0))


class Examples(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def urls(self):
        return ["tcp://127.0.0.1:0", "tcp://[::1]:0" if has_ipv6() else "tcp://localhost:0",
                f"unix://{self.folder.name}/socket", f"unix-abstract://weft-examples-{os.getpid()}"]

    def client(self, name, *arguments):
        done = subprocess.run([program(name), *arguments], capture_output=True, text=True, timeout=SECONDS)
        return done.returncode, done.stdout, done.stderr

    def expect(self, expected, name, *arguments):
        self.assertEqual(self.client(name, *arguments), expected)

    def test_kv(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "kv-server", url) as server:
                self.expect((1, "", "kv-client: no such key: colour\n"), "kv-client", server.url, "get", "colour")
                self.expect((0, "stored colour (version 1)\n", ""), "kv-client", server.url, "put", "colour", "blue")
                self.expect((0, "stored shape (version 2)\n", ""), "kv-client", server.url, "put", "shape", "round")
                self.expect((0, "stored colour (version 3)\n", ""), "kv-client", server.url, "put", "colour", "rot, grün")
                self.expect((0, "colour = rot, grün (version 3)\n", ""), "kv-client", server.url, "get", "colour")
                self.expect((0, "shape = round (version 2)\n", ""), "kv-client", server.url, "get", "shape")
                self.expect((0, "removed colour\n", ""), "kv-client", server.url, "remove", "colour")
                self.expect((1, "", "kv-client: no such key: colour\n"), "kv-client", server.url, "remove", "colour")
                self.expect((0, "stored empty (version 4)\n", ""), "kv-client", server.url, "put", "empty", "")
                self.expect((0, "empty =  (version 4)\n", ""), "kv-client", server.url, "get", "empty")

    def test_kv_typed_error(self):
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            self.expect((2, "", "kv-client: the value is longer than 65536 bytes\n"),
                        "kv-client", server.url, "put", "large", "x" * 65537)
            self.expect((0, "stored large (version 1)\n", ""), "kv-client", server.url, "put", "large", "x" * 65536)
            self.expect((0, "large = " + "x" * 65536 + " (version 1)\n", ""), "kv-client", server.url, "get", "large")

    def test_kv_many_clients(self):
        with Server(self, "kv-server", f"unix://{self.folder.name}/socket") as server:
            clients = [subprocess.Popen([program("kv-client"), server.url, "put", f"key{i}", str(i)],
                                        stdout=subprocess.PIPE, text=True) for i in range(12)]
            lines = [client.communicate(timeout=SECONDS)[0] for client in clients]
            versions = sorted(int(line.split("version ")[1].rstrip(")\n")) for line in lines)
            self.assertEqual(versions, list(range(1, 13)))
            for i in range(12):
                code, out, _ = self.client("kv-client", server.url, "get", f"key{i}")
                self.assertEqual((code, out.split(" (")[0]), (0, f"key{i} = {i}"))

    def test_kv_server_outlives_bad_clients(self):
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            host, port = server.url[len("tcp://"):].split(":")
            for opening in (b"", b"GET / HTTP/1.1\r\n\r\n", b"WEFT\x01\x01\x00\x00", b"WEFT\x01\x01\x00\x00" + b"\xff" * 99):
                with socket.create_connection((host, int(port)), timeout=SECONDS) as raw:
                    raw.sendall(opening)
                self.expect((0, "stored a (version %d)\n" % (1 + self.turn()), ""),
                            "kv-client", server.url, "put", "a", "b")

    def turn(self):
        self.turns = getattr(self, "turns", -1) + 1
        return self.turns

    def test_kv_server_ends_with_clients_there(self):
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            host, port = server.url[len("tcp://"):].split(":")
            silent = socket.create_connection((host, int(port)), timeout=SECONDS)
        silent.close()

    def test_kv_failures(self):
        long_path = "unix:///" + "a" * 200
        code, out, err = self.client("kv-server", long_path)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("longer than 107 bytes", err)
        code, out, err = self.client("kv-server", "nonsense")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("a URL begins with", err)
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            code, out, err = self.client("kv-server", server.url)
            self.assertEqual((code, out), (1, ""))
            self.assertIn("address already in use", err)
            gone = server.url
        code, out, err = self.client("kv-client", gone, "get", "a")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("nobody listens there", err)
        code, out, err = self.client("kv-client", gone, "frobnicate", "a")
        self.assertEqual((code, out), (2, ""))
        self.assertTrue(err.startswith("usage: "))

    def test_kv_socket_file_comes_and_goes(self):
        path = f"{self.folder.name}/socket"
        with Server(self, "kv-server", "unix://" + path):
            self.assertTrue(os.path.exists(path))
        self.assertFalse(os.path.exists(path))
        # A file that a dead process left behind is no obstacle.
        left = socket.socket(socket.AF_UNIX)
        left.bind(path)
        left.close()
        with Server(self, "kv-server", "unix://" + path) as server:
            self.expect((0, "stored a (version 1)\n", ""), "kv-client", server.url, "put", "a", "b")

    def test_calculator(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "calculator-server", url) as server:
                self.expect((0, "2 + 3 = 5\n7 / 2 = 3.5\ndivision failed: by zero\nthe mean of 1, 2, 3, 4 is 2.5\n"
                             "nothing has no mean\n", ""), "calculator-client", server.url)

    def test_wrong_service(self):
        with Server(self, "calculator-server", "tcp://127.0.0.1:0") as server:
            code, out, err = self.client("kv-client", server.url, "get", "a")
            self.assertEqual((code, out), (2, ""))
            self.assertTrue(err.startswith("kv-client: the counterpart rejected the open"), err)

    def test_blocking(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "kv-server", url) as server:
                self.expect((0, "stored colour0 (version 1)\nstored colour1 (version 2)\nstored colour2 (version 3)\n"
                             "large is longer than 65536 bytes\nremoved colour1\n"
                             "colour0 = red\nthere is no colour1\ncolour2 = blue\n", ""), "blocking-client", server.url)
                gone = server.url
            code, out, err = self.client("blocking-client", gone)
            self.assertEqual((code, out), (2, ""))
            self.assertTrue(err.startswith(f"blocking-client: {gone}: "), err)

    def test_callback(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "callback-server", url) as server:
                self.expect((0, "1 of 3\n2 of 3\n3 of 3\ndone: 3\n", ""), "callback-client", server.url, "3")
                self.expect((0, "1 of 1000\n2 of 1000\ndone: 2\n", ""), "callback-client", server.url, "1000", "2")
                self.expect((0, "done: 0\n", ""), "callback-client", server.url, "0")
                steps = "".join(f"{i} of 1000\n" for i in range(1, 1001))
                self.expect((0, steps + "done: 1000\n", ""), "callback-client", server.url, "1000")


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main(verbosity=2)
