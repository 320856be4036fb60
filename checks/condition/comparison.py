"""Where a service is not what its stack file wants: the file is ahead, or somebody changed it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from checks.condition import drift
from checks.condition.condition import Deviation, State
from checks.condition.deployed import Deployed, short
from checks.condition.drift import NOTHING, Difference
from checks.question import Unanswered

# AWS does not tell the two apart: what a service is told, unlike a revision, may change at any time.
_EITHER = "changed by hand, or not deployed yet"


def deviations(deployed: Deployed, definition: Mapping[str, Any]) -> Iterator[Deviation]:
    """Each field in which they differ; `definition` is what ECS would be told of the task."""
    yield from _revision(deployed)
    yield from _version(deployed)
    yield from _image(deployed)
    found = deployed.facts.definition
    if found is not None and not isinstance(found, Unanswered):
        for each in drift.of_definition(definition, found, deployed.service.names.service):
            yield _of_revision(deployed, each)
    yield from _count(deployed)
    for each in drift.of_service(deployed.service, deployed.answer):
        yield _deviation(State.DIFFERS, each, _EITHER)


def _revision(deployed: Deployed) -> Iterator[Deviation]:
    last, running = deployed.proof, deployed.running
    if deployed.is_proven is False and deployed.deployment.state != "IN_PROGRESS":
        yield Deviation(
            state=State.UNPROVEN,
            field="revision",
            wanted=f"{short(last.task_definition)}, which is {last.version}" if last else "one that is proven",
            found=running.revision,
            why="nobody proved it: its verdict was bad or is not in yet, or somebody changed it by hand",
        )


def _version(deployed: Deployed) -> Iterator[Deviation]:
    wanted, found = deployed.service.own.version, deployed.running.version
    if found and found != wanted:
        yield _of_revision(deployed, Difference(field="version", wanted=wanted, found=found))


def _image(deployed: Deployed) -> Iterator[Deviation]:
    own, tag, running, last = deployed.service.own, deployed.facts.tag, deployed.running, deployed.proof
    runs = running.version == own.version
    if tag is None and (runs or own.build is None):
        image = Difference(field="image", wanted=f"{deployed.service.names.repository}:{own.version}", found=NOTHING)
        yield _deviation(State.DIFFERS, image, "ECR has no such tag")
    proven = deployed.is_proven and last is not None and last.digest == tag
    if isinstance(tag, str) and runs and not proven and {*running.digests} - {tag}:
        digests = Difference(field="digest", wanted=tag, found=", ".join(running.digests))
        yield _deviation(State.DIFFERS, digests, f"the tag {own.version} was moved since the tasks began")


def _count(deployed: Deployed) -> Iterator[Deviation]:
    service, running = deployed.service, deployed.running
    least, most = service.least_tasks, service.most_tasks
    if not least <= running.tasks_desired <= most:
        yield Deviation(
            state=State.DIFFERS if running.tasks else State.IN_TROUBLE,
            field="scaling" if service.own.scaling else "count",
            wanted=f"{least} to {most}" if service.own.scaling else str(least),
            found=str(running.tasks_desired),
            why=_EITHER,
        )


def _of_revision(deployed: Deployed, difference: Difference) -> Deviation:
    """A revision never changes: of one that is proven, the stack file is ahead."""
    if deployed.undone:
        return _deviation(State.FAILED, difference, "its deployment failed, and ECS went back")
    if deployed.is_proven:
        return _deviation(State.NOT_DEPLOYED, difference, "not deployed yet")
    return _deviation(State.DIFFERS, difference, _EITHER)


def _deviation(state: State, difference: Difference, why: str) -> Deviation:
    return Deviation(state=state, field=difference.field, wanted=difference.wanted, found=difference.found, why=why)
