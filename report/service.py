"""One service in a run: its image, task definition, release, service and gate, and the verdict that the gate tells."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from report.event_log import State
from report.fault import Fault, faults, said
from report.run import Run, Step

IMAGE, DEFINITION = "docker:index/image:Image", "aws:ecs/taskDefinition:TaskDefinition"
SERVICE, GATE = "aws:ecs/service:Service", "aws:ssm/parameter:Parameter"

_UNKNOWN = "version unknown"

Outcome = Literal["good", "failed", "unanswered", "unchanged", "not asked", "not known"]


@dataclass(frozen=True, kw_only=True)
class ServiceRun:
    """`version` is the wanted one, as the run's configuration names it; the steps are None where the run never came to
    them, or its log was `cut` before. What was `found` when it began is empty if nobody looked.
    """

    name: str
    version: str
    builds: bool
    releases: bool
    image: Step | None
    definition: Step | None
    release: Step | None
    service: Step | None
    gate: Step | None
    found_service: State
    found_gate: State
    cut: bool
    errors: tuple[str, ...]
    last_words: str

    @property
    def outcome(self) -> Outcome:
        """Of the verdict: the gate is written only if it was good."""
        if self.gate is None:
            return "not known" if self.cut else "not asked"
        if self.gate.operation == "same":
            return "unchanged"
        if self.gate.failed:
            return "failed"
        return "unanswered" if self.gate.ended is None else "good"

    @property
    def fault(self) -> Fault | None:
        """The verdict's own finding."""
        return next((fault for error in self.errors for fault in faults(error)), None)

    @property
    def error(self) -> str:
        """What a failed gate says, in one sentence; a finding begins with the service's name."""
        first = next((said(error).partition("\n")[0] for error in self.errors), "")
        return self.fault.sentence.partition(": ")[2] if self.fault else first

    @property
    def serving(self) -> str:
        """What the verdict says of what runs instead."""
        return self.fault.serving if self.fault else ""

    @property
    def wanted(self) -> dict[str, str]:
        """What the gate is about: `version`, `taskDefinition`, `digest` and `url`; empty if it was never reached."""
        return _record(self.gate.new) if self.gate else {}

    @property
    def proven_before(self) -> dict[str, str]:
        """The same of the last good verdict; empty if there was none."""
        return _record(self.gate.old if self.gate else self.found_gate)

    @property
    def changed(self) -> bool:
        return self.service is not None and self.service.changes

    @property
    def before(self) -> str:
        """What ran when the run began: the version that was proven, or a revision that was not; empty if not known."""
        ran = (self.service.old if self.service else self.found_service).text("taskDefinition")
        if ran and ran == self.proven_before.get("taskDefinition"):
            return self.proven_before.get("version", revision(ran))
        return revision(ran)


def services(run: Run, names: Iterable[str]) -> list[ServiceRun]:
    """Those of these names that the run's configuration or its steps know, in their order; all, if they know none."""
    wanted = _configured(run)
    every = [_service(run, name, wanted.get(name)) for name in names]
    return [each for each in every if each.name in wanted or each.definition] or every


def revision(arn: str) -> str:
    """`family:number` of a task definition's ARN."""
    return arn.rpartition("/")[2]


def _service(run: Run, name: str, configured: Any) -> ServiceRun:
    own: dict[str, Any] = configured if isinstance(configured, dict) else {}
    remarks = [each for each in run.remarks if each.resource == f"{name}-proven"]
    return ServiceRun(
        name=name,
        version=str(own.get("version") or _UNKNOWN),
        builds="build" in own,
        releases=bool(own.get("release")),
        image=run.step(IMAGE, f"{name}-image"),
        definition=run.step(DEFINITION, f"{name}-definition"),
        release=run.step(GATE, f"{name}-released"),
        service=run.step(SERVICE, f"{name}-service"),
        gate=run.step(GATE, f"{name}-proven"),
        found_service=run.found(SERVICE, f"{name}-service"),
        found_gate=run.found(GATE, f"{name}-proven"),
        cut=run.cut,
        errors=tuple(each.text for each in remarks if each.severity == "error"),
        last_words=next((each.text for each in reversed(remarks) if each.passing), ""),
    )


def _configured(run: Run) -> dict[str, Any]:
    """The stack file's own object as the engine had it; empty if it is no object."""
    return _object(run.config.get("pairva:deployment"))


def _record(state: State) -> dict[str, str]:
    return {key: value for key, value in _object(state.text("insecureValue")).items() if isinstance(value, str)}


def _object(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
