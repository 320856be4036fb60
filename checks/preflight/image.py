"""The images that a stack promotes: whether they exist, fit its tasks, and were proven where they were built."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx

from checks.preflight.inspection import ANSWER_SECONDS
from checks.preflight.result import Check, Result, failed, ok, unchecked, warning
from checks.proof import history
from checks.session import Session
from finding import Finding
from settings.names import ServiceNames
from settings.stack import ServiceSettings, Stack

# Of one platform, and of several (an index, or a list): by OCI and by Docker.
_MEDIA_TYPES = [
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
]

_MOST_BYTES = 1_000_000


def checks(stack: Stack) -> list[Check]:
    promoted = [service for service in stack.services.values() if service.own.build is None]
    asked: dict[str, Callable[..., Iterator[Result]]] = {"image": _existence, "platform": _platform}
    if built_by := stack.deployment.built_by:
        asked["proof"] = partial(_proof, built_by=built_by, required=stack.deployment.require_proof)
    return [
        Check(subject=f"{noun} of {service.names.service}", ask=partial(ask, service=service))
        for service in promoted
        for noun, ask in asked.items()
    ]


def _existence(session: Session, service: ServiceSettings) -> Iterator[Result]:
    subject, own, image = f"image of {service.names.service}", service.own, _reference(service)
    ecr = session.client("ecr", region=service.registry.region)
    try:
        answer = _asked(ecr, service)
    except ecr.exceptions.RepositoryNotFoundException:
        what = f"there is no repository {service.names.repository} in {service.registry}"
        remedy = "push a version there from the stack that builds (README, first deployment)"
        yield failed(subject, Finding(where=service.where("repository"), what=what, remedy=remedy))
        return
    if not answer["images"]:
        yield _nothing(subject, service, answer["failures"])
        return
    digest = answer["images"][0]["imageId"]["imageDigest"]
    if own.digest and own.digest != digest:
        what = f"{own.version} is another image by now: its tag names {digest}"
        remedy = "find out who moved the tag; then pin the digest that is meant"
        yield failed(subject, Finding(where=service.where("digest"), what=what, found=own.digest, remedy=remedy))
    else:
        yield ok(subject, f"{image} is {digest}")


def _nothing(subject: str, service: ServiceSettings, failures: list[dict[str, Any]]) -> Result:
    if other := next((each for each in failures if each["failureCode"] != "ImageNotFound"), None):
        return unchecked(subject, f"BatchGetImage: {other['failureCode']}: {other.get('failureReason', '')}")
    remedy = "push it from the stack that builds (pulumi up -s staging), or name a version that exists"
    what = f"there is no image {_reference(service)} to promote"
    return failed(subject, Finding(where=service.where("version"), what=what, remedy=remedy))


def _platform(session: Session, service: ServiceSettings) -> Iterator[Result]:
    subject, ecr = f"platform of {service.names.service}", session.client("ecr", region=service.registry.region)
    if not (image := _found(ecr, service)):
        return
    manifest = json.loads(image["imageManifest"])
    named = _listed(manifest) if "manifests" in manifest else _configured(ecr, service, manifest["config"]["digest"])
    if isinstance(named, str):
        yield unchecked(subject, named)
    elif not named:
        yield unchecked(subject, f"{_reference(service)} names no platform")
    elif service.platform in named:
        yield ok(subject, f"{_reference(service)} is made for {service.platform}")
    else:
        fault = Finding(
            where=service.where("version"),
            what=f"{_reference(service)} is not made for {service.platform}, and could not run",
            found=", ".join(sorted(named)),
            remedy=f"build it for {service.platform}, or correct pairva:deployment.architecture",
        )
        yield failed(subject, fault)


def _listed(index: dict[str, Any]) -> set[str]:
    """What an index lists; an attestation beside the images says `unknown`."""
    platforms = [each.get("platform", {}) for each in index["manifests"]]
    return {_spelled(each) for each in platforms if each.get("os", "unknown") != "unknown"}


def _configured(ecr: Any, service: ServiceSettings, digest: str) -> set[str] | str:
    """What the configuration of a single image says; or why nobody knows.

    The address where ECR leaves it opens it to whoever has it, and is therefore never shown.
    """
    place = ecr.get_download_url_for_layer(
        registryId=service.registry.account_id, repositoryName=service.names.repository, layerDigest=digest
    )["downloadUrl"]
    try:
        with httpx.stream("GET", place, timeout=ANSWER_SECONDS) as response:
            if response.status_code != 200:
                return f"the image's configuration was answered with {response.status_code}"
            text = b""
            for piece in response.iter_bytes():
                text += piece
                if len(text) > _MOST_BYTES:
                    return f"the image's configuration is longer than {_MOST_BYTES} bytes"
    except httpx.HTTPError as error:
        return f"the image's configuration could not be fetched: {type(error).__name__}"
    configuration = json.loads(text)
    return {_spelled(configuration)} if configuration.get("os") else set()


def _spelled(platform: dict[str, Any]) -> str:
    return f"{platform['os']}/{platform.get('architecture')}"


def _proof(session: Session, service: ServiceSettings, built_by: str, required: bool) -> Iterator[Result]:
    """A good verdict on this version and image, at any time: who goes back to an earlier version has it, too.

    What this stack itself has proven counts as well: the other may have forgotten it (SSM keeps a hundred values).
    """
    subject, version = f"proof of {service.names.service}", service.own.version
    if not (image := _found(session.client("ecr", region=service.registry.region), service)):
        return
    digest, ssm = image["imageId"]["imageDigest"], session.client("ssm")
    proofs = history(ssm, ServiceNames(stack=built_by, service=service.names.service).proven)
    if any((each.version, each.digest) == (version, digest) for each in proofs):
        yield ok(subject, f"{built_by} has proven {version} with this image")
    elif any((each.version, each.digest) == (version, digest) for each in history(ssm, service.names.proven)):
        yield ok(subject, f"{service.names.stack} itself has proven {version} with this image")
    else:
        last = f"its last good verdict: {proofs[-1].version} with {proofs[-1].digest}" if proofs else ""
        fault = Finding(
            where=service.where("version"),
            what=f"{built_by} has never proven {_reference(service)} with the image {digest}",
            found=last or "no good verdict there",
            remedy=f"deploy it there first (pulumi up -s {built_by}), or name a version that was proven there",
        )
        yield failed(subject, fault) if required else warning(subject, fault)


def _found(ecr: Any, service: ServiceSettings) -> dict[str, Any] | None:
    """None if there is no image, which is told once, by `_existence`."""
    try:
        return next(iter(_asked(ecr, service)["images"]), None)
    except ecr.exceptions.RepositoryNotFoundException:
        return None


def _asked(ecr: Any, service: ServiceSettings) -> dict[str, Any]:
    return ecr.batch_get_image(
        registryId=service.registry.account_id,
        repositoryName=service.names.repository,
        imageIds=[{"imageTag": service.own.version}],
        acceptedMediaTypes=_MEDIA_TYPES,
    )


def _reference(service: ServiceSettings) -> str:
    return f"{service.names.repository}:{service.own.version}"
