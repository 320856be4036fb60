"""What is audited: every committed stack, and what prod may become by other lines in its file."""

from collections.abc import Mapping
from functools import cache

from audit.program import Program, Resource
from tests.program import STACKS
from tests.recording import Recording, record_stack, recorded
from tests.samples import KEY
from tests.shapes import EVERY_SERVICE, EVERYTHING, EXISTING, configured_with

# Protected as prod is; what cannot go with a read-only root is in the other.
_DOMAIN = {**EVERYTHING, "protect": True, "keys": {"logs": KEY, "repositories": KEY, "secrets": [KEY]}}
_SERVICE = {
    **{key: EVERY_SERVICE[key] for key in ("repository", "pullAccounts")},
    "scaling": {"min": 2, "max": 3, "cpuPercent": 60, "memoryPercent": 60, "requestsPerTarget": 100},
}
_SHELLS = {"count": 3, **{key: EVERY_SERVICE[key] for key in ("spot", "exec", "readOnlyRoot")}}


def programs() -> dict[str, Program]:
    """By stack."""
    return {**{stack: program(recorded(stack), stack) for stack in STACKS}, **possible()}


@cache
def possible() -> dict[str, Program]:
    """Those that are in no file."""
    return {
        "prod-domain": with_domain("prod-domain"),
        "prod-existing": _program("prod-existing", configured_with("prod", {"network": EXISTING}, _SHELLS)),
    }


def with_domain(name: str) -> Program:
    """Prod with a domain, keys, and all that goes with them, as a stack of that name: no two have names in AWS in
    common, since scanners link resources by them, too.
    """
    return _program(name, configured_with("prod", _DOMAIN, {**_SERVICE, "release": ["node", "migrate.js"]}))


def _program(stack: str, config: Mapping[str, str]) -> Program:
    return program(record_stack(stack, config), stack)


# Known by their names, which the program knows beforehand, and writes.
_NAMED = {"aws:s3/bucket:Bucket": "bucket", "aws:ecr/repository:Repository": "name", "aws:iam/role:Role": "name"}


def program(recording: Recording, stack: str) -> Program:
    """What of a recording is AWS's."""
    resources = list[Resource]()
    for each in recording.resources:
        if each.type.startswith("aws:"):
            computed = recording.computed[each.key]
            known = {key: computed[key] for key in ("id", "arn", "dnsName") if key in computed}
            if each.type in _NAMED:
                known["id"] = each.inputs[_NAMED[each.type]]
            resources.append(
                Resource(
                    type=each.type,
                    name=each.name,
                    inputs=each.inputs,
                    kept=each.protect or each.retain_on_delete,
                    identities=known,
                )
            )
    built = frozenset(each.inputs["imageName"] for each in recording.all("docker:index/image:Image"))
    return Program(stack=stack, resources=resources, builds=built)
