"""What every app's server promises, asked of a real process over a real socket.

Standard library only, because the image runs it while it is built.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from contextlib import closing, suppress
from typing import Any

# The image has one folder for all; a checkout has the server beside the folders of the apps.
SERVER = os.path.dirname(os.path.abspath(__file__))
SAMPLE = """
import server, sys
server.HEAD_SECONDS = float(sys.argv[1])
page = server.json_answer(200, {"page": "start"})
site = server.Site(answers={"/": page}, missing=server.json_answer(404, {}), headers={"X-Site": "sample"})
server.serve(server.port_from_environment(0), site)
"""


def process(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    environment = {"PORT": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": SERVER, **environment}
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def run(*arguments: str, **environment: str) -> tuple[int, list[str]]:
    ended = process(*arguments, **environment)
    try:
        output = ended.communicate(timeout=10)[0]
    finally:
        ended.kill()
    return ended.returncode, output.splitlines()


def health(port: int, path: str) -> tuple[int, list[str]]:
    return run(os.path.join(SERVER, "health.py"), f"http://127.0.0.1:{port}{path}")


class Running:
    """An app in a process of its own, as the container runs it."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = process(*arguments, **environment)
        self.port: int = self.next_log()["port"]

    def next_log(self) -> dict[str, Any]:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def ask(self, path: str, method: str = "GET") -> tuple[int, http.client.HTTPMessage, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def connect(self, text: bytes) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        try:
            client.sendall(text)
        except OSError:
            client.close()
            raise
        return client

    def end(self) -> None:
        with self.process:
            self.process.kill()

    def stop(self) -> tuple[int, list[dict[str, Any]]]:
        assert self.process.stdout
        self.process.send_signal(signal.SIGTERM)
        # Not communicate(): it reads past the buffer that next_log() may have filled.
        try:
            code = self.process.wait(timeout=10)
        finally:
            self.process.kill()
        with self.process.stdout as output:
            return code, [json.loads(line) for line in output]


def read_all(client: socket.socket) -> bytes:
    with client, client.makefile("rb") as stream:
        return stream.read()


class ServerTest(unittest.TestCase):
    def start(self, head_seconds: str) -> Running:
        app = Running("-c", SAMPLE, head_seconds)
        self.addCleanup(app.end)
        return app

    def setUp(self) -> None:
        self.app = self.start("5")

    def test_a_request_is_one_log_line_without_its_query(self) -> None:
        self.app.ask("/?token=secret")
        first = self.app.next_log()
        self.app.ask("/nowhere", "HEAD")
        second = self.app.next_log()
        self.assertEqual(list(first), ["time", "method", "path", "status", "milliseconds"])
        self.assertRegex(first.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertIsInstance(first.pop("milliseconds"), float)
        self.assertEqual(first, {"method": "GET", "path": "/", "status": 200})
        self.assertEqual([second["method"], second["path"], second["status"]], ["HEAD", "/nowhere", 404])

    def test_an_answer_carries_exactly_these_headers(self) -> None:
        status, headers, body = self.app.ask("/")
        del headers["Date"]
        self.assertEqual((status, body), (200, b'{"page": "start"}\n'))
        self.assertEqual(
            dict(headers),
            {
                "Content-Type": "application/json",
                "Content-Length": "18",
                "Connection": "close",
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "X-Site": "sample",
            },
        )

    def test_head_answers_like_get_without_the_body(self) -> None:
        head, body = read_all(self.app.connect(b"HEAD / HTTP/1.1\r\n\r\n")).split(b"\r\n\r\n")
        lines = head.splitlines()
        self.assertEqual((lines[0], lines[3], body), (b"HTTP/1.1 200 OK", b"Content-Length: 18", b""))

    def test_other_methods_are_refused_with_the_ones_allowed(self) -> None:
        status, headers, body = self.app.ask("/", "POST")
        self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
        self.assertEqual(body, b'{"error": "Method Not Allowed"}\n')

    def test_a_malformed_request_is_answered_400_and_logged(self) -> None:
        answer = read_all(self.app.connect(b"nonsense\r\n\r\n"))
        self.assertEqual(answer.splitlines()[0], b"HTTP/1.1 400 Bad Request")
        self.assertEqual(self.app.next_log()["status"], 400)

    def test_a_head_beyond_the_limit_is_answered_431(self) -> None:
        client = self.app.connect(b"GET / HTTP/1.1\r\nX-Long: ".ljust(16 * 1024 + 1, b"x"))
        self.assertEqual(read_all(client).splitlines()[0], b"HTTP/1.1 431 Request Header Fields Too Large")

    def test_a_client_that_drips_is_answered_408_at_the_deadline(self) -> None:
        app = self.start("0.3")
        client = app.connect(b"GET / HTTP/1.1\r\nX-Slow: ")
        with client, suppress(ConnectionError):
            for _ in range(100):
                client.sendall(b"x")
                time.sleep(0.05)
        log = app.stop()[1][0]
        self.assertEqual([log["method"], log["path"], log["status"]], ["-", "-", 408])
        self.assertTrue(300 <= log["milliseconds"] < 2000, log)

    def test_a_connection_without_a_request_is_no_log_line(self) -> None:
        self.app.connect(b"").close()
        self.app.ask("/")
        self.assertEqual(self.app.next_log()["path"], "/")

    def test_sigterm_stops_listening_and_finishes_the_request_in_flight(self) -> None:
        client = self.app.connect(b"GET / HTTP/1.1\r\n")
        # An answer to a later connection proves that the earlier one has been accepted.
        self.app.ask("/later")
        self.assertEqual(self.app.next_log()["path"], "/later")
        self.app.process.send_signal(signal.SIGTERM)
        with self.assertRaises(ConnectionRefusedError):
            while True:
                # Reset: the connection came between the last accept and the end of listening.
                with suppress(ConnectionResetError):
                    self.app.connect(b"").close()
                time.sleep(0.02)
        client.sendall(b"\r\n")
        self.assertEqual(read_all(client).splitlines()[0], b"HTTP/1.1 200 OK")
        code, logs = self.app.stop()
        self.assertEqual(code, 0)
        story = [log.get("path") or log["message"] for log in logs]
        self.assertEqual(story, ["stopping", "/", "stopped"])

    def test_sigterm_without_requests_exits_0_at_once(self) -> None:
        start = time.monotonic()
        code, logs = self.app.stop()
        self.assertEqual((code, [log["message"] for log in logs]), (0, ["stopping", "stopped"]))
        self.assertEqual(logs[0]["signal"], "SIGTERM")
        self.assertLess(time.monotonic() - start, 3)


class PortTest(unittest.TestCase):
    def test_a_port_that_is_none_ends_the_start_with_one_line(self) -> None:
        for port in ("http", "-1", "65536"):
            code, lines = run("-c", SAMPLE, "5", PORT=port)
            self.assertEqual((code, len(lines)), (1, 1))
            error = json.loads(lines[0])["error"]
            self.assertEqual(error, f"PORT must be a number up to 65535, not {port!r}")


if __name__ == "__main__":
    unittest.main()
