"""Application load balancers and their target groups."""

from collections.abc import Callable
from typing import Any

from local.plugins.amazon import tagging
from local.plugins.amazon.account import Account, only, poll
from local.plugins.resource import ResourceType, Target
from local.plugins.shape import SetOf
from local.plugins.wire import Props

_ACTIVE_SECONDS = 600

_BALANCER_ATTRIBUTES = {
    "enableDeletionProtection": "deletion_protection.enabled",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "idleTimeout": "idle_timeout.timeout_seconds",
}
_GROUP_ATTRIBUTES = {"deregistrationDelay": "deregistration_delay.timeout_seconds"}

_HEALTH_CHECK = {
    "enabled": "HealthCheckEnabled",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthyThreshold": "HealthyThresholdCount",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _attributes(target: Target, names: dict[str, str]) -> list[Props]:
    changed = [name for name in names if name in target.inputs and target.changed(name)]
    return [{"Key": names[name], "Value": _text(target.inputs[name])} for name in changed]


def _typed(names: dict[str, str], kinds: Any, listed: list[Props]) -> Props:
    values = {pair["Key"]: pair["Value"] for pair in listed}
    convert: dict[Any, Callable[[str], Any]] = {bool: "true".__eq__, int: int, str: str}
    return {name: convert[kinds[name]](values[key]) for name, key in names.items() if key in values}


def _suffix(arn: str, kind: str) -> str:
    """The end of an ARN by which CloudWatch knows it: `app/name/id`, or `targetgroup/name/id`."""
    resource = arn.rpartition(":")[2]
    return resource.removeprefix(f"{kind}/")


def _create_balancer(account: Account, target: Target) -> str:
    inputs = target.inputs
    made = account.elbv2.create_load_balancer(
        Name=inputs["name"],
        Type=inputs["loadBalancerType"],
        Scheme="internal" if inputs["internal"] else "internet-facing",
        Subnets=inputs["subnets"],
        **({"SecurityGroups": inputs["securityGroups"]} if "securityGroups" in inputs else {}),
        **tagging.at_creation(target),
    )
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def _balancer_attributes(account: Account, target: Target) -> None:
    attributes = _attributes(target, _BALANCER_ATTRIBUTES)
    if attributes:
        account.elbv2.modify_load_balancer_attributes(LoadBalancerArn=target.id, Attributes=attributes)


def _balancer_network(account: Account, target: Target) -> None:
    if target.changed("subnets"):
        account.elbv2.set_subnets(LoadBalancerArn=target.id, Subnets=target.inputs["subnets"])
    if target.changed("securityGroups"):
        groups = target.inputs.get("securityGroups", [])
        account.elbv2.set_security_groups(LoadBalancerArn=target.id, SecurityGroups=groups)


def _balancer(account: Account, target: Target) -> Any:
    return only(account.elbv2.describe_load_balancers(LoadBalancerArns=[target.id])["LoadBalancers"])


def _wait_until_active(account: Account, target: Target) -> None:
    def active() -> bool:
        return _balancer(account, target)["State"]["Code"] == "active"

    poll(active, f"load balancer {target.id} becoming active", _ACTIVE_SECONDS)


def _read_balancer(account: Account, target: Target) -> Props:
    balancer = _balancer(account, target)
    attributes = account.elbv2.describe_load_balancer_attributes(LoadBalancerArn=target.id)["Attributes"]
    return {
        "name": balancer["LoadBalancerName"],
        "internal": balancer["Scheme"] == "internal",
        "loadBalancerType": balancer["Type"],
        "securityGroups": balancer.get("SecurityGroups", []),
        "subnets": [zone["SubnetId"] for zone in balancer["AvailabilityZones"]],
        **_typed(_BALANCER_ATTRIBUTES, _BALANCER_INPUTS, attributes),
        "arn": target.id,
        "arnSuffix": _suffix(target.id, "loadbalancer"),
        "dnsName": balancer["DNSName"],
        "zoneId": balancer.get("CanonicalHostedZoneId"),
        "vpcId": balancer.get("VpcId"),
        "ipAddressType": balancer.get("IpAddressType"),
        **tagging.of_load_balancing(account, target),
    }


def _health_check(inputs: Props) -> Props:
    check = inputs.get("healthCheck", {})
    matcher = {"Matcher": {"HttpCode": check["matcher"]}} if "matcher" in check else {}
    return {**{field: check[name] for name, field in _HEALTH_CHECK.items() if name in check}, **matcher}


def _create_group(account: Account, target: Target) -> str:
    inputs = target.inputs
    names = {"port": "Port", "protocol": "Protocol", "targetType": "TargetType", "vpcId": "VpcId"}
    made = account.elbv2.create_target_group(
        Name=inputs["name"],
        **{argument: inputs[name] for name, argument in names.items() if name in inputs},
        **_health_check(inputs),
        **tagging.at_creation(target),
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def _group_attributes(account: Account, target: Target) -> None:
    attributes = _attributes(target, _GROUP_ATTRIBUTES)
    if attributes:
        account.elbv2.modify_target_group_attributes(TargetGroupArn=target.id, Attributes=attributes)


def _update_group(account: Account, target: Target) -> None:
    if target.changed("healthCheck") and "healthCheck" in target.inputs:
        account.elbv2.modify_target_group(TargetGroupArn=target.id, **_health_check(target.inputs))


def _read_group(account: Account, target: Target) -> Props:
    group = only(account.elbv2.describe_target_groups(TargetGroupArns=[target.id])["TargetGroups"])
    attributes = account.elbv2.describe_target_group_attributes(TargetGroupArn=target.id)["Attributes"]
    check = {name: group.get(field) for name, field in _HEALTH_CHECK.items()}
    return {
        "name": group["TargetGroupName"],
        "port": group.get("Port"),
        "protocol": group.get("Protocol"),
        "targetType": group.get("TargetType"),
        "vpcId": group.get("VpcId"),
        "healthCheck": {**check, "matcher": group.get("Matcher", {}).get("HttpCode")},
        **_typed(_GROUP_ATTRIBUTES, _GROUP_INPUTS, attributes),
        "arn": target.id,
        "arnSuffix": _suffix(target.id, ""),
        "loadBalancerArns": group.get("LoadBalancerArns", []),
        **tagging.of_load_balancing(account, target),
    }


_BALANCER_INPUTS = {
    "name": str,
    "internal": bool,
    "loadBalancerType": str,
    "securityGroups": SetOf(str),
    "subnets": SetOf(str),
    "enableDeletionProtection": bool,
    "dropInvalidHeaderFields": bool,
    "desyncMitigationMode": str,
    "idleTimeout": int,
    "tags": dict,
}

_GROUP_INPUTS = {
    "name": str,
    "port": int,
    "protocol": str,
    "targetType": str,
    "vpcId": str,
    "deregistrationDelay": int,
    "healthCheck": {
        "path": str,
        "port": str,
        "protocol": str,
        "matcher": str,
        "interval": int,
        "timeout": int,
        "healthyThreshold": int,
        "unhealthyThreshold": int,
        "enabled": bool,
    },
    "tags": dict,
}

TYPES = {
    "aws:lb/loadBalancer:LoadBalancer": ResourceType(
        inputs=_BALANCER_INPUTS,
        required=frozenset({"subnets"}),
        defaults={
            "internal": False,
            "loadBalancerType": "application",
            "enableDeletionProtection": False,
            "dropInvalidHeaderFields": False,
            "desyncMitigationMode": "defensive",
            "idleTimeout": 60,
        },
        name_limit=32,
        replace_on=frozenset({"name", "internal", "loadBalancerType"}),
        computed=frozenset({"arn", "arnSuffix", "dnsName", "zoneId", "vpcId", "ipAddressType", "securityGroups"}),
        create=_create_balancer,
        settle=(_balancer_attributes, _wait_until_active),
        read=_read_balancer,
        update=(_balancer_attributes, _balancer_network, tagging.elbv2),
        delete=lambda account, target: account.elbv2.delete_load_balancer(LoadBalancerArn=target.id),
    ),
    "aws:lb/targetGroup:TargetGroup": ResourceType(
        inputs=_GROUP_INPUTS,
        defaults={"targetType": "instance", "deregistrationDelay": 300},
        name_limit=32,
        replace_on=frozenset({"name", "port", "protocol", "targetType", "vpcId"}),
        computed=frozenset({"arn", "arnSuffix", "loadBalancerArns", "healthCheck"}),
        create=_create_group,
        settle=(_group_attributes,),
        read=_read_group,
        update=(_group_attributes, _update_group, tagging.elbv2),
        delete=lambda account, target: account.elbv2.delete_target_group(TargetGroupArn=target.id),
    ),
}
