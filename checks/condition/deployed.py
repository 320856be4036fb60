"""A service that is there, as the answers of AWS tell it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from checks.condition.condition import Health, Proven, Running, Share
from checks.condition.facts import Answer, Facts, Look
from checks.observation import Deployment, Observation
from checks.proof import Proof
from checks.question import Unanswered
from masking import masked
from settings.stack import ServiceSettings

_UNDONE = re.compile(r"deployment failed|roll(ing|ed)? ?back", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """`answer` is what DescribeServices says of it, `deployment` the one that ECS works at, or has completed."""

    service: ServiceSettings
    facts: Facts
    answer: Answer
    deployment: Deployment

    @property
    def proof(self) -> Proof | None:
        return last_proof(self.facts)

    @property
    def is_proven(self) -> bool | None:
        """Whether the last good verdict was on what is deployed; None if nobody knows."""
        if isinstance(self.facts.proofs, Unanswered):
            return None
        return self.proof is not None and self.proof.task_definition == self.deployment.task_definition

    @property
    def seen(self) -> Observation | None:
        """What was seen of it, without the failures from before the last good verdict; None if nobody knows."""
        seen = self.facts.look.seen if isinstance(self.facts.look, Look) else None
        if seen is None or self.proof is None:
            return seen
        since = self.proof.at
        stopped = tuple(task for task in seen.stopped if task.created_at >= since)
        return replace(
            seen,
            stopped=stopped,
            events=tuple(event for event in seen.events if event.at >= since),
            log=seen.log if seen.logged in {task.arn for task in stopped} else (),
        )

    @property
    def undone(self) -> str:
        """What ECS said of a deployment that failed since the last good verdict; empty if none did."""
        said = [
            masked(event["message"])
            for event in self.answer.get("events", [])
            if _UNDONE.search(event["message"]) and (self.proof is None or event["createdAt"] > self.proof.at)
        ]
        return next(iter(said), "")

    @property
    def running(self) -> Running:
        image = self._image()
        return Running(
            version=self._version(image),
            digests=self._digests(image),
            revision=short(self.deployment.task_definition),
            since=self.deployment.created_at,
            tasks=self.answer["runningCount"],
            tasks_desired=self.answer["desiredCount"],
        )

    @property
    def health(self) -> Health:
        targets, tasks = None, self._tasks()
        if self.service.own.path and self.seen:
            states = [each.state for each in self.seen.targets if each.state != "draining"]
            targets = Share(states.count("healthy"), len(states))
        # Before the first check, and where none is made, ECS says UNKNOWN.
        statuses = [each.get("healthStatus", "UNKNOWN") for each in self._containers(tasks)]
        told = [each for each in statuses if each != "UNKNOWN"]
        containers = Share(told.count("HEALTHY"), len(told)) if told else None
        return Health(targets=targets, containers=containers)

    def _image(self) -> str:
        if self.facts.definition is None or isinstance(self.facts.definition, Unanswered):
            return ""
        images = {each["name"]: each["image"] for each in self.facts.definition["containerDefinitions"]}
        return images.get(self.service.names.service, "")

    def _version(self, image: str) -> str | None:
        """Of the tag; of a digest, the version that was proven with it, or the wanted one that names it."""
        name, _, digest = image.partition("@")
        if image and not digest:
            return name.rpartition("/")[2].partition(":")[2] or None
        proofs: Sequence[Proof] = () if isinstance(self.facts.proofs, Unanswered) else self.facts.proofs
        of_revision = [each.version for each in proofs if each.task_definition == self.deployment.task_definition]
        wanted = [self.service.own.version] if digest and digest == self.facts.tag else []
        of_digest = [each.version for each in proofs if each.digest == digest]
        return next(iter([*reversed(of_revision), *wanted, *reversed(of_digest)]), None)

    def _digests(self, image: str) -> tuple[str, ...]:
        """The one that is pinned; of a tag, those that its tasks found when they began."""
        if digest := image.partition("@")[2]:
            return (digest,)
        ours = [each for each in self._tasks() if each["taskDefinitionArn"] == self.deployment.task_definition]
        return tuple(sorted({each["imageDigest"] for each in self._containers(ours) if "imageDigest" in each}))

    def _tasks(self) -> Sequence[Answer]:
        return () if isinstance(self.facts.tasks, Unanswered) else self.facts.tasks

    def _containers(self, tasks: Sequence[Answer]) -> list[Answer]:
        """The application's: AWS may have put a container of its own beside it (GuardDuty)."""
        return [each for task in tasks for each in task["containers"] if each["name"] == self.service.names.service]


def last_proof(facts: Facts) -> Proof | None:
    return None if isinstance(facts.proofs, Unanswered) else next(reversed(facts.proofs), None)


def proven(facts: Facts) -> Proven | None:
    """The last good verdict, as it is shown."""
    last = last_proof(facts)
    return last and Proven(
        version=last.version, digest=last.digest, revision=short(last.task_definition), by=last.by, at=last.at
    )


def short(task_definition: str) -> str:
    """`pairva-prod-backend:7` of its ARN."""
    return task_definition.rpartition("/")[2]
