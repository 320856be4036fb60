"""A preview in one line: what runs afterwards, what is down meanwhile, and how long it takes."""

from collections.abc import Sequence

from review import gate, outage, service
from review.duration import Duration
from review.outage import Outage
from review.plan import Plan
from review.preview import Preview
from review.service import Row
from settings.stack import Stack

_MOST_NAMES = 4

# They follow from a port or path that changes, and are named only where nothing else is.
_CONSEQUENCES = ("lets in", "lets out", "priority")


def of(preview: Preview, plan: Plan, told: Plan, stack: Stack | None) -> str:
    """Without the stack's name. `told` is the plan without what only undoes changes by hand."""
    if preview.errors:
        return f"the preview failed with {_count(len(preview.errors), 'error')}: nothing can be deployed"
    if plan.only_looks:
        found = len(plan.drifts) + plan.hidden_drift
        return f"{_count(found, 'resource')} changed by hand" if found else "nothing was changed by hand"
    if plan.deletes_stack:
        return f"everything is deleted: {_count(len(plan.changes), 'resource')}"
    return "; ".join(_parts(plan, told, stack)) if plan.changes else "no changes"


def with_consequences(line: str, plan: Plan, outages: Sequence[Outage], duration: Duration | None) -> str:
    """And what the change costs: downtime and minutes."""
    if plan.only_looks or plan.deletes_stack or not plan.changes:
        return line
    down = list(dict.fromkeys(name for each in outages for name in each.services))
    ran_before = any(each.part == "FargateService" for each, _ in plan.states)
    provided = [f"{_running(plan, name)} {what}" for name, what in outage.conditions(plan, service.names(plan)).items()]
    none = f"no downtime if {' and '.join(provided)}" if provided else "no downtime"
    costs = [f"downtime of {' and '.join(down)}" if down else none] if ran_before else []
    return "; ".join([line, *costs, *([str(duration)] if duration else [])])


def _running(plan: Plan, name: str) -> str:
    before = service.proof(plan, name)
    return f"the running {name} {before.version if before else ''}".rstrip()


def _parts(plan: Plan, told: Plan, stack: Stack | None) -> list[str]:
    names = service.names(plan)
    parts = [_service(told, name, stack) for name in names]
    others = [each for each in told.changes if each.component not in names]
    undone = sum(1 for each in plan.drifts if each.mended)
    if others and not any(each.component in names for each in told.changes):
        parts.append(_count(len(others), "other change"))
    return [*parts, *([f"{_count(undone, 'change')} by hand undone"] if undone else [])]


def _service(plan: Plan, name: str, stack: Stack | None) -> str:
    old, new = service.version(plan, name, stack)
    actions = {each.action for each in plan.where("ecs/service", component=name)}
    rows = service.rows(plan, name, stack)
    before = service.proof(plan, name)
    if "create" in actions:
        return f"{name} {new or ''} (new)".replace("  ", " ")
    if "delete" in actions:
        return f"{name} deleted"
    if old and new and old != new:
        return f"{name} {old} → {new}"
    if before and before.is_stale and gate.change(plan, name, "proven"):
        return f"{name} {new or ''} again (not proven yet)".replace("  ", " ")
    return f"{name}: {_named(rows)}" if rows else f"{name} unchanged"


def _named(rows: Sequence[Row]) -> str:
    if len(rows) == 1 and rows[0].old and rows[0].new and len(f"{rows[0].old}{rows[0].new}") < 30:
        return f"{rows[0].what} {rows[0].old} → {rows[0].new}"
    kinds = list(dict.fromkeys(_kind(each.what) for each in rows))
    kinds = [each for each in kinds if each not in _CONSEQUENCES] or kinds
    return ", ".join([*kinds[:_MOST_NAMES], *(["…"] if len(kinds) > _MOST_NAMES else [])])


def _kind(what: str) -> str:
    """`environment` of `environment LOG_LEVEL`, `cpu` of `cpu (units)`."""
    if what.startswith(("environment ", "secret ", "health check ")):
        return what.rpartition(" ")[0] if what.startswith("health") else what.partition(" ")[0]
    if what.endswith((" may", "who takes it")):
        return "permissions"
    return "health check" if what.startswith("load balancer's check") else what.partition(" (")[0]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
