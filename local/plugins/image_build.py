"""Building an image and pushing it, with the daemon's own words on the resource's row."""

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import docker
from docker.auth import load_config
from docker.errors import DockerException

from local.plugins.build_context import BuildContext
from local.plugins.buildkit import Trace
from local.plugins.wire import Props

_LAST_LINES = 20
_SECONDS = 3600  # a step may be silent for a long time

Say = Callable[[str], None]


class DaemonError(Exception):
    """What the daemon or the registry answered."""


def daemon(hosts: Iterable[str | None]) -> Any:
    """A client of the first daemon that answers; None stands for the environment's."""
    causes: list[str] = []
    for host in hosts:
        try:
            client = docker.DockerClient(base_url=host, timeout=_SECONDS) if host else docker.from_env(timeout=_SECONDS)
            client.ping()
            return client
        except DockerException as error:
            causes.append(f"{host or 'default'}: {error}")
    raise DaemonError(f"failed to connect to any docker daemon ({'; '.join(causes)})")


def build(client: Any, inputs: Props, say: Say) -> None:
    """Build with BuildKit, as pulumi-docker does, or with the classic builder where the program asks for that.

    The Docker SDK only knows the classic one, so the request is made here. There is no session: BuildKit then takes
    base images that are there or public, and no secrets.
    """
    options = inputs["build"]
    classic = options.get("builderVersion") == "BuilderV1"
    archive, dockerfile = BuildContext(options["context"], options["dockerfile"]).archive()
    request = {
        "version": "1" if classic else "2",
        "t": inputs["imageName"],
        "dockerfile": dockerfile,
        "buildargs": json.dumps(options.get("args", {})),
        "target": options.get("target"),
        "platform": options.get("platform"),
        "rm": "1",
    }
    url = f"{client.api.base_url}/v{client.api.api_version}/build"
    headers = {"Content-Type": "application/x-tar"}
    answer = client.api.post(url, params=request, data=archive, headers=headers, stream=True, timeout=_SECONDS)
    if answer.status_code >= 400:
        raise DaemonError(f"build failed: {answer.json()['message']}")
    last: deque[str] = deque(maxlen=_LAST_LINES)
    try:
        _follow(map(json.loads, answer.iter_lines()), _kept(say, last))
    except DaemonError as error:
        raise DaemonError("\n".join([f"build failed: {error}", *last])) from error


def _kept(say: Say, last: deque[str]) -> Say:
    def keep(text: str) -> None:
        last.append(text)
        say(text)

    return keep


def push(client: Any, inputs: Props, say: Say) -> str | None:
    """Push under the image's name; the answer is `<repository>@sha256:…`."""
    name: str = inputs["imageName"]
    answer = client.api.push(name, stream=True, decode=True, auth_config=_credentials(inputs))
    try:
        digest = _follow(answer, say)
    except DaemonError as error:
        raise DaemonError(f"push of {name} failed: {error}") from error
    repository = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    return f"{repository}@{digest}" if digest else None


def _follow(answer: Iterable[Props], say: Say) -> str | None:
    """Say what comes in; the digest if there is one."""
    trace, digest, said = Trace(), None, ""
    for message in answer:
        if "error" in message:
            raise DaemonError(message["error"])
        if message.get("id") == "moby.buildkit.trace":
            texts = list(trace.lines(message["aux"]))
        else:
            digest = message.get("aux", {}).get("Digest", digest)
            texts = [message.get("stream") or _status(message)]
        for text in (text.strip() for text in texts):
            if text and text != said:
                said = text
                say(text)
    return digest


def _status(message: Props) -> str:
    """A step of a push; how far it is would be a new line every moment."""
    prefix = f"{message['id']}: " if "id" in message else ""
    return f"{prefix}{message['status']}" if "status" in message else ""


def _credentials(inputs: Props) -> Props:
    """The program's own, else those of this machine; never nothing, which a daemon takes for a broken request."""
    registry = inputs.get("registry", {})
    server = host(registry.get("server") or inputs["imageName"])
    if registry.get("username") and registry.get("password"):
        return {"username": registry["username"], "password": registry["password"], "serveraddress": server}
    return load_config().resolve_authconfig(server) or {}


def host(address: str) -> str:
    """The registry's host of a URL or of an image's name."""
    return address.partition("://")[2].partition("/")[0] if "://" in address else address.partition("/")[0]
