"""A small HTTP server for one container: fixed answers, a JSON log line per request, a clean end on SIGTERM."""

import io
import json
import os
import re
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import NoReturn, cast

HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 5.0
SEND_SECONDS = 5.0
STOP = {signal.SIGTERM, signal.SIGINT}
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Site:
    """What one app answers: by path, for every other path, and the headers that go with all of them."""

    answers: Mapping[str, Answer]
    missing: Answer
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def json_answer(status: int, content: Mapping[str, str]) -> Answer:
    return Answer(status, "application/json", json.dumps(content).encode() + b"\n")


def log(**fields: object) -> None:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sys.stdout.write(json.dumps({"time": moment, **fields}) + "\n")
    sys.stdout.flush()


def fail(message: str) -> NoReturn:
    log(error=message)
    sys.exit(1)


def number_from_environment(name: str, default: int, limit: int) -> int:
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) <= limit):
        fail(f"{name} must be a number up to {limit}, not {text!r}")
    return int(text)


def port_from_environment(default: int) -> int:
    # Port 0 lets the system choose, which is what the tests do.
    return number_from_environment("PORT", default, 65535)


def receive_head(connection: socket.socket) -> bytes:
    """Request line and headers under one deadline; one for each read would let a client drip for ever."""
    end = time.monotonic() + HEAD_SECONDS
    head = b""
    while len(head) <= HEAD_BYTES and not END_OF_HEAD.search(head):
        connection.settimeout(max(end - time.monotonic(), 0.001))
        try:
            chunk = connection.recv(HEAD_BYTES + 1 - len(head))
        except TimeoutError:
            break
        if not chunk:
            return b""
        head += chunk
    return head


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    request_version = "HTTP/1.1"
    # The standard library takes a malformed request for HTTP/0.9, whose answers have no status line.
    default_request_version = "HTTP/1.1"
    command = ""
    path = ""

    def handle(self) -> None:
        self.started = time.monotonic()
        head = receive_head(self.connection)
        self.connection.settimeout(SEND_SECONDS)
        if len(head) > HEAD_BYTES:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif head and not END_OF_HEAD.search(head):
            self.send_error(HTTPStatus.REQUEST_TIMEOUT)
        elif head:
            self.rfile = io.BytesIO(head)
            self.handle_one_request()

    def do_GET(self) -> None:
        site = cast(Server, self.server).site
        self.answer(site.answers.get(self.path.partition("?")[0], site.missing))

    def do_HEAD(self) -> None:
        self.do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        # The standard library's answer to a method without a function here is 501.
        if code == HTTPStatus.NOT_IMPLEMENTED:
            code = HTTPStatus.METHOD_NOT_ALLOWED
        self.answer(json_answer(code, {"error": HTTPStatus(code).phrase}))

    def answer(self, answer: Answer) -> None:
        headers = {
            "Date": self.date_time_string(),
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            # One request a connection: the balancer never reuses one that is just closing.
            "Connection": "close",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **cast(Server, self.server).site.headers,
        }
        if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = "GET, HEAD"
        # A client that has gone away is no fault of this server; its request is logged like any other.
        with suppress(ConnectionError, TimeoutError):
            self.send_response_only(answer.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else answer.body)
        self.log_answer(answer.status)

    def log_answer(self, status: int) -> None:
        # Neither query nor headers: both can carry secrets.
        path = self.path.partition("?")[0]
        milliseconds = round((time.monotonic() - self.started) * 1000, 1)
        log(method=self.command or "-", path=path or "-", status=int(status), milliseconds=milliseconds)


# Not http.server.HTTPServer: that one looks its own name up in DNS before it listens.
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, site: Site) -> None:
        self.site = site
        # All interfaces: the balancer reaches a container from outside, and its security group says who may.
        super().__init__(("0.0.0.0", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        log(error=f"the request failed: {sys.exception()!r}")


def serve(port: int, site: Site, *, delay_seconds: int = 0) -> None:
    """Serves until SIGTERM, which is how ECS stops a task, and finishes the requests in flight."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    if delay_seconds:
        log(message="starting slowly", seconds=delay_seconds)
        if received := signal.sigtimedwait(STOP, delay_seconds):
            log(message="stopped", signal=signal.Signals(received.si_signo).name)
            return
    # The end of the block waits for the requests in flight; HEAD_SECONDS and SEND_SECONDS bound them.
    with Server(port, site) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        log(message="listening", port=server.server_address[1])
        received = signal.sigwait(STOP)
        log(message="stopping", signal=signal.Signals(received).name)
        server.shutdown()
    log(message="stopped")
