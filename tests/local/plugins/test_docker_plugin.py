"""The Docker plugin with a daemon that answers from a list."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import DockerException

from local.plugins import docker, image_build
from local.plugins.buildkit import Trace
from local.plugins.resource import Plugin
from local.plugins.wire import UNKNOWN, Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError, Spoken

IMAGE = "docker:index/image:Image"
NAME = "localhost:4566/backend:1.0.0"
PUSHED: list[Props] = [{"status": "Pushed", "id": "abc"}, {"aux": {"Digest": "sha256:1"}}]


class Daemon:
    """Keeps the requests; builds and pushes as it is told."""

    def __init__(self) -> None:
        self.built: list[Props] = [{"stream": "Step 1/1 : FROM scratch\n"}]
        self.pushed = PUSHED
        self.requests: list[Props] = []
        self.pushes: list[tuple[str, Props]] = []
        self.together: threading.Barrier | None = None
        self.api = SimpleNamespace(base_url="http://docker", api_version="1.41", post=self._post, push=self._push)

    def _post(self, url: str, params: Props, **_: Any) -> Any:
        self.requests.append({"url": url, **params})
        if self.together:
            self.together.wait(timeout=5)
        lines = [json.dumps(message).encode() for message in self.built]
        return SimpleNamespace(status_code=200, iter_lines=lambda: iter(lines))

    def _push(self, name: str, auth_config: Props, **_: Any) -> Iterator[Props]:
        self.pushes.append((name, auth_config))
        return iter(self.pushed)

    def close(self) -> None:
        pass


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Daemon:
    found = Daemon()
    monkeypatch.setattr(image_build, "daemon", lambda _: found)  # pyright: ignore
    return found


@pytest.fixture
def calls(
    daemon: Daemon, calls_of: Callable[[Plugin[Any]], Calls], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Calls:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("local.plugins.docker.platform.machine", lambda: "x86_64")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM scratch\n")
    found = calls_of(docker.PLUGIN)
    found.configure()
    return found


def _inputs(calls: Calls, **changes: Any) -> Props:
    return calls.checked(IMAGE, "backend", {"imageName": NAME, "build": {"context": "./app"}, **changes})


def test_check_fills_in_defaults_and_the_digest_of_the_context(calls: Calls) -> None:
    inputs = _inputs(calls)

    assert inputs["build"].pop("contextDigest") == docker.BuildContext("./app", "app/Dockerfile").digest()
    assert inputs == {
        "imageName": NAME,
        "build": {"context": "./app", "dockerfile": "app/Dockerfile", "platform": "linux/amd64"},
        "buildOnPreview": False,
        "__defaults": ["buildOnPreview"],
    }


def test_a_platform_that_is_not_set_is_said(calls: Calls, spoken: Spoken) -> None:
    _inputs(calls)

    assert spoken.lines == ["Building your image for linux/amd64; set `platform` to be sure of it."]


def test_an_option_that_is_not_implemented_is_named(calls: Calls) -> None:
    build = {"context": "app", "cacheFrom": {"images": ["x"]}}

    assert calls.refusals(IMAGE, "backend", {"imageName": NAME, "build": build}) == [
        "build.cacheFrom of docker:index/image:Image is not implemented by the stand-in for pulumi-docker 5.2.0"
    ]


def test_a_name_without_a_registry_is_refused_where_it_is_pushed(calls: Calls) -> None:
    build = {"context": "app"}
    (reason,) = calls.refusals(IMAGE, "b", {"imageName": "backend:1", "build": build})

    assert reason.startswith('"backend:1": repository name must be canonical.\nThis resource requires all image names')
    assert calls.refusals(IMAGE, "b", {"imageName": "backend:1", "build": build, "skipPush": True}) == []


def test_a_missing_dockerfile_is_found_before_anything_is_built(calls: Calls) -> None:
    build = {"context": "app", "dockerfile": "app/None"}

    assert calls.refusals(IMAGE, "b", {"imageName": NAME, "build": build}) == [
        'could not open dockerfile at relative path "app/None": no such file'
    ]


def test_a_new_password_is_no_difference_but_another_server_is(calls: Calls) -> None:
    old = {"registry": {"server": "a", "username": "AWS", "password": "1"}}

    assert calls.differences(IMAGE, old, {"registry": {"server": "a", "username": "B", "password": "2"}}) == {}
    assert calls.differences(IMAGE, old, {"registry": {"server": "b", "username": "AWS", "password": "1"}}) == {
        "registry.server": "UPDATE"
    }


def test_a_changed_context_is_an_update_in_place(calls: Calls, tmp_path: Path) -> None:
    old = _inputs(calls)
    (tmp_path / "app" / "new").write_text("")

    assert calls.differences(IMAGE, old, _inputs(calls)) == {"build.contextDigest": "UPDATE"}


def test_an_image_is_built_and_pushed(calls: Calls, daemon: Daemon, spoken: Spoken) -> None:
    registry = {"server": "https://localhost:4566", "username": "AWS", "password": "p"}
    inputs = _inputs(calls, registry=registry, build={"context": "app", "args": {"VERSION": "1"}, "target": "final"})

    response = calls.create(IMAGE, inputs)

    outputs = from_struct(response.properties)
    assert response.id == NAME
    assert outputs.pop("__inputs") == inputs
    assert outputs == {
        "baseImageName": NAME,
        "context": "app",
        "dockerfile": "Dockerfile",
        "imageName": NAME,
        "platform": "linux/amd64",
        "registryServer": "https://localhost:4566",
        "repoDigest": "localhost:4566/backend@sha256:1",
    }
    assert response.properties.fields["__inputs"].struct_value.fields["value"].WhichOneof("kind") == "struct_value"
    assert daemon.requests == [
        {
            "url": "http://docker/v1.41/build",
            "version": "2",
            "t": NAME,
            "dockerfile": "Dockerfile",
            "buildargs": '{"VERSION": "1"}',
            "target": "final",
            "platform": "linux/amd64",
            "rm": "1",
        }
    ]
    assert daemon.pushes == [(NAME, {"username": "AWS", "password": "p", "serveraddress": "localhost:4566"})]
    assert spoken.lines[1:] == [
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


def test_the_classic_builder_is_used_where_the_program_asks_for_it(calls: Calls, daemon: Daemon) -> None:
    calls.create(IMAGE, _inputs(calls, build={"context": "app", "builderVersion": "BuilderV1"}))

    assert daemon.requests[0]["version"] == "1"


def test_nothing_is_pushed_where_the_program_says_so(calls: Calls, daemon: Daemon) -> None:
    response = calls.create(IMAGE, _inputs(calls, skipPush=True))

    assert daemon.pushes == []
    assert "repoDigest" not in from_struct(response.properties)


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
    daemon.built = [*lines, {"error": "exit code 1"}]

    with pytest.raises(RefusedError) as refused:
        calls.create(IMAGE, _inputs(calls))

    assert str(refused.value).splitlines() == [
        "build failed: exit code 1",
        *(f"line {number}" for number in range(10, 30)),
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


def test_a_preview_builds_but_does_not_push_where_the_program_asks_for_it(calls: Calls, daemon: Daemon) -> None:
    calls.create(IMAGE, _inputs(calls, buildOnPreview=True), preview=True)

    assert (len(daemon.requests), daemon.pushes) == (1, [])


def test_a_preview_does_not_build_what_is_not_known_yet(calls: Calls, daemon: Daemon) -> None:
    calls.create(IMAGE, {**_inputs(calls, buildOnPreview=True), "imageName": UNKNOWN}, preview=True)

    assert daemon.requests == []


def test_reading_and_deleting_an_image_ask_nobody(calls: Calls, daemon: Daemon) -> None:
    state = {"imageName": NAME, "repoDigest": "r@sha256:1"}
    response = calls.read(IMAGE, NAME, {"imageName": NAME}, state)
    calls.delete(IMAGE, NAME, state)

    assert from_struct(response.properties) == state
    assert daemon.requests == []


def test_without_a_daemon_nothing_can_be_configured(
    calls_of: Callable[[Plugin[Any]], Calls], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise DockerException("nobody is there")

    monkeypatch.setattr("local.plugins.image_build.docker.DockerClient", refuse)

    with pytest.raises(RefusedError, match=r"failed to connect to any docker daemon \(unix:///x: nobody is there\)"):
        calls_of(docker.PLUGIN).configure(host="unix:///x")


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def test_buildkits_steps_are_named_when_they_start_and_their_output_follows() -> None:
    waiting = _field(1, b"sha256:1") + _field(3, b"[1/2] RUN make")
    started = waiting + _field(5, b"\x08\x01")
    log = _field(1, b"sha256:1") + b"\x18\x01" + _field(4, b"compiling\nlinking\n")
    messages = [_field(1, waiting), _field(1, started) + _field(3, log), _field(1, started + _field(7, b"exit 1"))]
    trace = Trace()

    lines = [list(trace.lines(base64.b64encode(message).decode())) for message in messages]

    assert lines == [[], ["[1/2] RUN make", "compiling", "linking"], ["exit 1"]]
