"""What a preview would change, resource by resource, and what it found changed by hand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from review import difference
from review.difference import Difference
from review.preview import Preview, State, Step

Action = Literal["create", "update", "replace", "delete"]

# Steps that change nothing.
_QUIET = {"same", "refresh", "read", "read-discard", "discard-replaced", "remove-pending-replace"}


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`component` is the name of the component it belongs to, for example `backend`; `part` that component's class."""

    type: str
    name: str
    component: str
    part: str

    @property
    def kind(self) -> str:
        """`TargetGroup` of `aws:lb/targetGroup:TargetGroup`."""
        return self.type.rpartition(":")[2]


@dataclass(frozen=True, kw_only=True)
class Change(Resource):
    """`old` and `new` are its inputs. `deletes_first`: its successor is made when it is gone. `retained`: the stack
    lets go of it, and it stays in AWS. `forces`: what makes the replacement necessary.
    """

    action: Action
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    differences: Sequence[Difference]
    forces: Sequence[str] = ()
    deletes_first: bool = False
    retained: bool = False

    def of(self, *paths: str) -> list[Difference]:
        """What differs at these paths, and below them."""
        return [each for each in self.differences if _is_at(each.path, paths)]


@dataclass(frozen=True, kw_only=True)
class Drift(Resource):
    """What somebody changed by hand: `old` as the stack left it, `new` as it was found. `gone`: it was deleted.
    `mended`: whether `up` puts it back.
    """

    differences: Sequence[Difference]
    gone: bool
    mended: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`states` are all resources that the preview shows, as they are before it. `hidden_drift` are those that a
    refresh found changed without saying how.
    """

    changes: Sequence[Change]
    drifts: Sequence[Drift]
    states: Sequence[tuple[Resource, State]]
    unchanged: int
    only_looks: bool
    deletes_stack: bool
    hidden_drift: int

    def where(self, *types: str, component: str | None = None) -> list[Change]:
        """The changes of these types, for example `lb/targetGroup`."""
        kept = (each for each in self.changes if component is None or each.component == component)
        return [each for each in kept if short_type(each.type) in types]

    @cached_property
    def by_component(self) -> Mapping[str, list[Change]]:
        grouped = defaultdict[str, list[Change]](list)
        for each in self.changes:
            grouped[each.component].append(each)
        return grouped


def of(preview: Preview) -> Plan:
    """The plan of that preview."""
    by_urn = defaultdict[str, list[Step]](list)
    for step in preview.steps:
        by_urn[step.urn].append(step)
    refreshed = any(step.op == "refresh" for step in preview.steps)
    histories = [_History.of(steps, refreshed=refreshed) for steps in by_urn.values()]
    only_looks = refreshed and not any(history.planned for history in histories)
    # The engine works on several at once, in an order that is another one each time.
    histories.sort(
        key=lambda each: (each.resource.component, each.resource.part, each.resource.type, each.resource.name)
    )
    drifts = [drift for each in histories if (drift := each.drift(only_looks=only_looks))]
    changes = [change for each in histories if (change := each.change())]
    shown = sum(1 for each in drifts if not each.gone)
    return Plan(
        changes=[] if only_looks else changes,
        drifts=drifts,
        states=[(each.resource, each.before) for each in histories if each.before],
        unchanged=preview.change_summary.get("same", 0),
        only_looks=only_looks,
        deletes_stack=any(step.op == "delete" and step.urn.endswith(_stack_of(step)) for step in preview.steps),
        hidden_drift=max(0, preview.change_summary.get("update", 0) - shown) if only_looks else 0,
    )


def short_type(full: str) -> str:
    """`lb/targetGroup` of `aws:lb/targetGroup:TargetGroup`."""
    return full.split(":")[1] if full.count(":") == 2 else full


@dataclass(frozen=True)
class _History:
    """The steps of one resource: the refresh's look at it, if there was one, and what is planned.

    With `refresh: always` each resource that exists has the look first. The engine calls it `refresh`, or by what the
    refresh did to the state (`update`, `delete`), if the provider told in detail.
    """

    steps: Sequence[Step]
    look: Step | None
    planned: Sequence[Step]

    @staticmethod
    def of(steps: Sequence[Step], *, refreshed: bool) -> "_History":
        first, *rest = steps
        looked = refreshed and first.old_state is not None and first.op in ("refresh", "update", "delete")
        planned = rest if looked else steps
        return _History(steps, first if looked else None, [each for each in planned if each.op != "refresh"])

    @property
    def before(self) -> State | None:
        """As it is before the planned steps; None, if it is not there."""
        found = next((each.old_state for each in self.planned if each.old_state), None)
        return found or (self.look.new_state if self.look else None)

    @property
    def resource(self) -> Resource:
        step = self.steps[0]
        state = step.new_state or step.old_state
        parent = state.parent if state else ""
        component, part = parent.rpartition("::")[2], parent.split("::")[-2] if parent.count("::") > 2 else ""
        inside = part not in ("", "pulumi:pulumi:Stack")
        return Resource(
            type=state.type if state else "",
            name=step.name,
            component=component if inside else "",
            part=part.rpartition(":")[2] if inside else "",
        )

    def change(self) -> Change | None:
        steps = {each.op: each for each in self.planned if each.op not in _QUIET}
        if not steps or not self._is_custom():
            return None
        action, step = _action(steps)
        old = step.old_state.inputs if step.old_state else {}
        new = step.new_state.inputs if step.new_state and action != "delete" else {}
        forces = [path for path, each in (step.detailed_diff or {}).items() if each.kind.endswith("-replace")]
        return Change(
            **vars(self.resource),
            action=action,
            old=old,
            new=new,
            differences=_differences(step, old, new),
            forces=sorted(forces or step.replace_reasons),
            deletes_first=action == "replace" and _deletes_first(list(steps), step, new),
            retained=bool(step.old_state and step.old_state.retain_on_delete),
        )

    def drift(self, *, only_looks: bool) -> Drift | None:
        look = self.look
        if not look or not look.old_state or not self._is_custom():
            return None
        gone = look.op == "delete" or any(each.op == "create" for each in self.planned)
        differences = [] if gone else list(self._by_hand(look, look.old_state.inputs))
        if not gone and not differences:
            return None
        deleted = bool(self.planned) and all(each.op in ("delete", "delete-replaced") for each in self.planned)
        mended = bool(self.planned) and not deleted and not only_looks
        return Drift(**vars(self.resource), differences=differences, gone=gone, mended=mended)

    def _by_hand(self, look: Step, recorded: Mapping[str, Any]) -> Iterator[Difference]:
        """Only of what the engine calls different: a refresh also fills in what the program never said. And not the
        revision of a service: ECS goes back to an earlier one by itself.
        """
        told = {_top(path) for path in look.detailed_diff or {}}
        told |= {reason for each in self.planned for reason in each.diff_reasons}
        told -= {"taskDefinition"} if short_type(self.resource.type) == "ecs/service" else set()
        found = self.before.inputs if self.before else {}
        return (each for each in difference.between(recorded, found) if _top(each.path) in told)

    def _is_custom(self) -> bool:
        """Whether it is more than a name for others."""
        return not self.resource.type.startswith(("pulumi:", "pairva:"))


def unexplained(plan: Plan) -> list[Change]:
    """The changes that are more than the undoing of what was done by hand."""
    by_hand = {(each.type, each.name): each for each in plan.drifts if each.mended}
    kept = list[Change]()
    for each in plan.changes:
        drift = by_hand.get((each.type, each.name))
        if drift and drift.gone:
            continue
        undone = {(back.path, back.new, back.old) for back in drift.differences} if drift else set[Any]()
        rest = [one for one in each.differences if (one.path, one.old, one.new) not in undone]
        if rest or not drift:
            kept.append(replace(each, differences=rest))
    return kept


def _action(steps: Mapping[str, Step]) -> tuple[Action, Step]:
    """The step that shows both sides tells most; an import is a resource that comes to the stack."""
    if step := steps.get("replace") or steps.get("create-replacement"):
        return "replace", step
    if step := steps.get("update"):
        return "update", step
    if step := steps.get("delete") or steps.get("delete-replaced"):
        return "delete", step
    return "create", next(iter(steps.values()))


def _deletes_first(order: Sequence[str], step: Step, new: Mapping[str, Any]) -> bool:
    """As the steps say it (`--show-replacement-steps`). Without them: pulumi-aws deletes first what has a name that
    the program chose and keeps, and the engine what depends on such a resource, for no reason of its own
    (https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/).
    """
    if "delete-replaced" in order and "create-replacement" in order:
        return order.index("delete-replaced") < order.index("create-replacement")
    old = step.old_state.inputs if step.old_state else {}
    keeps_name = "name" in new and old.get("name") == new["name"]
    return keeps_name or not step.replace_reasons


def _differences(step: Step, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What the provider calls different: the state also holds what a refresh filled in. Where it says so of an input
    that shows no difference (a secret), that; not where it says so of what AWS computes, such as the ARN and revision
    of a task definition: pulumi-aws compares whole states.
    """
    automatic = {"name"} if "name" in new.get("__defaults", []) else set[str]()
    told = dict.fromkeys([*step.diff_reasons, *(_top(path) for path in step.detailed_diff or {})])
    found = [each for each in difference.between(old, new) if each.path not in automatic]
    if not told or step.old_state is None or step.new_state is None:
        return found
    shown = {_top(each.path) for each in found} | automatic
    return [
        *(each for each in found if _top(each.path) in told),
        *_unshown((path for path in told if path not in shown and (path in old or path in new)), old),
    ]


def _unshown(paths: Iterable[str], old: Mapping[str, Any]) -> Iterator[Difference]:
    for path in paths:
        before = difference.flat({path: old.get(path)}).get(path)
        yield Difference(path=path, old=str(before) if before else None, new="(changes; the preview hides how)")


def _top(path: str) -> str:
    return path.replace("[", ".").partition(".")[0]


def _is_at(path: str, wanted: Iterable[str]) -> bool:
    return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in wanted)


def _stack_of(step: Step) -> str:
    return f"::pulumi:pulumi:Stack::{step.name}"
