"""What runs: the containers of a task definition, and the definition itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from audit.program import Program
from audit.rule import LOG_GROUP, TASK_DEFINITION, Breach, Rule, all_of, at, each, each_container
from settings.secret import holds_credentials, looks_like_a_secret


def _not_root(user: str | None) -> bool:
    return user is not None and user.partition(":")[0] not in {"", "0", "root"}


def _secrets_in_plain(program: Program) -> Iterator[Breach]:
    """Names alone: a value is not shown."""
    for resource in program.all(TASK_DEFINITION):
        for container in resource.containers:
            for variable in container["environment"]:
                if looks_like_a_secret(variable["name"]) or holds_credentials(variable["value"]):
                    yield Breach(resource, f"{container['name']}.environment", variable["name"])


def _logged_elsewhere(program: Program) -> Iterator[Breach]:
    """A container whose log group nobody makes cannot start."""
    groups = {group.inputs["name"] for group in program.all(LOG_GROUP)}
    logged = each_container(
        "logConfiguration", lambda logs: bool(logs) and logs["options"].get("awslogs-group") in groups
    )
    return logged(program)


_BY_DIGEST = re.compile(r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/.+@sha256:[0-9a-f]{64}")


def _floating_images(program: Program) -> Iterator[Breach]:
    """The stack that builds names the version that it pushes, which must not be the tag that everybody moves."""
    built = {image for image in program.builds if not image.endswith(":latest")}
    fixed = each_container("image", lambda image: image in built or bool(_BY_DIGEST.fullmatch(image)))
    return fixed(program)


def _same_role(program: Program) -> Iterator[Breach]:
    for definition in program.all(TASK_DEFINITION):
        if definition.inputs.get("executionRoleArn") == definition.inputs.get("taskRoleArn"):
            yield Breach(definition, "taskRoleArn", definition.inputs.get("taskRoleArn"))


def _reaps_and_drops(parameters: Mapping[str, Any] | None) -> bool:
    of_linux = at(parameters, "capabilities") or {}
    return at(parameters, "initProcessEnabled") is True and of_linux.get("drop") == ["ALL"] and not of_linux.get("add")


RULES = (
    Rule("T1", "every container runs as a user that is not root", each_container("user", _not_root)),
    Rule("T2", "no container is privileged", each_container("privileged", lambda found: not found)),
    Rule("T3", "the root file system is read-only", each_container("readonlyRootFilesystem", lambda found: found)),
    Rule("T4", "no secret is in plain text in the environment", _secrets_in_plain),
    Rule("T5", "every container logs to a group that the stack makes", _logged_elsewhere),
    Rule(
        "T6",
        "the mode of logging is written down, and does not stop the application",
        each_container("logConfiguration.options.mode", lambda mode: mode == "non-blocking"),
    ),
    Rule(
        "T7",
        "processes and memory are not shared with the host",
        all_of(
            each(TASK_DEFINITION, "pidMode", lambda mode: mode in (None, "task")),
            each(TASK_DEFINITION, "ipcMode", lambda mode: mode is None),
        ),
    ),
    Rule(
        "T8",
        "tasks have a network interface of their own, on Fargate",
        all_of(
            each(TASK_DEFINITION, "networkMode", lambda mode: mode == "awsvpc"),
            each(TASK_DEFINITION, "requiresCompatibilities", lambda found: found == ["FARGATE"]),
        ),
    ),
    Rule("T9", "the application does not run as the role that starts it", _same_role),
    Rule("T12", "the image is fixed: by its digest in ECR, or the version that this stack builds", _floating_images),
    Rule(
        "T13",
        "architecture and operating system are written down",
        all_of(
            each(TASK_DEFINITION, "runtimePlatform.cpuArchitecture", lambda found: found in ("X86_64", "ARM64")),
            each(TASK_DEFINITION, "runtimePlatform.operatingSystemFamily", lambda found: found == "LINUX"),
        ),
    ),
    Rule(
        "T15",
        "earlier revisions stay, so that ECS can roll back",
        each(TASK_DEFINITION, "skipDestroy", lambda found: found is True),
    ),
    Rule(
        "T16",
        "an init process reaps and passes signals on, and no capability of Linux is left",
        each_container("linuxParameters", _reaps_and_drops),
    ),
    Rule(
        "T17",
        "nobody may inject faults",
        each(TASK_DEFINITION, "enableFaultInjection", lambda found: not found),
    ),
)
