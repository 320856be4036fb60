"""The report as the team writes it, in Markdown: first how it ended, then what happened, why, and what to do."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import markdown
from masking import masked
from report import issue, phase, timeline
from report.history import History, ServiceHistory
from report.phase import Phase
from report.run import Run
from report.service import ServiceRun, revision

_LONGEST = 1000
_ROWS = 40

# Of the characters that a file's name may have, with room for an ending.
_NAME = 200

_SOURCE = re.compile(r"^Sources: the engine's event log \((\d+) events\)", re.MULTILINE)
_ASKED = "ECS's events and tasks, asked at "


def name(run: Run, services: Sequence[ServiceRun]) -> str:
    """`2026-11-23-prod-1.0.2`, or with each service's version where they differ; without an ending."""
    if len({each.version for each in services}) == 1:
        versions = services[0].version
    else:
        versions = "-".join(f"{each.name}-{each.version}" for each in services)
    return re.sub(r"[^\w.-]+", "-", f"{run.began:%Y-%m-%d}-{run.stack}-{versions}", flags=re.ASCII)[:_NAME]


def identity(run: Run) -> str:
    """The line that tells the reports of two runs apart."""
    return f"| Began | {_time(run.began)} |"


def kept(text: str, run: Run) -> str:
    """Why a report of this run is better than what this log makes now; empty if it is not."""
    events = next((int(each) for each in reversed(_SOURCE.findall(text))), 0)
    if events > run.events:
        return f"this log tells {run.events} of its {events} events"
    return "ECS remembers less with time" if events == run.events and _ASKED in text else ""


def text(run: Run, services: Sequence[ServiceRun], history: History) -> str:
    """The whole report. Causes and remedies in it are the engine's, the verdicts' and ECS's own sentences."""
    phases = phase.phases(run, services)
    parts = [
        *_summary(run, services, history),
        "## Process",
        *_process(phases),
        "## Timeline",
        markdown.block(timeline.mermaid(run, phases, services, history.services), "mermaid"),
        *_tasks(history),
        *_messages(history),
        "## Issues",
        *issue.issues(run),
        "## Root causes",
        *issue.causes(run),
        "## Actions",
        *issue.actions(run),
        "## Verification",
        *_verification(services, history),
        "## Next steps",
        *issue.next_steps(run, services),
        _sources(run, history),
    ]
    return "\n\n".join(parts) + "\n"


def _summary(run: Run, services: Sequence[ServiceRun], history: History) -> Iterator[str]:
    versions = ", ".join(f"{each.name} {each.version}" for each in services)
    same = len({each.version for each in services}) == 1
    yield f"# {run.began:%Y-%m-%d}: {markdown.plain(services[0].version if same else versions)} on {run.stack}"
    took = phase.spoken(run.ended - run.began)
    nothing = ", before anything was changed," if run.status == "refused" else ""
    cut = "; the log ends before the run does" if run.cut else ""
    yield f"**{run.status.capitalize()}**{nothing} after {took}{cut}."
    rows = [[each.name, _versions(each), markdown.plain(masked(_verdict(each), _LONGEST))] for each in services]
    yield markdown.table(["Service", "Version", "Verdict"], rows)
    facts = [f"| Environment | {markdown.plain(_environment(run))} |", identity(run), f"| Ended | {_time(run.ended)} |"]
    if history.caller:
        facts.append(f"| Reported as | {markdown.code(history.caller)} |")
    yield "\n".join(["| | |", "| --- | --- |", *facts])


def _versions(service: ServiceRun) -> str:
    """From what it went to what is wanted; of a service that was left as it was, what runs."""
    wanted = markdown.plain(service.version)
    if service.gate is None and not service.changed:
        runs = "" if service.cut else service.before
        return (
            wanted if runs == service.version else ", ".join(filter(None, [markdown.plain(runs), f"wanted {wanted}"]))
        )
    before = service.proven_before.get("version", "") if service.gate else service.before
    return f"{markdown.plain(before)} → {wanted}" if before and before != service.version else wanted


def _verdict(service: ServiceRun) -> str:
    if service.outcome == "failed":
        return f"failed: {service.error}"
    if service.outcome == "unanswered":
        ended = "the log ends" if service.cut else "the run ended"
        return "; ".join(filter(None, [f"no answer before {ended}", service.last_words]))
    return _unasked(service) if service.gate is None else service.outcome


