#!/usr/bin/env python3
"""Runs the examples as separate processes over each kind of socket, and holds what they print against what they should.

    examples.py DIR BOUNDS     DIR/kv/kv-server and so on are the programs; BOUNDS asks for more than there may be
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

PROGRAMS = sys.argv.pop(1)
BOUNDS = sys.argv.pop(1)
SECONDS = 30  # in which anything must have ended


def program(name):
    return BOUNDS if name == "bounds" else os.path.join(PROGRAMS, name.split("-")[0], name)


class Server:
    """A server that has said where it listens; at the end it must have ended in order, and said nothing more, unless it
    was killed."""

    def __init__(self, test, name, url, *arguments, last_words=""):
        self.test = test
        self.last_words = last_words
        self.process = subprocess.Popen([program(name), url, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        test.assertTrue(line.startswith("listening on "), (line, line or self.process.stderr.read()))
        self.url = line[len("listening on "):].rstrip("\n")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=SECONDS)
        if self.process.returncode == -signal.SIGKILL:
            return
        if kind is None:
            self.test.assertEqual((out, err, self.process.returncode), (self.last_words, "", 0))


class Running:
    """A client that goes on: its lines are read one after the other."""

    def __init__(self, test, name, *arguments):
        self.test = test
        self.process = subprocess.Popen([program(name), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        test.addCleanup(self.kill)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=SECONDS)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def expect(self, *lines):
        self.test.assertEqual([self.line() for _ in lines], list(lines))

    def say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def stop(self):
        """It does nothing more until go_on: who talks to it finds it slow."""
        self.process.send_signal(signal.SIGSTOP)
        self.test.assertTrue(os.WIFSTOPPED(os.waitpid(self.process.pid, os.WUNTRACED)[1]))

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        """What else it said, and its status, once its input is at its end."""
        out, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, out, err


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

    def test_kv_watch(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "kv-server", url) as server:
                put = lambda key, value: self.assertEqual(self.client("kv-client", server.url, "put", key, value)[0], 0)
                put("shape", "round")
                put("colour", "blue")
                watcher = Running(self, "kv-client", server.url, "watch", "col", "4")
                watcher.expect("colour = blue (version 2)")
                put("colour", "red")
                put("size", "big")
                self.assertEqual(self.client("kv-client", server.url, "remove", "colour")[0], 0)
                put("colours", "many")
                watcher.expect("colour = red (version 3)", "removed colour", "colours = many (version 5)")
                self.assertEqual(watcher.end(), (0, "", ""))

    def test_kv_watch_survives_a_server_that_is_killed(self):
        url = f"unix://{self.folder.name}/socket"
        with Server(self, "kv-server", url) as killed:
            self.assertEqual(self.client("kv-client", url, "put", "a", "lost")[0], 0)
            watcher = Running(self, "kv-client", url, "watch", "")
            watcher.expect("a = lost (version 1)")
            killed.process.kill()
            killed.process.wait(timeout=SECONDS)
        with Server(self, "kv-server", url):
            self.assertEqual(self.client("kv-client", url, "put", "a", "new")[0], 0)
            watcher.expect("all anew", "a = new (version 1)")
            self.assertRegex(watcher.process.stderr.readline(), "^kv-client: disconnected: ")
            self.assertEqual(watcher.process.stderr.readline(), "kv-client: the server has lost the session: a new one\n")

    def test_kv_watch_ends_with_server(self):
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            self.assertEqual(self.client("kv-client", server.url, "put", "a", "b")[0], 0)
            watcher = Running(self, "kv-client", server.url, "watch", "")
            watcher.expect("a = b (version 1)")
        code, out, err = watcher.end()
        self.assertEqual((code, out), (2, ""))
        self.assertTrue(err.startswith("kv-client: watch: "), err)

    def load(self, server, lines):
        done = subprocess.run([program("kv-client"), server.url, "load"], input="".join(line + "\n" for line in lines),
                              capture_output=True, text=True, timeout=SECONDS)
        return done.returncode, done.stdout, done.stderr

    def test_kv_load(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "kv-server", url) as server:
                self.assertEqual(self.load(server, []), (0, "loaded 0\n", ""))
                self.assertEqual(self.load(server, [f"key{i} {i} and more" for i in range(2000)]),
                                 (0, "loaded 2000\n", ""))
                self.expect((0, "key1999 = 1999 and more (version 2000)\n", ""),
                            "kv-client", server.url, "get", "key1999")

    def test_kv_load_is_refused_where_an_entry_is(self):
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            lines = [f"key{i} {i}" for i in range(500)] + ["large " + "x" * 65537]
            self.assertEqual(self.load(server, lines + [f"late{i} {i}" for i in range(500)]),
                             (2, "", "kv-client: the value is longer than 65536 bytes\n"))
            self.expect((0, "key499 = 499 (version 500)\n", ""), "kv-client", server.url, "get", "key499")
            self.expect((1, "", "kv-client: no such key: late0\n"), "kv-client", server.url, "get", "late0")

    def test_kv_slow_watcher_holds_up_nobody_and_catches_up(self):
        with Server(self, "kv-server", f"unix://{self.folder.name}/socket") as server:
            self.assertEqual(self.load(server, ["gone soon", "stays here"])[0], 0)
            watcher = Running(self, "kv-client", server.url, "watch", "")
            watcher.expect("gone = soon (version 1)", "stays = here (version 2)")
            watcher.stop()
            self.assertEqual(self.load(server, [f"key{i} {i}" for i in range(300)]), (0, "loaded 300\n", ""))
            self.assertEqual(self.client("kv-client", server.url, "remove", "gone")[0], 0)
            watcher.go_on()
            # What was on its way; then, since it could not be told of what was removed, all that there is.
            before = list(iter(watcher.line, "all anew"))
            self.assertEqual(before, [f"key{i} = {i} (version {i + 3})" for i in range(len(before))])
            self.assertLessEqual(len(before), 64)
            watcher.expect("stays = here (version 2)", *[f"key{i} = {i} (version {i + 3})" for i in range(300)])

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

    def test_kv_store(self):
        """What was stored is there for the next server; another server, and other files, are refused."""
        store = os.path.join(self.folder.name, "store")
        url = f"unix://{self.folder.name}/socket"
        with Server(self, "kv-server", url, "--store", store) as server:
            self.expect((0, "stored colour (version 1)\n", ""), "kv-client", server.url, "put", "colour", "blue")
            self.expect((0, "stored shape (version 2)\n", ""), "kv-client", server.url, "put", "shape", "round")
            self.expect((0, "removed shape\n", ""), "kv-client", server.url, "remove", "shape")
            code, out, err = self.client("kv-server", "unix-abstract://weft-second", "--store", store)
            self.assertEqual((code, out), (1, ""))
            self.assertIn("store-operations: it is in use", err)
        with Server(self, "kv-server", url, "--store", store) as server:
            self.expect((0, "colour = blue (version 1)\n", ""), "kv-client", server.url, "get", "colour")
            self.expect((1, "", "kv-client: no such key: shape\n"), "kv-client", server.url, "get", "shape")
            self.expect((0, "stored shape (version 3)\n", ""), "kv-client", server.url, "put", "shape", "square")
        with open(store + "-operations", "w", encoding="utf-8") as file:
            file.write("no database\n" * 100)
        code, out, err = self.client("kv-server", url, "--store", store)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("file is not a database", err)

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

    def test_kv_loops_have_one_store(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "kv-server", url, "--loops", "3") as server:
                put = lambda key, value: self.assertEqual(self.client("kv-client", server.url, "put", key, value)[0], 0)
                put("gone", "soon")
                put("stays", "here")
                watchers = [Running(self, "kv-client", server.url, "watch", "") for _ in range(6)]
                for watcher in watchers:
                    watcher.expect("gone = soon (version 1)", "stays = here (version 2)")
                self.assertEqual(self.load(server, [f"key{i} {i}" for i in range(50)]), (0, "loaded 50\n", ""))
                self.expect((0, "removed gone\n", ""), "kv-client", server.url, "remove", "gone")
                put("last", "one")
                expected = {f"key{i}": f"{i} (version {i + 3})" for i in range(50)}
                expected.update({"stays": "here (version 2)", "last": "one (version 53)"})
                for watcher in watchers:
                    self.assertEqual(self.watched(watcher, {"gone": "soon (version 1)", "stays": "here (version 2)"}), expected)

    def watched(self, watcher, entries):
        """What there is, by what a watcher is told until there is one called last."""
        while "last" not in entries:
            line = watcher.line()
            if line == "all anew":
                entries = {}
            elif line.startswith("removed "):
                del entries[line[len("removed "):]]
            else:
                key, value = line.split(" = ", 1)
                entries[key] = value
        return entries

    def test_kv_loops_keep_what_they_store(self):
        """What was put at any loop is there for the next server, of another number of loops."""
        store = os.path.join(self.folder.name, "store")
        url = f"unix://{self.folder.name}/socket"
        for loops, before in ((3, 0), (2, 10), (1, 20)):
            with Server(self, "kv-server", url, "--loops", str(loops), "--store", store) as server:
                for i in range(before):
                    self.expect((0, f"k{i} = v (version {i + 1})\n", ""), "kv-client", server.url, "get", f"k{i}")
                for i in range(before, before + 10):
                    self.expect((0, f"stored k{i} (version {i + 1})\n", ""), "kv-client", server.url, "put", f"k{i}", "v")

    def test_kv_loops_are_bounded(self):
        for arguments in (("--loops", "0"), ("--loops", "65"), ("--loops", "x"), ("--loops", "2x"), ("--loops",),
                          ("--loops", "2", "--store"), ("--frobnicate", "2")):
            code, out, err = self.client("kv-server", "tcp://127.0.0.1:0", *arguments)
            self.assertEqual((code, out, err), (2, "", "usage: kv-server URL [--store FILE] [--loops N]\n"))

    def test_kv_tells_its_supervisor(self):
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(told.close)
        told.settimeout(SECONDS)
        told.bind(f"{self.folder.name}/notify")
        with mock.patch.dict(os.environ, NOTIFY_SOCKET=f"{self.folder.name}/notify"):
            with Server(self, "kv-server", f"unix://{self.folder.name}/socket") as server:
                self.assertEqual(told.recv(4096), b"READY=1")
                self.expect((0, "stored a (version 1)\n", ""), "kv-client", server.url, "put", "a", "b")
            self.assertEqual(told.recv(4096), b"STOPPING=1")

    def test_chat(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "chat-server", url) as server:
                anna = Running(self, "chat-client", server.url, "anna")
                anna.expect("* anna is here")
                ben = Running(self, "chat-client", server.url, "ben")
                for member in (anna, ben):
                    member.expect("* ben is here")
                anna.say("hello")
                ben.say("grüß dich")
                said = [anna.line(), anna.line()]
                self.assertEqual(sorted(said), ["anna: hello", "ben: grüß dich"])
                ben.expect(*said)  # everybody hears the same, in one order
                for name, what in (("anna", "taken"), ("", "no name")):
                    self.assertEqual(Running(self, "chat-client", server.url, name).end(),
                                     (1, "", f"chat-client: that name is {what}\n"))
                self.assertEqual(ben.end(), (0, "", ""))
                anna.expect("* ben has left")
                self.assertEqual(anna.end(), (0, "", ""))

    def test_chat_many_talk_at_once(self):
        with Server(self, "chat-server", "tcp://127.0.0.1:0") as server:
            listener = Running(self, "chat-client", server.url, "listener")
            listener.expect("* listener is here")
            talkers = [Running(self, "chat-client", server.url, f"talker{i}") for i in range(8)]
            for talker in talkers:
                talker.process.stdin.write("".join(f"line {i}\n" for i in range(50)))
            for talker in talkers:
                self.assertEqual(talker.end()[0], 0)
            heard = missed = 0
            last = {}
            while heard + missed < 8 * 52:  # each came, said 50 lines, and left
                who, _, what = listener.line().partition(": ")
                if what:
                    number = int(what.split()[1])
                    self.assertLess(last.get(who, -1), number)  # in order, though some may be missing
                    last[who] = number
                if who.endswith(" missed"):
                    missed += int(who.split()[1])
                else:
                    heard += 1
            self.assertEqual(heard + missed, 8 * 52)
            self.assertEqual(listener.end(), (0, "", ""))

    def test_chat_slow_member_misses_lines_and_delays_nobody(self):
        with Server(self, "chat-server", f"unix://{self.folder.name}/socket") as server:
            anna = Running(self, "chat-client", server.url, "anna")
            anna.expect("* anna is here")
            ben = Running(self, "chat-client", server.url, "ben")
            for member in (anna, ben):
                member.expect("* ben is here")
            ben.stop()
            for i in range(200):  # each is heard before the next is said: anna misses none
                anna.say(str(i))
                anna.expect(f"anna: {i}")
            ben.go_on()
            lines = []
            while not lines or not lines[-1].startswith("* "):
                lines.append(ben.line())
            n = len(lines) - 1
            self.assertTrue(8 <= n <= 16, n)  # what its channel holds, less what it has consumed and not given back yet
            self.assertEqual(lines, [f"anna: {i}" for i in range(n)] + [f"* {200 - n} missed"])
            anna.say("again")
            ben.expect("anna: again")
            self.assertEqual(ben.end(), (0, "", ""))

    def test_chat_server_ends_with_members_there(self):
        with Server(self, "chat-server", "tcp://127.0.0.1:0") as server:
            anna = Running(self, "chat-client", server.url, "anna")
            anna.expect("* anna is here")
        code, out, err = anna.end()
        self.assertEqual((code, out), (1, ""))
        self.assertTrue(err.startswith("chat-client: "), err)

    def test_calculator(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "calculator-server", url) as server:
                self.expect((0, "2 + 3 = 5\n7 / 2 = 3.5\ndivision failed: by zero\nthe mean of 1, 2, 3, 4 is 2.5\n"
                             "nothing has no mean\n", ""), "calculator-client", server.url)

    def test_interceptors_token(self):
        counts = "add: 2 ok\nadd: 1 unknown method\ndivide: 2 user error\ndivide: 1 unknown method\n"
        for url in self.urls():
            with self.subTest(url), Server(self, "interceptors-server", url, "sesame", last_words=counts) as server:
                self.expect((0, "2 + 3 = 5\ndivision failed\n", ""), "interceptors-client", server.url, "sesame")
                refused = "the counterpart has no such method: the token is missing or wrong"
                self.expect((1, f"add: {refused}\ndivide: {refused}\n", ""), "interceptors-client", server.url, "sesam")
                self.expect((0, "2 + 3 = 5\ndivision failed\n", ""), "interceptors-client", server.url, "sesame")

    def test_interceptors_uid(self):
        url = f"unix://{self.folder.name}/socket"
        with Server(self, "interceptors-server", url, "sesame", str(os.getuid()),
                    last_words="add: 1 ok\ndivide: 1 user error\n") as server:
            self.expect((0, "2 + 3 = 5\ndivision failed\n", ""), "interceptors-client", server.url, "sesame")
        with Server(self, "interceptors-server", url, "sesame", str(os.getuid() + 1)) as server:
            self.expect((1, "forbidden: not for this user\n", ""), "interceptors-client", server.url, "sesame")
        with Server(self, "interceptors-server", "tcp://127.0.0.1:0", "sesame", str(os.getuid())) as server:
            self.expect((1, "forbidden: only over a unix socket\n", ""), "interceptors-client", server.url, "sesame")

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

    def test_blocking_stream(self):
        for url in self.urls():
            with self.subTest(url), Server(self, "kv-server", url) as server:
                self.expect((0, "loaded 3\nfruit0 = apple\nfruit1 = banana\nfruit2 = cherry\n"
                             "fruit1 is gone\n", ""), "blocking-stream", server.url)

    def expect_at_last(self, expected, name, *arguments):
        """As expect, once what it needs is there again: until then it fails."""
        end = time.monotonic() + SECONDS
        while (found := self.client(name, *arguments)) != expected and time.monotonic() < end:
            continue
        self.assertEqual(found, expected)

    def running(self, name, *arguments):
        """A server whose lines are read: it, and where it listens."""
        running = Running(self, name, *arguments)
        line = running.line()
        self.assertTrue(line.startswith("listening on "), line)
        return running, line[len("listening on "):]

    def terminate(self, running, *rest):
        running.process.send_signal(signal.SIGTERM)
        self.assertEqual(running.end(), (0, "".join(line + "\n" for line in rest), ""))

    def test_relay(self):
        """Calls, a stream each way, and three relays in a row; each says what it joins."""
        for url in self.urls():
            with self.subTest(url), Server(self, "kv-server", url) as server:
                first, at = self.running("relay", "tcp://127.0.0.1:0", server.url)
                self.expect((0, "stored a (version 1)\n", ""), "kv-client", at, "put", "a", "x" * 65536)
                self.expect((0, "a = " + "x" * 65536 + " (version 1)\n", ""), "kv-client", at, "get", "a")
                second, at2 = self.running("relay", f"unix://{self.folder.name}/second", at)
                third, at3 = self.running("relay", f"unix://{self.folder.name}/third", at2)
                self.expect((0, "removed a\n", ""), "kv-client", at3, "remove", "a")
                self.expect((1, "", "kv-client: no such key: a\n"), "kv-client", at2, "get", "a")
                self.terminate(third, "passed on 1: kv.v1.Store for unix")
                self.terminate(second, "passed on 1: kv.v1.Store for unix", "passed on 2: kv.v1.Store for unix")
                lines = [first.line() for _ in range(4)]
                self.assertTrue(all(f"passed on {i + 1}: kv.v1.Store for tcp 127.0.0.1:" in lines[i] for i in range(4)), lines)
                self.terminate(first)

    def test_relay_streams(self):
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            relay, at = self.running("relay", "tcp://127.0.0.1:0", server.url)
            self.expect((0, "stored k0 (version 1)\n", ""), "kv-client", server.url, "put", "k0", "v")
            watcher = Running(self, "kv-client", at, "watch", "k", "4")
            watcher.expect("k0 = v (version 1)")
            for i in range(1, 4):
                self.expect((0, f"stored k{i} (version {i + 1})\n", ""), "kv-client", server.url, "put", f"k{i}", "v")
            watcher.expect(*[f"k{i} = v (version {i + 1})" for i in range(1, 4)])
            self.assertEqual(watcher.end(), (0, "", ""))
            self.assertIn("passed on 1: kv.v1.Store", relay.line())
            self.terminate(relay)

    def test_relay_survives_a_target_that_is_killed(self):
        """The session to the target is begun again at whoever listens there next: who opens anew is joined again."""
        url = f"unix://{self.folder.name}/socket"
        with Server(self, "kv-server", url) as killed:
            relay, at = self.running("relay", "tcp://127.0.0.1:0", url)
            self.expect((0, "stored a (version 1)\n", ""), "kv-client", at, "put", "a", "lost")
            watcher = Running(self, "kv-client", at, "watch", "")
            watcher.expect("a = lost (version 1)")
            for i in (1, 2):
                self.assertIn(f"passed on {i}: kv.v1.Store for tcp 127.0.0.1:", relay.line())
            killed.process.kill()
            killed.process.wait(timeout=SECONDS)
            self.assertRegex(relay.process.stderr.readline(), "^relay: the target is away: ")
        with Server(self, "kv-server", url):
            self.assertEqual(relay.process.stderr.readline(), "relay: the target is back, and has forgotten us\n")
            watcher.process.kill()
            watcher.end()
            self.expect((0, "stored a (version 1)\n", ""), "kv-client", at, "put", "a", "new")
            self.expect((0, "a = new (version 1)\n", ""), "kv-client", at, "get", "a")
            while "passed on 3: " not in relay.line():
                continue
            self.assertIn("passed on 4: kv.v1.Store for tcp 127.0.0.1:", relay.line())
            self.terminate(relay)

    def test_relay_survives_a_target_that_takes_its_leave(self):
        """An orderly restart of the target is none of the relay's: it begins its session again."""
        url = f"unix://{self.folder.name}/socket"
        with Server(self, "kv-server", url):
            relay, at = self.running("relay", "tcp://127.0.0.1:0", url)
            self.expect((0, "stored a (version 1)\n", ""), "kv-client", at, "put", "a", "before")
        self.assertEqual(relay.process.stderr.readline(), "relay: the target took its leave\n")
        with Server(self, "kv-server", url):
            self.expect_at_last((0, "stored a (version 1)\n", ""), "kv-client", at, "put", "a", "after")
            self.assertIn("passed on 1: kv.v1.Store for tcp 127.0.0.1:", relay.line())
            relay.process.send_signal(signal.SIGTERM)
            self.assertEqual(relay.end()[0], 0)

    def test_relay_goes_to_the_next_while_a_target_drains(self):
        """A rolling restart: what is under way ends with the target that began it, and who comes has the next one."""
        url = f"unix://{self.folder.name}/socket"
        lines = subprocess.Popen(["yes", "a old"], stdout=subprocess.PIPE)
        self.addCleanup(lines.wait)
        self.addCleanup(lines.kill)
        with Server(self, "kv-server", url) as leaving:
            relay, at = self.running("relay", "tcp://127.0.0.1:0", url)
            loader = subprocess.Popen([program("kv-client"), at, "load"], stdin=lines.stdout, stdout=subprocess.PIPE, text=True)
            self.addCleanup(loader.kill)
            lines.stdout.close()
            while self.client("kv-client", at, "get", "a")[0] != 0:
                continue
            leaving.process.send_signal(signal.SIGTERM)
            self.assertEqual(relay.process.stderr.readline(), "relay: the target took its leave\n")
            with Server(self, "kv-server", url):
                self.expect_at_last((0, "stored a (version 1)\n", ""), "kv-client", at, "put", "a", "new")
                self.assertIsNone(leaving.process.poll())
                lines.kill()
                self.assertRegex(loader.communicate(timeout=SECONDS)[0], "^loaded [0-9]+\n$")
                leaving.process.wait(timeout=SECONDS)
                self.expect((0, "a = new (version 1)\n", ""), "kv-client", at, "get", "a")
                relay.process.send_signal(signal.SIGTERM)
                self.assertEqual(relay.end()[0], 0)

    def test_relay_fails_where_no_target_will_ever_answer(self):
        with socket.create_server(("127.0.0.1", 0)) as target:
            relay, _ = self.running("relay", "tcp://127.0.0.1:0", f"tcp://127.0.0.1:{target.getsockname()[1]}")
            conduit, _ = target.accept()
            with conduit:
                conduit.recv(65536)
                conduit.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                conduit.shutdown(socket.SHUT_WR)
                self.assertEqual(relay.end(), (1, "", "relay: the target: [preamble] this is not weft\n"))

    def test_relay_prints_a_line_for_a_service_whatever_its_name(self):
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            relay, at = self.running("relay", "tcp://127.0.0.1:0", server.url)
            self.assertEqual(self.client("bounds", "ask", at, "1")[0], 0)
            self.assertRegex(relay.line(), r"^passed on 1: kv\.v1\.Store\?passed on 7: kv\.v1\.Store for tcp 127\.0\.0\.1:[0-9]+$")
            relay.process.send_signal(signal.SIGTERM)
            self.assertEqual(relay.end(), (0, "", ""))

    def test_relay_gives_each_client_its_own_connections(self):
        """The example takes the number: with one, a watch leaves that client no other, and everybody else theirs."""
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            relay, at = self.running("relay", "tcp://127.0.0.1:0", server.url, "1")
            self.expect((0, "stored k (version 1)\n", ""), "kv-client", at, "put", "k", "v")
            watcher = Running(self, "kv-client", at, "watch", "k")
            watcher.expect("k = v (version 1)")
            self.expect((0, "k = v (version 1)\n", ""), "kv-client", at, "get", "k")
            watcher.process.kill()
            watcher.end()
            relay.process.send_signal(signal.SIGTERM)
            self.assertEqual(relay.end()[0], 0)
        bad = subprocess.run([program("relay"), "tcp://127.0.0.1:0", "tcp://127.0.0.1:1", "none"], capture_output=True, text=True,
                             timeout=SECONDS)
        self.assertEqual((bad.returncode, bad.stdout, bad.stderr), (2, "", "usage: relay LISTEN-URL TARGET-URL [CONNECTIONS]\n"))

    def test_relay_bounds_the_connections_of_a_client(self):
        """One that opens more is refused those, has others once some have gone, and takes nobody else's."""
        with Server(self, "kv-server", "tcp://127.0.0.1:0") as server:
            relay, at = self.running("relay", "tcp://127.0.0.1:0", server.url, "2")
            watcher = Running(self, "kv-client", at, "watch", "k")
            status, out, err = self.client("bounds", "open", at, "4")
            self.assertEqual((status, out, err), (0, "connection 3: a limit is reached\nconnection 4: a limit is reached\none more\n", ""))
            self.expect((0, "stored k (version 1)\n", ""), "kv-client", at, "put", "k", "v")
            watcher.expect("k = v (version 1)")
            watcher.process.kill()
            watcher.end()
            relay.process.send_signal(signal.SIGTERM)
            self.assertEqual(relay.end()[0], 0)

    def test_hub_bounds_what_one_offers(self):
        """Each connection has so many names, which are free again when it goes; others have theirs."""
        hub, at = self.running("hub-server", f"unix://{self.folder.name}/hub")
        self.expect((0, "offer 17 of 1: too many\noffer 18 of 1: too many\noffer 17 of 2: too many\noffer 18 of 2: too many\n"
                     "the last: too many\ndone\n", ""), "bounds", "offer", at, "18", "2")
        lines = [hub.line() for _ in range(64)]
        self.assertEqual([line.split(": ")[0] for line in lines], ["offered"] * 32 + ["gone"] * 32)
        self.terminate(hub)

    def test_hub_bounds_what_all_offer(self):
        """All together have 1,024 names; whoever comes then is told so, and has one once some have gone."""
        hub, at = self.running("hub-server", f"unix://{self.folder.name}/hub")
        self.expect((0, "".join(f"offer {i} of 69: too many\n" for i in range(5, 16)) + "done\n", ""),
                    "bounds", "offer", at, "15", "69")
        lines = [hub.line().split(": ")[0] for _ in range(2 * 1025)]
        self.assertEqual((lines.count("offered"), lines.count("gone")), (1025, 1025))
        self.terminate(hub)

    def test_hub_that_is_restarted(self):
        """The provider offers itself again to the next one."""
        url = f"unix://{self.folder.name}/hub"
        hub, at = self.running("hub-server", url)
        anna = Running(self, "hub-provider", at, "anna")
        anna.expect("offered anna")
        hub.expect("offered: anna")
        hub.process.send_signal(signal.SIGTERM)
        hub.end()
        hub, at = self.running("hub-server", url)
        anna.expect("offered anna")
        self.expect((0, "good day, Bob, says anna\n", ""), "hub-client", at, "anna", "Bob")
        anna.process.send_signal(signal.SIGTERM)
        self.assertEqual(anna.end()[0], 0)
        hub.expect("offered: anna", "gone: anna")
        self.terminate(hub)

    def test_hub_refuses_names_that_pretend(self):
        hub, at = self.running("hub-server", f"unix://{self.folder.name}/hub")
        self.expect((1, "", "hub-provider: a bad name\n"), "hub-provider", at, "")
        self.expect((1, "", "hub-provider: a bad name\n"), "hub-provider", at, "n" * 65)
        for name in ("\ngone: anna", "\x1b[2J", "\x7f"):
            self.expect((1, "", "hub-provider: a bad name\n"), "hub-provider", at, name)
        self.expect((1, "", "hub-client: unreachable: nobody of that hub-name\n"), "hub-client", at, "", "Bob")
        for arguments in ((b"\xff", b"Bob"), (b"anna", b"\xff")):
            anna = Running(self, "hub-provider", at, "anna")
            anna.expect("offered anna")
            self.expect((1, "", "hub-client: invalid argument\n"), "hub-client", at, *arguments)
            anna.kill()
            hub.expect("offered: anna", "gone: anna")
        self.terminate(hub)

    def test_hub_has_a_provider_whose_name_is_taken_meanwhile(self):
        """Who had a name waits for it, be it the hub that has not noticed yet that its session is gone."""
        url = f"unix://{self.folder.name}/hub"
        hub, at = self.running("hub-server", url)
        first = Running(self, "hub-provider", at, "anna")
        first.expect("offered anna")
        first.stop()
        hub.process.kill()
        hub.end()
        hub, at = self.running("hub-server", url)
        second = Running(self, "hub-provider", at, "anna")
        second.expect("offered anna")
        first.go_on()
        self.assertEqual(first.process.stderr.readline(), "hub-provider: the name is taken\n")
        second.process.kill()
        second.end()
        first.expect("offered anna")
        self.expect((0, "good day, Bob, says anna\n", ""), "hub-client", at, "anna", "Bob")
        first.process.send_signal(signal.SIGTERM)
        self.assertEqual(first.end()[0], 0)
        hub.expect("offered: anna", "gone: anna", "offered: anna", "gone: anna")
        self.terminate(hub)

    def test_hub_has_a_provider_that_comes_back(self):
        hub, at = self.running("hub-server", f"unix://{self.folder.name}/hub")
        for _ in range(3):
            anna = Running(self, "hub-provider", at, "anna")
            anna.expect("offered anna")
            self.expect((0, "good day, Bob, says anna\n", ""), "hub-client", at, "anna", "Bob")
            anna.process.kill()
            anna.end()
            hub.expect("offered: anna", "gone: anna")
            self.expect((1, "", "hub-client: unreachable: nobody of that hub-name\n"), "hub-client", at, "anna", "Bob")
        self.terminate(hub)

    def test_hub(self):
        """A program that listens nowhere is called through the hub, and is not found any more when it has gone."""
        hub, at = self.running("hub-server", f"unix://{self.folder.name}/hub")
        self.expect((1, "", "hub-client: unreachable: nobody of that hub-name\n"), "hub-client", at, "anna", "Bob")
        anna = Running(self, "hub-provider", at, "anna")
        anna.expect("offered anna")
        otto = Running(self, "hub-provider", at, "otto")
        otto.expect("offered otto")
        self.expect((1, "", "hub-provider: the name is taken\n"), "hub-provider", at, "anna")
        self.expect((0, "good day, Bob, says anna\n", ""), "hub-client", at, "anna", "Bob")
        self.expect((0, "good day, Eve, says otto\n", ""), "hub-client", at, "otto", "Eve")
        anna.process.send_signal(signal.SIGTERM)
        self.assertEqual(anna.end(), (0, "", ""))
        hub.expect("offered: anna", "offered: otto", "gone: anna")
        self.expect((1, "", "hub-client: unreachable: nobody of that hub-name\n"), "hub-client", at, "anna", "Bob")
        self.expect((0, "good day, Eve, says otto\n", ""), "hub-client", at, "otto", "Eve")
        otto.process.kill()
        otto.end()
        hub.expect("gone: otto")
        self.terminate(hub)

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
