"""The comment on a preview: what decides comes first, the engine's own words last."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from review import duration, engine_diff, failure, headline, label, outage, plan, remainder, service
from review.document import Bullets, Document, Lines, Section, Strong, Table, Text, cells, shown
from review.duration import Duration
from review.label import Label
from review.outage import Outage
from review.plan import Plan
from review.preview import Preview
from settings import stack_file
from settings.stack import Stack

_PAST = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}


def of(preview: Preview) -> Document:
    """The whole comment, however long."""
    found = plan.of(preview)
    told = replace(found, changes=plan.unexplained(found))
    stack = _stack(preview)
    outages = outage.of(found, service.names(found))
    time = None if preview.errors else duration.of(found, stack)
    title = headline.of(preview, found, told, stack)
    if not preview.errors:
        title = headline.with_consequences(title, found, outages, time)
    return Document(
        stack=preview.stack,
        title=shown(f"{preview.stack or 'a stack'}: {title}"),
        lead=[f"{time.explained[0].upper()}{time.explained[1:]}."] if time and time.parts and not time.is_slow else [],
        sections=list(_sections(_Known(preview, found, told, stack, outages, time))),
    )


@dataclass(frozen=True)
class _Known:
    """`told` is the plan without what only undoes changes by hand."""

    preview: Preview
    plan: Plan
    told: Plan
    stack: Stack | None
    outages: Sequence[Outage]
    time: Duration | None


def _stack(preview: Preview) -> Stack | None:
    """The stack's settings; None, if they are no good, or not those of this program."""
    result = stack_file.read(preview.stack, preview.config, Path("nowhere"))
    return result if isinstance(result, Stack) else None


def _sections(known: _Known) -> Iterator[Section]:
    yield from failure.errors(known.preview)
    if not known.preview.errors:
        yield from _bullets("", _merged(_labels(known)))
        yield from failure.warnings(known.preview)
        for name in [] if known.plan.deletes_stack else service.names(known.plan):
            yield from _service(known, name)
        yield from _bullets("Changed by hand", list(remainder.drifts(known.plan)))
        yield from _bullets("Everything else", list(remainder.others(known.told)))
    if known.plan.changes:
        yield _engine_diff(known)


def _bullets(heading: str, items: Sequence[Text]) -> Iterator[Section]:
    if items:
        yield Section(heading=heading, block=Bullets(items))


def _labels(known: _Known) -> Iterator[Label]:
    found, names = known.plan, service.names(known.plan)
    if known.stack is None and found.changes:
        why = "not what this program calls valid: the wanted versions and the minutes are not known"
        yield Label(kind="settings", about="of the stack", why=why)
    yield from () if found.deletes_stack else label.unproven(found, names)
    yield from () if found.deletes_stack else label.releases(found, names, known.stack)
    yield from () if found.deletes_stack else label.outages(found, known.outages)
    yield from chain(
        label.replacements(found, known.outages),
        label.refusals(found),
        label.unsafe_rollbacks(found, names),
        label.openings(found),
        label.deletions(found),
    )
    for about, why in (known.time.slow if known.time else {}).items():
        yield Label(kind="slow", about=about, why=why)
    yield from label.unknowns(found)


def _merged(labels: Iterable[Label]) -> list[Text]:
    """What holds for several for the same reason is said once."""
    about = defaultdict[tuple[str, str], list[str]](list)
    for each in labels:
        about[each.kind, each.why].append(each.about)
    return [[Strong(kind), f" {shown(', '.join(names))}: {shown(why)}"] for (kind, why), names in about.items()]


def _service(known: _Known, name: str) -> Iterator[Section]:
    rows = service.rows(known.told, name, known.stack)
    is_new = not any(row.old for row in rows)
    headings = ["", "will be"] if is_new else ["", "now", "after `up`"]
    found = [[[shown(row.what)], *cells(row.old, row.new)[is_new:]] for row in rows]
    if rows:
        yield Section(heading=name, block=Table(headings, found))


def _engine_diff(known: _Known) -> Section:
    counted = Counter(each.action for each in known.plan.changes)
    parts = [f"{counted[action]} {past}" for action, past in _PAST.items() if counted[action]]
    parts += [f"{known.plan.unchanged} unchanged"] if known.plan.unchanged else []
    block = Lines(
        [f"{line[: len(line) - len(line.lstrip())]}{shown(line)}" for line in engine_diff.lines(known.plan)], "diff"
    )
    what = "What the engine had planned until then" if known.preview.errors else "The engine's diff"
    return Section(heading=f"{what}: {', '.join(parts)}", block=block, folded=True)
