#!/usr/bin/env python3
"""kv-server with sockets that systemd-socket-activate hands down, and the units of examples/systemd as systemd reads them.

    systemd.py DIR UNITS     DIR/kv-server and so on are the programs, UNITS has the unit files; 77: no such tools here
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

SECONDS = 30  # in which anything must have ended


def program(name):
    return os.path.join(PROGRAMS, name)


class Activated:
    """A server that systemd-socket-activate starts with its first client; at the end it must have ended in order."""

    def __init__(self, test, listens, *arguments, names=None, env=None):
        self.test = test
        command = ["systemd-socket-activate", *[f"--listen={where}" for where in listens]]
        command += [f"--fdname={names}"] if names else []
        command += [f"--setenv={name}={value}" for name, value in (env or {}).items()]
        self.process = subprocess.Popen([*command, program("kv-server"), *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        for _ in listens:
            line = self.process.stderr.readline()
            test.assertTrue(line.startswith("Listening on "), line)

    def __enter__(self):
        return self

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def end(self):
        """Its status, and what it said last, but for what systemd-socket-activate says."""
        out, err = self.process.communicate(timeout=SECONDS)
        said = [line for line in err.splitlines() if not line.startswith(("Communication attempt", "Execing"))]
        return self.process.returncode, out, said

    def __exit__(self, kind, value, trace):
        if self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM if kind is None else signal.SIGKILL)
        ended = self.end()
        if kind is None:
            self.test.assertEqual(ended, (0, "", []))


class Systemd(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = f"{self.folder.name}/socket"

    def tearDown(self):
        self.folder.cleanup()

    def expect(self, out, *arguments):
        done = subprocess.run([program("kv-client"), *arguments], capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, out, ""))

    def test_the_only_socket_is_served_from_the_first_client_on(self):
        with Activated(self, [self.path], "fd://") as server:
            self.expect("stored a (version 1)\n", f"unix://{self.path}", "put", "a", "b")
            self.assertEqual(server.line(), f"listening on unix://{self.path}")
            self.expect("a = b (version 1)\n", f"unix://{self.path}", "get", "a")
        self.assertTrue(os.path.exists(self.path))  # it is whoever made it who removes it
        self.assertFalse(os.path.exists(self.path + ".lock"))

    def test_tcp_socket_is_served_at_its_address(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with Activated(self, [f"127.0.0.1:{port}"], "fd://3") as server:
            self.expect("stored a (version 1)\n", f"tcp://127.0.0.1:{port}", "put", "a", "b")
            self.assertEqual(server.line(), f"listening on tcp://127.0.0.1:{port}")

    def test_socket_is_found_by_its_name(self):
        other = self.path + "-other"
        with Activated(self, [other, self.path], "fd://kv", names="other:kv") as server:
            self.expect("stored a (version 1)\n", f"unix://{self.path}", "put", "a", "b")
            self.assertEqual(server.line(), f"listening on unix://{self.path}")

    def test_several_sockets_are_named(self):
        for names, expected in (("admin:kv", "fd://admin, fd://kv"), (None, "fd://3, fd://4")):
            with Activated(self, [self.path + "-1", self.path + "-2"], "fd://", names=names) as server:
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(self.path + "-1")
                    code, out, said = server.end()
                self.assertEqual((code, out), (1, ""))
                self.assertIn(expected, said[0])
            for number in "12":
                os.unlink(f"{self.path}-{number}")

    def test_supervisor_is_told(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.settimeout(SECONDS)
            told.bind(f"{self.folder.name}/notify")
            with Activated(self, [self.path], "fd://", env={"NOTIFY_SOCKET": told.getsockname()}) as server:
                self.expect("stored a (version 1)\n", f"unix://{self.path}", "put", "a", "b")
                self.assertEqual(told.recv(4096), b"READY=1")
                self.assertEqual(server.line(), f"listening on unix://{self.path}")

    def test_units_are_as_systemd_wants_them(self):
        for name in os.listdir(UNITS):
            with open(os.path.join(UNITS, name), encoding="utf-8") as file:
                text = file.read().replace("/usr/local/bin/kv-server", program("kv-server"))
            with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
                file.write(text)
        units = [os.path.join(self.folder.name, name) for name in sorted(os.listdir(UNITS))]
        self.assertEqual([os.path.basename(unit) for unit in units], ["weft-kv.service", "weft-kv.socket"])
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
                              capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


if __name__ == "__main__":
    UNITS = os.path.abspath(sys.argv.pop(2))
    PROGRAMS = os.path.abspath(sys.argv.pop(1))
    if not shutil.which("systemd-socket-activate") or not shutil.which("systemd-analyze"):
        print("systemd-socket-activate and systemd-analyze are not here (package systemd)")
        sys.exit(77)
    unittest.main(verbosity=2)
