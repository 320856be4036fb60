"""What is no service's own: changes by hand, and all that no table tells."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from review import service
from review.difference import Difference
from review.document import Piece, Strong, Text, cell, cells
from review.plan import Change, Drift, Plan

_MOST_FIELDS = 6
_WHOLE = {"create": "creates", "delete": "deletes", "replace": "replaces"}


def drifts(plan: Plan) -> Iterator[Text]:
    """A line for each field, with what `up` makes of it."""
    for each in plan.drifts:
        what = f"{each.kind} {each.name}"
        if each.gone:
            yield [f"{what} was deleted{'; up makes it again' if each.mended else ''}"]
        wanted = {one.path: one.new for change in plan.changes if _same(change, each) for one in change.differences}
        for one in each.differences:
            back = ["; up sets it to ", *cell(wanted[one.path])] if one.path in wanted else []
            stays = [] if back or plan.only_looks or plan.deletes_stack else ["; up leaves it so"]
            old, new = cells(one.old, one.new)
            yield [f"{what}: {one.path} ", *old, " → ", *new, *back, *stays]
    if plan.hidden_drift:
        yield [f"{plan.hidden_drift} more, which a refresh does not describe: pulumi preview does"]


def _same(change: Change, drift: Drift) -> bool:
    return (change.type, change.name) == (drift.type, drift.name)


def others(plan: Plan) -> Iterator[Text]:
    """By component: what comes and goes is counted, what changes is named with its fields."""
    names = service.names(plan)
    grouped = defaultdict[str, list[Change]](list)
    for each in plan.changes:
        if plan.deletes_stack or not service.is_told(each, names):
            grouped[f"{each.component} ({each.part})" if each.part else "the stack"].append(each)
    for where, changes in grouped.items():
        for action, verb in _WHOLE.items():
            kinds = Counter(each.kind for each in changes if each.action == action)
            if kinds:
                listed = ", ".join(kind if count == 1 else f"{count} × {kind}" for kind, count in kinds.items())
                yield [Strong(where), f" {verb} {listed}"]
        for change in changes:
            known = [each for each in change.differences if not each.is_unknown]
            # An alarm's description follows from its threshold.
            known = [each for each in known if not each.path.endswith("escription")] or known
            if change.action == "update" and known:
                yield [Strong(where), f" {change.kind} {change.name}: ", *_fields(known)]


def _fields(differences: Sequence[Difference]) -> Iterator[Piece]:
    for position, each in enumerate(differences[:_MOST_FIELDS]):
        old, new = cells(each.old, each.new)
        yield from [f"{'; ' if position else ''}{each.path} ", *old, " → ", *new]
    if len(differences) > _MOST_FIELDS:
        yield f"; {len(differences) - _MOST_FIELDS} more below"
