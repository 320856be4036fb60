"""How many tasks there are, where they run, and who is let into them: each rule, with its place and its words."""

from pathlib import Path

import pytest

from finding import Finding
from settings.fargate import Share
from tests.samples import SAMPLE, Edit, faults, stack

ON_DEMAND = "pairva:deployment.backend.spot.onDemand"
COUNT, WRITABLE, PATH = "count: 1", "writable: [/tmp]", "      path: /api/*\n"
SCALING = "pairva:deployment.backend.scaling"
BOTH_SAY = "is beside count, and each says how many tasks run"


def scaling(**keys: object) -> Edit:
    return COUNT, f"scaling: {{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}"


def spot(on_demand: object, percent: object, count: str = "count: 3") -> Edit:
    return COUNT, f"{count}\n      spot: {{onDemand: {on_demand}, percent: {percent}}}"


SIX = "scaling: {min: 2, max: 6, cpuPercent: 60}"

# Edits of the sample; then line and key, what, found, remedy.
CASES: dict[str, tuple[tuple[Edit, ...], str, str, str, str]] = {
    "neither count nor scaling": (
        ((f"      {COUNT}\n", ""),),
        "12: pairva:deployment.backend.count",
        "the key is missing, and so is scaling: nothing says how many tasks run",
        "",
        "add count: 2, or scaling: {min: 2, max: 6, cpuPercent: 60}",
    ),
    "scaling that says nothing": (
        ((COUNT, "scaling:"),),
        f"19: {SCALING}",
        "is left empty",
        "",
        "write its value, or remove the key",
    ),
    "count and scaling": (
        ((COUNT, f"{COUNT}\n      scaling: {{min: 2, max: 6, cpuPercent: 60}}"),),
        f"20: {SCALING}",
        BOTH_SAY,
        "",
        "keep count for a fixed number, or scaling to follow the load",
    ),
    "max below min": (
        (scaling(min=6, max=2, cpuPercent=60),),
        f"19: {SCALING}.max",
        "is not above min, and leaves nothing to scale",
        "2",
        "raise it, or write count instead of scaling",
    ),
    "max that is min": (
        (scaling(min=2, max=2, cpuPercent=60),),
        f"19: {SCALING}.max",
        "is not above min, and leaves nothing to scale",
        "2",
        "raise it, or write count instead of scaling",
    ),
    "no load": (
        (scaling(min=2, max=6),),
        f"19: {SCALING}",
        "names no load to scale by",
        "",
        "add cpuPercent or memoryPercent or requestsPerTarget, for example cpuPercent: 60",
    ),
    "requests of a worker": (
        (scaling(min=2, max=6, requestsPerTarget=500), (PATH, "")),
        f"18: {SCALING}.requestsPerTarget",
        "counts requests through the load balancer, which leads none to a service without a path",
        "500",
        "give the service a path, or scale it by cpuPercent or memoryPercent",
    ),
    "a minimum that is no number": (
        (scaling(min="two", max=6, cpuPercent=60),),
        f"19: {SCALING}.min",
        "is not a whole number",
        "two",
        "write a whole number",
    ),
    "no maximum": (
        (scaling(min=2, cpuPercent=60),),
        f"19: {SCALING}.max",
        "the key is missing",
        "",
        f"add it to {SCALING}",
    ),
    "a service that Spot takes back as a whole": (
        (spot(0, 70),),
        f"20: {ON_DEMAND}",
        "leaves a service that answers requests without a task that Spot cannot take back",
        "0",
        "write at least 1, and less than backend.count",
    ),
    "a scaled service that Spot takes back as a whole": (
        (spot(0, 70, SIX),),
        f"20: {ON_DEMAND}",
        "leaves a service that answers requests without a task that Spot cannot take back",
        "0",
        "write at least 1, and less than backend.scaling.max",
    ),
    "Spot for none": (
        (spot(3, 70),),
        f"20: {ON_DEMAND}",
        "leaves nothing for Spot: at most 3 of its tasks run (backend.count)",
        "3",
        "lower it, raise count, or write percent: 0",
    ),
    "Spot for none of a worker": (
        (spot(2, 70, "count: 1"), (PATH, "")),
        f"19: {ON_DEMAND}",
        "leaves nothing for Spot: at most 1 of its tasks run (backend.count)",
        "2",
        "lower it, raise count, or write percent: 0",
    ),
    "Spot for the only task": (
        (spot(0, 70, "count: 1"),),
        f"20: {ON_DEMAND}",
        "leaves a service that answers requests without a task that Spot cannot take back",
        "0",
        "raise count to 2 or more and write 1, or write percent: 0",
    ),
    "Spot for none of the only task": (
        (spot(1, 70, "count: 1"),),
        f"20: {ON_DEMAND}",
        "leaves nothing for Spot: at most 1 of its tasks run (backend.count)",
        "1",
        "raise count, or write percent: 0",
    ),
    "Spot for none of a scaled service": (
        (spot(6, 70, SIX),),
        f"20: {ON_DEMAND}",
        "leaves nothing for Spot: at most 6 of its tasks run (backend.scaling.max)",
        "6",
        "lower it, raise scaling.max, or write percent: 0",
    ),
    "no percent of Spot": (
        ((COUNT, f"{COUNT}\n      spot: {{onDemand: 0}}"), (PATH, "")),
        "19: pairva:deployment.backend.spot.percent",
        "the key is missing",
        "",
        "add it to pairva:deployment.backend.spot",
    ),
    "ECS Exec on a read-only root": (
        ((WRITABLE, f"{WRITABLE}\n      exec: true"),),
        "28: pairva:deployment.backend.exec",
        "cannot work on a read-only root: the agent of ECS Exec writes to the container's own file system",
        "true",
        "write readOnlyRoot: false beside it, or exec: false",
    ),
    "ECS Exec on a root that is said to be read-only": (
        ((WRITABLE, f"{WRITABLE}\n      exec: true\n      readOnlyRoot: true"),),
        "28: pairva:deployment.backend.exec",
        "cannot work on a read-only root: the agent of ECS Exec writes to the container's own file system",
        "true",
        "write readOnlyRoot: false beside it, or exec: false",
    ),
}


