"""Names that are taken: told by the hook before the engine makes something, and as far as it can be known before."""

from typing import Any, NoReturn

import pulumi
import pytest
from botocore.stub import Stubber

from checks.preflight import name
from checks.preflight.result import ok, to_come, unchecked
from checks.session import Session
from settings import stack_file
from settings.stack import Stack
from tests.checks.aws import stubs
from tests.checks.preflight.asking import Unanswered, no_answer, refuse, results
from tests.program import STACKS
from tests.recording import ROOT, Recording, record, recorded
from tests.samples import OWNED_BUILD, stack

REPOSITORY, CLUSTER = "aws:ecr/repository:Repository", "aws:ecs/cluster:Cluster"
ROLE, LOG_GROUP = "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup"
SERVICE, PARAMETER = "aws:ecs/service:Service", "aws:ssm/parameter:Parameter"
BUCKET = "aws:s3/bucket:Bucket"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
WORDS = {
    BUCKET: "bucket",
    REPOSITORY: "repository",
    CLUSTER: "cluster",
    ROLE: "role",
    LOG_GROUP: "log group",
    SERVICE: "service",
    PARAMETER: "parameter",
    DASHBOARD: "dashboard",
}

TAKE_BACK = (
    "if this stack made it, take it back: with pairva recover (an up that was killed), pulumi import (a destroy that "
    "kept it) or, if its state was lost, with an earlier one (README, If the state is lost); else "
)
OTHER_REMEDIES = {
    REPOSITORY: "write repository: existing to use it as it is",
    BUCKET: "give this stack another name, for a bucket's is taken for all accounts",
}

# Type and name, who is asked what, and the answers with which it is there, and is not.
KINDS: list[tuple[str, str, str, str, dict[str, Any], list[Any], list[Any]]] = [
    (
        REPOSITORY,
        "pairva-backend",
        "ecr",
        "describe_repositories",
        {"repositoryNames": ["pairva-backend"]},
        [{"repositories": [{"repositoryName": "pairva-backend"}]}],
        ["RepositoryNotFoundException"],
    ),
    (
        CLUSTER,
        "pairva-test",
        "ecs",
        "describe_clusters",
        {"clusters": ["pairva-test"]},
        [{"clusters": [{"status": "ACTIVE"}]}, {"clusters": [{"status": "PROVISIONING"}]}],
        [{"clusters": [], "failures": [{"reason": "MISSING"}]}, {"clusters": [{"status": "INACTIVE"}]}],
    ),
    (
        ROLE,
        "pairva-test-backend-task",
        "iam",
        "get_role",
        {"RoleName": "pairva-test-backend-task"},
        [
            {
                "Role": {
                    "Path": "/",
                    "RoleName": "pairva-test-backend-task",
                    "RoleId": "AROAABCDEFGHIJKLMNOP",
                    "Arn": "arn:aws:iam::039612856036:role/pairva-test-backend-task",
                    "CreateDate": 0,
                }
            }
        ],
        ["NoSuchEntity"],
    ),
    (
        LOG_GROUP,
        "/pairva/test/backend",
        "logs",
        "describe_log_groups",
        {"logGroupNamePrefix": "/pairva/test/backend", "limit": 1},
        [{"logGroups": [{"logGroupName": "/pairva/test/backend"}]}],
        [{"logGroups": []}, {"logGroups": [{"logGroupName": "/pairva/test/backend-of-old"}]}],
    ),
    (
        SERVICE,
        "pairva-test-backend",
        "ecs",
        "describe_services",
        {"cluster": "pairva-test", "services": ["pairva-test-backend"]},
        [{"services": [{"status": "ACTIVE"}]}],
        [
            {"services": [], "failures": [{"reason": "MISSING"}]},
            {"services": [{"status": "INACTIVE"}]},
            {"services": [{"status": "DRAINING"}]},
            "ClusterNotFoundException",
        ],
    ),
    (
        PARAMETER,
        "/pairva/test/backend/proven",
        "ssm",
        "get_parameter",
        {"Name": "/pairva/test/backend/proven"},
        [{"Parameter": {"Name": "/pairva/test/backend/proven"}}],
        ["ParameterNotFound"],
    ),
    (
        DASHBOARD,
        "pairva-test",
        "cloudwatch",
        "get_dashboard",
        {"DashboardName": "pairva-test"},
        [{"DashboardName": "pairva-test", "DashboardBody": "{}"}],
        ["ResourceNotFound"],
    ),
    (
        BUCKET,
        "pairva-test-logs-039612856036",
        "s3",
        "head_bucket",
        {"Bucket": "pairva-test-logs-039612856036"},
        [{"BucketRegion": "us-east-1"}, "403"],
        ["404"],
    ),
]
THERE = [(*kind[:5], answer) for kind in KINDS for answer in kind[5]]
FREE = [(*kind[:5], answer) for kind in KINDS for answer in kind[6]]


