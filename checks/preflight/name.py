"""The fixed names: whether something has one of them that is not this stack's own.

AWS refuses a second role, log group or repository of a name only when `up` makes it, gives a cluster that exists to
whoever asks for a new one, and puts a new dashboard in the place of one that exists. Only the engine knows what is the
stack's own, so the question is asked before it makes one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
from botocore.exceptions import BotoCoreError, ClientError

import finding
from checks.hook_thread import in_hook_thread
from checks.preflight.result import Check, Result, ok, to_come
from checks.session import Session
from finding import Finding
from settings.stack import Stack

_TAKE_BACK = (
    "if this stack made it, take it back: with pairva recover (an up that was killed), pulumi import (a destroy that "
    "kept it) or, if its state was lost, with an earlier one (README, If the state is lost)"
)


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """What it is called, the service that knows of it, how to ask (client, inputs, and the stack's cluster), and the
    input that is its name.
    """

    word: str
    service: str
    is_there: Callable[[Any, Mapping[str, Any], str], bool]
    key: str = "name"
    remedy: str = f"{_TAKE_BACK}; else delete it if nobody needs it, or give this stack another name"


def _repository(ecr: Any, inputs: Mapping[str, Any], _: str) -> bool:
    try:
        return bool(ecr.describe_repositories(repositoryNames=[inputs["name"]])["repositories"])
    except ecr.exceptions.RepositoryNotFoundException:
        return False


def _cluster(ecs: Any, inputs: Mapping[str, Any], _: str) -> bool:
    """A deleted one stays for a while, INACTIVE, and its name is free."""
    return any(each["status"] != "INACTIVE" for each in ecs.describe_clusters(clusters=[inputs["name"]])["clusters"])


def _role(iam: Any, inputs: Mapping[str, Any], _: str) -> bool:
    try:
        return bool(iam.get_role(RoleName=inputs["name"])["Role"])
    except iam.exceptions.NoSuchEntityException:
        return False


def _log_group(logs: Any, inputs: Mapping[str, Any], _: str) -> bool:
    """They come in the order of their names, so this one is the first of its prefix."""
    groups = logs.describe_log_groups(logGroupNamePrefix=inputs["name"], limit=1)["logGroups"]
    return any(each["logGroupName"] == inputs["name"] for each in groups)


def _service(ecs: Any, inputs: Mapping[str, Any], cluster: str) -> bool:
    try:
        services = ecs.describe_services(cluster=cluster, services=[inputs["name"]])["services"]
    except ecs.exceptions.ClusterNotFoundException:
        return False
    return any(each["status"] == "ACTIVE" for each in services)


def _parameter(ssm: Any, inputs: Mapping[str, Any], _: str) -> bool:
    try:
        return bool(ssm.get_parameter(Name=inputs["name"])["Parameter"])
    except ssm.exceptions.ParameterNotFound:
        return False


def _dashboard(cloudwatch: Any, inputs: Mapping[str, Any], _: str) -> bool:
    try:
        return bool(cloudwatch.get_dashboard(DashboardName=inputs["dashboardName"])["DashboardName"])
    except ClientError as error:
        # Two shapes of CloudWatch's model have this code; by which name botocore calls it is up to their order.
        if error.response.get("Error", {}).get("Code") not in ("ResourceNotFound", "DashboardNotFoundError"):
            raise
        return False


def _alias(route53: Any, inputs: Mapping[str, Any], _: str) -> bool:
    """An address of that name, or another name for it; the record that validates a certificate may be there."""
    if inputs["type"] != "A":
        return False
    records = route53.list_resource_record_sets(
        HostedZoneId=inputs["zoneId"], StartRecordName=inputs["name"], MaxItems="10"
    )["ResourceRecordSets"]
    return any(each["Name"] == f"{inputs['name']}." and each["Type"] in ("A", "CNAME") for each in records)


def _bucket(s3: Any, inputs: Mapping[str, Any], _: str) -> bool:
    """Whoever has it: of another account's, S3 says 403. It says no more, for it answers HEAD without a body."""
    try:
        return bool(s3.head_bucket(Bucket=inputs["bucket"]))
    except ClientError as error:
        status = error.response.get("Error", {}).get("Code")
        if status not in ("403", "404"):
            raise
        return status == "403"


_REPOSITORY = "aws:ecr/repository:Repository"
_CLUSTER = "aws:ecs/cluster:Cluster"
_ROLE = "aws:iam/role:Role"
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
_SERVICE = "aws:ecs/service:Service"
_PARAMETER = "aws:ssm/parameter:Parameter"
_DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
_RECORD = "aws:route53/record:Record"
_BUCKET = "aws:s3/bucket:Bucket"

_KINDS = {
    _REPOSITORY: _Kind(
        word="repository",
        service="ecr",
        is_there=_repository,
        remedy=f"{_TAKE_BACK}; else write repository: existing to use it as it is",
    ),
    _CLUSTER: _Kind(word="cluster", service="ecs", is_there=_cluster),
    _ROLE: _Kind(word="role", service="iam", is_there=_role),
    _LOG_GROUP: _Kind(word="log group", service="logs", is_there=_log_group),
    _SERVICE: _Kind(word="service", service="ecs", is_there=_service),
    _PARAMETER: _Kind(word="parameter", service="ssm", is_there=_parameter),
    _DASHBOARD: _Kind(word="dashboard", service="cloudwatch", is_there=_dashboard, key="dashboardName"),
    _BUCKET: _Kind(
        word="bucket",
        service="s3",
        is_there=_bucket,
        key="bucket",
        remedy=f"{_TAKE_BACK}; else give this stack another name, for a bucket's is taken for all accounts",
    ),
    _RECORD: _Kind(
        word="record",
        service="route53",
        is_there=_alias,
        remedy="delete it when the domain is to lead here, shortly before up: what it leads to loses its visitors then",
    ),
}


def checks(stack: Stack) -> list[Check]:
    return [
        Check(
            subject=f"{_KINDS[type_].word} {name}",
            ask=partial(_look, kind=_KINDS[type_], name=name, cluster=stack.prefix),
        )
        for type_, name in _named(stack)
    ]


def guard(stack: Stack) -> None:
    """From now on, no resource of these types is made whose name is taken: preview, too, ends with what has it.

    A resource that is replaced under its own name looks like a new one to its hook. Nothing here is, unless by
    `pulumi up --replace`; then preview refuses it, and `up --skip-preview`, which deletes it first, does not.
    """
    session = Session(stack)

    async def refuse(args: pulumi.ResourceHookArgs) -> None:
        await in_hook_thread(_refuse_a_taken_name, session, stack, args.type, args.new_inputs or {})

    hook = pulumi.ResourceHook("name-is-free", refuse, opts=pulumi.ResourceHookOptions(on_dry_run=True))
    guarded = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[hook]))

    def add(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ not in _KINDS:
            return None
        return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, guarded))

    pulumi.runtime.register_resource_transform(add)


