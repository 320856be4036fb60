"""No test of the program may reach a network, or find the credentials of whoever runs it."""

import gc
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest

# The same examples at every run, and no time limit for each: a loaded machine is no defect of the program.
hypothesis.settings.register_profile("unit", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("unit")

# These tests talk to programs of this machine, and look after themselves.
_OF_THE_MACHINE = {"local", "apps", "engine"}


@pytest.fixture(scope="session", autouse=True)
def nobody_left_anything_open() -> Generator[None]:
    """Told by the last test: after it, xdist's processes can say nothing. What is imported by the first is no garbage,
    and pytest itself need not look again (tests/__init__.py).
    """
    gc.freeze()
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = request.path.relative_to(Path(__file__).parent).parts[0]
    if folder in _OF_THE_MACHINE:
        return

    def refuse(*arguments: Any, **_: Any) -> NoReturn:
        pytest.fail(f"a test asked the network for {arguments[-1]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "PULUMI_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