def answered(
    monkeypatch: pytest.MonkeyPatch, service: str, operation: str, asked: dict[str, Any], answer: Any
) -> Stubber:
    stub = stubs(monkeypatch, service)[service]
    if isinstance(answer, str):
        stub.add_client_error(operation, answer, expected_params=asked)
    else:
        stub.add_response(operation, answer, asked)
    return stub


def key(type_: str) -> str:
    """The input that is the name."""
    return {BUCKET: "bucket", DASHBOARD: "dashboardName"}.get(type_, "name")


def transform(monkeypatch: pytest.MonkeyPatch, sample: Stack | None = None) -> tuple[Any, Recording]:
    """What the guard registers with the engine, for every resource from then on."""
    registered = list[Any]()
    monkeypatch.setattr(pulumi.runtime, "register_resource_transform", registered.append)
    recording = record(lambda: name.guard(sample or stack()))
    (add,) = registered
    return add, recording


def hook(monkeypatch: pytest.MonkeyPatch, type_: str, called: str) -> None:
    """The engine is about to make a resource of that name."""
    add, _ = transform(monkeypatch)
    made = add(pulumi.ResourceTransformArgs(True, type_, "its-name", {key(type_): called}, pulumi.ResourceOptions()))
    (before,) = made.opts.hooks.before_create

    async def program() -> None:
        await before.callback(
            pulumi.ResourceHookArgs(
                urn=f"urn:pulumi:test::pairva::{type_}::its-name",
                id="",
                name="its-name",
                type=type_,
                new_inputs={key(type_): called},
            )
        )

    record(program)