def _unasked(service: ServiceRun) -> str:
    if service.release and service.release.failed:
        return "not asked: its release failed"
    if service.cut:
        return f"not known: {'its service was changed, and ' if service.changed else ''}the log ends before"
    return (
        f"not asked, {'although its service was changed' if service.changed else 'and its service was left as it was'}"
    )


def _environment(run: Run) -> str:
    accounts = re.findall(r"\d{12}", str(run.config.get("aws:allowedAccountIds", "")))
    region = str(run.config.get("aws:region", ""))
    return ", ".join(filter(None, [run.stack, *(f"account {each}" for each in accounts[:1]), region]))


def _process(phases: Sequence[Phase]) -> Iterator[str]:
    rows = [
        [
            each.name,
            each.subject,
            markdown.plain(each.what),
            f"{each.began:%H:%M:%S}" if each.began else "",
            phase.spoken(each.took) if each.took is not None else "",
            f"**{each.outcome}**" if each.outcome in ("failed", "interrupted") else each.outcome,
        ]
        for each in phases
    ]
    yield markdown.table(["Phase", "Service", "What", "Began (UTC)", "Took", "Result"], rows)


def _tasks(history: History) -> Iterator[str]:
    rows = [
        [
            markdown.code(task.id[:8]),
            markdown.plain(task.revision),
            f"{task.created:%H:%M:%S}",
            f"{task.started:%H:%M:%S}" if task.started else "never",
            f"{task.stopped:%H:%M:%S}" if task.stopped else "runs",
            markdown.plain(masked(task.ending, _LONGEST)),
        ]
        for service in history.services.values()
        for task in service.tasks
    ]
    if rows:
        table = markdown.table(["Task", "Revision", "Created", "Started", "Stopped", "How it ended"], rows[:_ROWS])
        yield markdown.folded(f"Tasks that started or stopped ({_shown(len(rows))})", table)


def _messages(history: History) -> Iterator[str]:
    messages = sorted(
        (message for service in history.services.values() for message in service.messages), key=lambda each: each.at
    )
    if messages:
        rows = [[f"{each.at:%H:%M:%S}", markdown.plain(masked(each.text, _LONGEST))] for each in messages]
        table = markdown.table(["UTC", "Service event"], rows[:_ROWS])
        yield markdown.folded(f"ECS's service events ({_shown(len(rows))})", table)


def _shown(count: int) -> str:
    return f"the first {_ROWS} of {count}" if count > _ROWS else str(count)


def _verification(services: Sequence[ServiceRun], history: History) -> Iterator[str]:
    lines = [f"- {service.name}: {markdown.plain(masked(_known(service), _LONGEST))}" for service in services]
    for service, seen in history.services.items():
        lines.append(f"- {service}, as ECS said at {history.asked:%H:%M:%S} UTC: {markdown.plain(_running(seen))}")
    yield "\n".join(lines)


def _known(service: ServiceRun) -> str:
    """What the gate or the verdict knows of what runs."""
    record = service.wanted
    told = f"{record.get('version', service.version)} as {revision(record.get('taskDefinition', ''))}"
    if digest := record.get("digest"):
        told += f", {digest}"
    if service.outcome == "good":
        return f"proven: {told}"
    if service.outcome == "unchanged":
        return f"proven earlier{', and found as wanted' if service.service else ''}: {told}"
    if service.outcome == "failed":
        return f"not proven: {service.serving}" if service.serving else "not proven"
    return "asked, without an answer" if service.outcome == "unanswered" else _unasked(service)


def _running(seen: ServiceHistory) -> str:
    told = [
        f"{each.revision} runs {each.running}/{each.desired} ({', '.join(filter(None, [each.status, each.state]))})"
        for each in seen.running
    ]
    return "; ".join(told) or "there is no such service"


def _sources(run: Run, history: History) -> str:
    told = [f"the engine's event log ({run.events} events)"]
    if history.services:
        told.append(f"{_ASKED}{_time(history.asked)}")
    told += [markdown.plain(masked(each, _LONGEST)) for each in history.unread]
    return f"---\n\nSources: {'; '.join(told)}."


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
