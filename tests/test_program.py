"""`__main__.py` as every committed stack: what it registers, exports and never does."""

import json
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from settings.arn import Place
from settings.placeholder import within
from tests.cloud import DIGEST
from tests.program import STACKS, Committed, committed, outline, tree
from tests.recording import Recording, configured, record, record_stack, recorded
from tests.samples import KEY
from tests.shapes import configured_with

each_stack = pytest.mark.parametrize("stack", STACKS)


def test_there_are_stacks_for_this_machine_staging_and_production() -> None:
    assert {"local", "staging", "prod"} <= set(STACKS)


@each_stack
@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_the_tree_is_exactly_that_of_the_stacks_shape(stack: str, preview: bool) -> None:
    assert sorted(tree(recorded(stack, preview))) == sorted(outline(committed(stack)))


FILE = committed("prod")
NAMED = {"domain": {"name": "pairva.example.com", "zone": "example.com"}}
RELEASING = {"backend": {**FILE.deployment["backend"], "release": ["node", "migrate.js"]}}


def on_spot(percent: int) -> dict[str, Any]:
    spot = {"onDemand": 1, "percent": percent}
    return {"frontend": {**FILE.deployment["frontend"], "count": 3, "spot": spot}}


def with_endpoints(nat: str) -> dict[str, Any]:
    return {"network": {**FILE.deployment["network"], "nat": nat, "endpoints": True}}


def changed(deployment: dict[str, Any], *, preview: bool = False) -> tuple[Recording, Committed]:
    """What prod registers with these tables instead of its own, and the file that says so."""
    file = replace(FILE, deployment={**FILE.deployment, **deployment})
    config = {**configured("prod"), "pairva:deployment": json.dumps(file.deployment)}
    return record_stack("prod", config, preview=preview), file


def test_a_domain_adds_what_it_needs_and_is_where_the_stack_is_reached() -> None:
    recording, file = changed(NAMED)
    assert sorted(tree(recording)) == sorted(outline(file))
    assert recording.outputs["url"] == "https://pairva.example.com"


@pytest.mark.parametrize("nat", ["none", "one"])
def test_endpoints_add_what_the_stacks_services_need(nat: str) -> None:
    recording, file = changed(with_endpoints(nat))
    assert sorted(tree(recording)) == sorted(outline(file))


def test_a_release_adds_a_gate_with_a_hook_of_its_own() -> None:
    recording, file = changed(RELEASING)
    assert sorted(tree(recording)) == sorted(outline(file))
    gate = recording.one("aws:ssm/parameter:Parameter", "backend-released")
    assert {each: names[0] for each, names in gate.hooks.items()} == {
        "before_create": "backend-release",
        "before_update": "backend-release",
    }


@pytest.mark.parametrize("percent", [70, 0])
def test_one_service_on_spot_adds_what_the_cluster_offers(percent: int) -> None:
    recording, file = changed(on_spot(percent))
    assert sorted(tree(recording)) == sorted(outline(file))


def test_a_preview_of_all_of_it_shows_the_same_and_releases_nothing() -> None:
    recording, file = changed({**NAMED, **with_endpoints("none"), **RELEASING, **on_spot(70)}, preview=True)
    assert sorted(tree(recording)) == sorted(outline(file))
    assert recording.outputs["url"] == "https://pairva.example.com"
    assert not [name for name in recording.preview_hooks if name.endswith("-release")]


def test_keys_add_nothing_and_encrypt_every_log_and_repository() -> None:
    """But for the bucket: load balancers deliver to none that is encrypted with a key of KMS."""
    owned = {"repository": "owned", "exec": True, "readOnlyRoot": False}
    keys = {"keys": {"logs": KEY, "repositories": KEY, "secrets": [KEY]}}
    recording, without = (record_stack("staging", configured_with("staging", each, owned)) for each in (keys, {}))
    assert sorted(tree(recording)) == sorted(tree(without))
    names = committed("staging").services
    groups = recording.all("aws:cloudwatch/logGroup:LogGroup")
    assert [(each.name, each.inputs["kmsKeyId"]) for each in groups] == [
        (f"{name}-logs", KEY) for name in sorted([*names, "pairva-exec"])
    ]
    of_repository = [{"encryptionType": "KMS", "kmsKey": KEY}]
    assert [each.inputs["encryptionConfigurations"] for each in recording.all("aws:ecr/repository:Repository")] == [
        of_repository
    ] * len(names)
    assert {each.type for each in recording.resources if KEY in json.dumps(each.inputs)} == {
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:ecr/repository:Repository",
        "aws:ecs/cluster:Cluster",
        "aws:iam/rolePolicy:RolePolicy",
    }


