#!/usr/bin/env python3
"""The weft command over real sockets: what it prints, how it ends. WEFT_COMMAND is the program, WEFT_SOURCE the tree."""
import json
import os
import pty
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

WEFT = os.environ["WEFT_COMMAND"]
SOURCE = os.environ["WEFT_SOURCE"]
IDL = os.path.join(SOURCE, "idl", "weft", "echo.weft")
LIMIT = 60
FAILED, USAGE, ERROR, INTERRUPTED = 1, 2, 3, 130


def run(*words, given=None, **more):
    """Exit status, stdout, stderr."""
    more.setdefault("stdin", None if given is not None else subprocess.DEVNULL)
    done = subprocess.run([WEFT, *words], input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, timeout=LIMIT, **{k: v for k, v in more.items() if v is not None})
    return done.returncode, done.stdout, done.stderr


class Server:
    """`weft serve-echo`, while it is needed."""

    def __init__(self, url="tcp://127.0.0.1:0"):
        self.process = subprocess.Popen([WEFT, "serve-echo", url], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line[len("listening on "):].strip()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        errors = self.process.communicate(timeout=LIMIT)[1]
        return self.process.returncode, errors


class Words(unittest.TestCase):
    def test_no_or_unknown_words_are_usage_errors(self):
        self.assertEqual(run()[0], USAGE)
        self.assertEqual(run("dance")[0], USAGE)
        for words in (["call"], ["call", "tcp://x:1"], ["ping"], ["ping", "a", "b", "c"], ["ping", "--idl", "x", "tcp://x:1"],
                      ["call", "--timeout", "soon", "tcp://x:1", "a/b"], ["ping", "--count", "0", "tcp://x:1"],
                      ["ping", "--wait=-1", "tcp://x:1"],
                      ["call", "--metadata", "novalue", "tcp://x:1", "a/b"], ["ping", "--nothing", "x"],
                      ["ping", "gopher://x"]):
            status, out, err = run(*words)
            self.assertEqual((status, out), (USAGE, ""), words)
            self.assertIn("weft: ", err)

    def test_help_goes_to_stdout(self):
        for words in (["--help"], ["call", "--help"], ["describe", "-h"], ["ping", "--help"], ["serve-echo", "--help"]):
            status, out, err = run(*words)
            self.assertEqual((status, err), (0, ""), words)
            self.assertTrue(out.startswith("usage: weft"))
        self.assertRegex(run("--version")[1], r"^weft \d+\.\d+\.\d+\n$")

    def test_a_full_device_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([WEFT, "--help"], stdout=full, check=False, timeout=LIMIT)
        self.assertEqual(done.returncode, FAILED)

    def test_what_is_closed_fails_where_it_is_used(self):
        server = Server()
        echo = ["call", "--idl", IDL, server.url, "Echo/echo", '{"text":"a"}']
        repeat = ["call", "--idl", IDL, server.url, "Echo/repeat"]
        for words, closed, expected in ((echo, 0, 0), (echo, 1, FAILED), (echo, 2, 0), (repeat, 1, FAILED)):
            done = subprocess.run([WEFT, *words], check=False, timeout=LIMIT, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  preexec_fn=lambda fd=closed: os.close(fd))
            self.assertEqual(done.returncode, expected, (words, closed))
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([WEFT, *echo], stdout=full, stderr=subprocess.PIPE, check=False, timeout=LIMIT)
        self.assertEqual((done.returncode, done.stderr), (FAILED, b"weft: stdout: No space left on device\n"))
        self.assertEqual(server.end(), (0, ""))

    def test_keys_of_the_protocol_are_not_to_be_given(self):
        status, out, err = run("call", "-m", "weft-trace=1", "tcp://x:1", "a/b")
        self.assertEqual((status, out), (USAGE, ""))
        self.assertIn("keys that begin with weft- are the protocol's own: weft-trace=1", err)


class Describe(unittest.TestCase):
    def test_a_file_is_described_in_its_own_words(self):
        status, out, err = run("describe", "--idl", IDL, "Echo/delay")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out, '@idempotent\ndelay(wait: duration = "1s", text: string = "") -> string;\n')
        out = run("describe", "--idl", IDL, "weft.echo.v1.Echo")[1]
        self.assertIn("  repeat(items: rx<string>, echoes: tx<string>) -> u64;\n", out)
        self.assertIn("enum weft.echo.v1.EchoError {\n  refused { text: string; };\n}\n", out)

    def test_json_has_the_same(self):
        told = json.loads(run("describe", "--json", "--idl", IDL)[1])
        self.assertEqual([s["name"] for s in told["services"]], ["weft.echo.v1.Echo"])
        methods = {m["name"]: m for m in told["services"][0]["methods"]}
        self.assertEqual(methods["count"]["parameters"][2], {"name": "numbers", "type": "u64", "channel": "tx",
                                                            "optional": False})
        self.assertEqual(methods["count"]["parameters"][0]["default"], 10)
        self.assertEqual(told["types"][0]["kind"], "enum")

    def test_what_is_not_there_is_said(self):
        self.assertEqual(run("describe", "--idl", IDL, "Nobody"), (USAGE, "", "weft: there is no service Nobody\n"))
        self.assertEqual(run("describe", "--idl", "/nowhere.weft")[0], USAGE)
        with tempfile.NamedTemporaryFile("w", suffix=".weft") as bad:
            bad.write("package a.v1;\nstruct S { x: nothing; }\n")
            bad.flush()
            status, out, err = run("describe", "--idl", bad.name)
            self.assertEqual((status, out), (USAGE, ""))
            self.assertIn("there is no type `nothing`", err)


