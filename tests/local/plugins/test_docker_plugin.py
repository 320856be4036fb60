"""The Docker plugin with a daemon that answers from a list."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, DockerException

from local.plugins import docker
from local.plugins.build_context import BuildContext
from local.plugins.resource import Plugin
from local.plugins.wire import UNKNOWN, Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError, Spoken

IMAGE = "docker:index/image:Image"
NAME = "localhost:4566/backend:1.0.0"
REGISTRY = {"server": "localhost:4566", "username": "AWS", "password": "p"}
BUILD = {"context": "./app", "dockerfile": "./app/Dockerfile", "platform": "linux/amd64"}
PUSHED: list[Props] = [{"status": "Pushed", "id": "abc"}, {"aux": {"Digest": "sha256:1"}}]


class Daemon:
    """Keeps the requests; builds and pushes as it is told."""

    def __init__(self) -> None:
        self.built: list[Props] = [{"stream": "Step 1/1 : FROM scratch\n"}]
        self.pushed = PUSHED
        self.requests: list[Props] = []
        self.pushes: list[tuple[str, Props]] = []
        self.together: threading.Barrier | None = None
        self.refusal: APIError | None = None
        self.api = SimpleNamespace(build=self._build, push=self._push)

    def _build(self, fileobj: Any, **request: Any) -> Iterator[Props]:
        self.requests.append(request)
        if self.together:
            self.together.wait(timeout=5)
        if self.refusal:
            raise self.refusal
        return iter(self.built)

    def _push(self, name: str, auth_config: Props, **_: Any) -> Iterator[Props]:
        self.pushes.append((name, auth_config))
        return iter(self.pushed)

    def close(self) -> None:
        pass


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Daemon:
    found = Daemon()
    monkeypatch.setattr("local.plugins.docker._daemon", lambda: found)
    return found


@pytest.fixture
def calls(
    daemon: Daemon, calls_of: Callable[[Plugin], Calls], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Calls:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    found = calls_of(docker.PLUGIN)
    found.configure()
    return found


def _inputs(calls: Calls, **build: Any) -> Props:
    return calls.checked(
        IMAGE, "backend", {"imageName": NAME, "build": {**BUILD, **build}, "registry": REGISTRY, "skipPush": False}
    )


def test_check_adds_the_digest_of_the_context(calls: Calls) -> None:
    inputs = _inputs(calls)

    assert inputs["build"].pop("contextDigest") == BuildContext("./app", "./app/Dockerfile").digest()
    assert inputs == {"imageName": NAME, "build": BUILD, "registry": REGISTRY, "skipPush": False}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"build": {**BUILD, "cacheFrom": {"images": ["x"]}}}, f"build.cacheFrom of {IMAGE} {{}}"),
        ({"buildOnPreview": True}, f"buildOnPreview True of {IMAGE} {{}}"),
        ({"build": {"context": "app"}}, "build without dockerfile, platform {}"),
        (
            {"build": {**BUILD, "dockerfile": "app/None"}},
            'could not open dockerfile at relative path "app/None": no such file',
        ),
    ],
)
def test_what_is_not_implemented_or_missing_is_named(calls: Calls, changes: Props, reason: str) -> None:
    inputs = {"imageName": NAME, "build": BUILD, "registry": REGISTRY, **changes}

    (refusal,) = calls.refusals(IMAGE, "backend", inputs)

    assert refusal.removesuffix(" for pulumi-docker 5.2.0") == reason.format("is not implemented by the stand-in")


def test_a_new_password_is_no_difference_but_another_server_is(calls: Calls) -> None:
    old = {"registry": {"server": "a", "username": "AWS", "password": "1"}}

    assert calls.differences(IMAGE, old, {"registry": {"server": "a", "username": "B", "password": "2"}}) == {}
    assert calls.differences(IMAGE, old, {"registry": {"server": "b", "username": "AWS", "password": "1"}}) == {
        "registry": "update"
    }


def test_a_changed_context_is_an_update_in_place(calls: Calls, tmp_path: Path) -> None:
    old = _inputs(calls)
    (tmp_path / "app" / "new").write_text("")

    assert calls.differences(IMAGE, old, _inputs(calls)) == {"build": "update"}


def test_an_image_is_built_and_pushed(calls: Calls, daemon: Daemon, spoken: Spoken) -> None:
    inputs = _inputs(calls, args={"VERSION": "1"}, target="final")

    response = calls.create(IMAGE, inputs)

    assert response.id == NAME
    assert from_struct(response.properties) == {**inputs, "repoDigest": "localhost:4566/backend@sha256:1"}
    assert daemon.requests == [
        {
            "custom_context": True,
            "dockerfile": "Dockerfile",
            "tag": NAME,
            "buildargs": {"VERSION": "1"},
            "target": "final",
            "platform": "linux/amd64",
            "rm": True,
            "forcerm": True,
            "decode": True,
        }
    ]
    assert daemon.pushes == [(NAME, {"username": "AWS", "password": "p"})]
    assert spoken.lines == [
        "Building the image",
        "Step 1/1 : FROM scratch",
        "Pushing the image to the registry",
        "abc: Pushed",
    ]


def test_an_update_builds_and_pushes_again(calls: Calls, daemon: Daemon) -> None:
    daemon.pushed = [{"aux": {"Digest": "sha256:2"}}]
    inputs = _inputs(calls)

    response = calls.update(IMAGE, NAME, (inputs, inputs), {"repoDigest": "localhost:4566/backend@sha256:1"})

    assert from_struct(response.properties)["repoDigest"] == "localhost:4566/backend@sha256:2"


def test_two_images_are_built_at_the_same_time(calls: Calls, daemon: Daemon) -> None:
    daemon.together = threading.Barrier(2)
    inputs = _inputs(calls)
    threads = [threading.Thread(target=calls.create, args=(IMAGE, inputs)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=5)

    assert [name for name, _ in daemon.pushes] == [NAME, NAME]


def test_a_failed_build_tells_the_last_lines(calls: Calls, daemon: Daemon) -> None:
    lines = [{"stream": f"line {number}\n"} for number in range(30)]
    daemon.built = [*lines, {"stream": "\x1b[91mtrouble\n\x1b[0m"}, {"error": "exit code 1"}]

    with pytest.raises(RefusedError) as refused:
        calls.create(IMAGE, _inputs(calls))

    assert str(refused.value).splitlines() == [
        "build failed: exit code 1",
        *(f"line {number}" for number in range(11, 30)),
        "trouble",
    ]
    assert daemon.pushes == []


def test_a_refused_push_has_the_registrys_own_words(calls: Calls, daemon: Daemon) -> None:
    daemon.pushed = [{"status": "Pushing"}, {"error": "tag invalid: tag '1.0.0' is immutable"}]

    with pytest.raises(RefusedError, match=f"^push of {NAME} failed: tag invalid: tag '1.0.0' is immutable$"):
        calls.create(IMAGE, _inputs(calls))


def test_a_preview_builds_nothing_and_does_not_know_the_digest(calls: Calls, daemon: Daemon) -> None:
    properties = from_struct(calls.create(IMAGE, _inputs(calls), preview=True).properties)

    assert daemon.requests == []
    assert (properties["imageName"], properties["repoDigest"]) == (NAME, UNKNOWN)


def test_a_build_that_the_daemon_refuses_is_told_in_its_words(calls: Calls, daemon: Daemon) -> None:
    daemon.refusal = APIError("400", explanation="dockerfile parse error line 1: unknown instruction: FORM")

    with pytest.raises(RefusedError, match=r"^build failed: dockerfile parse error line 1: unknown instruction: FORM$"):
        calls.create(IMAGE, _inputs(calls))


def test_reading_and_deleting_an_image_ask_nobody(calls: Calls, daemon: Daemon) -> None:
    state = {"imageName": NAME, "repoDigest": "r@sha256:1"}
    response = calls.read(IMAGE, NAME, {"imageName": NAME}, state)
    calls.delete(IMAGE, NAME, state)

    assert from_struct(response.properties) == state
    assert daemon.requests == []


def test_without_a_daemon_nothing_can_be_configured(
    calls_of: Callable[[Plugin], Calls], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise DockerException("nobody is there")

    monkeypatch.setattr("local.plugins.docker.docker.from_env", refuse)

    with pytest.raises(RefusedError, match=r"^failed to connect to the docker daemon: nobody is there$"):
        calls_of(docker.PLUGIN).configure()
