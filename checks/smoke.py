"""Asks a service once through the load balancer, as the world would, whether the wanted version answers."""

import json
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx

from checks.session import Session
from settings.health import Smoke

_SECONDS = 5
_BODY_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a stack is reached: the URL to connect to and the name it is asked by (Host header, and SNI with https)."""

    url: str
    host: str

    @classmethod
    def of(cls, url: str, session: Session) -> "Origin":
        """Of a balancer's own URL; an emulator's is reached at its endpoint."""
        return cls(url=session.endpoint("elbv2") or url, host=url.partition("://")[2])


def ask(origin: Origin, smoke: Smoke, version: str) -> str:
    """What was wrong with the answer, in words with what was found; empty when `version` answers as `smoke` wants.

    Takes less than half a minute. Nothing of the answer is shown but what looks like a version.
    """
    try:
        with _asked(origin, smoke.path, _SECONDS) as response:
            return _judge(response, smoke, version)
    except httpx.HTTPError as error:
        return f"did not answer: {_why(error)}"


def status(origin: Origin, path: str, seconds: float) -> int | str:
    """The code of the answer, of a redirect its own; or why there was none."""
    try:
        with _asked(origin, path, seconds) as response:
            return response.status_code
    except httpx.HTTPError as error:
        return _why(error)


@cache
def _certificates() -> SSLContext:
    """Of those that the world trusts: to read them takes longer than to ask, and one wait asks often."""
    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def _asked(origin: Origin, path: str, seconds: float) -> Generator[httpx.Response]:
    """`seconds` are for the connection and for each read. Raises httpx.HTTPError."""
    client = httpx.Client(
        # Compressed, a small answer could become a huge one.
        headers={"Host": origin.host, "Accept-Encoding": "identity"},
        timeout=seconds,
        verify=_certificates(),
        # No proxy of whoever runs this: it might answer in the balancer's place.
        trust_env=False,
    )
    by_name = {"sni_hostname": origin.host}
    with client, client.stream("GET", f"{origin.url}{path}", extensions=by_name) as response:
        yield response


def _why(error: httpx.HTTPError) -> str:
    """The words of other errors than these may quote the answer."""
    told = str(error) if isinstance(error, (httpx.NetworkError, httpx.TimeoutException)) else ""
    return told or type(error).__name__


def _judge(response: httpx.Response, smoke: Smoke, version: str) -> str:
    if response.status_code != smoke.status:
        return f"answered {response.status_code}, not {smoke.status}"
    if smoke.version is None:
        return ""
    place, _, name = smoke.version.partition(":")
    if place == "header":
        found = response.headers.get(name)
        return f"has no header {name}" if found is None else _compare(found, version)
    body = _body(response)
    if body is None:
        return f"answered more than {_BODY_BYTES} bytes, or longer than {_SECONDS} s"
    if place == "body":
        return "" if _stands_in(body, version) else f"does not name version {version}"
    return _compare_key(body, name, version)


def _body(response: httpx.Response) -> bytes | None:
    """None for one that is too long, in bytes or in time: the client's own limit is for each read."""
    body, end = b"", time.monotonic() + _SECONDS
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _BODY_BYTES or time.monotonic() > end:
            return None
    return body


def _stands_in(body: bytes, version: str) -> bool:
    """Whether it stands there by itself: 1.0.1 is neither in 1.0.10 nor in 1.0.1-rc1, but in v1.0.1."""
    pattern = rf"(?<![\w.-])v?{re.escape(version)}(?!\.?[\w-])"
    return re.search(pattern, body.decode(errors="replace"), re.ASCII) is not None


def _compare_key(body: bytes, key: str, version: str) -> str:
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "is not JSON"
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            return f"has no JSON key {key}"
        value = value[part]
    return _compare(str(value) if isinstance(value, str | int | float) else "", version)


def _compare(found: str, version: str) -> str:
    if found == version:
        return ""
    shown = f"version {found}" if re.fullmatch(r"[\w.+-]{1,40}", found, re.ASCII) else "something else"
    return f"names {shown}, not {version}"
