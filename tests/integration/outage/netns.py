#!/usr/bin/env python3
"""The cable is pulled: client and server in network namespaces of their own, and the link between them goes down and up.

    netns.py DIR     DIR has outage-server and outage-client

Needs root and iproute2: 77, skipped, where they are not to be had.
"""
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import outage  # noqa: E402

outage.PROGRAMS = sys.argv.pop(1)
NAMES = {side: f"weft-{os.getpid()}-{side}" for side in ("server", "client")}
ADDRESSES = {"server": "192.0.2.1", "client": "192.0.2.2"}
URL = f"tcp://{ADDRESSES['server']}:4711"


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def inside(side):
    return ["ip", "netns", "exec", NAMES[side]]


def set_up():
    for name in NAMES.values():
        ip("netns", "add", name)
    ip("-n", NAMES["server"], "link", "add", "name", "weft0", "type", "veth", "peer", "name", "weft0", "netns", NAMES["client"])
    for side, name in NAMES.items():
        ip("-n", name, "addr", "add", ADDRESSES[side] + "/24", "dev", "weft0")
        link(side, "up")


def tear_down():
    for name in NAMES.values():
        subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)


def link(side, state):
    ip("-n", NAMES[side], "link", "set", "weft0", state)


class Cable(unittest.TestCase):
    def start(self):
        server = outage.Server(URL, prefix=inside("server"))
        self.addCleanup(server.kill)
        client = outage.Client(URL, "--resumable", "--streams", prefix=inside("client"))
        self.addCleanup(client.kill)
        client.until("begun")
        return server, client

    def test_a_cable_that_is_pulled_and_put_back(self):
        server, client = self.start()
        for side in ("client", "server", "client"):
            link(side, "down")
            client.until("disconnected")
            link(side, "up")
            client.until("resumed")
        result, status = client.end()
        self.assertEqual((result["exact"], status), (True, 0), result)
        status, stats = server.end()
        self.assertEqual((status, stats["refused"]), (0, 0))
        self.assertGreaterEqual(stats["resumed"], 3)

    def test_a_cable_that_is_back_before_anybody_notices(self):
        server, client = self.start()
        for _ in range(3):
            link("client", "down")
            link("client", "up")
        result, status = client.end()
        self.assertEqual((result["exact"], status), (True, 0), result)
        self.assertEqual(server.end()[0], 0)


if __name__ == "__main__":
    if os.geteuid() != 0 or not shutil.which("ip"):
        print("needs root and iproute2")
        sys.exit(77)
    try:
        set_up()
    except subprocess.CalledProcessError as error:
        tear_down()
        print(f"no network namespaces here: {error}")
        sys.exit(77)
    try:
        unittest.main()
    finally:
        tear_down()
