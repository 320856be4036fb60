"""The phases of a deployment, as the team's reports have always named them: what was done, and how long it took."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from report.run import Run, Step
from report.service import DEFINITION, GATE, IMAGE, SERVICE, ServiceRun, revision

Outcome = Literal["done", "failed", "interrupted", "unchanged", "promoted", "not reached", "not known"]

_DONE = {"create": "created", "update": "updated", "create-replacement": "replaced", "import": "imported"}
_OF_SERVICES = frozenset({IMAGE, DEFINITION, SERVICE, GATE})


@dataclass(frozen=True, kw_only=True)
class Phase:
    """`subject` is the service, or nothing for what all share. `took` is the time in which at least one of its steps
    was at work; it and `began` are missing if none was.
    """

    name: str
    subject: str
    what: str
    outcome: Outcome
    began: datetime | None = None
    took: timedelta | None = None


def phases(run: Run, services: Sequence[ServiceRun]) -> list[Phase]:
    """In the order in which the program goes through them; those of different services run beside each other."""
    return [
        _environment(run),
        _infrastructure(run),
        *(_image(run, each) for each in services),
        *(_definition(run, each) for each in services),
        *(_release(run, each) for each in services if each.releases),
        *(_update(run, each) for each in services),
        *(_verification(run, each) for each in services),
        *_removal(run),
    ]


def spoken(duration: timedelta) -> str:
    """`1 min 39 s`. The engine tells whole seconds."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    if minutes:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    return f"{seconds} s" if seconds else "under 1 s"


def _environment(run: Run) -> Phase:
    """All that comes before the program's first resource: the look at what is there, and the preflight."""
    passed = run.program_began
    return Phase(
        name="Environment verification",
        subject="",
        what="what is there, and what the deployment needs",
        outcome="done" if passed else _stopped(run),
        began=run.began,
        took=(passed or run.ended) - run.began,
    )


def _infrastructure(run: Run) -> Phase:
    steps = [each for each in run.steps if each.changes and not each.deletes and each.type not in _OF_SERVICES]
    counts = Counter(_DONE.get(each.operation, each.operation) for each in steps if each.ended and not each.failed)
    told = [f"{count} {done}" for done, count in counts.items()]
    told += [f"{each.name} failed" for each in steps if each.failed]
    told += [f"{each.name} not finished" for each in steps if each.ended is None]
    return _phase(run, "Infrastructure", "", ", ".join(told), steps)


def _image(run: Run, service: ServiceRun) -> Phase:
    name = "Image build and push"
    if service.image:
        image, _, digest = service.image.new.text("repoDigest").rpartition("/")[2].partition("@")
        image = f"{image or f'pairva-{service.name}'}:{service.version}"
        return _phase(run, name, service.name, f"{image} {_short(digest)}".strip(), [service.image])
    if service.builds or not run.program_began:
        return _phase(run, name, service.name, "", [])
    what = f"{service.version} {_short(service.wanted.get('digest', ''))}".strip()
    return Phase(name=name, subject=service.name, what=what, outcome="promoted")


def _definition(run: Run, service: ServiceRun) -> Phase:
    step = service.definition
    what = revision(step.new.id or step.new.text("family")) if step else ""
    return _phase(run, "Task-definition registration", service.name, what, [step] if step else [])


def _release(run: Run, service: ServiceRun) -> Phase:
    return _phase(run, "Release", service.name, service.version, [service.release] if service.release else [])


def _update(run: Run, service: ServiceRun) -> Phase:
    step = service.service
    old, new = (revision(state.text("taskDefinition")) for state in (step.old, step.new)) if step else ("", "")
    what = f"{old} → {new}" if old and old != new else new
    return _phase(run, "Service update", service.name, what, [step] if step else [])


def _verification(run: Run, service: ServiceRun) -> Phase:
    what = service.wanted.get("version", service.version) if service.gate else ""
    return _phase(run, "Verification", service.name, what, [service.gate] if service.gate else [])


def _removal(run: Run) -> Iterator[Phase]:
    """Nothing for task definitions, which stay in ECS when the engine forgets them."""
    steps = [each for each in run.steps if each.changes and each.deletes and each.type != DEFINITION]
    if steps:
        yield _phase(run, "Removal", "", ", ".join(each.name for each in steps), steps)


def _phase(run: Run, name: str, subject: str, what: str, steps: Sequence[Step]) -> Phase:
    worked = [each for each in steps if each.changes]
    if not worked:
        reached = bool(steps) or (not subject and run.program_began is not None)
        unreached: Outcome = "not known" if run.cut else "not reached"
        return Phase(name=name, subject=subject, what=what, outcome="unchanged" if reached else unreached)
    if any(each.failed for each in worked):
        outcome: Outcome = "failed"
    else:
        outcome = "interrupted" if any(each.ended is None for each in worked) else "done"
    began = min(each.began for each in worked)
    return Phase(name=name, subject=subject, what=what, outcome=outcome, began=began, took=_at_work(run, worked))


def _at_work(run: Run, steps: Sequence[Step]) -> timedelta:
    """The time in which at least one of them was under way."""
    total, until = timedelta(), run.began
    for began, ended in sorted((each.began, each.ended or run.ended) for each in steps):
        total += max(ended - max(began, until), timedelta())
        until = max(until, ended)
    return total


def _stopped(run: Run) -> Outcome:
    return "interrupted" if run.status == "interrupted" else "failed"


def _short(digest: str) -> str:
    return f"{digest[:19]}…" if digest else ""