def is_there(session: Session, stack: Stack, type_: str, inputs: Mapping[str, Any]) -> bool:
    """Whether something of such a type has the name that `inputs` give. Raises what botocore raises."""
    kind = _KINDS[type_]
    return kind.is_there(session.client(kind.service), inputs, stack.prefix)


def _refuse_a_taken_name(session: Session, stack: Stack, type_: str, inputs: Mapping[str, Any]) -> None:
    """Raises pulumi.RunError. What AWS does not say here, it says when the resource is made."""
    kind = _KINDS[type_]
    try:
        if not is_there(session, stack, type_, inputs):
            return
    except (BotoCoreError, ClientError):
        return
    fault = Finding(
        where=f"{kind.word} {inputs[kind.key]}",
        what="exists already, and the state of this stack does not know it",
        remedy=kind.remedy,
    )
    raise pulumi.RunError(finding.text([fault]))


def _named(stack: Stack) -> Iterator[tuple[str, str]]:
    """Type and name of all that this stack makes under a fixed name of these types."""
    yield _BUCKET, stack.log_bucket
    yield _CLUSTER, stack.prefix
    yield _DASHBOARD, stack.dashboard
    if stack.exec_log_group:
        yield _LOG_GROUP, stack.exec_log_group
    for service in stack.services.values():
        names = service.names
        if service.own.repository == "owned":
            yield _REPOSITORY, names.repository
        made = {"executionRole": names.execution_role, "taskRole": names.task_role}
        yield from ((_ROLE, role) for key, role in made.items() if key not in service.existing_roles)
        yield _LOG_GROUP, names.log_group
        yield _SERVICE, names.family
        if service.own.release:
            yield _PARAMETER, names.released
        yield _PARAMETER, names.proven


def _look(session: Session, kind: _Kind, name: str, cluster: str) -> Iterator[Result]:
    subject = f"{kind.word} {name}"
    if kind.is_there(session.client(kind.service), {kind.key: name}, cluster):
        yield ok(subject, "exists; only preview can tell whether it is this stack's own")
    else:
        yield to_come(subject, "its name is free")
