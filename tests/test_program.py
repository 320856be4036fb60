"""`__main__.py` as every committed stack: what it registers, exports and never does."""

import json
from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pytest

from tests.cloud import DIGEST
from tests.placeholders import unresolved
from tests.program import STACKS, committed, outline, tree
from tests.recording import Recording, record

Recorded = Callable[..., Recording]

each_stack = pytest.mark.parametrize("stack", STACKS)


def test_there_are_stacks_for_this_machine_staging_and_production() -> None:
    assert {"local", "staging", "prod"} <= set(STACKS)


@each_stack
@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_the_tree_is_exactly_that_of_the_stacks_shape(stack: str, preview: bool, recorded: Recorded) -> None:
    assert sorted(tree(recorded(stack, preview))) == sorted(outline(committed(stack)))


@each_stack
def test_exports_are_the_address_each_service_and_nat(stack: str, recorded: Recorded) -> None:
    file = committed(stack)
    nat_addresses = {"none": [], "one": ["192.0.2.97"], "perZone": ["192.0.2.97", "192.0.2.98"]}
    assert recorded(stack).outputs == {
        "url": "http://pairva-balancer.us-east-1.elb.amazonaws.com",
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
    gate = recorded(stack, True).one("aws:ssm/parameter:Parameter", "backend-proven")
    service = recorded(stack, True).one("aws:ecs/service:Service", "backend-service")
    assert gate.inputs["insecureValue"] == "<unknown>"
    assert service.inputs["taskDefinition"] == "<unknown>"
    assert recorded(stack, True).outputs["url"] == "<unknown>"
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
    assert list(unresolved(everything)) == []


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
    (found,) = unresolved(recording.resources[0].inputs)
    assert found.startswith(".insecureValue")


def test_a_program_that_formats_an_output_in_python_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_ERROR_OUTPUT_STRING", raising=False)

    def program() -> None:
        role = aws.iam.Role("role", name="role", assume_role_policy="{}")
        aws.ssm.Parameter("bad", name="bad", type="String", insecure_value=json.dumps({"role": f"{role.arn}"}))

    (found,) = unresolved(record(program).one("aws:ssm/parameter:Parameter", "bad").inputs)
    assert found.startswith(".insecureValue.role: Calling __str__")


def test_importing_the_settings_makes_an_output_in_a_text_an_error() -> None:
    with pytest.raises(Exception, match="Calling __str__ on an Output"):
        record(lambda: f"{pulumi.Output.from_input('a')}")


@pytest.mark.parametrize("text", ["$PATH", "curl -f http://localhost:3000/api/health || exit 1", "a < b > c", "50%"])
def test_what_a_shell_may_need_is_no_placeholder(text: str) -> None:
    assert list(unresolved({"command": [text]})) == []


@each_stack
def test_the_program_looks_up_nothing_but_its_images(stack: str, recorded: Recorded) -> None:
    file = committed(stack)
    expected = set[tuple[str, str]]()
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
    assert {arguments["registryId"] for _, arguments in recorded(stack).invokes} == {file.account}
