"""`network:`, in its two shapes: a network that the program makes, or the ids of one that exists."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, ValidationInfo, field_validator

from settings.table import Model
from settings.types import SubnetId, Switch, VpcCidr, VpcId, Zone, fault


class MadeNetwork(Model):
    """A VPC with a public and a private subnet in each of two zones; tasks run in the private ones.

    `nat` is their way out of it; with `endpoints` they reach AWS without one.
    """

    cidr: VpcCidr
    zones: Annotated[list[Zone], Field(min_length=2, max_length=2)]
    nat: Literal["one", "perZone", "none"]
    endpoints: Switch = False

    @field_validator("zones")
    @classmethod
    def two_zones(cls, zones: list[str]) -> list[str]:
        if zones[0] == zones[1]:
            raise fault("names one zone twice", 'name two, for example ["us-east-1a", "us-east-1b"]')
        return zones


class ExistingNetwork(Model):
    """Somebody else's VPC: the load balancer stands in its public subnets, tasks run in the private ones."""

    vpc: VpcId
    public_subnets: Annotated[list[SubnetId], Field(min_length=2)]
    private_subnets: Annotated[list[SubnetId], Field(min_length=2)]

    @field_validator("public_subnets", "private_subnets")
    @classmethod
    def each_subnet_once(cls, subnets: list[str], info: ValidationInfo) -> list[str]:
        if len(set(subnets)) < len(subnets):
            raise fault("names a subnet twice", "name each subnet once")
        if both := sorted({*subnets} & {*info.data.get("public_subnets", [])}):
            raise fault(
                f"names {', '.join(both)} of publicSubnets, too",
                "name each subnet on one side: the load balancer's (public) or the tasks' (private)",
            )
        return subnets


def _made_or_existing(network: Any) -> MadeNetwork | ExistingNetwork:
    """Of the shape whose keys are there, so that a fault is about that shape alone."""
    keys: set[Any] = {*network} if isinstance(network, Mapping) else set()
    made, existing = (_keys(model) & keys for model in (MadeNetwork, ExistingNetwork))
    if made and existing:
        raise fault(
            f"says both {', '.join(sorted(existing))} (a network that exists) and {', '.join(sorted(made))} (one that "
            "is made)",
            "keep vpc, publicSubnets and privateSubnets, or cidr, zones and nat",
        )
    return (ExistingNetwork if existing else MadeNetwork).model_validate(network)


def _keys(model: type[Model]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


Network = Annotated[
    MadeNetwork | ExistingNetwork,
    PlainValidator(_made_or_existing, json_schema_input_type=MadeNetwork | ExistingNetwork),
]
