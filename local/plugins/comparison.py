"""Old and new: which properties differ, what that means for the resource, and what a refresh found."""

from collections.abc import MutableSequence

from pulumi.runtime.proto import provider_pb2

from local.plugins import naming, shape
from local.plugins.resource import ResourceType, Session
from local.plugins.wire import Props

_KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def diff(kind: ResourceType[Session], old: Props, new: Props) -> provider_pb2.DiffResponse:
    """The answer to the engine: every property path that differs, and whether that replaces the resource."""
    response = provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
    for name, field in kind.inputs.items():
        if name in kind.computed and name not in new:
            continue  # optional and computed: no longer asking for it leaves it as it is
        for path, change in shape.differences(field, old.get(name), new.get(name), name):
            if path in kind.ignored:
                continue
            response.changes = provider_pb2.DiffResponse.DIFF_SOME
            replaces = name in kind.replace_on
            detail = provider_pb2.PropertyDiff(kind=_KINDS[change, replaces], inputDiff=True)
            response.detailedDiff[path].CopyFrom(detail)
            _once(response.diffs, name)
            if replaces:
                _once(response.replaces, name)
    response.deleteBeforeReplace = bool(response.replaces) and _stands_alone(kind, old, new)
    return response


def _once(names: MutableSequence[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _stands_alone(kind: ResourceType[Session], old: Props, new: Props) -> bool:
    """Whether the replacement would have the same key, so that the old one must go first."""
    own_name = kind.name_limit is not None and "name" not in new.get(naming.DEFAULTS, [])
    return kind.delete_before_replace or (own_name and old.get("name") == new.get("name"))


def inputs_now(kind: ResourceType[Session], old: Props, actual: Props) -> Props:
    """The inputs as a refresh found them: in the program's words where nothing moved, gone where it is gone.

    Without old inputs (a resource that is only looked up) it is every input that has a value.
    """
    if not old:
        return {key: actual[key] for key in kind.inputs if actual.get(key) is not None}
    unseen = unobservable(kind, actual) | {naming.DEFAULTS}
    found = Props()
    for key, value in old.items():
        nothing = not value and value is not False  # an empty list or map, where AWS has none: the same thing
        if key in unseen or (nothing and actual.get(key) is None):
            found[key] = value
        elif actual.get(key) is not None:
            found[key] = shape.seen(kind.inputs[key], value, actual[key])
    return found


def unobservable(kind: ResourceType[Session], actual: Props) -> frozenset[str]:
    """The inputs of which the answer says nothing, although they are as they were."""
    return kind.only_here | {name for name in kind.not_reported if actual.get(name) is None}


def own_words(kind: ResourceType[Session], wanted: Props, actual: Props) -> Props:
    """The inputs that mean what AWS answers, in the form in which the program gave them."""
    common = {key: value for key, value in wanted.items() if key in kind.inputs and key in actual}
    return {key: value for key, value in common.items() if shape.same(kind.inputs[key], value, actual[key])}
