"""An HTTP proxy in front of the emulator, which fails as a test tells it and until then changes nothing.

It stands for the `ecs` endpoint of a stack file, which the plugin and the checks share.
"""

import http.client
import json
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, cast

from typing_extensions import override

_EMULATOR_SECONDS = 60


@dataclass(frozen=True)
class Refusal:
    """An error as AWS answers it."""

    status: int
    kind: str
    message: str


@dataclass(frozen=True)
class Hang:
    """No answer until the test says otherwise, and then a closed connection."""


@dataclass(frozen=True)
class Late:
    """The emulator does what it is asked, and its answer comes when the test says otherwise."""


@dataclass(frozen=True)
class Rewording:
    """The emulator's answer with one text in place of another."""

    before: str
    after: str


Fault = Refusal | Hang | Late | Rewording

SERVER_ERROR = Refusal(500, "ServerException", "Service Unavailable. Please try again later.")
THROTTLED = Refusal(400, "ThrottlingException", "Rate exceeded")
EXPIRED = Refusal(400, "ExpiredTokenException", "The security token included in the request is expired")
DENIED = Refusal(
    400,
    "AccessDeniedException",
    "User: arn:aws:iam::000000000000:user/test is not authorized to perform this action",
)
# The emulator calls a deployment completed as soon as a task was seen running.
UNFINISHED = Rewording('"rolloutState": "COMPLETED"', '"rolloutState": "IN_PROGRESS"')


@dataclass(frozen=True)
class Asked:
    """A request: the API's action (`DescribeServices`) and when it came, by `time.monotonic`."""

    action: str
    at: float


@dataclass(frozen=True)
class _Faults:
    """How which actions end, all if one is "", until that has changed."""

    of: Mapping[str, Fault]
    changed: threading.Event = field(default_factory=threading.Event)


class Proxy:
    """Listens on a free port of the loopback interface while its block runs; all requests are kept in `asked`."""

    def __init__(self, emulator_port: int) -> None:
        self.emulator_port = emulator_port
        self.asked = list[Asked]()
        self._faults = _Faults({})
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://localhost:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.mend()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()  # waits for the requests in flight

    def fail(self, fault: Fault, *actions: str) -> None:
        """From now on `actions` end so, and nothing else does; without actions everything does."""
        self._switch(dict.fromkeys(actions or ("",), fault))

    def mend(self) -> None:
        self._switch({})

    def times(self, action: str) -> Sequence[float]:
        """When `action` was asked for."""
        return [each.at for each in list(self.asked) if each.action == action]

    def until(self, action: str, more: int, seconds: float = 60) -> None:
        """Waits until `action` was asked for that many times more."""
        wanted, deadline = len(self.times(action)) + more, time.monotonic() + seconds
        while len(self.times(action)) < wanted:
            assert time.monotonic() < deadline, f"{action} was not asked for {more} times in {seconds} s"
            time.sleep(0.05)

    def _switch(self, faults: Mapping[str, Fault]) -> None:
        before, self._faults = self._faults, _Faults(faults)
        before.changed.set()

    def answer(self, request: "_Handler") -> None:
        action = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        sent = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        faults = self._faults  # of now: who waits for `asked` may mend them at once
        self.asked.append(Asked(action, time.monotonic()))
        self.note(request.command, request.path, request.headers, sent)
        fault = faults.of.get(action, faults.of.get(""))
        if isinstance(fault, Hang):
            faults.changed.wait()
        elif isinstance(fault, Refusal):
            body = json.dumps({"__type": fault.kind, "message": fault.message}).encode()
            request.answer(fault.status, [("Content-Type", "application/x-amz-json-1.1")], body)
        else:
            status, headers, body = self._passed_on(request, sent)
            if isinstance(fault, Late):
                faults.changed.wait()
            if isinstance(fault, Rewording):
                body = body.replace(fault.before.encode(), fault.after.encode())
            request.answer(status, headers, body)

    def note(self, method: str, path: str, headers: Message, sent: bytes) -> None:
        """For who wants to know more of a request."""

    def _passed_on(self, request: "_Handler", sent: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.emulator_port, timeout=_EMULATOR_SECONDS)
        try:
            connection.request(request.command, request.path, sent, dict(request.headers.items()))
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    """One request a connection, which is what HTTP/1.0 means here: no thread waits for another one."""

    def do_POST(self) -> None:
        cast(_Server, self.server).proxy.answer(self)

    def do_GET(self) -> None:
        self.do_POST()

    def do_PUT(self) -> None:
        self.do_POST()

    def do_HEAD(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        # A client that was killed is no fault of the proxy.
        with suppress(ConnectionError):
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass
