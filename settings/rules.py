"""What must hold between tables of a stack file.

pydantic checks what crosses tables only once each table is right. These rules read the values as they were written,
so that one mistake hides no other. A table or value of another shape is passed over here: the models have named it
already.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from settings.routing import answering, rule_priority
from settings.types import REGION

_REQUESTS = "requestsPerTarget"
_LOADS = ("cpuPercent", "memoryPercent", _REQUESTS)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A broken rule: where (`aws`, `deployment`, …), the value found there, what is wrong with it, what to do.

    `found`: what to show instead of the value, if the value is not for everybody's eyes.
    """

    location: tuple[str | int, ...]
    value: Any
    what: str
    remedy: str
    found: str | None = None


def broken(tables: Mapping[str, Any], services: tuple[str, ...], stack: str) -> list[Fault]:
    """Every rule that these settings of `stack` break; `tables` as `settings.model.Settings` takes them."""
    aws, deployment = table_of(tables, "aws"), table_of(tables, "deployment")
    network = table_of(deployment, "network")
    return [
        *_zones_of_the_region(network, aws),
        *_a_way_to_aws(network, aws),
        *_a_path_for_each_service(deployment, services),
        *_a_smoke_request_that_arrives(deployment, services),
        *_one_source_for_each_variable(deployment, services),
        *_somebody_who_proves(deployment, services, stack),
        *_a_count_or_scaling(deployment, services),
        *_a_load_to_scale_by(deployment, services),
        *_tasks_for_spot(deployment, services),
        *_keys_for_something(deployment, services),
    ]


def _zones_of_the_region(network: Mapping[str, Any], aws: Mapping[str, Any]) -> Iterator[Fault]:
    region, zones = aws.get("region"), network.get("zones")
    if not isinstance(region, str) or not re.fullmatch(REGION, region) or not isinstance(zones, list):
        return
    for position, zone in enumerate(zones):
        if isinstance(zone, str) and not zone.startswith(region):
            yield Fault(
                location=("deployment", "network", "zones", position),
                value=zone,
                what=f"is no zone of aws:region {region}",
                remedy=f'for example "{region}a"',
            )


def _a_way_to_aws(network: Mapping[str, Any], aws: Mapping[str, Any]) -> Iterator[Fault]:
    if network.get("nat") == "none" and network.get("endpoints") is not True and not aws.get("endpoints"):
        yield Fault(
            location=("deployment", "network", "nat"),
            value="none",
            what="leaves tasks in private subnets no way to pull an image or write a log",
            remedy="add endpoints: true, or use one or perZone; none alone is for an emulator that aws:endpoints names",
        )


