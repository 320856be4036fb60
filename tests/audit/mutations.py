"""What must not pass: one change each of a program that breaks no rule, and who has to notice it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from typing import Any

from audit.program import Program, Resource
from audit.scanner import CONTROL
from tests.audit.programs import with_domain


@dataclass(frozen=True)
class Mutation:
    """`value` at a property of a resource, named as a Program names it; `rule` is the rule of ours that breaks, alone,
    if there is one, and `scanners` the checks of others that must find it, too, there or `@` another resource.
    """

    rule: str
    resource: str
    property: str
    value: Any
    scanners: Sequence[str] = ()


_TASK, _OTHER_TASK = "aws_ecs_task_definition.backend-definition", "aws_ecs_task_definition.frontend-definition"
_SERVICE, _OTHER_SERVICE = "aws_ecs_service.backend-service", "aws_ecs_service.frontend-service"
_REPOSITORY = "aws_ecr_repository.backend-repository"
_BALANCER, _TARGETS = "aws_lb.pairva-balancer", "aws_lb_target_group.backend-target"
_HTTP, _HTTPS = "aws_lb_listener.pairva-http", "aws_lb_listener.pairva-https"
_HTTP_ARN = "arn:aws:elasticloadbalancing:us-east-1:039612856036:listener/app/pairva-http/1/2"
_WAY_IN, _WAY_OUT = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
_TO_TASKS = f"{_WAY_IN}.backend-from-balancer-3000"
_ROLE, _POLICY = "aws_iam_role.backend-task", "aws_iam_role_policy.backend-more"
_LOGS, _BUCKET = "aws_cloudwatch_log_group.backend-logs", "aws_s3_bucket.pairva-logs"
_CLUSTER, _ALARM = "aws_ecs_cluster.pairva-cluster", "aws_cloudwatch_metric_alarm.backend-errors"
_VPC = "aws_vpc.pairva-vpc"
_CONTAINER = "containerDefinitions"


def _allowing(action: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": [action], "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _trust(principal: Any, **condition: Any) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


_ECS = {"Service": "ecs-tasks.amazonaws.com"}
_HERE = {
    "StringEquals": {"aws:SourceAccount": "039612856036"},
    "ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-east-1:039612856036:*"},
}
_ELSEWHERE = {"StringEquals": {"aws:SourceAccount": "999999999999"}, "ArnLike": {"aws:SourceArn": "*"}}
_ANY_SECRET = "arn:aws:secretsmanager:*:*:secret:*"
_ALL_BUT_ONE = _allowing("s3:GetObject").replace('"Action"', '"NotAction"')
_SECRET = [{"name": "DATABASE_PASSWORD", "value": "Sup3r-hidden-9876"}]
_ACCESS_KEY = [{"name": "AWS_ACCESS_KEY_ID", "value": "AKIA" + "QW3RTYU7OPASDFGH"}]
_EVERYONE = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}
)
_ANY_ACCOUNT = _EVERYONE.replace('"Principal": "*"', '"Principal": {"AWS": "arn:aws:iam::*:root"}')
_IN_PLAIN = json.dumps({"jwt_secret": "not-shown"})

TASKS = (
    Mutation("T1", _TASK, f"{_CONTAINER}.user", "root", ["CKV2_PAIRVA_3"]),
    Mutation("T1", _OTHER_TASK, f"{_CONTAINER}.user", None, ["CKV2_PAIRVA_3"]),
    Mutation("T1", _OTHER_TASK, f"{_CONTAINER}.user", "0:0", ["CKV2_PAIRVA_3"]),
    Mutation("T2", _TASK, f"{_CONTAINER}.privileged", True),
    Mutation("T3", _TASK, f"{_CONTAINER}.readonlyRootFilesystem", False, ["CKV_AWS_336"]),
    Mutation("T4", _TASK, f"{_CONTAINER}.environment", _SECRET, ["AWS-0036"]),
    Mutation("T4", _OTHER_TASK, f"{_CONTAINER}.environment", _ACCESS_KEY, ["AWS-0036"]),
    Mutation("T5", _TASK, f"{_CONTAINER}.logConfiguration.options.awslogs-group", "/somewhere/else"),
    Mutation("T6", _TASK, f"{_CONTAINER}.logConfiguration.options.mode", None),
    Mutation("T7", _TASK, "pidMode", "host"),
    Mutation("T7", _OTHER_TASK, "ipcMode", "host"),
    Mutation("T8", _TASK, "networkMode", "host"),
    Mutation("T8", _OTHER_TASK, "requiresCompatibilities", ["EC2"]),
    Mutation(
        "T9", _TASK, "taskRoleArn", "arn:aws:iam::039612856036:role/pairva-control-backend-execution", ["CKV_AWS_249"]
    ),
    Mutation("T12", _TASK, f"{_CONTAINER}.image", "nginx:latest", ["CKV2_PAIRVA_2"]),
    Mutation("T12", _OTHER_TASK, f"{_CONTAINER}.image", "039612856036.dkr.ecr.us-east-1.amazonaws.com/pairva:1"),
    Mutation("T13", _TASK, "runtimePlatform.cpuArchitecture", None),
    Mutation("T13", _OTHER_TASK, "runtimePlatform.operatingSystemFamily", None),
    Mutation("T14", _SERVICE, "propagateTags", None),
    Mutation("T14", _OTHER_SERVICE, "enableEcsManagedTags", False),
    Mutation("T15", _TASK, "skipDestroy", False),
    Mutation("T16", _TASK, f"{_CONTAINER}.linuxParameters.initProcessEnabled", False),
    Mutation("T16", _OTHER_TASK, f"{_CONTAINER}.linuxParameters.capabilities.drop", []),
    Mutation("T16", _OTHER_TASK, f"{_CONTAINER}.linuxParameters", None),
    Mutation("T16", _TASK, f"{_CONTAINER}.linuxParameters.capabilities.add", ["SYS_PTRACE"]),
    Mutation("T17", _TASK, "enableFaultInjection", True),
)
SERVICES = (
    Mutation("S1", _SERVICE, "networkConfiguration.assignPublicIp", True, ["CKV_AWS_333"]),
    Mutation("S2", _SERVICE, "platformVersion", "1.3.0", ["CKV_AWS_332"]),
    Mutation(
        "S3", _CLUSTER, "settings", [{"name": "containerInsights", "value": "disabled"}], ["CKV_AWS_65", "AWS-0034"]
    ),
    Mutation("S4", _SERVICE, "enableExecuteCommand", True, ["CKV2_PAIRVA_4"]),
    Mutation("", _SERVICE, "deploymentCircuitBreaker.rollback", False, ["CKV2_PAIRVA_1"]),
    Mutation("", _OTHER_SERVICE, "deploymentCircuitBreaker", None, ["CKV2_PAIRVA_1"]),
    Mutation("", _SERVICE, "deploymentMinimumHealthyPercent", 50.0, ["CKV2_PAIRVA_6"]),
    Mutation("", _OTHER_SERVICE, "desiredCount", 1.0, ["CKV2_PAIRVA_8"]),
)
REPOSITORIES = (
    Mutation("E1", _REPOSITORY, "imageScanningConfiguration.scanOnPush", False, ["CKV_AWS_163", "AWS-0030"]),
    Mutation("E2", _REPOSITORY, "imageTagMutability", "MUTABLE", ["CKV_AWS_51", "AWS-0031"]),
    Mutation("E3", "aws_ecr_lifecycle_policy.backend-repository-lifecycle", "repository", "another"),
    Mutation(
        "E3",
        "aws_ecr_lifecycle_policy.frontend-repository-lifecycle",
        "policy",
        json.dumps({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any"}, "action": {"type": "expire"}}]}),
    ),
    Mutation("E3", "aws_ecr_lifecycle_policy.frontend-repository-lifecycle", "policy", json.dumps({"rules": []}), []),
    Mutation("E4", _REPOSITORY, "encryptionConfigurations", None, ["CKV_AWS_136", "AWS-0033"]),
    Mutation(
        "E5", "aws_ecr_repository_policy.backend-repository-policy", "policy", _EVERYONE, ["CKV_AWS_32", "AWS-0032"]
    ),
    Mutation("E5", "aws_ecr_repository_policy.frontend-repository-policy", "policy", _ANY_ACCOUNT),
    Mutation("E7", _REPOSITORY, "forceDelete", True, ["CKV2_PAIRVA_5"]),
    Mutation("E7", _REPOSITORY, "kept", False),
)
BALANCERS = (
    Mutation(
        "L1",
        _HTTP,
        "defaultActions",
        [{"type": "fixed-response"}],
        ["CKV_AWS_2", f"CKV2_AWS_20@{_BALANCER}", "AWS-0054"],
    ),
    Mutation("L1", "aws_lb_listener_rule.backend-rule", "listenerArn", _HTTP_ARN),
    Mutation("L2", _HTTPS, "certificateArn", None),
    Mutation("L3", _HTTPS, "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
    Mutation("L3", _HTTPS, "sslPolicy", "ELBSecurityPolicy-2016-08", ["CKV_AWS_103", "AWS-0047"]),
    Mutation("L4", _BALANCER, "dropInvalidHeaderFields", None, ["CKV_AWS_131", "AWS-0052"]),
    Mutation("L5", _BALANCER, "accessLogs.enabled", False, ["CKV_AWS_91"]),
    Mutation("L6", _BALANCER, "enableDeletionProtection", False, ["CKV_AWS_150"]),
    Mutation("L7", _BALANCER, "desyncMitigationMode", "monitor", ["CKV_AWS_328"]),
    Mutation("L8", _BALANCER, "subnets", ["pairva-public-a-id"]),
    Mutation(
        "L9", "aws_wafv2_web_acl_association.filtered", "resourceArn", "arn:aws:another", [f"CKV2_AWS_28@{_BALANCER}"]
    ),
    Mutation("L10", _TARGETS, "healthCheck.path", None),
    Mutation("L11", _TARGETS, "protocol", "HTTP", ["CKV_AWS_378"]),
    Mutation("L11", _TARGETS, "healthCheck.protocol", "HTTP"),
    Mutation("L13", _TARGETS, "targetType", "instance"),
)
NETWORKS = (
    Mutation("N1", f"{_WAY_IN}.pairva-https-from-world", "toPort", 65535.0),
    Mutation("N1", f"{_WAY_IN}.pairva-from-world", "fromPort", 22.0, ["CKV2_PAIRVA_7"]),
    Mutation("N1", f"{_WAY_IN}.pairva-https-from-world", "ipProtocol", "-1", ["AWS-0107"]),
    Mutation("N1", "aws_security_group.pairva-group", "ingress", [{"cidrBlocks": ["0.0.0.0/0"], "protocol": "-1"}]),
    Mutation("N1", "aws_security_group_rule.old", "type", "ingress"),
    Mutation("N1", _TO_TASKS, "prefixListId", "pl-1"),
    Mutation("N3", _TO_TASKS, "referencedSecurityGroupId", "sg-of-somebody"),
    Mutation("N4", f"{_WAY_OUT}.backend-to-0-0-0-0-0-443", "ipProtocol", "-1", ["AWS-0104"]),
    Mutation("N4", "aws_security_group.backend-group", "egress", [{"cidrBlocks": ["0.0.0.0/0"], "protocol": "-1"}]),
    Mutation("N5", f"{_WAY_OUT}.frontend-to-0-0-0-0-0-443", "description", None, ["AWS-0124"]),
    Mutation("N5", "aws_security_group.frontend-group", "description", "Managed by Pulumi"),
    Mutation(
        "N6",
        "aws_default_security_group.pairva-default-group",
        "ingress",
        [{"self": True, "protocol": "-1"}],
        [f"CKV2_AWS_12@{_VPC}"],
    ),
    Mutation("N7", "aws_subnet.pairva-private-a", "mapPublicIpOnLaunch", True, ["CKV_AWS_130", "AWS-0164"]),
    Mutation(
        "N8", "aws_flow_log.pairva-refused", "vpcId", "vpc-of-somebody", [f"CKV2_AWS_11@{_VPC}", f"AWS-0178@{_VPC}"]
    ),
    Mutation("N8", "aws_flow_log.pairva-refused", "trafficType", "ACCEPT"),
    Mutation("N9", "aws_default_vpc.default", "tags", {}, ["CKV_AWS_148", "AWS-0101"]),
)
ROLES = (
    Mutation("I1", f"{_POLICY}-1", "policy", _allowing("*"), ["CKV_AWS_62", "CKV_AWS_63"]),
    Mutation("I1", f"{_POLICY}-not", "policy", _ALL_BUT_ONE),
    Mutation("I1", _ROLE, "inlinePolicies", [{"name": "more", "policy": _allowing("*")}]),
    Mutation("I2", f"{_POLICY}-2", "policy", _allowing("s3:**", "arn:aws:s3:::b")),
    Mutation("I2", "aws_iam_role_policy.frontend-more", "policy", _allowing("s3:*"), ["CKV_AWS_355", "AWS-0345"]),
    Mutation("I3", _ROLE, "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"], ["CKV_AWS_274"]),
    Mutation("I4", f"{_POLICY}-4", "policy", _allowing("iam:PassRole"), ["CKV_AWS_289"]),
    Mutation("I4", f"{_POLICY}-pass", "policy", _allowing("IAM:PassRole", "arn:aws:iam::039612856036:role/r")),
    Mutation("I5", f"{_POLICY}-get", "policy", _allowing("secretsmanager:Get*")),
    Mutation("I5", f"{_POLICY}-any", "policy", _allowing("secretsmanager:GetSecretValue", _ANY_SECRET)),
    Mutation("I5", f"{_POLICY}-5", "policy", _allowing("secretsmanager:GetSecretValue"), ["CKV_AWS_288"]),
    Mutation("I6", _ROLE, "assumeRolePolicy", _trust(_ECS)),
    Mutation(
        "I6", "aws_iam_role.frontend-task", "assumeRolePolicy", _trust({"AWS": "*"}, Condition=_HERE), ["CKV_AWS_60"]
    ),
    Mutation("I6", _ROLE, "assumeRolePolicy", _trust(_ECS, Condition=_ELSEWHERE)),
    Mutation("I7", f"{_POLICY}-key", "policy", _allowing("kms:Decrypt", "arn:aws:kms:*:*:key/*")),
    Mutation("I7", f"{_POLICY}-7", "policy", _allowing("kms:Decrypt")),
    Mutation("I8", "aws_iam_role_policy.frontend-execution-start-tasks", "policy", _allowing("ecr:BatchGetImage")),
    Mutation(
        "I8",
        "aws_iam_role_policy.frontend-execution-start-tasks",
        "policy",
        _allowing("s3:GetObject", "arn:aws:s3:::b/*"),
    ),
)
RECORDS = (
    Mutation("G1", _LOGS, "retentionInDays", 30.0, ["CKV_AWS_338"]),
    Mutation("G1", _LOGS, "retentionInDays", None, ["CKV_AWS_338"]),
    Mutation("G2", _LOGS, "kmsKeyId", None, ["CKV_AWS_158", "AWS-0017"]),
    Mutation("G3", _LOGS, "kept", False),
    Mutation("A1", _ALARM, "actionsEnabled", False, ["CKV_AWS_319"]),
    Mutation("A1", _ALARM, "alarmActions", []),
    Mutation("A1", _ALARM, "okActions", ["arn:aws:sns:us-east-1:039612856036:somebodys"]),
    Mutation(
        "B1",
        "aws_s3_bucket_public_access_block.pairva-logs-private",
        "blockPublicAcls",
        False,
        ["CKV_AWS_53", "AWS-0086"],
    ),
    Mutation("B1", "aws_s3_bucket_policy.pairva-logs-policy", "policy", _allowing("s3:GetObject")),
    Mutation("B1", "aws_s3_bucket_server_side_encryption_configuration.pairva-logs-encryption", "bucket", "another"),
    Mutation(
        "B1",
        "aws_s3_bucket_lifecycle_configuration.pairva-logs-expiry",
        "bucket",
        "another",
        [f"CKV2_AWS_61@{_BUCKET}"],
    ),
    Mutation("M5", "aws_ssm_parameter.backend-proven", "insecureValue", _IN_PLAIN),
)
MUTATIONS = (*TASKS, *SERVICES, *REPOSITORIES, *BALANCERS, *NETWORKS, *ROLES, *RECORDS)


@cache
def good() -> Program:
    """Prod with a domain and keys, and with what it does not have yet: it breaks no rule of ours."""
    program = with_domain(CONTROL)
    encrypted = {"protocol": "HTTPS", "healthCheck": {"path": "/", "protocol": "HTTPS"}}
    resources = [
        replace(each, inputs={**each.inputs, **encrypted}) if each.address.startswith("aws_lb_target_group.") else each
        for each in program.resources
    ]
    balancer = next(each for each in resources if each.address == _BALANCER)
    filtered = _new("aws:wafv2/webAclAssociation:WebAclAssociation", "filtered", resourceArn=balancer.identities["arn"])
    return replace(program, resources=[*resources, filtered])


def control(mutations: Sequence[Mutation]) -> Program:
    """All that must be found, at once. Where two are about the same property, the later one holds."""
    return reduce(mutated, mutations, good())


def expected(mutations: Sequence[Mutation]) -> frozenset[tuple[str, str]]:
    """Which checks must find what, of the control."""
    named = [(*check.partition("@"), each.resource) for each in mutations for check in each.scanners]
    return frozenset((check, f"{CONTROL}/{elsewhere or resource}") for check, _, elsewhere, resource in named)


def mutated(program: Program, mutation: Mutation) -> Program:
    """The program with that change; a resource that it has not got is new."""
    resources = {each.address: each for each in program.resources}
    resource = resources.get(mutation.resource) or _missing(mutation.resource)
    if mutation.property == "kept":
        changed = replace(resource, kept=mutation.value)
    else:
        changed = replace(resource, inputs=_with(resource.inputs, mutation.property.split("."), mutation.value))
    return replace(program, resources=[*{**resources, mutation.resource: changed}.values()])


def _with(inputs: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """None removes. The containers are JSON: a task has one."""
    key, *rest = path
    if not rest:
        return {name: each for name, each in {**inputs, key: value}.items() if name != key or value is not None}
    if key == _CONTAINER:
        (container,) = json.loads(inputs[key])
        return {**inputs, key: json.dumps([_with(container, rest, value)])}
    return {**inputs, key: _with(inputs[key], rest, value)}


def _missing(address: str) -> Resource:
    kind, _, name = address.partition(".")
    match kind:
        case "aws_iam_role_policy":
            role = f"pairva-{CONTROL}-{name.partition('-')[0]}-task"
            return _new("aws:iam/rolePolicy:RolePolicy", name, name=name, role=role)
        case "aws_security_group_rule":
            return _new("aws:ec2/securityGroupRule:SecurityGroupRule", name)
        case "aws_default_vpc":
            return _new("aws:ec2/defaultVpc:DefaultVpc", name)
        case _:
            raise LookupError(f"the program has no {address}")


def _new(token: str, called: str, **inputs: Any) -> Resource:
    return Resource(type=token, name=called, inputs=inputs, kept=True, identities={"id": f"new-{called}"})