@each_stack
def test_exports_are_the_address_the_dashboard_each_service_and_nat(stack: str) -> None:
    file = committed(stack)
    nat_addresses = {"none": [], "one": ["192.0.2.97"], "perZone": ["192.0.2.97", "192.0.2.98"]}
    assert recorded(stack).outputs == {
        "url": file.url,
        "dashboard": "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
        f"#dashboards/dashboard/pairva-{stack}",
        "nat_addresses": nat_addresses[file.deployment["network"].get("nat", "none")],
        **{
            name: {
                "image": f"{file.registry}/pairva-{name}"
                + (f":{service['version']}" if "build" in service else f"@{DIGEST}"),
                "task_definition": f"arn:aws:ecs:us-east-1:{file.account}:task-definition/pairva-{stack}-{name}:7",
                "log_group": f"/pairva/{stack}/{name}",
                "service": f"pairva-{stack}-{name}",
            }
            for name, service in file.services.items()
        },
    }


@each_stack
def test_a_preview_shows_the_whole_container_definition(stack: str) -> None:
    kind = "aws:ecs/taskDefinition:TaskDefinition"
    shown = {each.name: each.inputs["containerDefinitions"] for each in recorded(stack, True).all(kind)}
    applied = {each.name: each.inputs["containerDefinitions"] for each in recorded(stack).all(kind)}
    assert shown == applied
    assert all(json.loads(text) for text in shown.values())


@each_stack
def test_a_preview_leaves_only_computed_values_open(stack: str) -> None:
    file = committed(stack)
    gate = recorded(stack, True).one("aws:ssm/parameter:Parameter", "backend-proven")
    service = recorded(stack, True).one("aws:ecs/service:Service", "backend-service")
    assert gate.inputs["insecureValue"] == "<unknown>"
    assert service.inputs["taskDefinition"] == "<unknown>"
    assert recorded(stack, True).outputs["url"] == (file.url if "domain" in file.deployment else "<unknown>")
    assert recorded(stack, True).outputs["backend"]["image"] == recorded(stack).outputs["backend"]["image"]


@each_stack
@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_no_input_or_output_holds_a_placeholder_or_an_output_as_text(stack: str, preview: bool) -> None:
    recording = recorded(stack, preview)
    everything = {
        **{each.key: [each.name, each.inputs] for each in recording.resources},
        "outputs": recording.outputs,
        "component outputs": recording.component_outputs,
        "lookups": recording.invokes,
    }
    file = committed(stack)
    place = Place(accounts=frozenset([file.account]), regions=frozenset([file.region]))
    assert list(within(everything, place)) == []


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::${AWS_ACCOUNT_ID}:role/ecsTaskExecutionRole",
        "{{region}}",
        "<ACCOUNT_ID>",
        "%VERSION%",
        "REPLACE_ME",
        '[{"executionRoleArn":"arn:aws:iam::${AWS_ACCOUNT_ID}:role/x"}]',
        '[{"a":"[{\\"b\\":\\"<VERSION>\\"}]"}]',
        "Calling __str__ on an Output[T] is not supported.",
        "<pulumi.output.Output object at 0x7f>",
        "Output[str]",
    ],
)
def test_a_program_that_registers_a_placeholder_is_caught(text: str) -> None:
    recording = record(lambda: aws.ssm.Parameter("bad", name="bad", type="String", insecure_value=text))
    (found,) = within(recording.resources[0].inputs, Place())
    assert found.path[0] == "insecureValue"


def test_a_program_that_formats_an_output_in_python_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_ERROR_OUTPUT_STRING", raising=False)

    def program() -> None:
        role = aws.iam.Role("role", name="role", assume_role_policy="{}")
        aws.ssm.Parameter("bad", name="bad", type="String", insecure_value=json.dumps({"role": f"{role.arn}"}))

    (found,) = within(record(program).one("aws:ssm/parameter:Parameter", "bad").inputs, Place())
    assert (found.path, found.found) == (("insecureValue", "role"), "Calling __str__ on an Output")


def test_importing_the_settings_makes_an_output_in_a_text_an_error() -> None:
    with pytest.raises(Exception, match="Calling __str__ on an Output"):
        record(lambda: f"{pulumi.Output.from_input('a')}")


@each_stack
def test_the_program_looks_up_nothing_but_its_images_and_its_zone(stack: str) -> None:
    file = committed(stack)
    expected = {("aws:route53/getZone:getZone", "")} if "domain" in file.deployment else set[tuple[str, str]]()
    for name, service in file.services.items():
        if "build" not in service:
            expected.add(("aws:ecr/getImage:getImage", name))
            continue
        expected.add(("aws:ecr/getAuthorizationToken:getAuthorizationToken", ""))
    found = {
        (token, arguments.get("repositoryName", "").removeprefix("pairva-"))
        for token, arguments in recorded(stack).invokes
    }
    assert found == expected
    lookups = [arguments for token, arguments in recorded(stack).invokes if "aws:ecr/" in token]
    assert {(each["registryId"], each["region"]) for each in lookups} == {file.place_of_images}
