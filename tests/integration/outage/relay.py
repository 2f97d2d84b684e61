"""A relay between a client and a server, which breaks their conduits on command.

It runs on a thread of its own. Commands are taken one by one, and each has had its effect when it returns.
"""
import os
import queue
import selectors
import socket
import struct
import threading

BUFFER = 256 * 1024


def connected_address(url):
    """The family and address of a URL of weft's."""
    scheme, _, rest = url.partition("://")
    if scheme == "unix":
        return socket.AF_UNIX, rest
    host, _, port = rest.rpartition(":")
    return socket.AF_INET, (host, int(port))


class Half:
    """One direction of a pair: what was read from `source` goes to `sink`."""

    def __init__(self, source, sink):
        self.source, self.sink = source, sink
        self.pending = bytearray()
        self.left = None       # how many more until the pair is cut
        self.ended = False     # the source has ended
        self.shut = False      # the sink has been told so


class Pair:
    """A client's conduit and the one to the server."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.up, self.down = Half(client, server), Half(server, client)
        self.stalled = False
        self.turns = []        # [way, bytes]: what went one way until something went the other

    def count(self, half, n_bytes):
        way = "up" if half is self.up else "down"
        if n_bytes > 0 and (not self.turns or self.turns[-1][0] != way):
            self.turns.append([way, 0])
        if n_bytes > 0:
            self.turns[-1][1] += n_bytes

    def halves(self):
        return self.up, self.down


class Relay:
    def __init__(self, listen, target):
        self.family, self.address = connected_address(listen)
        self.target = target
        self.pairs = []
        self.n_pairs = 0       # so far
        self.n_refused = 0     # that came while nothing was forwarded
        self.listener = None
        self.watched = {}      # sockets of pairs, and for what
        self.running = True
        self.commands = queue.Queue()
        self.selector = selectors.DefaultSelector()
        self.waker, self.wake = socket.socketpair()
        self.wake.setblocking(False)
        self.selector.register(self.wake, selectors.EVENT_READ, self.on_wake)
        self.open()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    @property
    def url(self):
        if self.family == socket.AF_UNIX:
            return f"unix://{self.address}"
        return f"tcp://{self.address[0]}:{self.address[1]}"

    # ---- commands, from any thread ----

    def do(self, what, *args):
        """Runs it on the relay's thread, and returns what it returned."""
        answer = queue.Queue()
        self.commands.put((what, args, answer))
        self.waker.send(b"x")
        result = answer.get(timeout=30)
        if isinstance(result, BaseException):
            raise result
        return result

    def drop(self):
        """Both ends of all pairs are closed."""
        return self.do(self.close_all, False)

    def reset(self):
        """The same, and both sides get a reset where their sockets know one."""
        return self.do(self.close_all, True)

    def half_close(self, direction):
        """The receiver of `direction` (up, down) is told the end, and nothing more goes that way."""
        return self.do(self.half_close_all, direction)

    def stall(self):
        """The pairs stay, and nothing is forwarded any more."""
        return self.do(self.stall_all)

    def cut_after(self, direction, n_bytes):
        """The newest pair is closed once so many more bytes have gone that way."""
        return self.do(self.cut_newest, direction, n_bytes)

    def refuse(self, refusing):
        """Nobody listens, or somebody does again."""
        return self.do(self.close_listener if refusing else self.open)

    def stop(self):
        self.do(self.end)
        self.thread.join(timeout=30)
        self.waker.close()
        self.wake.close()

    # ---- on its thread ----

    def open(self):
        if self.listener:
            return
        self.listener = socket.socket(self.family, socket.SOCK_STREAM)
        if self.family == socket.AF_INET:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        elif os.path.exists(self.address):
            os.unlink(self.address)
        self.listener.bind(self.address)
        self.address = self.listener.getsockname()
        self.listener.listen(256)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ, self.on_connect)

    def close_listener(self):
        if not self.listener:
            return
        self.selector.unregister(self.listener)
        self.listener.close()
        self.listener = None

    def on_wake(self, _mask):
        self.wake.recv(4096)
        while not self.commands.empty():
            what, args, answer = self.commands.get()
            try:
                answer.put(what(*args))
            except Exception as error:  # pylint: disable=broad-except
                answer.put(error)

    def on_connect(self, _mask):
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        family, address = connected_address(self.target)
        server = socket.socket(family, socket.SOCK_STREAM)
        try:
            server.connect(address)
        except OSError:
            self.n_refused += 1
            server.close()
            client.close()
            return
        for sock in (client, server):
            sock.setblocking(False)
        pair = Pair(client, server)
        self.pairs.append(pair)
        self.n_pairs += 1
        self.watch(pair)

    def close(self, pair, reset=False):
        if pair not in self.pairs:
            return
        self.pairs.remove(pair)
        for sock in (pair.client, pair.server):
            self.watch_socket(pair, sock, 0)
            if reset:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()

    def close_all(self, reset):
        n_pairs = len(self.pairs)
        for pair in list(self.pairs):
            self.close(pair, reset)
        return n_pairs

    def half_close_all(self, direction):
        for pair in list(self.pairs):
            half = getattr(pair, direction)
            half.pending.clear()
            try:
                if not half.shut:
                    half.shut = True
                    half.sink.shutdown(socket.SHUT_WR)
                self.watch(pair)
            except OSError:  # the side has gone by itself
                self.close(pair)
        return len(self.pairs)

    def stall_all(self):
        for pair in self.pairs:
            pair.stalled = True
            for half in pair.halves():
                half.pending.clear()
            self.watch(pair)
        return len(self.pairs)

    def cut_newest(self, direction, n_bytes):
        if self.pairs:
            self.cut(self.pairs[-1], direction, n_bytes)

    def cut(self, pair, direction, n_bytes):
        getattr(pair, direction).left = n_bytes

    def on_pair(self, pair, sock, mask):
        """Bytes go on as far as they can; the pair ends where a side has failed, or both have ended."""
        try:
            for half in pair.halves():
                if half.source is sock and mask & selectors.EVENT_READ:
                    self.read(pair, half)
                if pair in self.pairs:
                    self.write(pair, half)
        except OSError:
            self.close(pair)
        if pair in self.pairs and all(half.shut for half in pair.halves()):
            self.close(pair)
        if pair in self.pairs:
            self.watch(pair)

    def read(self, pair, half):
        """What comes into a stalled pair is thrown away, its end too: the other side is to find out by itself."""
        data = half.source.recv(65536)
        if not data:
            half.ended = True
            half.shut = half.shut or pair.stalled
        elif not half.shut and not pair.stalled:
            half.pending += data

    def write(self, pair, half):
        while half.pending and not half.shut:
            n_bytes = len(half.pending) if half.left is None else min(len(half.pending), half.left)
            try:
                n_sent = half.sink.send(half.pending[:n_bytes]) if n_bytes else 0
            except BlockingIOError:
                return
            pair.count(half, n_sent)
            del half.pending[:n_sent]
            if half.left is not None:
                half.left -= n_sent
                if half.left == 0:
                    self.close(pair)
                    return
        if half.ended and not half.pending and not half.shut:
            half.shut = True
            half.sink.shutdown(socket.SHUT_WR)

    def watch(self, pair):
        for sock in (pair.client, pair.server):
            mask = 0
            for half in pair.halves():
                if half.source is sock and not half.ended and len(half.pending) < BUFFER:
                    mask |= selectors.EVENT_READ
                if half.sink is sock and half.pending:
                    mask |= selectors.EVENT_WRITE
            self.watch_socket(pair, sock, mask)

    def watch_socket(self, pair, sock, mask):
        old = self.watched.get(sock, 0)
        if mask == old:
            return
        if old == 0:
            self.selector.register(sock, mask, lambda ready: self.on_pair(pair, sock, ready))
        elif mask == 0:
            self.selector.unregister(sock)
        else:
            self.selector.modify(sock, mask, self.selector.get_key(sock).data)
        self.watched[sock] = mask
        if mask == 0:
            del self.watched[sock]

    def end(self):
        self.close_all(False)
        self.close_listener()
        self.running = False

    def run(self):
        while self.running:
            for key, mask in self.selector.select():
                if key.fileobj.fileno() >= 0:  # else it has been closed since
                    key.data(mask)
        self.selector.close()
