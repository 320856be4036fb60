"""A service of two tasks at moments of its deployment, as observed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from checks.diagnosis import Wanted
from checks.observation import Container, Deployment, Event, Observation, StoppedTask, Target
from settings.stack import ServiceSettings
from tests.samples import Edit, stack

ARN = "arn:aws:ecs:us-east-1:039612856036"
OLD, NEW = f"{ARN}:task-definition/pairva-test-backend:6", f"{ARN}:task-definition/pairva-test-backend:7"
BEGUN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CRASHED = "ECS deployment circuit breaker: tasks failed to start."
ROLLING_BACK = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/6."
DIGEST = f"sha256:{'1' * 64}"

WANTED = Wanted(
    task_definition=NEW,
    version="1.0.2",
    digest=DIGEST,
    url="http://balancer.example",
    proven_task_definition=OLD,
    proven_version="1.0.1",
)


def service(*edits: Edit) -> ServiceSettings:
    """The sample's backend, two tasks of it."""
    return stack(("count: 1", "count: 2"), *edits).services["backend"]


def deployment(
    revision: str, state: str, running: int = 0, *, status: str = "PRIMARY", minutes: int = 0, **others: Any
) -> Deployment:
    """One begun so many minutes after BEGUN."""
    facts: dict[str, Any] = {"reason": "", "failed": 0, **others}
    return Deployment(
        status=status,
        task_definition=revision,
        state=state,
        running=running,
        created_at=BEGUN + timedelta(minutes=minutes),
        **facts,
    )


SERVING = deployment(OLD, "COMPLETED", 2, status="ACTIVE", minutes=-60)
ROLLED_BACK = deployment(OLD, "COMPLETED", 2, minutes=3)


def stopped(number: int = 0, **others: Any) -> StoppedTask:
    """A task that ended with code 1, two seconds after it was started."""
    facts: dict[str, Any] = {
        "stop_code": "EssentialContainerExited",
        "reason": "Essential container in task exited",
        "containers": (Container(name="backend", exit_code=1, reason=""),),
        "started_at": BEGUN + timedelta(seconds=30),
        "stopped_at": BEGUN + timedelta(seconds=32),
        **others,
    }
    return StoppedTask(arn=f"{ARN}:task/pairva-test/{number:032x}", created_at=BEGUN, **facts)


def target(state: str = "healthy", reason: str = "", description: str = "") -> Target:
    return Target(address="10.20.1.5:3000", state=state, reason=reason, description=description)


def event(message: str, seconds: int = 0) -> Event:
    return Event(at=BEGUN + timedelta(seconds=seconds), message=message)


def seen(*deployments: Deployment, **others: Any) -> Observation:
    facts: dict[str, Any] = {"desired": 2, "targets": (target(), target()), **others}
    return Observation(deployments=deployments, **facts)