@pytest.mark.parametrize(("edits", "where", "what", "found", "remedy"), CASES.values(), ids=CASES)
def test_a_rule_that_is_broken_is_named_with_its_place_and_remedy(
    edits: tuple[Edit, ...], where: str, what: str, found: str, remedy: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, *edits) == [
        Finding(where=f"Pulumi.test.yaml:{where}", what=what, found=found, remedy=remedy)
    ]


@pytest.mark.parametrize(
    ("edit", "key", "found", "what", "remedy"),
    [
        (scaling(min=0, max=6, cpuPercent=60), "min", "0", "is below 1", "write at least 1"),
        (scaling(min=2, max=1001, cpuPercent=60), "max", "1001", "is above 1000", "write at most 1000"),
        (scaling(min=2, max=6, cpuPercent=9), "cpuPercent", "9", "is below 10", "write 10 to 90"),
        (scaling(min=2, max=6, cpuPercent=91), "cpuPercent", "91", "is above 90", "write 10 to 90"),
        (scaling(min=2, max=6, memoryPercent=9), "memoryPercent", "9", "is below 10", "write 10 to 90"),
        (scaling(min=2, max=6, memoryPercent=91), "memoryPercent", "91", "is above 90", "write 10 to 90"),
        (scaling(min=2, max=6, requestsPerTarget=0), "requestsPerTarget", "0", "is below 1", "write at least 1"),
    ],
)
def test_a_bound_is_named(edit: Edit, key: str, found: str, what: str, remedy: str, tmp_path: Path) -> None:
    assert faults(tmp_path, edit) == [
        Finding(where=f"Pulumi.test.yaml:19: {SCALING}.{key}", what=what, found=found, remedy=remedy)
    ]


