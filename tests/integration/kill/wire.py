"""A client of persistent calls, over a unix socket, frame by frame: it keeps sending one operation until it knows what
became of it. Of MessagePack it writes and reads what that takes."""
import os
import socket
import struct

OK, INDETERMINATE, EXHAUSTED = 0, 5, 8
HELLO, WELCOME, READY, PING, PONG, REQUEST, RESPONSE, WINDOW = 1, 2, 3, 5, 6, 33, 34, 20


class Lost(Exception):
    """The conduit has broken, or could not be had."""


def pack(value):
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return bytes([value]) if value < 128 else b"\xcf" + struct.pack(">Q", value)
    if isinstance(value, bytes):
        return b"\xc4" + bytes([len(value)]) + value
    if isinstance(value, str):
        return b"\xd9" + bytes([len(value)]) + value.encode()
    if isinstance(value, list):
        return bytes([0x90 | len(value)]) + b"".join(pack(one) for one in value)
    return bytes([0x80 | len(value)]) + b"".join(pack(key) + pack(one) for key, one in value.items())


def unpack(data, at=0):
    """The value at that place, and where the next one begins."""
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    if first & 0xf0 == 0x90:
        values = []
        for _ in range(first & 15):
            value, at = unpack(data, at)
            values.append(value)
        return values, at
    if first & 0xe0 == 0xa0:
        return data[at:at + (first & 31)].decode(), at + (first & 31)
    if first in (0xcc, 0xcd, 0xce, 0xcf):
        size = 1 << (first - 0xcc)
        return int.from_bytes(data[at:at + size], "big"), at + size
    if first == 0xd9:
        return data[at + 1:at + 1 + data[at]].decode(), at + 1 + data[at]
    if first == 0xc0:
        return None, at
    raise ValueError(f"MessagePack {first:#x}")


class Conduit:
    """A session with the service on its root, retry in force."""

    def __init__(self, path, service, service_id):
        self.data = b""
        self.request_id = 1
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        try:
            self.socket.connect(path)
            settings = [1, 1024, 1 << 24, 1 << 18, 1024, ["retry"], 0]
            hello = {"settings": settings, "session": [65536, 1 << 20, 16384], "metadata": [["weft-service", service, 0]],
                     "services": [[service, service_id]], "features": [], "wire": 0}
            self.socket.sendall(b"WEFT\x01\x01\0\0" + self.frame(HELLO, pack(hello)))
            self.need(8)
            self.data = self.data[8:]
            kind, _ = self.read()
            if kind != WELCOME:
                raise Lost(f"a frame of kind {kind} for an answer to Hello")
            self.send(READY, pack({}))
        except OSError as error:
            self.socket.close()
            raise Lost(str(error)) from error

    @staticmethod
    def frame(kind, body):
        return struct.pack("<IBBHQ", len(body), kind, 0, 0, 0) + body

    def send(self, kind, body):
        try:
            self.socket.sendall(self.frame(kind, body))
        except OSError as error:
            raise Lost(str(error)) from error

    def need(self, count):
        while len(self.data) < count:
            try:
                more = self.socket.recv(65536)
            except OSError as error:
                raise Lost(str(error)) from error
            if not more:
                raise Lost("the end")
            self.data += more

    def read(self):
        self.need(16)
        length, kind = struct.unpack_from("<IB", self.data)
        self.need(16 + length)
        body = self.data[16:16 + length]
        self.data = self.data[16 + length:]
        return kind, body

    def request(self, method_id, args, op):
        """Sends, and returns the request's id."""
        request_id = self.request_id
        self.request_id += 2
        self.send(REQUEST, pack([request_id, method_id, 0, args, [], [], op]))
        return request_id

    def response(self):
        """(request id, outcome, value or text)"""
        while True:
            kind, body = self.read()
            if kind == RESPONSE:
                answer = unpack(body)[0]
                return answer[0], answer[1], answer[2]
            if kind == PING:
                self.send(PONG, body)
            elif kind != WINDOW:
                raise Lost(f"a frame of kind {kind}")

    def close(self):
        self.socket.close()


class Operations:
    """Ids of a client of its own."""

    def __init__(self):
        self.client = os.urandom(16)
        self.counter = 0

    def next(self):
        self.counter += 1
        return self.client + struct.pack("<Q", self.counter)
