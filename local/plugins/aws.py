"""`pulumi-resource-aws`: stands in for pulumi-aws where it cannot be downloaded. Run as a module."""

from dataclasses import replace

from local.plugins import resource, server
from local.plugins.amazon import (
    account,
    cluster,
    identity,
    listener,
    load_balancer,
    log_group,
    network,
    parameter,
    registry,
    routing,
    security_group,
    service,
    task_definition,
)
from local.plugins.amazon.account import Account
from local.plugins.resource import ResourceType, Target
from local.plugins.wire import UNKNOWN, Props

_FAMILIES = (
    network,
    routing,
    security_group,
    registry,
    identity,
    log_group,
    cluster,
    task_definition,
    service,
    load_balancer,
    listener,
    parameter,
)


def prepare(session: Account, kind: ResourceType[Account], target: Target) -> Props:
    """Add the default tags, as pulumi-aws does before it compares, and refuse what is only half implemented."""
    inputs = dict(target.inputs)
    if inputs.get("waitForSteadyState") is True:
        raise ValueError("waitForSteadyState true is not implemented by the stand-in for pulumi-aws")
    if inputs.get("region", session.region) not in (session.region, UNKNOWN):
        raise ValueError(
            f"region {inputs['region']} is not implemented by the stand-in for pulumi-aws: "
            f"the provider's region is {session.region}"
        )
    if "tags" in kind.inputs and inputs.get("tags") != UNKNOWN:
        inputs["tags"] = {**session.default_tags, **inputs.get("tags", {})}
        if not inputs["tags"]:
            del inputs["tags"]
    return inputs


def outputs(session: Account, kind: ResourceType[Account], inputs: Props) -> Props:
    """What every resource has: its region, and all its tags, which a preview knows, too."""
    tags = {"tagsAll": inputs.get("tags", {})} if "tags" in kind.inputs else {}
    return {"region": session.region, **tags}


def regional(kind: ResourceType[Account]) -> ResourceType[Account]:
    """The type with the `region` that pulumi-aws 7 gives everything but IAM."""
    return replace(
        kind,
        inputs={**kind.inputs, "region": str},
        replace_on=kind.replace_on | {"region"},
        only_here=kind.only_here | {"region"},
    )


PLUGIN = resource.Plugin[Account](
    name="aws",
    version="7.51.1",
    configuration=account.CONFIGURATION,
    connect=lambda configuration, _: account.connect(configuration),
    resources={
        token: kind if token.startswith("aws:iam/") else regional(kind)
        for family in _FAMILIES
        for token, kind in family.TYPES.items()
    },
    functions=registry.FUNCTIONS,
    prepare=prepare,
    outputs=outputs,
    gone=account.gone,
    busy=account.busy,
)

if __name__ == "__main__":
    server.serve(PLUGIN)
