"""`pulumi-resource-docker`: stands in for pulumi-docker where it cannot be downloaded. Run as a module.

It knows one type, the image, and treats it as pulumi-docker 5 does: a digest of the build context among the inputs,
build and push on every change, nothing read, nothing deleted. Unlike pulumi-docker it builds with the daemon's classic
builder, the only one that the Docker SDK for Python knows: stages, target, arguments and platform work, `RUN --mount`
does not, and the daemon says so.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from contextlib import closing
from functools import partial
from typing import Any

import docker
from docker.errors import APIError, DockerException
from docker.utils import parse_repository_tag
from typing_extensions import override

from local.plugins import server
from local.plugins.build_context import BuildContext
from local.plugins.resource import Log, Plugin, ResourceType, Target
from local.plugins.shape import Text
from local.plugins.wire import Props

_LAST_LINES = 20
_COLOUR = re.compile(r"\x1b\[\d*m")
_SECONDS = 3600  # a step may be silent for a long time
_NEEDED = {"context", "dockerfile", "platform"}

_UNCOMPARED = Text(lambda _: None)
"""A new token for the registry is no difference."""


def connect(_: Props, log: Log) -> Log:
    """Ask the daemon whether it is there, as the real provider does even if nothing will be built."""
    _daemon().close()
    return log


def _daemon() -> Any:
    try:
        client = docker.from_env(timeout=_SECONDS)
        client.ping()
    except DockerException as error:
        raise RuntimeError(f"failed to connect to the docker daemon: {error}") from error
    return client


class Image(ResourceType):
    """The one type."""

    @property
    @override
    def computed(self) -> AbstractSet[str]:
        return {"repoDigest"}

    @override
    def prepare(self, session: Log, inputs: Props) -> Props:
        build = inputs["build"]
        if missing := sorted(_NEEDED - build.keys()):
            raise ValueError(f"build without {', '.join(missing)} is not implemented by the stand-in")
        context = BuildContext(build["context"], build["dockerfile"])
        context.require_dockerfile()
        return {**inputs, "build": {**build, "contextDigest": context.digest()}}

    @override
    def create(self, session: Log, target: Target) -> tuple[str, Props]:
        return target.inputs["imageName"], self.update(session, target)

    @override
    def read(self, session: Log, target: Target) -> Props:
        return target.state

    @override
    def update(self, session: Log, target: Target) -> Props:
        with closing(_daemon()) as daemon:  # one for each build: they run at the same time
            say = partial(session, target.urn)
            say("Building the image")
            _build(daemon.api, target.inputs, say)
            say("Pushing the image to the registry")
            return {"repoDigest": _push(daemon.api, target.inputs, say)}

    @override
    def delete(self, session: Log, target: Target) -> None:
        pass


def _build(api: Any, inputs: Props, say: Callable[[str], None]) -> None:
    build, last = inputs["build"], deque[str](maxlen=_LAST_LINES)
    context = BuildContext(build["context"], build["dockerfile"])

    def keep(text: str) -> None:
        last.append(text)
        say(text)

    try:
        with context.archive() as archive:
            answer = api.build(
                fileobj=archive,
                custom_context=True,
                dockerfile=context.dockerfile_inside,
                tag=inputs["imageName"],
                buildargs=build.get("args"),
                target=build.get("target"),
                platform=build["platform"],
                rm=True,
                forcerm=True,
                decode=True,
            )
            _follow(answer, keep)
    except APIError as error:
        raise RuntimeError("\n".join([f"build failed: {error.explanation}", *last])) from error


def _push(api: Any, inputs: Props, say: Callable[[str], None]) -> str:
    """The answer is `<repository>@sha256:…`."""
    name, registry = inputs["imageName"], inputs["registry"]
    credentials = {"username": registry["username"], "password": registry["password"]}
    try:
        digest = _follow(api.push(name, stream=True, decode=True, auth_config=credentials), say)
    except APIError as error:
        raise RuntimeError(f"push of {name} failed: {error.explanation}") from error
    return f"{parse_repository_tag(name)[0]}@{digest}"


def _follow(answer: Iterable[Props], say: Callable[[str], None]) -> str:
    """Say what comes in; the digest if there is one."""
    digest = said = ""
    for message in answer:
        if "error" in message:
            raise APIError("", explanation=message["error"])
        digest = message.get("aux", {}).get("Digest", digest)
        step = ": ".join(message[key] for key in ("id", "status") if key in message)  # how far it is changes at once
        text = _COLOUR.sub("", message.get("stream", step)).strip()
        if text and text != said:
            said = text
            say(text)
    return digest


IMAGE = Image(
    inputs={
        "imageName": str,
        "build": {
            "context": str,
            "dockerfile": str,
            "platform": str,
            "args": dict,
            "target": str,
            "contextDigest": str,
        },
        "registry": {"server": str, "username": _UNCOMPARED, "password": _UNCOMPARED},
        "buildOnPreview": bool,
        "skipPush": bool,
    },
    required={"imageName", "build", "registry"},
    only={"buildOnPreview": False, "skipPush": False},
    only_here={"imageName", "build", "registry", "buildOnPreview", "skipPush"},
    volatile={"repoDigest"},
)

PLUGIN = Plugin(
    name="docker",
    version="5.2.0",
    configuration={},
    connect=connect,
    resources={"docker:index/image:Image": IMAGE},
)

if __name__ == "__main__":
    server.serve(PLUGIN)
