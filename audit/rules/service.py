"""What keeps tasks running: services and their cluster."""

from collections.abc import Iterator, Mapping, Sequence

from audit.program import Program
from audit.rule import CLUSTER, LOG_GROUP, SERVICE, Breach, Rule, all_of, at, each


def _watched(settings: Sequence[Mapping[str, str]] | None) -> bool:
    return {"name": "containerInsights", "value": "enhanced"} in (settings or [])


def _unseen_shells(program: Program) -> Iterator[Breach]:
    """ECS Exec without a log of the stack's own of all that is typed and answered."""
    groups = {group.inputs["name"] for group in program.all(LOG_GROUP)}
    path = "configuration.executeCommandConfiguration"
    logged = all(
        at(cluster.inputs, f"{path}.logging") == "OVERRIDE"
        and at(cluster.inputs, f"{path}.logConfiguration.cloudWatchLogGroupName") in groups
        for cluster in program.all(CLUSTER)
    )
    for service in program.all(SERVICE):
        if service.inputs.get("enableExecuteCommand") and not logged:
            yield Breach(service, "enableExecuteCommand", True)


RULES = (
    Rule(
        "S1",
        "tasks have no public address",
        each(SERVICE, "networkConfiguration.assignPublicIp", lambda found: found is False),
    ),
    Rule(
        "S2",
        "tasks run on the latest platform",
        each(SERVICE, "platformVersion", lambda found: found in (None, "LATEST", "1.4.0")),
    ),
    Rule("S3", "Container Insights are on, in full", each(CLUSTER, "settings", _watched)),
    Rule("S4", "ECS Exec is off, or all that is done with it is logged", _unseen_shells),
    Rule(
        "T14",
        "tasks carry the tags of their service",
        all_of(
            each(SERVICE, "propagateTags", lambda found: found == "SERVICE"),
            each(SERVICE, "enableEcsManagedTags", lambda found: found is True),
        ),
    ),
)