@pytest.mark.parametrize(("type_", "called", "service", "operation", "asked", "answer"), THERE)
def test_a_name_that_is_taken_is_refused_before_anything_is_made(
    type_: str,
    called: str,
    service: str,
    operation: str,
    asked: dict[str, Any],
    answer: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remedy = TAKE_BACK + OTHER_REMEDIES.get(type_, "delete it if nobody needs it, or give this stack another name")
    stub = answered(monkeypatch, service, operation, asked, answer)
    with stub, pytest.raises(pulumi.RunError) as raised:
        hook(monkeypatch, type_, called)
    assert str(raised.value) == (
        f"{WORDS[type_]} {called}: exists already, and the state of this stack does not know it\n    mend:  {remedy}"
    )


@pytest.mark.parametrize(("type_", "called", "service", "operation", "asked", "answer"), FREE)
def test_a_name_that_is_free_is_not(
    type_: str,
    called: str,
    service: str,
    operation: str,
    asked: dict[str, Any],
    answer: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stub = answered(monkeypatch, service, operation, asked, answer)
    with stub:
        hook(monkeypatch, type_, called)
        stub.assert_no_pending_responses()


@no_answer
def test_what_aws_does_not_say_here_it_says_when_the_resource_is_made(
    unanswered: Unanswered, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, unanswered)
    for type_ in WORDS:
        hook(monkeypatch, type_, "its-name")


def test_credentials_of_another_account_do_not_make_a_name_free(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> NoReturn:
        raise pulumi.RunError("the credentials are of another account")

    monkeypatch.setattr(Session, "client", refused)
    with pytest.raises(pulumi.RunError, match="another account"):
        hook(monkeypatch, ROLE, "pairva-test-backend-task")


def test_the_hook_comes_beside_those_that_a_resource_has_and_runs_at_preview_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add, recording = transform(monkeypatch)

    async def verdict(_: pulumi.ResourceHookArgs) -> None: ...

    async def program() -> None:
        own = pulumi.ResourceHookBinding(
            before_create=[pulumi.ResourceHook("verdict", verdict)],
            before_update=[pulumi.ResourceHook("again", verdict)],
        )
        opts = pulumi.ResourceOptions(hooks=own, protect=True, retain_on_delete=True, ignore_changes=["description"])
        made = add(pulumi.ResourceTransformArgs(True, PARAMETER, "gate", {"name": "x", "value": "y"}, opts))
        assert [each.name for each in made.opts.hooks.before_create] == ["verdict", "name-is-free"]
        assert [each.name for each in made.opts.hooks.before_update] == ["again"]
        assert made.props == {"name": "x", "value": "y"}
        kept = (made.opts.protect, made.opts.retain_on_delete, made.opts.ignore_changes)
        assert kept == (True, True, ["description"])

    record(program)
    assert recording.preview_hooks == ["name-is-free"]


@pytest.mark.parametrize("type_", ["aws:ecs/taskDefinition:TaskDefinition", "aws:lb/loadBalancer:LoadBalancer"])
def test_what_has_no_name_of_its_own_is_left_alone(type_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add, _ = transform(monkeypatch)
    assert add(pulumi.ResourceTransformArgs(True, type_, "x", {"name": "x"}, pulumi.ResourceOptions())) is None


@pytest.mark.parametrize("committed", STACKS)
def test_doctor_asks_for_exactly_the_names_that_the_program_registers(committed: str) -> None:
    sample = stack_file.load(ROOT / f"Pulumi.{committed}.yaml")
    assert isinstance(sample, Stack)
    registered = [
        f"{word} {each.inputs[key(type_)]}" for type_, word in WORDS.items() for each in recorded(committed).all(type_)
    ]
    assert sorted(check.subject for check in name.checks(sample)) == sorted(registered)


def test_doctor_asks_for_the_gate_of_a_release_where_there_is_one() -> None:
    releasing = stack(("port: 8080\n", "port: 8080\n      release: [up]\n"))
    more = {check.subject for check in name.checks(releasing)} - {check.subject for check in name.checks(stack())}
    assert more == {"parameter /pairva/test/frontend/released"}


@pytest.mark.parametrize(("type_", "called", "service", "operation", "asked", "answer"), FREE)
def test_doctor_calls_free_what_nobody_has(
    type_: str,
    called: str,
    service: str,
    operation: str,
    asked: dict[str, Any],
    answer: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject = f"{WORDS[type_]} {called}"
    with answered(monkeypatch, service, operation, asked, answer):
        assert results(name.checks, stack(OWNED_BUILD), subject) == [to_come(subject, "its name is free")]


def test_doctor_tells_what_is_free_and_what_is_there_without_saying_whose(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = stubs(monkeypatch, "ecr")["ecr"]
    stub.add_response("describe_repositories", {"repositories": [{"repositoryName": "pairva-backend"}]})
    stub.add_client_error("describe_repositories", "RepositoryNotFoundException")
    with stub:
        found = [*results(name.checks, stack(OWNED_BUILD), "repo"), *results(name.checks, stack(OWNED_BUILD), "repo")]
    subject = "repository pairva-backend"
    assert found == [
        ok(subject, "exists; only preview can tell whether it is this stack's own"),
        to_come(subject, "its name is free"),
    ]


@no_answer
def test_what_aws_does_not_answer_is_unchecked(unanswered: Unanswered, monkeypatch: pytest.MonkeyPatch) -> None:
    told = refuse(monkeypatch, unanswered)
    operations = {
        "cluster": "DescribeClusters",
        "role": "GetRole",
        "log group": "DescribeLogGroups",
        "service": "DescribeServices",
        "parameter": "GetParameter",
        "repository": "DescribeRepositories",
        "bucket": "HeadBucket",
        "dashboard": "GetDashboard",
    }
    found = results(name.checks, stack(OWNED_BUILD))
    assert len(found) == 14
    kinds = [next(word for word in operations if each.subject.startswith(f"{word} ")) for each in found]
    assert found == [unchecked(each.subject, told(operations[word])) for each, word in zip(found, kinds, strict=True)]
    assert set(kinds) == set(operations)
