"""`pairva recover`, as it is called: a state in, the file for `pulumi import` out."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from checks.interruption import trace
from operations.__main__ import app

NETWORK = "urn:pulumi:prod::pairva::pairva:index:Network::pairva"
CLUSTER = "urn:pulumi:prod::pairva::pairva:index:Cluster::pairva"


def begun(parent: str, type_: str, name: str) -> dict[str, Any]:
    kind = parent.split("::")[2]
    resource = {
        "urn": f"urn:pulumi:prod::pairva::{kind}${type_}::{name}",
        "type": type_,
        "parent": parent,
        "inputs": {"of": name},
    }
    return {"type": "creating", "resource": resource}


PENDING = [
    begun(NETWORK, "aws:ec2/vpc:Vpc", "pairva-vpc"),
    begun(NETWORK, "aws:ec2/eip:Eip", "pairva-nat"),
    begun(CLUSTER, "aws:ecs/cluster:Cluster", "pairva-cluster"),
    begun(CLUSTER, "aws:cloudwatch/metricAlarm:MetricAlarm", "pairva-errors"),
    begun(NETWORK, "aws:ec2/subnet:Subnet", "pairva-public-a"),
]


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str] | Exception]:
    """What is found of each resource, by its name."""
    found = dict[str, list[str] | Exception]()

    def find(_session: object, _stack: object, inputs: Mapping[str, Any]) -> Iterator[str]:
        told = found.get(inputs["of"], [])
        if isinstance(told, Exception):
            raise told
        yield from told

    monkeypatch.setattr(trace, "FINDERS", dict.fromkeys(trace.FINDERS, find))
    monkeypatch.setattr("checks.interruption.recovery.FINDERS", trace.FINDERS)
    return found


def recover(*arguments: str, pending: list[Any] = PENDING, subnet: str = "a::b") -> Result:
    known = [
        {"urn": f"urn:pulumi:prod::pairva::{subnet}", "type": "aws:ec2/subnet:Subnet", "id": "subnet-of-another"},
        {"urn": "urn:pulumi:prod::pairva::c::d", "type": "aws:ecs/cluster:Cluster", "id": "pairva-another"},
    ]
    state = json.dumps({"deployment": {"resources": known, "pending_operations": pending}})
    return CliRunner().invoke(app, ["recover", *(arguments or ["prod"])], input=state, catch_exceptions=False)


def test_what_was_made_is_written_for_import_under_its_parents(aws: dict[str, Any]) -> None:
    aws.update({"pairva-vpc": ["vpc-1"], "pairva-cluster": ["pairva-prod"], "pairva-public-a": ["subnet-1"]})
    result = recover()
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "nameTable": {"parent0": NETWORK, "parent1": CLUSTER},
        "resources": [
            {"type": "aws:ec2/vpc:Vpc", "name": "pairva-vpc", "id": "vpc-1", "parent": "parent0"},
            {"type": "aws:ecs/cluster:Cluster", "name": "pairva-cluster", "id": "pairva-prod", "parent": "parent1"},
            {"type": "aws:ec2/subnet:Subnet", "name": "pairva-public-a", "id": "subnet-1", "parent": "parent0"},
        ],
    }
    assert result.stderr.splitlines() == [
        "pairva-vpc (Vpc): vpc-1",
        "pairva-nat (Eip): was not made",
        "pairva-cluster (Cluster): pairva-prod",
        "pairva-errors (MetricAlarm): made again by up, without harm",
        "pairva-public-a (Subnet): subnet-1",
        "next, with standard output in made.json:",
        "    pulumi import --file made.json --protect=false --generate-code=false -s prod",
        "    pulumi refresh --clear-pending-creates -s prod",
        "    pulumi up -s prod",
    ]


def test_what_the_state_knows_is_not_what_was_made(aws: dict[str, Any]) -> None:
    aws["pairva-public-a"] = ["subnet-of-another", "subnet-1"]
    result = recover()
    assert [each["id"] for each in json.loads(result.stdout)["resources"]] == ["subnet-1"]


def test_a_replacement_is_to_be_deleted_since_pulumi_imports_none(aws: dict[str, Any]) -> None:
    """It stands beside what it replaces, under the same tag; the state has that under the same URN."""
    aws["pairva-public-a"] = ["subnet-of-another", "subnet-1"]
    pending = PENDING[-1:]
    result = recover(pending=pending, subnet=pending[0]["resource"]["urn"].partition("::pairva::")[2])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[:2] == [
        "pairva-public-a (Subnet): subnet-1; the state still has what it was to replace: delete this one by hand "
        "before you go on",
        "next:",
    ]


def test_what_is_part_of_something_that_is_gone_was_not_made(aws: dict[str, Any]) -> None:
    aws["pairva-vpc"] = ClientError({"Error": {"Code": "InvalidRouteTableID.NotFound"}}, "DescribeRouteTables")
    assert recover(pending=PENDING[:1]).stderr.startswith("pairva-vpc (Vpc): was not made\n")


def test_what_it_knows_of_another_type_is_not(aws: dict[str, Any]) -> None:
    """A stack's cluster and its dashboard have the same name, which is the id of both."""
    aws["pairva-dashboard"] = ["pairva-another"]
    result = recover(pending=[begun(NETWORK, "aws:cloudwatch/dashboard:Dashboard", "pairva-dashboard")])
    assert [each["id"] for each in json.loads(result.stdout)["resources"]] == ["pairva-another"]


