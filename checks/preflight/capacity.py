"""How a service came to its capacity: one that was placed by capacity providers keeps them.

To the provider, a launch type in their place is another service under the same name (components/service.py).
"""

from collections.abc import Iterator
from functools import partial

from checks.preflight.result import Check, Result, failed
from checks.session import Session
from finding import Finding
from settings.stack import ServiceSettings, Stack


def checks(stack: Stack) -> list[Check]:
    """Asked of services that name no `spot`; what is good is no row of its own."""
    return [
        Check(subject=f"capacity of {name}", ask=partial(_capacity, service=service))
        for name, service in stack.services.items()
        if not service.shares
    ]


def _capacity(session: Session, service: ServiceSettings) -> Iterator[Result]:
    ecs, names = session.client("ecs"), service.names
    try:
        services = ecs.describe_services(cluster=names.cluster, services=[names.family])["services"]
    except ecs.exceptions.ClusterNotFoundException:
        return
    strategy = next((each.get("capacityProviderStrategy") for each in services if each["status"] == "ACTIVE"), None)
    if strategy:
        base = max(each.get("base", 0) for each in strategy)
        fault = Finding(
            where=service.where("spot"),
            what="is gone, and its service would be replaced: one that was on Spot keeps the key",
            found=", ".join(sorted(each["capacityProvider"] for each in strategy)),
            remedy=f"write spot: {{onDemand: {base}, percent: 0}}, which runs all of its tasks on demand",
        )
        yield failed(f"capacity of {names.service}", fault)
