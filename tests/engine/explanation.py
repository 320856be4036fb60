"""How soon a failed deployment is explained: what ECS has beside what pulumi has said, each with its time."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.engine.project import Project
from tests.engine.running import Running

_LOOKS_A_SECOND = 20


@dataclass
class Timeline:
    """Moments by `time.monotonic`: first seen in ECS, or first said. `failed_tasks` are ECS's at the end."""

    begun: float
    seen: dict[str, float] = field(default_factory=dict[str, float])
    failed_tasks: int = 0

    def seconds(self, since: str, until: str) -> float:
        return self.seen[until] - self.seen[since]


def watch(project: Project, service: str, up: Running, seconds: float = 120) -> Timeline:
    """Looks at ECS and at the output of `up` until it ends: `failed task`, `rolled back`, `explained`, `verdict`."""
    ecs, timeline = project.aws("ecs"), Timeline(time.monotonic())
    before = {task["taskArn"] for task in _stopped(project, ecs, service)} | _undone(project, service)
    while up.process.poll() is None:
        assert time.monotonic() - timeline.begun < seconds, f"it did not end in {seconds} s:\n{up.said}"
        failed = [task for task in _stopped(project, ecs, service) if task["taskArn"] not in before]
        timeline.failed_tasks = sum(_failed(task) for task in failed)
        facts = {
            "failed task": timeline.failed_tasks > 0,
            "rolled back": not _undone(project, service) <= before,
            "explained": "exit code" in up.said,
            "verdict": "does not run: " in up.said,
        }
        for name in (name for name, fact in facts.items() if fact):
            timeline.seen.setdefault(name, time.monotonic())
        time.sleep(1 / _LOOKS_A_SECOND)
    return timeline


def _stopped(project: Project, ecs: Any, service: str) -> list[dict[str, Any]]:
    family = f"{project.prefix}-{service}"
    arns = ecs.list_tasks(cluster=project.prefix, serviceName=family, desiredStatus="STOPPED")["taskArns"]
    return ecs.describe_tasks(cluster=project.prefix, tasks=arns[-100:])["tasks"] if arns else []


def _undone(project: Project, service: str) -> set[str]:
    """The deployments that ECS has given up; it goes on listing them for a while."""
    return {each["id"] for each in project.service(service)["deployments"] if each.get("rolloutState") == "FAILED"}


def _failed(task: dict[str, Any]) -> bool:
    return task["lastStatus"] == "STOPPED" and any(each.get("exitCode") for each in task["containers"])
