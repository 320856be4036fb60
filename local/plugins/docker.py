"""`pulumi-resource-docker`: stands in for pulumi-docker where it cannot be downloaded. Run as a module.

It knows one type, the image, and treats it as pulumi-docker 5 does: a digest of the build context among the inputs,
build and push on every change, nothing read, nothing deleted.
"""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.plugins import image_build, server
from local.plugins.build_context import BuildContext
from local.plugins.engine import Log
from local.plugins.resource import Plugin, ResourceType, Target
from local.plugins.wire import UNKNOWN, Props

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_SOCKETS = (".docker/run/docker.sock", ".docker/desktop/docker.sock")
_NOT_QUALIFIED = (
    '"{name}": repository name must be canonical.\nThis resource requires all image names to be fully qualified.\n'
    "For example, if you are attempting to push to Dockerhub, prefix your image name with `docker.io`:\n\n"
    "`docker.io/repository/image:tag`"
)


@dataclass(frozen=True)
class Daemon:
    """Where the daemon was found, and the way to say something on a resource's row."""

    hosts: tuple[str | None, ...]
    log: Log

    def client(self) -> Any:
        """A client of its own for each build: they run at the same time."""
        return image_build.daemon(self.hosts)


def connect(configuration: Props, log: Log) -> Daemon:
    """Ask the daemon whether it is there, as the real provider does even if nothing will be built."""
    fallbacks = [f"unix://{Path.home() / socket}" for socket in _SOCKETS]
    hosts = [configuration["host"]] if "host" in configuration else [None, *fallbacks]
    explicit = "host" in configuration or "DOCKER_HOST" in os.environ
    found = Daemon(tuple(hosts[:1] if explicit else hosts), log)
    found.client().close()
    return found


def prepare(session: Daemon, kind: ResourceType[Daemon], target: Target) -> Props:
    """Defaults, the Dockerfile's presence and the context's digest."""
    build: Any = target.inputs.get("build", {})
    if build == UNKNOWN:
        return target.inputs
    if build.get("builderVersion") not in (None, UNKNOWN, "BuilderV1", "BuilderBuildKit"):
        raise ValueError(f"invalid Docker Builder version {build['builderVersion']}")
    build = {"context": ".", "platform": _this_platform(session, target, build), **build}
    if build["context"] != UNKNOWN:
        build = {"dockerfile": os.path.normpath(os.path.join(build["context"], "Dockerfile")), **build}
    if UNKNOWN not in (build["context"], build.get("dockerfile")):
        context = BuildContext(build["context"], build["dockerfile"])
        context.require_dockerfile()
        build["contextDigest"] = context.digest()
    inputs: Props = {**target.inputs, "build": build}
    name, server_name = inputs["imageName"], inputs.get("registry", {}).get("server")
    if not inputs.get("skipPush") and not server_name and name != UNKNOWN and not _qualified(name):
        raise ValueError(_NOT_QUALIFIED.format(name=name))
    return inputs


def _this_platform(session: Daemon, target: Target, build: Props) -> str:
    default = f"linux/{_ARCHITECTURES.get(platform.machine(), platform.machine())}"
    if "platform" not in build:
        session.log(target.urn, f"Building your image for {default}; set `platform` to be sure of it.")
    return default


def _qualified(name: str) -> bool:
    first, slash, _ = name.partition("/")
    return bool(slash) and (first == "localhost" or "." in first or ":" in first)


def _make(session: Daemon, target: Target) -> None:
    """Build and, unless it is only a preview, push; the outputs go to the target's state."""
    inputs = target.inputs
    say = _on_the_row(session, target)
    client = session.client()
    try:
        say("Building the image")
        image_build.build(client, inputs, say)
        digest = None
        if not inputs.get("skipPush") and not target.preview:
            say("Pushing the image to the registry")
            digest = image_build.push(client, inputs, say)
    finally:
        client.close()
    build = inputs["build"]
    target.state.clear()
    target.state.update(
        baseImageName=inputs["imageName"],
        imageName=inputs["imageName"],
        registryServer=inputs.get("registry", {}).get("server", ""),
        context=build["context"],
        dockerfile=os.path.relpath(build["dockerfile"], build["context"]),
        platform=build["platform"],
        repoDigest=digest,
        __inputs=inputs,
    )


def _on_the_row(session: Daemon, target: Target) -> image_build.Say:
    def say(text: str) -> None:
        session.log(target.urn, text, ephemeral=True)

    return say


def _create(session: Daemon, target: Target) -> str:
    _make(session, target)
    return target.inputs["imageName"]


def _builds_on_preview(target: Target) -> bool:
    build = target.inputs["build"]
    needed = (target.inputs["imageName"], build, *(build.get(key) for key in ("context", "dockerfile", "args")))
    known = not any(UNKNOWN in str(value) for value in needed)
    return target.inputs.get("buildOnPreview") is True and known


IMAGE = ResourceType[Daemon](
    inputs={
        "imageName": str,
        "build": {
            "context": str,
            "dockerfile": str,
            "platform": str,
            "args": dict,
            "target": str,
            "builderVersion": str,
            "contextDigest": str,
        },
        "registry": {"server": str, "username": str, "password": str},
        "skipPush": bool,
        "buildOnPreview": bool,
    },
    required=frozenset({"imageName"}),
    defaults={"buildOnPreview": False},
    computed=frozenset({"baseImageName", "registryServer", "repoDigest"}),
    volatile=frozenset({"baseImageName", "registryServer", "repoDigest"}),
    secret=frozenset({"__inputs"}),
    ignored=frozenset({"registry.username", "registry.password"}),
    unobserved=True,
    acts_on_preview=_builds_on_preview,
    create=_create,
    read=lambda _, target: dict(target.state),
    update=(_make,),
    delete=lambda _, __: None,
)

PLUGIN = Plugin[Daemon](
    name="docker",
    version="5.2.0",
    configuration={"host": str},
    connect=connect,
    resources={"docker:index/image:Image": IMAGE},
    prepare=prepare,
)

if __name__ == "__main__":
    server.serve(PLUGIN)
