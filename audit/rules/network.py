"""What reaches what: security groups and their rules, and the network that a stack makes."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from audit.program import Program, Resource
from audit.rule import SERVICE, Breach, Rule, all_of, each
from audit.rules.balancer import BALANCER

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
VPC = "aws:ec2/vpc:Vpc"


def _of_world(rule: Resource) -> bool:
    """Whether a rule is about addresses that are not private; nobody here knows those of a prefix list."""
    if rule.inputs.get("prefixListId"):
        return True
    blocks = [rule.inputs[key] for key in ("cidrIpv4", "cidrIpv6") if key in rule.inputs]
    return not all(ipaddress.ip_network(block).is_private for block in blocks)


def _groups_of_balancers(program: Program) -> set[str]:
    return {group for balancer in program.all(BALANCER) for group in balancer.inputs["securityGroups"]}


def _open_to_world(program: Program) -> Iterator[Breach]:
    """Security groups have no rules of their own: inline ones would not be seen here."""
    public = _groups_of_balancers(program)
    for rule in program.all(INGRESS):
        ports = (rule.inputs.get("ipProtocol"), rule.inputs.get("fromPort"), rule.inputs.get("toPort"))
        expected = rule.inputs["securityGroupId"] in public and ports in (("tcp", 80, 80), ("tcp", 443, 443))
        if _of_world(rule) and not expected:
            yield Breach(rule, "fromPort", rule.inputs.get("fromPort"))
    for group in program.all(GROUP):
        if group.inputs.get("ingress"):
            yield Breach(group, "ingress", group.inputs["ingress"])
    # The older kind of rule, which nothing here reads.
    for rule in program.all("aws:ec2/securityGroupRule:SecurityGroupRule"):
        yield Breach(rule, "type", rule.inputs.get("type"))


def _past_the_balancer(program: Program) -> Iterator[Breach]:
    tasks = {
        group for service in program.all(SERVICE) for group in service.inputs["networkConfiguration"]["securityGroups"]
    }
    for rule in program.all(INGRESS):
        origin = rule.inputs.get("referencedSecurityGroupId")
        if rule.inputs["securityGroupId"] in tasks and origin not in _groups_of_balancers(program):
            yield Breach(rule, "referencedSecurityGroupId", origin)


def _unlimited_egress(program: Program) -> Iterator[Breach]:
    for rule in program.all(EGRESS):
        if _of_world(rule) and rule.inputs["ipProtocol"] == "-1":
            yield Breach(rule, "ipProtocol", "-1")
    for group in program.all(GROUP):
        if group.inputs.get("egress"):
            yield Breach(group, "egress", group.inputs["egress"])


def _described(found: Any) -> bool:
    return bool(found) and found != "Managed by Pulumi"


def _default_group_open(program: Program) -> Iterator[Breach]:
    closed = {
        group.inputs["vpcId"]
        for group in program.all("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
        if group.inputs.get("ingress") == [] and group.inputs.get("egress") == []
    }
    return (Breach(vpc, "defaultSecurityGroup", None) for vpc in program.all(VPC) if vpc.identities["id"] not in closed)


def _unlogged(program: Program) -> Iterator[Breach]:
    logged = {
        log.inputs.get("vpcId")
        for log in program.all("aws:ec2/flowLog:FlowLog")
        if log.inputs.get("trafficType") in ("ALL", "REJECT")
    }
    return (Breach(vpc, "flowLog", None) for vpc in program.all(VPC) if vpc.identities["id"] not in logged)


def _default_network(program: Program) -> Iterator[Breach]:
    return (Breach(each, "type", each.type) for each in program.all("aws:ec2/defaultVpc:DefaultVpc"))


RULES = (
    Rule("N1", "the world reaches ports 80 and 443 of the balancer, and nothing else", _open_to_world),
    Rule("N3", "tasks hear the load balancer alone", _past_the_balancer),
    Rule("N4", "no way out is for every protocol to everywhere", _unlimited_egress),
    Rule(
        "N5",
        "every group and every rule is described",
        all_of(*(each(kind, "description", _described) for kind in (GROUP, INGRESS, EGRESS))),
    ),
    Rule("N6", "the default group of the network lets nothing through", _default_group_open),
    Rule(
        "N7",
        "no subnet hands out public addresses",
        each("aws:ec2/subnet:Subnet", "mapPublicIpOnLaunch", lambda found: not found),
    ),
    Rule("N8", "what the network refuses is logged", _unlogged),
    Rule("N9", "the account's default network is not used", _default_network),
)
