"""A version is built and pushed once: what happens before pulumi-docker builds one."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pulumi
from botocore.exceptions import BotoCoreError, ClientError
from docker.utils import build as docker_build

import finding
from checks.hook_thread import in_hook_thread
from checks.session import Session
from finding import Finding
from settings.model import Build
from settings.stack import ServiceSettings, Stack

# Its bytes are in the state of every stack that builds: with other bytes, each would refuse to run until its versions
# are raised.
_PLACEHOLDER = "# The build context is put here when a version is built (checks/build.py).\n"


def once(stack: Stack, service: ServiceSettings) -> pulumi.ResourceHook:
    """The hook that runs before a version of the service is built: refuses a tag that is taken, also at preview, then
    stages the context. Says so at once if the context has moved on since its version was pushed.
    """
    build, staged = service.own.build, Path(service.names.staged_context)
    if build and not build.mutable_tag:
        _empty(staged, build)
        _say_if_moved_on(stack, service, build)

    async def before_build(_: pulumi.ResourceHookArgs) -> None:
        if build:
            await in_hook_thread(_refuse_a_taken_tag, stack, service)
            if not pulumi.runtime.is_dry_run():
                await in_hook_thread(_stage, staged, build)

    return pulumi.ResourceHook(
        f"{service.names.service}-built-once", before_build, opts=pulumi.ResourceHookOptions(on_dry_run=True)
    )


def ignore_file(build: Build) -> Path:
    """The `.dockerignore` that counts, whether it exists or not: one of the Dockerfile's own goes before the context's.

    https://docs.docker.com/build/concepts/context/#filename-and-location
    """
    own = Path(build.context) / f"{build.dockerfile}.dockerignore"
    return own if own.exists() else Path(build.context) / ".dockerignore"


def _refuse_a_taken_tag(stack: Stack, service: ServiceSettings) -> None:
    if not (pushed := _pushed(stack, service)):
        return
    version, name = service.own.version, service.names.service
    raise _error(
        service,
        "version",
        what=f"{service.names.repository}:{version} exists already, and a pushed version is never built again",
        found=f"{pushed['imageDigest']}, pushed {pushed['imagePushedAt']:%Y-%m-%d %H:%M %Z}",
        remedy=f"raise {name}.version to build a new one, or remove {name}.build to run the one that exists",
    )


def _say_if_moved_on(stack: Stack, service: ServiceSettings, build: Build) -> None:
    changed = _changed(Path(build.context))
    pushed = _pushed(stack, service) if changed else None
    if changed and pushed and changed > pushed["imagePushedAt"]:
        version, name = service.own.version, service.names.service
        pulumi.log.info(
            f"{name}: {build.context} has changed since {version} was pushed "
            f"({pushed['imagePushedAt']:%Y-%m-%d %H:%M %Z}); this run deploys {version} as it was pushed. "
            f"To ship the change, raise {name}.version."
        )


def _pushed(stack: Stack, service: ServiceSettings) -> dict[str, Any] | None:
    """What ECR knows of the version's image; None if it has no such tag, or no repository that this stack will make."""
    names, registry = service.names, service.registry
    try:
        answer = (
            Session(stack)
            .client("ecr", region=registry.region)
            .describe_images(
                registryId=registry.account_id,
                repositoryName=names.repository,
                imageIds=[{"imageTag": service.own.version}],
            )
        )
    except (BotoCoreError, ClientError) as error:
        code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
        if code == "ImageNotFoundException":
            return None
        if code != "RepositoryNotFoundException":
            raise _error(
                service,
                "version",
                what=f"ECR could not be asked for {names.repository}:{service.own.version}",
                found=str(error),
                remedy="mend the access to AWS (credentials, region, network; in another account, the policy of the "
                "repository), then run again",
            ) from None
        if service.own.repository == "owned":
            return None
        raise _error(
            service,
            "repository",
            what=f"there is no repository {names.repository} in {registry}",
            found="existing",
            remedy="create it with immutable tags (README, first deployment), or write repository: owned in the stack "
            "that is to make it",
        ) from None
    return next(iter(answer["imageDetails"]), None)


def _error(service: ServiceSettings, key: str, *, what: str, found: str, remedy: str) -> pulumi.RunError:
    return pulumi.RunError(finding.text([Finding(where=service.where(key), what=what, found=found, remedy=remedy)]))


def _changed(context: Path) -> datetime | None:
    """When the context last changed: now if git sees uncommitted changes, else its last commit; None outside git."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(context), *arguments], check=True, capture_output=True, text=True
        ).stdout

    try:
        if git("status", "--porcelain", "--", "."):
            return datetime.now(UTC)
        committed = git("log", "-1", "--format=%ct", "--", ".").strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return datetime.fromtimestamp(int(committed), UTC) if committed else None


def _empty(staged: Path, build: Build) -> None:
    """The folder as pulumi-docker sees it at every run: a Dockerfile, always the same, and nothing else."""
    shutil.rmtree(staged, ignore_errors=True)
    dockerfile = staged / build.dockerfile
    dockerfile.parent.mkdir(parents=True)
    dockerfile.write_text(_PLACEHOLDER)
    dockerfile.chmod(0o644)


def _stage(staged: Path, build: Build) -> None:
    """Copies what `.dockerignore` lets through, with the permissions that git knows: the same image from every
    checkout.
    """
    context, file = Path(build.context), ignore_file(build)
    patterns = file.read_text().splitlines() if file.exists() else []
    for name in docker_build.exclude_paths(str(context), patterns, dockerfile=build.dockerfile):
        source, target = context / name, staged / name
        if source.is_dir() and not source.is_symlink():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    for path in staged.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
