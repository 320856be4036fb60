"""The smoke request: how a service is asked, and what is said of each answer."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from checks import smoke
from checks.smoke import Origin, ask
from settings.health import Smoke

ORIGIN = Origin(url="https://localhost:4566", host="pairva-1.us-east-1.elb.amazonaws.com")
Handler = Callable[[httpx.Request], httpx.Response]
Asked = Callable[..., str]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """`asked(place, answer)`: what is said of the answer when version 1.0.1 is wanted in that place."""

    def asked(version: str | None, answer: httpx.Response | Handler, status: int = 200) -> str:
        def handle(_: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            return answer(request) if callable(answer) else answer

        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
        settings = Smoke.model_validate({"path": "/api/version", "status": status, "version": version})
        return ask(ORIGIN, settings, "1.0.1")

    return asked


def test_the_balancer_is_asked_once_by_the_stacks_name_without_waiting_long(asked: Asked) -> None:
    requests = list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200)

    assert asked(None, answer) == ""
    (request,) = requests
    assert (request.method, str(request.url)) == ("GET", "https://localhost:4566/api/version")
    assert request.headers["Host"] == ORIGIN.host
    assert request.headers["Accept-Encoding"] == "identity"
    assert request.extensions["sni_hostname"] == ORIGIN.host
    assert request.extensions["timeout"] == {"connect": 5, "read": 5, "write": 5, "pool": 5}


def test_no_proxy_of_whoever_runs_it_is_used(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    options = list[object]()
    made = httpx.Client.__init__

    def make(self: httpx.Client, **given: object) -> None:
        options.append(given.get("trust_env"))
        made(self, **given)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(httpx.Client, "__init__", make)
    assert asked(None, httpx.Response(200)) == ""
    assert options == [False]


@pytest.mark.parametrize(
    ("wanted", "status", "said"),
    [
        (200, 200, ""),
        (200, 204, "answered 204, not 200"),
        (200, 502, "answered 502, not 200"),
        (401, 401, ""),
        (401, 200, "answered 200, not 401"),
    ],
)
def test_another_status_is_named_with_the_wanted_one(asked: Asked, wanted: int, status: int, said: str) -> None:
    assert asked(None, httpx.Response(status, text="the page"), wanted) == said


def test_a_redirect_is_not_followed(asked: Asked) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/api/version"
        return httpx.Response(302, headers={"Location": "/elsewhere"})

    assert asked(None, answer) == "answered 302, not 200"
    assert asked(None, answer, 302) == ""


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("json:version", {"version": "1.0.1"}, ""),
        ("json:build.version", {"build": {"version": "1.0.1"}}, ""),
        ("json:version", {"version": "1.0.0"}, "names version 1.0.0, not 1.0.1"),
        ("json:version", {"version": "v1.0.1"}, "names version v1.0.1, not 1.0.1"),
        ("json:version", {"version": 1.1}, "names version 1.1, not 1.0.1"),
        ("json:version", {"version": "1.0.1\n"}, "names something else, not 1.0.1"),
        ("json:version", {"version": "1" * 41}, "names something else, not 1.0.1"),
        ("json:version", {"version": ""}, "names something else, not 1.0.1"),
        ("json:version", {"version": ["1.0.1"]}, "names something else, not 1.0.1"),
        ("json:version", {"version": None}, "names something else, not 1.0.1"),
        ("json:version", {"build": "1.0.1"}, "has no JSON key version"),
        ("json:build.version", {"build": "1.0.1"}, "has no JSON key build.version"),
        ("json:version", ["version"], "has no JSON key version"),
    ],
)
def test_a_json_key_must_be_the_version(asked: Asked, place: str, value: object, said: str) -> None:
    assert asked(place, httpx.Response(200, json=value)) == said


@pytest.mark.parametrize(
    "content",
    [b"", b"<h1>1.0.1</h1>", b"\xff", b"[" * 100_000, b"1" * 5_000],
    ids=["empty", "a page", "no text", "too deep", "too long a number"],
)
def test_an_answer_that_is_no_json_is_told_so_and_not_shown(asked: Asked, content: bytes) -> None:
    assert asked("json:version", httpx.Response(200, content=content)) == "is not JSON"


def test_a_number_that_reads_like_the_version_is_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(*_: object) -> httpx.Response:
        return httpx.Response(200, json={"version": 17})

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    assert ask(ORIGIN, Smoke(path="/", version="json:version"), "17") == ""


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"x-version": "1.0.1"}, ""),
        ({"X-Version": "1.0.0"}, "names version 1.0.0, not 1.0.1"),
        ({"X-Version": ""}, "names something else, not 1.0.1"),
        ({"X-Version": "a b"}, "names something else, not 1.0.1"),
        ({}, "has no header X-Version"),
    ],
)
def test_a_header_must_be_the_version(asked: Asked, headers: dict[str, str], said: str) -> None:
    assert asked("header:X-Version", httpx.Response(200, headers=headers)) == said


@pytest.mark.parametrize("body", ["1.0.1", "<dd>1.0.1</dd>", "It is v1.0.1.", "0.9, 1.0.1", "1.0.10 1.0.1", "é1.0.1"])
def test_the_version_may_stand_anywhere_in_the_body(asked: Asked, body: str) -> None:
    assert asked("body", httpx.Response(200, text=body)) == ""


@pytest.mark.parametrize("body", ["", "1.0.10", "11.0.1", "2.1.0.1", "1.0.1-rc1", "1.0.1.2", "pre-1.0.1", "1x0x1"])
def test_a_part_of_another_version_is_not_the_version(asked: Asked, body: str) -> None:
    assert asked("body", httpx.Response(200, text=body)) == "does not name version 1.0.1"


def pieces(count: int) -> Iterator[bytes]:
    yield b"1.0.1 "
    for _ in range(count):
        yield b" " * 1_000


@pytest.mark.parametrize("place", ["body", "json:version"])
def test_a_huge_answer_is_not_read_to_its_end(asked: Asked, place: str) -> None:
    rest = pieces(1_100)
    said = asked(place, httpx.Response(200, content=rest))
    assert len(list(rest)) == 100
    assert said == "answered more than 1000000 bytes, or longer than 5 s"


def test_bytes_that_are_no_text_hide_no_version(asked: Asked) -> None:
    assert asked("body", httpx.Response(200, content=b"\xff 1.0.1")) == ""


def test_an_answer_of_the_full_length_is_read(asked: Asked) -> None:
    assert asked("body", httpx.Response(200, content=b" " * 999_995 + b"1.0.1")) == ""


def test_an_answer_that_drips_is_not_waited_for(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 104.9, 105.1])
    monkeypatch.setattr(smoke.time, "monotonic", lambda: next(clock))
    said = asked("body", httpx.Response(200, content=pieces(2)))
    assert said == "answered more than 1000000 bytes, or longer than 5 s"


@pytest.mark.parametrize("place", [None, "header:X-Version"])
def test_a_body_that_says_nothing_is_not_read(asked: Asked, place: str | None) -> None:
    def body() -> Iterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    assert asked(place, httpx.Response(200, headers={"X-Version": "1.0.1"}, content=body())) == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "did not answer: [Errno 111] Connection refused"),
        (httpx.ReadTimeout("The read operation timed out"), "did not answer: The read operation timed out"),
        (httpx.ConnectTimeout(""), "did not answer: ConnectTimeout"),
        (httpx.RemoteProtocolError("illegal header line: bytearray(b'key')"), "did not answer: RemoteProtocolError"),
    ],
)
def test_no_answer_is_told_with_its_reason_but_nothing_of_its_content(
    asked: Asked, error: Exception, said: str
) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    assert asked(None, answer) == said


def test_a_connection_that_breaks_within_the_body_is_no_answer(asked: Asked) -> None:
    def body() -> Iterator[bytes]:
        yield b'{"version": '
        raise httpx.ReadError("Connection reset by peer")

    assert asked("json:version", httpx.Response(200, content=body())) == "did not answer: Connection reset by peer"


def test_a_defect_of_the_check_is_no_fault_of_the_service(asked: Asked) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise json.JSONDecodeError("ours", "", 0)

    with pytest.raises(ValueError, match="ours"):
        asked(None, answer)
