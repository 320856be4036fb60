"""What a stack needs to build its images: Docker, contexts that keep out what they must, and tags to push to."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException
from docker.utils import kwargs_from_env
from docker.utils.build import PatternMatcher

from checks.build import ignore_file
from checks.preflight.result import Check, Result, failed, ok, to_come, unchecked
from checks.session import Session
from finding import Finding
from settings.model import Build
from settings.stack import ServiceSettings, Stack

# What is history, secret, or made anew in the image.
_KEPT_OUT = {".git", ".env", "node_modules"}

# Where Docker Desktop listens on macOS and on Linux, if nobody let it listen where everybody looks. pulumi-docker asks
# there, too, when nobody answers where it asked first (its provider.go, configureDockerClient).
_DESKTOP = (".docker/run/docker.sock", ".docker/desktop/docker.sock")


def checks(stack: Stack) -> list[Check]:
    building = [(service, service.own.build) for service in stack.services.values() if service.own.build]
    contexts = [
        Check(subject=f"context of {service.names.service}", ask=partial(_context, service=service, build=build))
        for service, build in building
    ]
    tags = [
        Check(subject=f"tag of {service.names.service}", ask=partial(_tag, service=service))
        for service, build in building
        if not build.mutable_tag
    ]
    return [Check(subject="Docker", ask=partial(_docker, stack=stack)), *contexts, *tags] if building else []


def _docker(_: Session, stack: Stack) -> Iterator[Result]:
    """One that hangs is left to the inspection, which knows how long it waits."""
    given: dict[str, Any] = dict(kwargs_from_env())
    host = str(given.get("base_url", ""))
    if host.startswith("ssh:"):
        yield unchecked("Docker", f"{host} is asked by Docker's own program, and not from here")
        return
    elsewhere = [] if host else [f"unix://{Path.home() / socket}" for socket in _DESKTOP]
    candidates: list[dict[str, Any]] = [given, *({**given, "base_url": address} for address in elsewhere)]
    errors = list[Exception]()
    for where in candidates:
        try:
            client = docker.DockerClient(**where)
            version = client.version()["Version"]
            client.close()
        except (DockerException, OSError) as error:  # an OSError of requests: a socket that nobody serves any more
            errors.append(error)
        else:
            yield ok("Docker", f"engine {version} answers")
            return
    fault = Finding(
        where=f"Pulumi.{stack.name}.yaml: pairva:deployment",
        what="services are built here, and Docker does not answer",
        found=" ".join(str(errors[0]).split()),
        remedy="start Docker (docker version tells whether it answers), or set DOCKER_HOST",
    )
    yield failed("Docker", fault)


def _context(_: Session, service: ServiceSettings, build: Build) -> Iterator[Result]:
    subject, dockerfile = f"context of {service.names.service}", Path(build.context) / build.dockerfile
    if not dockerfile.is_file():
        fault = Finding(
            where=service.where("build"),
            what="there is no Dockerfile to build from",
            found=str(dockerfile),
            remedy="check the sources out there, or correct build.context and build.dockerfile",
        )
        yield failed(subject, fault)
        return
    file = ignore_file(build)
    patterns = file.read_text().splitlines() if file.exists() else []
    sent = dict[str, str]()
    for path in _sent(Path(build.context), PatternMatcher([*patterns, f"!{build.dockerfile}"])):
        sent.setdefault(Path(path).name, path)
    for name, path in sorted(sent.items()):
        fault = Finding(
            where=str(file),
            what=f"lets {name} into the build's context, and so into the image wherever all of it is copied",
            found=str(Path(build.context) / path),
            remedy=f"add the line {name if name == path else f'**/{name}'} to {file}",
        )
        yield failed(subject, fault)
    if not sent:
        yield ok(subject, f"{dockerfile}, without {', '.join(sorted(_KEPT_OUT))}")


def _sent(context: Path, ignored: PatternMatcher) -> Iterator[str]:
    """What must be kept out and gets into the context, wherever it is in there. What is kept out is not looked into,
    and what gets in only as far as its first file.
    """
    for folder, folders, files in os.walk(context):
        here = Path(folder).relative_to(context)
        for name in _KEPT_OUT.intersection([*folders, *files]):
            path = str(here / name)
            if next(_files(context, [path], ignored), None):
                yield path
        folders[:] = [name for name in folders if name not in _KEPT_OUT and _may_be_sent(str(here / name), ignored)]


def _files(context: Path, paths: Sequence[str], ignored: PatternMatcher) -> Iterator[str]:
    for path in paths:
        source = context / path
        if source.is_symlink() or not source.is_dir():
            if not _matches(ignored, path):
                yield path
        elif _may_be_sent(path, ignored):
            yield from _files(context, [f"{path}/{each.name}" for each in os.scandir(source)], ignored)


def _may_be_sent(folder: str, ignored: PatternMatcher) -> bool:
    """Something in it, if not the folder itself: a line with `!` brings back what is below an ignored folder."""
    brought_back = any(each.exclusion and each.cleaned_pattern.startswith(folder) for each in ignored.patterns)
    return brought_back or not _matches(ignored, folder)


def _matches(ignored: PatternMatcher, path: str) -> bool:
    """Text, whatever its stub says."""
    return ignored.matches(path)  # pyright: ignore[reportArgumentType]


def _tag(session: Session, service: ServiceSettings) -> Iterator[Result]:
    """That it is taken says nothing: this stack pushed it, unless the engine is about to build it. Only the engine
    knows, and asks before it builds (checks/build.py); the newest task definition knows it for what was deployed.
    """
    names, ecr = service.names, session.client("ecr", region=service.registry.region)
    subject, tag = f"tag of {names.service}", f"{names.repository}:{service.own.version}"
    try:
        ecr.describe_images(
            registryId=service.registry.account_id,
            repositoryName=names.repository,
            imageIds=[{"imageTag": service.own.version}],
        )
    except ecr.exceptions.ImageNotFoundException:
        yield ok(subject, f"{tag} is free")
        return
    except ecr.exceptions.RepositoryNotFoundException:
        yield _no_repository(subject, service)
        return
    if _newest_image(session, service) == f"{service.registry.address}/{tag}":
        yield ok(subject, f"{tag} was pushed by this stack")
    else:
        yield unchecked(
            subject, f"{tag} exists: only preview knows whether this stack pushed it, and refuses it if not"
        )


def _no_repository(subject: str, service: ServiceSettings) -> Result:
    if service.own.repository == "owned":
        return to_come(subject, f"{service.names.repository}, and then the tag")
    fault = Finding(
        where=service.where("repository"),
        what=f"there is no repository {service.names.repository} in {service.registry}",
        found="existing",
        remedy="create it with immutable tags (README, first deployment), or write repository: owned",
    )
    return failed(subject, fault)


def _newest_image(session: Session, service: ServiceSettings) -> str:
    """What the newest revision of its task definition runs; empty if there is none."""
    ecs = session.client("ecs")
    try:
        definition = ecs.describe_task_definition(taskDefinition=service.names.family)["taskDefinition"]
    except ecs.exceptions.ClientException:
        return ""
    images = {each["name"]: each["image"] for each in definition["containerDefinitions"]}
    return images.get(service.names.service, "")
