"""What a state says of creations that were under way."""

import json
from typing import Any

import pytest

from checks.interruption.pending import Creation, Interrupted, NotAStateError, read

VPC: dict[str, Any] = {
    "urn": "urn:pulumi:prod::pairva::pairva:index:Network$aws:ec2/vpc:Vpc::pairva-vpc",
    "type": "aws:ec2/vpc:Vpc",
    "parent": "urn:pulumi:prod::pairva::pairva:index:Network::pairva",
    "inputs": {"cidrBlock": "10.0.0.0/16"},
}
STACK = {"urn": "urn:pulumi:prod::pairva::pulumi:pulumi:Stack::pairva-prod", "type": "pulumi:pulumi:Stack"}


def state(**deployment: Any) -> bytes:
    return json.dumps({"version": 3, "deployment": deployment}).encode()


def test_only_creations_are_asked_about() -> None:
    known = {**VPC, "id": "vpc-1"}
    pending = [{"type": "creating", "resource": VPC}, {"type": "updating", "resource": known}]
    assert read(state(resources=[STACK, known], pending_operations=pending)) == Interrupted(
        stacks={"prod"},
        creations=[
            Creation(urn=VPC["urn"], type_=VPC["type"], parent=VPC["parent"], inputs={"cidrBlock": "10.0.0.0/16"})
        ],
        known={("aws:ec2/vpc:Vpc", "vpc-1")},
        urns={STACK["urn"], VPC["urn"]},
    )
    assert Creation(urn=VPC["urn"], type_="", parent="", inputs={}).name == "pairva-vpc"


@pytest.mark.parametrize("deployment", [{}, {"resources": None, "pending_operations": None}, {"resources": []}])
def test_a_state_that_never_began_has_none(deployment: dict[str, Any]) -> None:
    assert read(state(**deployment)) == Interrupted(stacks=set(), creations=[], known=set(), urns=set())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no JSON: give it what pulumi stack export writes"),
        (b"\xff\xfe", "is no JSON: give it what pulumi stack export writes"),
        (b"[1]", "is no state: give it what pulumi stack export writes"),
        (b"{}", "is no state: give it what pulumi stack export writes"),
        (b'{"deployment": 1}', "is no state: give it what pulumi stack export writes"),
        (b'{"deployment": {"resources": [1]}}', "is no state: give it what pulumi stack export writes"),
        (b'{"deployment": {"resources": [{}]}}', "is no state: give it what pulumi stack export writes"),
    ],
)
def test_what_is_no_state_is_told_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(NotAStateError, match=f"^{why}$"):
        read(content)