GOOD: dict[str, tuple[Edit, ...]] = {
    "the narrowest": (scaling(min=1, max=2, cpuPercent=10),),
    "the widest": (scaling(min=1, max=1000, memoryPercent=90, requestsPerTarget=1),),
    "all three loads": (scaling(min=2, max=6, cpuPercent=60, memoryPercent=70, requestsPerTarget=500),),
    "a worker by its own load": (scaling(min=2, max=6, cpuPercent=60), (PATH, "")),
    "a root that can be written, and nobody let in": ((WRITABLE, f"{WRITABLE}\n      readOnlyRoot: false"),),
    "one on demand, the others mostly on Spot": (spot(1, 99),),
    "all but one on demand": (spot(2, 1),),
    "Spot above what always runs": (spot(5, 70, SIX),),
    "a worker on Spot": (spot(0, 70), (PATH, "")),
    "Spot that was left": (spot(3, 0), ("count: 3", "count: 1")),
    "Spot that was left by a service of one": (spot(0, 0, "count: 1"),),
    "ECS Exec, in either order": ((WRITABLE, "exec: true\n      readOnlyRoot: false"),),
    "no ECS Exec": ((WRITABLE, f"{WRITABLE}\n      exec: false"),),
}


@pytest.mark.parametrize("edits", GOOD.values(), ids=GOOD)
def test_what_fits_is_taken(edits: tuple[Edit, ...], tmp_path: Path) -> None:
    assert faults(tmp_path, *edits) == []


def test_one_mistake_hides_no_other(tmp_path: Path) -> None:
    edits = (scaling(min=0, max=1001, requestsPerTarget=0), (PATH, ""), (WRITABLE, "exec: true"))
    found = faults(tmp_path, *edits, ("count: 2", "scaling: 5"), ("port: 3000", "port: 80"))
    frontend = SAMPLE[: SAMPLE.index("count: 2")].count("\n")
    assert sorted(each.where.removeprefix("Pulumi.test.yaml:") for each in found) == sorted(
        [
            "15: pairva:deployment.backend.port",
            f"18: {SCALING}.max",
            f"18: {SCALING}.min",
            f"18: {SCALING}.requestsPerTarget",
            f"18: {SCALING}.requestsPerTarget",
            "26: pairva:deployment.backend.exec",
            f"{frontend}: pairva:deployment.frontend.scaling",
        ]
    )


@pytest.mark.parametrize(
    ("edit", "key", "found", "what", "remedy"),
    [
        (spot(-1, 70), "onDemand", "-1", "is below 0", "write at least 0"),
        (spot("true", 70), "onDemand", "true", "is not a whole number", "write a whole number"),
        (spot(1, -1), "percent", "-1", "is below 0", "write 0 to 99"),
        (spot(1, 100), "percent", "100", "is above 99", "write 0 to 99"),
        (spot(1, 0.5), "percent", "0.5", "is not a whole number", "write a whole number"),
    ],
)
def test_a_bound_of_spot_is_named(edit: Edit, key: str, found: str, what: str, remedy: str, tmp_path: Path) -> None:
    where = f"Pulumi.test.yaml:20: pairva:deployment.backend.spot.{key}"
    assert faults(tmp_path, edit) == [Finding(where=where, what=what, found=found, remedy=remedy)]


def test_a_share_of_a_service_is_what_it_says_and_none_is_none() -> None:
    on_demand, on_spot = Share(provider="FARGATE", base=1, weight=30), Share(provider="FARGATE_SPOT", base=0, weight=70)
    one, left, never = (stack(*edits) for edits in ([spot(1, 70)], [spot(1, 0)], []))
    assert one.services["backend"].shares == (on_demand, on_spot)
    assert left.services["backend"].shares == (Share(provider="FARGATE", base=1, weight=100),)
    assert never.services["backend"].shares == one.services["frontend"].shares == ()
    assert (one.spot, left.spot, never.spot) == (True, True, False)
