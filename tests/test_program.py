"""`__main__.py` as every committed stack: what it registers, exports and never does."""

import json
from collections.abc import Callable
from dataclasses import replace

import pulumi
import pulumi_aws as aws
import pytest

from settings.arn import Place
from settings.placeholder import within
from tests.cloud import DIGEST
from tests.program import STACKS, committed, outline, tree
from tests.recording import Recording, configured, record, record_stack
from tests.samples import KEY

Recorded = Callable[..., Recording]

each_stack = pytest.mark.parametrize("stack", STACKS)


def test_there_are_stacks_for_this_machine_staging_and_production() -> None:
    assert {"local", "staging", "prod"} <= set(STACKS)


@each_stack
@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_the_tree_is_exactly_that_of_the_stacks_shape(stack: str, preview: bool, recorded: Recorded) -> None:
    assert sorted(tree(recorded(stack, preview))) == sorted(outline(committed(stack)))


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_domain_adds_what_it_needs_and_is_where_the_stack_is_reached(preview: bool) -> None:
    config, file = configured("prod"), committed("prod")
    named = replace(
        file, deployment={**file.deployment, "domain": {"name": "pairva.example.com", "zone": "example.com"}}
    )
    config = {**config, "pairva:deployment": json.dumps(named.deployment)}
    recording = record_stack("prod", preview=preview, config=config)
    assert sorted(tree(recording)) == sorted(outline(named))
    assert recording.outputs["url"] == "https://pairva.example.com"


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_keys_add_nothing_and_encrypt_every_log_and_repository(preview: bool) -> None:
    """But for the bucket: load balancers deliver to none that is encrypted with a key of KMS."""
    config, names = configured("staging"), list(committed("staging").services)
    deployment = json.loads(config["pairva:deployment"])
    for name in names:
        deployment[name] |= {"repository": "owned", "exec": True, "readOnlyRoot": False}

    def recorded_with(**keys: object) -> Recording:
        changed = json.dumps({**deployment, **keys})
        return record_stack("staging", preview=preview, config={**config, "pairva:deployment": changed})

    recording = recorded_with(keys={"logs": KEY, "repositories": KEY, "secrets": [KEY]})
    assert sorted(tree(recording)) == sorted(tree(recorded_with()))
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


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
@pytest.mark.parametrize("nat", ["none", "one"])
def test_endpoints_add_what_the_stacks_services_need(nat: str, preview: bool) -> None:
    config, file = configured("prod"), committed("prod")
    network = {**file.deployment["network"], "nat": nat, "endpoints": True}
    changed = replace(file, deployment={**file.deployment, "network": network})
    recording = record_stack(
        "prod", preview=preview, config={**config, "pairva:deployment": json.dumps(changed.deployment)}
    )
    assert sorted(tree(recording)) == sorted(outline(changed))


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_a_release_adds_a_gate_with_a_hook_of_its_own(preview: bool) -> None:
    config, file = configured("prod"), committed("prod")
    backend = {**file.deployment["backend"], "release": ["node", "migrate.js"]}
    releasing = replace(file, deployment={**file.deployment, "backend": backend})
    config = {**config, "pairva:deployment": json.dumps(releasing.deployment)}
    recording = record_stack("prod", preview=preview, config=config)
    assert sorted(tree(recording)) == sorted(outline(releasing))
    gate = recording.one("aws:ssm/parameter:Parameter", "backend-released")
    assert {each: names[0] for each, names in gate.hooks.items()} == {
        "before_create": "backend-release",
        "before_update": "backend-release",
    }
    assert not [name for name in recording.preview_hooks if name.endswith("-release")]


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
@pytest.mark.parametrize("percent", [70, 0])
def test_one_service_on_spot_adds_what_the_cluster_offers(percent: int, preview: bool) -> None:
    config, file = configured("prod"), committed("prod")
    frontend = {**file.deployment["frontend"], "count": 3, "spot": {"onDemand": 1, "percent": percent}}
    changed = replace(file, deployment={**file.deployment, "frontend": frontend})
    config = {**config, "pairva:deployment": json.dumps(changed.deployment)}
    recording = record_stack("prod", preview=preview, config=config)
    assert sorted(tree(recording)) == sorted(outline(changed))


@each_stack
def test_exports_are_the_address_the_dashboard_each_service_and_nat(stack: str, recorded: Recorded) -> None:
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
def test_a_preview_shows_the_whole_container_definition(stack: str, recorded: Recorded) -> None:
    kind = "aws:ecs/taskDefinition:TaskDefinition"
    shown = {each.name: each.inputs["containerDefinitions"] for each in recorded(stack, True).all(kind)}
    applied = {each.name: each.inputs["containerDefinitions"] for each in recorded(stack).all(kind)}
    assert shown == applied
    assert all(json.loads(text) for text in shown.values())


@each_stack
def test_a_preview_leaves_only_computed_values_open(stack: str, recorded: Recorded) -> None:
    file = committed(stack)
    gate = recorded(stack, True).one("aws:ssm/parameter:Parameter", "backend-proven")
    service = recorded(stack, True).one("aws:ecs/service:Service", "backend-service")
    assert gate.inputs["insecureValue"] == "<unknown>"
    assert service.inputs["taskDefinition"] == "<unknown>"
    assert recorded(stack, True).outputs["url"] == (file.url if "domain" in file.deployment else "<unknown>")
    assert recorded(stack, True).outputs["backend"]["image"] == recorded(stack).outputs["backend"]["image"]


@each_stack
@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_no_input_or_output_holds_a_placeholder_or_an_output_as_text(
    stack: str, preview: bool, recorded: Recorded
) -> None:
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
def test_the_program_looks_up_nothing_but_its_images_and_its_zone(stack: str, recorded: Recorded) -> None:
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
