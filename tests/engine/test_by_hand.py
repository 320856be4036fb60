"""What people change by hand is found and mended; and a protected stack is taken down on purpose only."""

import re
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from access import table
from checks.interruption.trace import FINDERS
from checks.session import Session
from local.machine import Machine
from local.preparation import Toolchain
from settings import stack_file
from settings.stack import Stack
from tests.engine import readme
from tests.engine.deeds import Made
from tests.engine.hands import HANDS
from tests.engine.project import Project


@pytest.fixture(scope="module")
def protected(machine: tuple[Machine, Toolchain], tmp_path_factory: pytest.TempPathFactory) -> Generator[Project]:
    """A stack of every type that the emulator knows, protected as the real ones are."""
    project = Project.create(tmp_path_factory.mktemp("hand"), "hand", *machine)
    route53 = project.aws("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="hand")["HostedZone"]["Id"]
    project.change(_everything)
    try:
        assert project.up().code == 0
        yield project
    finally:
        project.change(lambda config: config["pairva:deployment"].update(protect=False))
        if project.state().get("resources"):
            project.up()
            project.pulumi("destroy", "--yes", "--skip-preview", "--refresh=false", "--non-interactive")
        route53.delete_hosted_zone(Id=zone)


def _everything(config: dict[str, Any]) -> None:
    deployment = config["pairva:deployment"]
    deployment.update(protect=True, domain={"name": "pairva.example.com", "zone": "example.com"})
    deployment["network"].update(nat="one", endpoints=True)
    deployment["backend"]["pullAccounts"] = ["222222222222"]
    deployment["frontend"].update(count=2, spot={"onDemand": 1, "percent": 50})
    for service in ("backend", "frontend"):
        # Nobody here can ask by that name.
        del deployment[service]["smoke"]


def _made(project: Project) -> Mapping[str, Made]:
    """By `<type>/<name>`."""
    return {
        f"{each['type']}/{each['urn'].rpartition('::')[2]}": Made(each["id"], each["inputs"], each["outputs"])
        for each in project.state()["resources"]
        if each.get("id") and each["type"].partition(":")[0] in ("aws", "docker")
    }


def _plan(project: Project) -> dict[str, str]:
    return {
        key: re.sub("create-replacement|delete-replaced", "replace", operation)
        for key, operation in project.planned().items()
    }


def test_every_type_that_the_program_makes_is_in_the_table(protected: Project) -> None:
    there = {key.rpartition("/")[0] for key in _made(protected)}
    resources = {each for each in table.ROWS if not each.rpartition(":")[2].startswith("get")}
    assert there | resources == {*HANDS}
    here = {type_ for type_ in HANDS if type_.partition("/")[0] != "aws:appautoscaling"}
    assert there == here


def test_each_resource_would_be_found_had_its_creation_been_cut_off(
    protected: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the id that `pulumi import` takes, which is not always the state's."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    stack = stack_file.load(protected.stack_file)
    assert isinstance(stack, Stack)
    session, found, expected = Session(stack), dict[str, list[str]](), dict[str, list[str]]()
    for key, made in _made(protected).items():
        type_ = key.rpartition("/")[0]
        if type_ in FINDERS and not key.endswith("/pairva-validation"):  # which up makes again
            ids = [*FINDERS[type_](session, stack, made.inputs)]
            # MiniStack 1.5 shows all endpoints, whatever their tags.
            found[key] = [made.id] if type_.endswith(":VpcEndpoint") and made.id in ids else ids
            expected[key] = [_import_id(type_, made)]
    assert found == expected
    assert {key.rpartition("/")[0] for key in found} == FINDERS.keys()


def _import_id(type_: str, made: Made) -> str:
    match type_:
        case "aws:ec2/routeTableAssociation:RouteTableAssociation":
            return f"{made.inputs['subnetId']}/{made.inputs['routeTableId']}"
        case "aws:ecs/cluster:Cluster":
            return made.inputs["name"]
        case "aws:ecs/service:Service":
            return "/".join(made.id.split("/")[-2:])
        case _:
            return made.id


def test_every_edit_is_found_and_mended(protected: Project) -> None:
    made, expected = _made(protected), dict[str, str]()
    for type_, hand in HANDS.items():
        if isinstance(hand.edit, Callable):
            hand.edit(protected.aws, made[f"{type_}/{hand.name}"])
            expected[f"{type_}/{hand.name}"] = hand.planned
    assert _plan(protected) == expected
    assert protected.up().code == 0
    assert _plan(protected) == {}


def test_every_deletion_is_found_and_mended(protected: Project) -> None:
    made, expected = _made(protected), dict[str, str]()
    for type_, hand in HANDS.items():
        if isinstance(hand.delete, Callable):
            hand.delete(protected.aws, made[f"{type_}/{hand.deleted or hand.name}"])
            expected[f"{type_}/{hand.deleted or hand.name}"] = "create"
    planned = _plan(protected)
    assert {key: planned.get(key) for key in expected} == expected
    # What stands on them follows, and nothing else is made.
    assert [key for key, operation in planned.items() if operation == "create" and key not in expected] == []
    assert protected.up().code == 0
    assert _plan(protected) == {}


def test_a_protected_stack_is_taken_down_by_the_readmes_own_lines_and_not_before(protected: Project) -> None:
    services = [protected.service(name)["serviceArn"] for name in ("backend", "frontend")]
    before = _made(protected)
    refused = protected.pulumi("destroy", "--yes", "--non-interactive")
    assert refused.code != 0
    assert "cannot be deleted\n    because it is protected" in refused.said
    assert _made(protected).keys() == before.keys()
    assert [protected.service(name)["serviceArn"] for name in ("backend", "frontend")] == services

    unprotect, up, destroy = readme.commands("Taking a stack down", {"prod": protected.stack})
    for words in (unprotect, up, destroy):
        assert readme.run_pulumi(words, protected.pulumi).code == 0
    assert "resources" not in protected.state()
    assert protected.aws("logs").describe_log_groups(logGroupNamePrefix="/pairva/hand")["logGroups"] == []
    assert protected.aws("ecr").describe_repositories()["repositories"] == []
    assert [each["Name"] for each in protected.aws("s3").list_buckets()["Buckets"] if "hand" in each["Name"]] == []
