"""What a plan opens, what is lost with it, and what nobody knows of it; each beside a plan without."""

import re
from pathlib import Path

import pytest

from review import opening
from review.unknown import UNKNOWN
from tests.review.steps import (
    MANY,
    NAMED,
    ROLE,
    RULE,
    SERVICE,
    Step,
    container,
    create,
    delete,
    labels,
    policy,
    rule,
    swap,
    update,
)

EARNED: dict[str, tuple[str, list[Step], list[tuple[str, str]]]] = {
    "a rule for the world": (
        "opens",
        [create("vpc/securityGroupIngressRule", "r", rule(cidrIpv4="0.0.0.0/0"))],
        [("backend", "lets in port 80, 0.0.0.0/0 (the world): From the world")],
    ),
    "a rule that is widened": (
        "opens",
        [update("vpc/securityGroupEgressRule", "r", rule(cidrIpv4="10.0.0.0/8"), {"fromPort": 1, "cidrIpv4": "::/0"})],
        [
            (
                "backend",
                "lets out ports 1-80, ::/0 (the world): From the world (was port 80, 10.0.0.0/8: From the world)",
            )
        ],
    ),
    "more ports": (
        "opens",
        [update("vpc/securityGroupIngressRule", "r", rule(cidrIpv4="10.0.0.0/8"), {"fromPort": 1})],
        [("backend", "lets in ports 1-80, 10.0.0.0/8: From the world (was port 80, 10.0.0.0/8: From the world)")],
    ),
    "another protocol": (
        "opens",
        [update("vpc/securityGroupIngressRule", "r", rule(cidrIpv6="fd00::/8"), {"ipProtocol": "-1"})],
        [
            (
                "backend",
                "lets in every port and protocol, fd00::/8: From the world (was port 80, fd00::/8: From the world)",
            )
        ],
    ),
    "another action in a policy": (
        "opens",
        [update("iam/rolePolicy", "p", {**ROLE, "policy": policy("s3:Get")}, {"policy": policy("s3:Get", "s3:Put")})],
        [("pairva-test-backend-task", "may s3:Put on *")],
    ),
    "another resource, in a policy of another name": (
        "opens",
        [
            delete("iam/rolePolicy", "p1", {**ROLE, "policy": policy("s3:Get", resource="a")}),
            create("iam/rolePolicy", "p2", {**ROLE, "policy": policy("s3:Get", resource="b")}),
        ],
        [("pairva-test-backend-task", "may s3:Get on b")],
    ),
    "a log that loses its key": (
        "opens",
        [update("cloudwatch/logGroup", "l", {"name": "/a", "kmsKeyId": "k1"}, {"kmsKeyId": None})],
        [("backend", "what /a gets from then on is under no key of yours (was k1)")],
    ),
    "a log under another key": (
        "opens",
        [update("cloudwatch/logGroup", "l", {"name": "/a", "kmsKeyId": "k1"}, {"kmsKeyId": "k2"})],
        [("backend", "what /a gets from then on is under k2 (was k1)")],
    ),
    "a denial that is lifted": (
        "opens",
        [
            update(
                "iam/rolePolicy",
                "p",
                {**ROLE, "policy": policy("s3:Get", Effect="Deny")},
                {"policy": policy("s3:List", Effect="Deny")},
            )
        ],
        [("pairva-test-backend-task", "is no longer forbidden: deny s3:Get on *")],
    ),
    "a condition that is dropped": (
        "opens",
        [
            update(
                "iam/rolePolicy",
                "p",
                {**ROLE, "policy": policy("s3:Get", Condition={"Bool": {"aws:SecureTransport": "true"}})},
                {"policy": policy("s3:Get")},
            )
        ],
        [("pairva-test-backend-task", "may s3:Get on *")],
    ),
    "a principal added to a trust policy": (
        "opens",
        [
            update(
                "iam/role",
                "x",
                {"assumeRolePolicy": policy("sts:AssumeRole", Principal={"Service": "ecs-tasks.amazonaws.com"})},
                {
                    "assumeRolePolicy": policy(
                        "sts:AssumeRole", Principal={"Service": "ecs-tasks.amazonaws.com", "AWS": "arn:aws:iam::2:root"}
                    )
                },
            )
        ],
        [("backend", "arn:aws:iam::2:root may take the role x")],
    ),
    "a task role that anybody may take": (
        "opens",
        [
            create(
                "iam/role",
                "frontend-task",
                {"assumeRolePolicy": policy("sts:AssumeRole", "sts:TagSession", Principal="*", resource="")},
                component="frontend",
            )
        ],
        [("frontend", "anybody may take frontend's task role; may sts:TagSession by *")],
    ),
    "another group behind the same description": (
        "opens",
        [
            update(
                "vpc/securityGroupIngressRule",
                "r",
                rule(referencedSecurityGroupId="sg-a"),
                {"referencedSecurityGroupId": "sg-b"},
            )
        ],
        [("backend", "lets in port 80, from the world (sg-b) (was port 80, from the world (sg-a))")],
    ),
    "a group that is made, behind the same description": (
        "opens",
        [
            update(
                "vpc/securityGroupIngressRule",
                "r",
                rule(referencedSecurityGroupId="sg-a"),
                {"referencedSecurityGroupId": UNKNOWN},
            )
        ],
        [("backend", "lets in port 80, from the world (was port 80, from the world)")],
    ),
    "a list of addresses": (
        "opens",
        [update("vpc/securityGroupIngressRule", "r", rule(referencedSecurityGroupId="sg-a"), {"prefixListId": "pl-1"})],
        [("backend", "lets in port 80, pl-1: From the world (was port 80, from the world)")],
    ),
    "another list of addresses": (
        "opens",
        [update("vpc/securityGroupIngressRule", "r", rule(prefixListId="pl-1"), {"prefixListId": "pl-2"})],
        [("backend", "lets in port 80, pl-2: From the world (was port 80, pl-1: From the world)")],
    ),
    "a type that nobody reads": (
        "opens",
        [create("iam/rolePolicyAttachment", "a", {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})],
        [
            (
                "RolePolicyAttachment a",
                "a type that review does not know, read its fields: "
                "policyArn arn:aws:iam::aws:policy/AdministratorAccess",
            )
        ],
    ),
    "a type that nobody reads, with many fields": (
        "opens",
        [create("ec2/securityGroupRule", "a", {key: 1 for key in "abcdefgh"})],
        [
            (
                "SecurityGroupRule a",
                "a type that review does not know, read its fields: a 1, b 1, c 1, d 1, e 1, f 1, and 2 more",
            )
        ],
    ),
    "a managed policy of a role": (
        "opens",
        [update("iam/role", "backend-task", {"name": "n"}, {"managedPolicyArns": ["arn:aws:iam::aws:policy/A"]})],
        [("backend", "backend's task role may do all that arn:aws:iam::aws:policy/A allows")],
    ),
    "a policy within a role": (
        "opens",
        [update("iam/role", "backend-task", {"name": "n"}, {"inlinePolicies": [{"name": "p", "policy": policy("*")}]})],
        [("backend", "may * on *")],
    ),
    "a rule within a security group": (
        "opens",
        [create("ec2/securityGroup", "g", {"ingress": [{"fromPort": 22, "cidrBlocks": ["0.0.0.0/0"]}]})],
        [("backend", "a rule within the security group: ingress.fromPort 22, ingress.cidrBlocks 0.0.0.0/0")],
    ),
    "a container with more rights, of another image, under another role": (
        "opens",
        [
            swap(
                "ecs/taskDefinition",
                "d",
                {"containerDefinitions": container(user="node"), "taskRoleArn": "arn:a"},
                {
                    "containerDefinitions": container(image="evil/i:1.0.1", user="0:0", privileged=True),
                    "taskRoleArn": "arn:b",
                },
            )
        ],
        [
            (
                "backend",
                "its container runs as root; its container gets the rights of the host; its image comes from another "
                "repository: evil/i (was r/pairva-backend); its tasks take another task role: arn:b (was arn:a)",
            )
        ],
    ),
    "another account in the policy of a new repository": (
        "opens",
        [
            create("ecr/repository", "r", {"name": "pairva-backend"}),
            create(
                "ecr/repositoryPolicy",
                "p",
                {"policy": policy("ecr:Get", Principal={"AWS": "2"}), "repository": UNKNOWN},
            ),
        ],
        [("images of backend", "others may ecr:Get on * by 2")],
    ),
    "public addresses of tasks": (
        "opens",
        [
            update(
                "ecs/service",
                "s",
                {**SERVICE, "networkConfiguration": {"assignPublicIp": False}},
                {"networkConfiguration": {"assignPublicIp": True}},
            )
        ],
        [("backend", "its tasks get public addresses")],
    ),
    "a balancer that faces the internet": (
        "opens",
        [create("lb/loadBalancer", "b", {"internal": False}, component="pairva")],
        [("pairva", "the load balancer faces the internet")],
    ),
    "a log group": (
        "deletes data",
        [delete("cloudwatch/logGroup", "l", {"name": "/pairva/test"})],
        [("LogGroup /pairva/test", "gone for good: every log line in it")],
    ),
    "a log group that is replaced": (
        "deletes data",
        [swap("cloudwatch/logGroup", "l", {"name": "/a"}, {"name": "/b"})],
        [("LogGroup /a", "gone for good: every log line in it")],
    ),
    "a log group that stays": (
        "deletes data",
        [delete("cloudwatch/logGroup", "l", {"name": "/a"}, retainOnDelete=True)],
        [("LogGroup /a", "stays in AWS (retainOnDelete), with every log line in it; the stack lets go of it")],
    ),
    "a repository that AWS protects": (
        "deletes data",
        [delete("ecr/repository", "r", {"name": "r"})],
        [("Repository r", "AWS refuses to delete it while it holds images; then: every image in it")],
    ),
    "a bucket": (
        "deletes data",
        [delete("s3/bucket", "b", {})],
        [("Bucket b", "gone for good: what it holds")],
    ),
    "a policy that depends on what is not there": (
        "unknown until up",
        [create("iam/rolePolicy", "p", {**ROLE, "policy": f'{{"Statement": "{UNKNOWN}"}}'})],
        [("RolePolicy p", "policy.Statement")],
    ),
    "a value within a longer one": (
        "unknown until up",
        [update("ecs/taskDefinition", "d", MANY, {"executionRoleArn": f"arn:{UNKNOWN}:role"})],
        [("TaskDefinition d", "executionRoleArn")],
    ),
}

