"""Who answers the world: the load balancer, its listeners and target groups."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from audit.program import Program
from audit.rule import Breach, Rule, all_of, at, each

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
WAF = "aws:wafv2/webAclAssociation:WebAclAssociation"

# Those that Security Hub ELB.17 takes:
# https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17
_TLS = ("ELBSecurityPolicy-TLS13-1-3-", "ELBSecurityPolicy-TLS13-1-2-Res-")


def _redirects(actions: Sequence[Mapping[str, Any]]) -> bool:
    return [at(action, "redirect.protocol") for action in actions] == ["HTTPS"]


def _plain(program: Program) -> Iterator[Breach]:
    """A listener that serves by itself, or by its rules."""
    plain = [listener for listener in program.all(LISTENER) if listener.inputs["protocol"] == "HTTP"]
    arns = {listener.identities["arn"] for listener in plain}
    rules = [rule for rule in program.all(LISTENER_RULE) if rule.inputs["listenerArn"] in arns]
    for where, resources in (("defaultActions", plain), ("actions", rules)):
        for resource in resources:
            if not _redirects(resource.inputs[where]):
                yield Breach(resource, where, resource.inputs[where])


def _unserved(program: Program) -> Iterator[Breach]:
    """A balancer that nobody reaches over TLS."""
    served = {
        listener.inputs["loadBalancerArn"]
        for listener in program.all(LISTENER)
        if listener.inputs["protocol"] == "HTTPS" and listener.inputs.get("certificateArn")
    }
    for balancer in program.all(BALANCER):
        if balancer.identities["arn"] not in served:
            yield Breach(balancer, "listener", None)


def _old_tls(program: Program) -> Iterator[Breach]:
    for listener in program.all(LISTENER):
        policy = listener.inputs.get("sslPolicy")
        if listener.inputs["protocol"] == "HTTPS" and not str(policy).startswith(_TLS):
            yield Breach(listener, "sslPolicy", policy)


def _in_one_zone(program: Program) -> Iterator[Breach]:
    """Of subnets that the stack does not make, preflight asks AWS for the zones."""
    for balancer in program.all(BALANCER):
        subnets = balancer.inputs["subnets"]
        made = [known[0] for subnet in subnets if (known := program.known_as(subnet))]
        if len({each.inputs["availabilityZone"] for each in made} if made else {*subnets}) < 2:
            yield Breach(balancer, "subnets", subnets)


def _unfiltered(program: Program) -> Iterator[Breach]:
    filtered = {association.inputs["resourceArn"] for association in program.all(WAF)}
    for balancer in program.all(BALANCER):
        if balancer.identities["arn"] not in filtered:
            yield Breach(balancer, "webAclAssociation", None)


RULES = (
    Rule("L1", "plain HTTP only leads to HTTPS", _plain),
    Rule("L2", "there is a listener that speaks HTTPS, with a certificate", _unserved),
    Rule("L3", "TLS is 1.2 or 1.3 with forward secrecy", _old_tls),
    Rule("L4", "invalid headers are dropped", each(BALANCER, "dropInvalidHeaderFields", lambda found: found is True)),
    Rule("L5", "requests are logged", each(BALANCER, "accessLogs.enabled", lambda found: found is True)),
    Rule("L6", "AWS refuses to delete it", each(BALANCER, "enableDeletionProtection", lambda found: found is True)),
    Rule(
        "L7",
        "ambiguous requests are refused",
        each(BALANCER, "desyncMitigationMode", lambda found: found in ("defensive", "strictest")),
    ),
    Rule("L8", "it stands in two zones", _in_one_zone),
    Rule("L9", "a web application firewall stands before it", _unfiltered),
    Rule("L10", "targets are asked for their health", each(TARGET_GROUP, "healthCheck.path", bool)),
    Rule(
        "L11",
        "requests and health checks reach the tasks over TLS",
        all_of(
            each(TARGET_GROUP, "protocol", lambda found: found == "HTTPS"),
            each(TARGET_GROUP, "healthCheck.protocol", lambda found: found == "HTTPS"),
        ),
    ),
    Rule("L13", "targets are addresses, not instances", each(TARGET_GROUP, "targetType", lambda v: v == "ip")),
)