def _a_path_for_each_service(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    taken: dict[int, tuple[str, str]] = {}
    for service in services:
        path = table_of(deployment, service).get("path")
        if not isinstance(path, str):
            continue
        if rule_priority(path) in taken:
            other, its_path = taken[rule_priority(path)]
            same = f"is the path that {other} answers on"
            yield Fault(
                location=("deployment", service, "path"),
                value=path,
                what=same if path == its_path else f"comes out at the listener priority of {other}'s {its_path}",
                remedy="give each service a path of its own" if path == its_path else "change one of the two a little",
            )
        taken[rule_priority(path)] = (service, path)


def _a_smoke_request_that_arrives(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    tables = {service: table_of(deployment, service) for service in services}
    patterns = {service: table["path"] for service, table in tables.items() if _is_path(table.get("path"))}
    for service, table in tables.items():
        smoke, path = table.get("smoke"), table_of(table, "smoke").get("path")
        if isinstance(smoke, Mapping) and table.get("path") is None:
            yield Fault(
                location=("deployment", service, "smoke"),
                value=smoke,
                what="is asked through the load balancer, which leads nothing to a service without a path",
                remedy="give the service a path, or remove smoke",
            )
        elif service in patterns and _is_path(path) and (reached := answering(path, patterns)) != service:
            whom = f"{reached} ({patterns[reached]})" if reached else "no service"
            yield Fault(
                location=("deployment", service, "smoke", "path"),
                value=path,
                what=f"is a path that the load balancer leads to {whom}",
                remedy=f"ask for one that it leads to {service} ({patterns[service]})",
            )


def _one_source_for_each_variable(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    for service in services:
        table = table_of(deployment, service)
        for name in table_of(table, "secrets").keys() & table_of(table, "environment").keys():
            yield Fault(
                location=("deployment", service, "secrets", name),
                value={},
                what="is in environment, too",
                remedy="keep it in one of the two",
            )


def _somebody_who_proves(deployment: Mapping[str, Any], services: tuple[str, ...], stack: str) -> Iterator[Fault]:
    """What a stack builds, it proves itself: another one's word counts only for what is promoted."""
    builder, required = deployment.get("builtBy"), deployment.get("requireProof") is True
    if builder == stack:
        yield Fault(
            location=("deployment", "builtBy"),
            value=builder,
            what="is this stack itself, which proves a version only by deploying it",
            remedy="name the stack that builds what this one promotes, for example staging, or remove builtBy",
        )
    if required and builder is None:
        yield Fault(
            location=("deployment", "requireProof"),
            value=True,
            what="asks for a proof, and nothing says whose",
            remedy="name the stack that builds what this one promotes: builtBy: staging",
        )
    tables = [table_of(deployment, service) for service in services if service in deployment]
    if required and tables and all(table.get("build") is not None for table in tables):
        yield Fault(
            location=("deployment", "requireProof"),
            value=True,
            what="asks for a proof of what is promoted, and this stack builds every service",
            remedy="remove requireProof, or remove build from what this stack should promote",
        )


def _a_count_or_scaling(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    for service in services:
        table = deployment.get(service)
        if not isinstance(table, Mapping):
            continue
        counted, scaled = "count" in table, "scaling" in table
        if counted and scaled:
            yield Fault(
                location=("deployment", service, "scaling"),
                value={},
                what="is beside count, and each says how many tasks run",
                remedy="keep count for a fixed number, or scaling to follow the load",
            )
        elif not counted and not scaled:
            yield Fault(
                location=("deployment", service, "count"),
                value={},
                what="the key is missing, and so is scaling: nothing says how many tasks run",
                remedy="add count: 2, or scaling: {min: 2, max: 6, cpuPercent: 60}",
            )


def _a_load_to_scale_by(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    for service in services:
        table = table_of(deployment, service)
        scaling, location = table.get("scaling"), ("deployment", service, "scaling")
        if not isinstance(scaling, Mapping):
            continue
        if all(scaling.get(load) is None for load in _LOADS):
            yield Fault(
                location=location,
                value={},
                what="names no load to scale by",
                remedy=f"add {' or '.join(_LOADS)}, for example cpuPercent: 60",
            )
        if scaling.get(_REQUESTS) is not None and table.get("path") is None:
            yield Fault(
                location=(*location, _REQUESTS),
                value=scaling[_REQUESTS],
                what="counts requests through the load balancer, which leads none to a service without a path",
                remedy="give the service a path, or scale it by cpuPercent or memoryPercent",
            )


def _tasks_for_spot(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    for service in services:
        table = table_of(deployment, service)
        spot, key = table_of(table, "spot"), "scaling.max" if "scaling" in table else "count"
        most = table_of(table, "scaling").get("max") if "scaling" in table else table.get("count")
        on_demand, location = spot.get("onDemand"), ("deployment", service, "spot", "onDemand")
        if type(on_demand) is not int or on_demand < 0 or spot.get("percent") == 0:
            continue
        answers = table.get("path") is not None
        if on_demand == 0 and answers:
            yield Fault(
                location=location,
                value=on_demand,
                what="leaves a service that answers requests without a task that Spot cannot take back",
                remedy=f"write at least 1, and less than {service}.{key}"
                if type(most) is not int or most > 1
                else f"raise {key} to 2 or more and write 1, or write percent: 0",
            )
        elif type(most) is int and on_demand >= most:
            yield Fault(
                location=location,
                value=on_demand,
                what=f"leaves nothing for Spot: at most {most} of its tasks run ({service}.{key})",
                remedy=f"{'' if answers and most == 1 else 'lower it, '}raise {key}, or write percent: 0",
            )


def _keys_for_something(deployment: Mapping[str, Any], services: tuple[str, ...]) -> Iterator[Fault]:
    keys = deployment.get("keys")
    tables = [table_of(deployment, service) for service in services if service in deployment]
    if not isinstance(keys, Mapping):
        return
    if not keys:
        yield Fault(
            location=("deployment", "keys"),
            value=keys,
            what="names nothing",
            remedy="name a key for logs, repositories or secrets, or remove it",
        )
    if "repositories" in keys and tables and all(table.get("repository") == "existing" for table in tables):
        yield Fault(
            location=("deployment", "keys", "repositories"),
            value=keys["repositories"],
            what="is for repositories that this stack makes, and it makes none",
            remedy="remove it: a repository that exists keeps the encryption that it was made with",
        )
    if "secrets" in keys and not any(table.get("secrets") and "executionRole" not in table for table in tables):
        yield Fault(
            location=("deployment", "keys", "secrets"),
            value=keys["secrets"],
            what="is for execution roles that this stack makes, and none of them reads a secret",
            remedy="remove it; whoever owns an executionRole lets it kms:Decrypt",
        )


def _is_path(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value.startswith("/")


def table_of(tables: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table of that key; an empty one if there is none."""
    value = tables.get(key)
    return value if isinstance(value, Mapping) else {}