@pytest.mark.parametrize(("pending", "told"), [(PENDING[1:2], "pairva-nat (Eip): was not made"), ([], "nothing")])
def test_where_nothing_was_made_nothing_is_written(pending: list[Any], told: str) -> None:
    result = recover(pending=pending)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines() == [
        told if pending else "prod: nothing was being created",
        "next:",
        "    pulumi refresh --clear-pending-creates -s prod",
        "    pulumi up -s prod",
    ]


def test_components_are_the_engines_own() -> None:
    component = begun(NETWORK, "pairva:index:Network", "pairva")
    assert recover(pending=[component]).stderr.startswith("prod: nothing was being created\n")


def test_between_two_a_person_decides(aws: dict[str, Any]) -> None:
    aws["pairva-vpc"] = ["vpc-1", "vpc-2"]
    result = recover(pending=PENDING[:2])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "pairva-vpc (Vpc): vpc-1, vpc-2",
        "pairva-nat (Eip): was not made",
        "more than one may be what was made: delete what nobody needs, then run this again",
    ]


def test_without_an_answer_nothing_is_written(aws: dict[str, Any]) -> None:
    aws["pairva-cluster"] = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeClusters")
    result = recover()
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "AWS could not be asked: DescribeClusters: AccessDenied: no\n"


def test_a_type_that_nobody_looks_for_is_named() -> None:
    result = recover(pending=[begun(NETWORK, "aws:sqs/queue:Queue", "pairva-queue")])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "nobody has said how aws:sqs/queue:Queue is found: a row for it in checks/interruption/trace.py\n"
    )


@pytest.mark.parametrize("inputs", [None, {}])
def test_a_creation_without_what_it_is_found_by_is_named(inputs: object) -> None:
    creation = begun(NETWORK, "aws:ec2/vpc:Vpc", "pairva-vpc")
    creation["resource"]["inputs"] = inputs
    result = recover(pending=[creation])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "pairva-vpc cannot be looked for: 'of' is not there; look for it in AWS by hand\n"


def test_the_state_of_another_stack_is_refused() -> None:
    result = recover("staging")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "standard input is the state of prod, not of staging\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("{", "is no JSON: give it what pulumi stack export writes"),
    ],
)
def test_a_file_that_is_no_state_is_one_line(content: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    if content:
        file.write_text(content)
    result = recover("prod", str(file))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{file} {said}\n")