NOT_EARNED: dict[str, tuple[str, list[Step]]] = {
    "a rule whose group is replaced": (
        "opens",
        [swap("vpc/securityGroupIngressRule", "r", rule(cidrIpv4="0.0.0.0/0"), {"securityGroupId": UNKNOWN})],
    ),
    "a rule that lets less through": (
        "opens",
        [
            update(
                "vpc/securityGroupIngressRule",
                "r",
                rule(cidrIpv4="0.0.0.0/0"),
                {"cidrIpv4": "10.0.0.0/8", "description": "less"},
            ),
            update("vpc/securityGroupIngressRule", "p", rule(fromPort=1), {"fromPort": 2}),
        ],
    ),
    "a rule that is described otherwise": (
        "opens",
        [update("vpc/securityGroupIngressRule", "r", rule(cidrIpv4="10.0.0.0/8"), {"description": "otherwise"})],
    ),
    "a rule between groups of which one is replaced": (
        "opens",
        [
            swap("ec2/securityGroup", "g", NAMED, {"vpcId": "vpc-2"}, component="pairva"),
            update(
                "vpc/securityGroupIngressRule",
                "r",
                rule(referencedSecurityGroupId="sg-a"),
                {"referencedSecurityGroupId": UNKNOWN},
            ),
        ],
    ),
    "a type that nobody reads, and that goes": ("opens", [delete("iam/rolePolicyAttachment", "a", {"role": "r"})]),
    "a container of another user and version, under a role that is made": (
        "opens",
        [
            swap(
                "ecs/taskDefinition",
                "d",
                {"containerDefinitions": container(user="root"), "taskRoleArn": "arn:a"},
                {
                    "containerDefinitions": container(image="r/pairva-backend:1.0.2", user="node"),
                    "taskRoleArn": UNKNOWN,
                },
            )
        ],
    ),
    "a managed policy that a role loses": (
        "opens",
        [update("iam/role", "backend-task", {"managedPolicyArns": ["arn:a"]}, {"managedPolicyArns": []})],
    ),
    "a rule that goes": ("opens", [delete("vpc/securityGroupIngressRule", "r", rule(cidrIpv4="0.0.0.0/0"))]),
    "a rule within, of a new group": (
        "opens",
        [create("ec2/securityGroup", "g", NAMED), create("vpc/securityGroupIngressRule", "r", RULE)],
    ),
    "an action fewer": (
        "opens",
        [update("iam/rolePolicy", "p", {**ROLE, "policy": policy("s3:Get", "s3:Put")}, {"policy": policy("s3:Get")})],
    ),
    "the same grants under another name": (
        "opens",
        [
            delete("iam/rolePolicy", "p1", {**ROLE, "policy": policy("s3:Get")}),
            create("iam/rolePolicy", "p2", {**ROLE, "policy": policy("s3:Get")}),
        ],
    ),
    "the policy of a new role": (
        "opens",
        [
            create("iam/role", "x", {"name": "x"}),
            create("iam/rolePolicy", "p", {"role": UNKNOWN, "policy": policy("s3:Get")}),
        ],
    ),
    "tasks that had public addresses": (
        "opens",
        [
            update(
                "ecs/service", "s", {**SERVICE, "networkConfiguration": {"assignPublicIp": True}}, {"desiredCount": 3}
            )
        ],
    ),
    "a balancer within": ("opens", [create("lb/loadBalancer", "b", {"internal": True}, component="pairva")]),
    "a log group that is updated": (
        "deletes data",
        [update("cloudwatch/logGroup", "l", {"name": "/a", "retentionInDays": 1}, {"retentionInDays": 3})],
    ),
    "a log that gets its first key": (
        "opens",
        [update("cloudwatch/logGroup", "l", {"name": "/a"}, {"kmsKeyId": "k1"})],
    ),
    "a route that goes": ("deletes data", [delete("ec2/route", "r", {})]),
    "the id of what is made": (
        "unknown until up",
        [create("vpc/securityGroupIngressRule", "r", rule(securityGroupId=UNKNOWN))],
    ),
    "the ids of several": (
        "unknown until up",
        [create("ecs/service", "s", {**SERVICE, "networkConfiguration": {"subnets": [UNKNOWN, UNKNOWN]}})],
    ),
}


@pytest.mark.parametrize(("kind", "steps", "said"), EARNED.values(), ids=EARNED)
def test_a_plan_that_earns_a_label_gets_it_with_its_reason(
    kind: str, steps: list[Step], said: list[tuple[str, str]]
) -> None:
    assert labels(kind, *steps) == said


@pytest.mark.parametrize(("kind", "steps"), NOT_EARNED.values(), ids=NOT_EARNED)
def test_a_plan_beside_it_does_not(kind: str, steps: list[Step]) -> None:
    assert labels(kind, *steps) == []


def test_the_types_that_are_read_are_those_that_the_program_makes() -> None:
    components = Path(__file__).parents[2] / "components"
    source = "\n".join(each.read_text() for each in components.rglob("*.py"))
    made = re.findall(r"\baws\.(\w+)\.([A-Z]\w+)\(", source)
    assert {f"{module}/{noun[0].lower()}{noun[1:]}" for module, noun in made} | {"index/image"} == set(opening.KNOWN)
