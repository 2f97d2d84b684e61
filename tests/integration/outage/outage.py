#!/usr/bin/env python3
"""Real outages between real processes: what is under way goes on as if nothing had happened.

    outage.py DIR [unittest's options]     DIR has outage-server and outage-client
"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from relay import Relay  # noqa: E402

SECONDS = 60  # in which anything must have come
PROGRAMS = sys.argv.pop(1) if __name__ == "__main__" else "."


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Server:
    """It has said where it listens; kill or end says good bye."""

    def __init__(self, url, *arguments, programs=None, prefix=()):
        self.process = subprocess.Popen([*prefix, os.path.join(programs or PROGRAMS, "outage-server"), url, *arguments],
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise AssertionError(f"the server does not listen at {url}: {line}")
        self.url = line[len("listening on "):].rstrip("\n")

    def end(self):
        """Its status, and what its registry counted."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, json.loads(out)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=SECONDS)
        self.process.stdout.close()


class Client:
    """Its lines are read one after the other."""

    def __init__(self, url, *arguments, programs=None, prefix=()):
        self.process = subprocess.Popen([*prefix, os.path.join(programs or PROGRAMS, "outage-client"), url, *arguments],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines = []

    def next(self):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the client says no more after {self.lines}")
        self.lines.append(json.loads(line))
        return self.lines[-1]

    def until(self, event):
        while True:
            line = self.next()
            if line["event"] == event:
                return line
            if line["event"] in ("closed", "end"):
                raise AssertionError(f"{event} does not come: {self.lines}")

    def end(self):
        """Lets it wind up: what it says of the end, and its status."""
        self.process.stdin.write("end\n")
        self.process.stdin.flush()
        result = self.until("end")
        self.process.communicate(timeout=SECONDS)
        return result, self.process.returncode

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()


class Outages:
    """The same over each kind of socket."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.n_urls = 0

    def start_server(self, *arguments, url=None):
        server = Server(url or self.new_url(), *arguments)
        self.addCleanup(server.kill)
        return server

    def start_client(self, *arguments, url=None):
        client = Client(url or self.relay.url, *arguments)
        self.addCleanup(client.kill)
        return client

    def start_relay(self, server):
        self.relay = Relay(self.new_url(), server.url)
        self.addCleanup(self.relay.stop)

    def start(self, *arguments):
        self.server = self.start_server()
        self.start_relay(self.server)
        client = self.start_client(*arguments)
        client.until("begun")
        return client

    def expect_exact(self, client):
        result, status = client.end()
        self.assertEqual((result["exact"], status), (True, 0), result)
        return result

    def outage(self, client, break_it):
        break_it()
        client.until("disconnected")
        client.until("resumed")

    def test_each_kind_of_outage_one_after_the_other(self):
        client = self.start("--resumable", "--streams")
        kinds = [self.relay.drop, self.relay.reset, lambda: self.relay.half_close("up"),
                 lambda: self.relay.half_close("down"), self.relay.stall]
        for break_it in kinds:
            self.outage(client, break_it)
        result = self.expect_exact(client)
        for what in ("once", "again", "up", "down"):
            self.assertGreater(result[what], 0)
        status, stats = self.server.end()
        self.assertEqual((status, stats["refused"]), (0, 0))
        self.assertGreater(stats["resumed"], 0)  # fewer than the client saw where the next outage met its Ready
        self.assertEqual((stats["sessions"], stats["parked"]), (0, 0))

    def test_cuts_after_so_many_bytes(self):
        for way in ("up", "down"):
            client = self.start("--resumable", "--streams")
            for n_bytes in (1, 17, 4711, 70000):
                self.outage(client, lambda n_bytes=n_bytes, way=way: self.relay.cut_after(way, n_bytes))
            self.expect_exact(client)

    def test_an_outage_while_nobody_listens_is_waited_through(self):
        client = self.start("--resumable", "--streams")
        for _ in range(2):
            self.relay.refuse(True)
            self.relay.drop()
            client.until("disconnected")
            self.relay.refuse(False)
            client.until("resumed")
        self.expect_exact(client)

    def test_a_relay_without_its_server_looks_like_an_outage(self):
        client = self.start("--resumable", "--streams")
        target, self.relay.target = self.relay.target, self.new_url()
        self.relay.drop()
        client.until("disconnected")
        while self.relay.n_refused < 2:
            self.relay.do(lambda: None)
        self.relay.target = target
        client.until("resumed")
        self.expect_exact(client)

    def test_without_resumption_the_session_ends_with_its_conduit(self):
        client = self.start("--streams")
        self.relay.drop()
        closed = client.next()
        self.assertEqual(closed["event"], "closed", client.lines)
        result = client.next()
        self.assertEqual((result["event"], result["exact"], result["in_flight"]), ("end", False, 0))
        self.assertEqual(client.process.wait(timeout=SECONDS), 1)

    def test_a_server_that_comes_later_is_waited_for(self):
        url = self.fixed_url()
        client = self.start_client("--wait", "60000", "--streams", url=url)
        server = self.start_server(url=url)
        client.until("begun")
        self.expect_exact(client)
        self.assertEqual(server.end()[0], 0)

    def test_a_server_that_is_not_ready_is_waited_for(self):
        server = self.start_server("--not-ready", "3")
        client = self.start_client("--wait", "60000", "--root", url=server.url)
        client.until("begun")
        self.expect_exact(client)
        self.assertEqual([line["event"] for line in client.lines], ["ready", "begun", "end"])

    def test_a_server_that_is_not_ready_fails_at_once_where_nobody_waits(self):
        server = self.start_server("--not-ready", "1")
        client = self.start_client("--root", url=server.url)
        self.assertEqual(client.next()["event"], "failed")
        self.assertEqual(client.next()["event"], "closed")

    def test_a_server_that_has_restarted_does_not_know_the_session(self):
        url = self.fixed_url()
        server = self.start_server(url=url)
        client = self.start_client("--resumable", url=url)
        client.until("begun")
        server.kill()
        client.until("disconnected")
        self.start_server(url=url)
        closed = client.next()
        self.assertEqual((closed["event"], closed["text"] != ""), ("closed", True))

    def test_a_server_that_has_restarted_gets_a_new_session_with_retry(self):
        url = self.fixed_url()
        server = self.start_server(url=url)
        client = self.start_client("--resumable", "--retry", url=url)
        client.until("begun")
        for _ in range(2):
            server.kill()
            client.until("disconnected")
            server = self.start_server(url=url)
            client.until("replaced")
        result, _ = client.end()
        self.assertEqual((result["again_failed"], result["in_flight"], result["twice"]), (0, 0, 0), result)
        self.assertGreater(result["once_failed"], 0)  # those that were under way: volatile

    def test_a_session_that_is_away_too_long_is_over(self):
        self.server = self.start_server("--window", "200")
        self.start_relay(self.server)
        client = self.start_client("--resumable")
        client.until("begun")
        self.relay.refuse(True)
        self.relay.drop()
        client.until("disconnected")
        self.assertEqual(client.next()["event"], "closed")

    def test_a_client_that_is_gone_stays_parked_and_does_not_hold_up_the_end(self):
        client = self.start("--resumable", "--streams")
        client.kill()
        while self.relay.do(lambda: len(self.relay.pairs)) > 0:
            pass
        self.assertEqual(self.server.end()[0], 0)


class Tcp(Outages, unittest.TestCase):
    def new_url(self):
        return "tcp://127.0.0.1:0"

    def fixed_url(self):
        return f"tcp://127.0.0.1:{free_port()}"


class Unix(Outages, unittest.TestCase):
    def new_url(self):
        self.n_urls += 1
        return f"unix://{self.folder.name}/{self.n_urls}"

    fixed_url = new_url


if __name__ == "__main__":
    unittest.main()