class Unreachable(unittest.TestCase):
    def test_every_command_says_why_and_once(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"tcp://127.0.0.1:{free.getsockname()[1]}"
            for words in (["call", url, "Echo/echo"], ["call", "--idl", IDL, url, "Echo/echo"], ["describe", url],
                          ["describe", url, "Echo"], ["ping", url], ["ping", url, "weft.echo.v1.Echo"]):
                status, out, err = run(*words)
                self.assertEqual((status, out, err.count("weft: ")), (FAILED, "", 1), words)
                self.assertTrue(err.startswith(f"weft: {url}: ") and "connection refused" in err, err)


class Reflection(unittest.TestCase):
    """The same without the file: the server says what it serves."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        ended = cls.server.end()
        assert ended == (0, ""), ended

    def test_a_server_lists_its_services(self):
        names = ["weft.echo.v1.Echo", "weft.health.v1.Health", "weft.reflection.v1.Reflection"]
        self.assertEqual(run("describe", self.server.url), (0, "".join(name + "\n" for name in names), ""))
        told = json.loads(run("describe", "--json", self.server.url)[1])
        self.assertEqual([service["name"] for service in told["services"]], names)

    def test_a_server_describes_itself_as_the_file_does(self):
        told = run("describe", self.server.url, "Echo")
        self.assertEqual(told[0], 0)
        self.assertIn("  /// Answers with what it was given.\n  @idempotent\n  echo(", told[1])
        without_comments = "".join(line for line in told[1].splitlines(True) if "///" not in line)
        self.assertEqual(without_comments, run("describe", "--idl", IDL, "Echo")[1])
        self.assertEqual(run("describe", self.server.url, "Echo/fail")[0], 0)

    def test_what_it_does_not_serve_is_said(self):
        for words in (["describe", self.server.url, "Nobody"], ["call", self.server.url, "Nobody/calls"]):
            self.assertEqual(run(*words), (FAILED, "", "weft: there is no service Nobody\n"))
        self.assertEqual(run("describe", self.server.url, "Echo/nothing")[0], USAGE)
        self.assertEqual(run("call", self.server.url, "Echo")[0], USAGE)
        self.assertEqual(run("describe")[0], USAGE)

    def test_calls_need_no_file(self):
        self.assertEqual(run("call", self.server.url, "Echo/echo", '{"text":"t"}'), (0, '"t"\n', ""))
        self.assertEqual(run("call", self.server.url, "Echo/fail"),
                         (ERROR, "", 'weft: Echo/fail: {"refused":{"text":"as you asked"}}\n'))
        self.assertEqual(run("call", self.server.url, "Echo/count"),
                         (0, "".join(f"{n}\n" for n in range(1, 11)), ""))
        self.assertEqual(run("call", self.server.url, "Health/check"), (0, '"serving"\n', ""))
        self.assertEqual(run("call", self.server.url, "Echo/echo", '{"txt":1}')[0], USAGE)

    def test_a_file_of_another_version_will_do(self):
        with tempfile.NamedTemporaryFile("w", suffix=".weft") as other:
            other.write('package weft.echo.v1;\noption c_prefix = "other";\nservice Echo {\n'
                        "  echo(more: u32 = 1, text: string) -> string;\n"
                        "  repeat(echoes: tx<string>, items: rx<string>) -> u64;\n  gone();\n}\n")
            other.flush()
            words = ["call", "--idl", other.name, self.server.url]
            self.assertEqual(run(*words, "Echo/echo", '{"text":"t"}'), (0, '"t"\n', ""))
            told = run(*words, "Echo/repeat", given='"a"\n"b"\n')
            self.assertEqual((told[0], sorted(told[1].splitlines())),
                             (0, ['{"echoes":"a"}', '{"echoes":"b"}', '{"result":2}']))
            status, out, err = run(*words, "Echo/gone")
            self.assertEqual((status, out), (FAILED, ""))
            self.assertIn("unknown method", err)

    def test_streams_end_with_the_timeout(self):
        status, out, err = run("call", "-t", "300ms", self.server.url, "Health/watch")
        self.assertEqual((status, out), (FAILED, '"serving"\n'))
        self.assertIn("the time is over", err)


class Ping(unittest.TestCase):
    def test_a_server_that_is_there(self):
        server = Server()
        status, out, _ = run("ping", server.url)
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^ready in \d+\.\d{3} ms: tcp 127\.0\.0\.1:\d+\n$")
        for interval in ("0", "0s", "0.001", "1ms"):
            status, out, _ = run("ping", "-c", "3", "-i", interval, server.url)
            self.assertEqual((status, len(out.splitlines())), (0, 4), interval)
        status, out, _ = run("ping", "-c", "3", "-i", "1ms", server.url)
        self.assertEqual((status, out.count("ready in")), (0, 3))
        self.assertIn("3 of 3 ready: min ", out)
        told = json.loads(run("ping", "--json", server.url)[1])
        self.assertEqual((told["ready"], told["transport"]), (True, "tcp"))
        self.assertEqual(server.end(), (0, ""))

    def test_a_service_is_opened_or_the_reason_is_said(self):
        server = Server()
        status, out, _ = run("ping", server.url, "weft.echo.v1.Echo")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^ready in .*\nweft\.echo\.v1\.Echo opens in \d+\.\d{3} ms\n$")
        status, out, err = run("ping", server.url, "kv.v1.Store")
        self.assertEqual((status, out.count("\n")), (FAILED, 1))
        self.assertRegex(err, r"^weft: kv\.v1\.Store: .*unknown service")
        told = [json.loads(line) for line in run("ping", "-j", server.url, "kv.v1.Store")[1].splitlines()]
        self.assertEqual([t["ready"] for t in told], [True, False])
        self.assertEqual((told[1]["service"], told[1]["reason"]), ("kv.v1.Store", "unknown service"))
        self.assertEqual(server.end(), (0, ""))

    def test_nobody_there_names_the_reason(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"tcp://127.0.0.1:{free.getsockname()[1]}"
            status, out, err = run("ping", url)
            self.assertEqual((status, out), (FAILED, ""))
            self.assertIn("connection refused", err)
            told = json.loads(run("ping", "--json", url)[1])
            self.assertEqual((told["ready"], told["code"]), (False, "WEFT_ECONNREFUSED"))

    def test_a_server_that_comes_later_is_waited_for(self):
        with tempfile.TemporaryDirectory() as folder:
            url = f"unix://{folder}/later"
            for words, expected in (["ping", url], "ready in"), (["call", url, "Echo/echo", '{"text":"t"}'], '"t"\n'):
                with subprocess.Popen([WEFT, words[0], "--wait", "60s", *words[1:]], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True) as waiting:
                    server = Server(url)
                    out, err = waiting.communicate(timeout=LIMIT)
                    self.assertEqual((waiting.returncode, err), (0, ""))
                    self.assertIn(expected, out)
                    self.assertEqual(server.end(), (0, ""))
            self.assertEqual(run("ping", "--wait", "0", url)[0], FAILED)  # at once
            status, out, err = run("ping", "--wait", "100ms", url)
            self.assertEqual((status, out), (FAILED, ""))
            self.assertIn("no such file", err)
            self.assertEqual(run("ping", "--wait", "1s", "fd://0", stdin=socket.socketpair()[0])[0], USAGE)

    def test_somebody_else_names_the_reason(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()

            def answer():
                conduit = other.accept()[0]
                conduit.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20)
                conduit.recv(4096)
                conduit.close()
            thread = threading.Thread(target=answer)
            thread.start()
            status, out, err = run("ping", f"tcp://127.0.0.1:{other.getsockname()[1]}")
            thread.join()
            self.assertEqual((status, out), (FAILED, ""))
            self.assertRegex(err, r"^weft: tcp://.*: .")

    def test_a_refusal_is_named(self):
        for code, name in ((4, "limit"), (11, "forbidden"), (8, "going away"), (15, "version")):
            with socket.socket() as other:
                other.bind(("127.0.0.1", 0))
                other.listen()

                def answer(listening=other, code=code):
                    for _ in range(2):
                        conduit = listening.accept()[0]
                        conduit.recv(4096)
                        conduit.sendall(b"WEFT\x01" + bytes([code, 0, 0]))
                        conduit.close()
                thread = threading.Thread(target=answer)
                thread.start()
                url = f"tcp://127.0.0.1:{other.getsockname()[1]}"
                status, out, err = run("ping", url)
                told = json.loads(run("ping", "--json", url)[1])
                thread.join()
            self.assertEqual((status, out), (FAILED, ""))
            self.assertIn(name, err)
            self.assertEqual((told["ready"], told["reason"]), (False, name))

    def test_silence_ends_with_the_timeout(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            status, _, err = run("ping", "--timeout", "100ms", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
            self.assertEqual(status, FAILED)
            self.assertRegex(err, "time")


class Call(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.server = Server(f"unix://{cls.folder.name}/echo.sock")

    @classmethod
    def tearDownClass(cls):
        ended = cls.server.end()
        cls.folder.cleanup()
        assert ended == (0, ""), ended

    def call(self, *words, **more):
        return run("call", "--idl", IDL, self.server.url, *words, **more)

    def start(self, *words, **more):
        more.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen([WEFT, "call", "--idl", IDL, self.server.url, *words], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **more)

    def test_the_answer_is_json(self):
        text = 'ünï "quoted"\n\u0001'
        status, out, err = self.call("Echo/echo", json.dumps({"text": text}))
        self.assertEqual((status, json.loads(out), err), (0, text, ""))
        self.assertEqual(self.call("weft.echo.v1.Echo/echo"), (0, '""\n', ""))
        self.assertEqual(self.call("--json", "Echo/echo", '{"text":"x"}'), (0, '{"result":"x"}\n', ""))

    def test_parameters_come_from_files_and_stdin(self):
        self.assertEqual(self.call("Echo/echo", "-", given='{\n"text": "in"}\n'), (0, '"in"\n', ""))
        with tempfile.NamedTemporaryFile("w") as file:
            file.write('{"text":"filed"}')
            file.flush()
            self.assertEqual(self.call("Echo/echo", "@" + file.name), (0, '"filed"\n', ""))
        self.assertEqual(self.call("Echo/echo", "@/nowhere")[0], USAGE)
        self.assertEqual(self.call("Echo/repeat", "-", given="{}")[0], USAGE)

    def test_what_does_not_fit_is_not_sent(self):
        self.assertEqual(self.call("Echo/echo", '{"text":5}'),
                         (USAGE, "", "weft: Echo/echo: text: a string was expected, not a number\n"))
        self.assertEqual(self.call("Echo/echo", '{"text"'),
                         (USAGE, "", "weft: Echo/echo: line 1, column 7: ':' expected near end of file\n"))
        self.assertEqual(self.call("Echo/nothing"), (USAGE, "", "weft: weft.echo.v1.Echo has no method nothing\n"))
        self.assertEqual(self.call("Echo")[0], USAGE)

    def test_the_methods_own_error_has_a_status(self):
        self.assertEqual(self.call("Echo/fail", '{"text":"no"}'),
                         (ERROR, "", 'weft: Echo/fail: {"refused":{"text":"no"}}\n'))
        status, out, err = self.call("-j", "Echo/fail")
        self.assertEqual((status, err), (ERROR, ""))
        self.assertEqual(json.loads(out), {"error": {"refused": {"text": "as you asked"}}})

    def test_a_deadline_ends_a_call(self):
        status, out, err = self.call("-t", "50ms", "Echo/delay", '{"wait":"1h"}')
        self.assertEqual((status, out), (FAILED, ""))
        self.assertIn("deadline", err)
        told = json.loads(self.call("--json", "-t", "50ms", "Echo/delay", '{"wait":"1h"}')[1])
        self.assertEqual(told["failure"]["code"], "WEFT_ETIMEDOUT")
        self.assertEqual(self.call("-t", "30s", "-m", "trace=1", "Echo/delay", '{"wait":"1ms","text":"t"}'),
                         (0, '"t"\n', ""))

    def test_a_service_that_is_not_served_is_refused(self):
        status, out, err = run("call", "--idl", os.path.join(SOURCE, "examples/kv/kv.weft"), self.server.url,
                               "Store/get", '{"key":"a"}')
        self.assertEqual((status, out), (FAILED, ""))
        self.assertRegex(err, r"^weft: kv\.v1\.Store: .*unknown service")

    def test_lines_go_both_ways(self):
        lines = [f"line {i}" for i in range(3000)]
        given = "".join(json.dumps(line) + "\n" for line in lines)
        status, out, err = self.call("Echo/repeat", given=given + "\n")
        self.assertEqual((status, err), (0, ""))
        told = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([t["echoes"] for t in told if "echoes" in t], lines)
        self.assertEqual([t["result"] for t in told if "result" in t], [len(lines)])
        self.assertEqual(self.call("Echo/repeat"), (0, '{"result":0}\n', ""))

    def test_a_file_is_read_as_items(self):
        with tempfile.TemporaryFile("w+") as file:
            file.write('"a"\r\n"b"')
            file.seek(0)
            status, out, _ = self.call("--json", "Echo/repeat", stdin=file)
        told = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([t["item"] for t in told if "item" in t], ["a", "b"])
        self.assertEqual(status, 0)

    def test_a_wrong_line_says_which(self):
        status, _, err = self.call("Echo/repeat", given='"a"\n7\n')
        self.assertEqual((status, err), (USAGE, "weft: stdin, line 2: a string was expected, not a number\n"))

    def test_items_come_as_they_are_sent(self):
        call = self.start("Echo/repeat", stdin=subprocess.PIPE)
        for text in ("one", "two"):
            call.stdin.write(json.dumps(text) + "\n")
            call.stdin.flush()
            self.assertEqual(json.loads(call.stdout.readline()), {"echoes": text})
        out, err = call.communicate(timeout=LIMIT)
        self.assertEqual((out, err, call.returncode), ('{"result":2}\n', "", 0))

    def test_a_stream_is_lines(self):
        self.assertEqual(self.call("Echo/count", '{"to":3}'), (0, "1\n2\n3\n", ""))
        call = self.start("Echo/count", '{"to":200000}')
        self.assertEqual(call.stdout.readline(), "1\n")  # the others wait until somebody reads
        out, err = call.stdout.read(), call.stderr.read()
        call.stdout.close()
        call.stderr.close()
        self.assertEqual((out.count("\n"), out[-7:], err, call.wait(timeout=LIMIT)), (199999, "200000\n", "", 0))

    def test_a_line_without_end_is_refused(self):
        status, _, err = self.call("Echo/repeat", given='"' + "x" * (17 << 20))
        self.assertEqual((status, err), (USAGE, "weft: stdin: a line is too long\n"))

    def test_closed_descriptors_are_errors(self):
        def closed(redirection, method):
            done = subprocess.run(["sh", "-c", f'exec "$@" {redirection}', "sh", WEFT, "call", "--idl", IDL,
                                   self.server.url, method], stderr=subprocess.PIPE, text=True, check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=LIMIT)
            return done.returncode, done.stderr
        status, err = closed(">&-", "Echo/echo")
        self.assertEqual(status, FAILED)
        self.assertRegex(err, r"^weft: stdout: .*\n$")
        self.assertEqual(closed("<&-", "Echo/repeat"), (USAGE, "weft: stdin: Bad file descriptor\n"))

    def test_a_reader_that_leaves_ends_the_call(self):
        call = self.start("Echo/count", '{"to":100000000}')
        self.assertEqual(call.stdout.readline(), "1\n")
        call.stdout.close()
        self.assertEqual(call.stderr.read(), "")
        call.stderr.close()
        self.assertEqual(call.wait(timeout=LIMIT), FAILED)

    def test_an_interrupt_ends_the_call(self):
        for words in (["Echo/count", '{"to":1000000,"every":"10ms"}'], ["Echo/repeat"]):
            call = self.start(*words, stdin=subprocess.PIPE)
            call.stdin.write('"first"\n')
            call.stdin.flush()
            self.assertNotEqual(call.stdout.readline(), "")
            call.send_signal(signal.SIGINT)
            err = call.communicate(timeout=LIMIT)[1]
            self.assertEqual((err, call.returncode), ("", INTERRUPTED))

    def test_on_a_terminal_people_read_it(self):
        for no_colour, is_coloured in (("", True), ("1", False)):
            main, side = pty.openpty()
            environment = dict(os.environ, NO_COLOR=no_colour, TERM="xterm")
            done = subprocess.run([WEFT, "call", "--idl", IDL, self.server.url, "Echo/fail"], stdin=subprocess.DEVNULL,
                                  stdout=side, stderr=side, env=environment, check=False, timeout=LIMIT)
            os.close(side)
            told = os.read(main, 65536).decode()
            os.close(main)
            self.assertEqual(done.returncode, ERROR)
            self.assertEqual("\033[" in told, is_coloured)


class Lost(unittest.TestCase):
    def test_a_server_that_dies_is_told(self):
        server = Server()
        call = subprocess.Popen([WEFT, "call", "--idl", IDL, server.url, "Echo/count", '{"to":1000000,"every":"10ms"}'],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(call.stdout.readline(), "1\n")
        server.process.kill()
        server.process.communicate()
        err = call.communicate(timeout=LIMIT)[1]
        self.assertEqual(call.returncode, FAILED)
        self.assertIn("weft: ", err)

    def test_why_a_call_failed_is_said_once(self):
        server = Server()
        call = subprocess.Popen([WEFT, "call", "--idl", IDL, server.url, "Echo/repeat"], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        call.stdin.write('"a"\n')
        call.stdin.flush()
        self.assertEqual(call.stdout.readline(), '{"echoes":"a"}\n')
        server.process.kill()
        server.process.communicate()
        err = call.communicate(timeout=LIMIT)[1]
        self.assertEqual(call.returncode, FAILED)
        self.assertRegex(err, r"(?m)^weft: Echo/repeat: [^:]+ \(it may have run\)$")


if __name__ == "__main__":
    unittest.main()
