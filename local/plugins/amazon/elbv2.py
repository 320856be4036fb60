"""Elastic Load Balancing: application load balancers, target groups, listeners and their rules."""

from local.plugins.amazon.table import AwsType, Call, Change
from local.plugins.amazon.tagging import Tagging
from local.plugins.shape import SetOf

_TAGGING = Tagging(
    whose={"ResourceArns": "[id]"},
    add="add_tags",
    remove="remove_tags",
    listing="describe_tags",
    where="TagDescriptions[0].Tags",
)

_HEALTH_CHECK = {
    "HealthCheckPath": "healthCheck.path",
    "HealthCheckIntervalSeconds": "healthCheck.interval",
    "HealthCheckTimeoutSeconds": "healthCheck.timeout",
    "HealthyThresholdCount": "healthCheck.healthyThreshold",
    "UnhealthyThresholdCount": "healthCheck.unhealthyThreshold",
    "Matcher": "healthCheck.{HttpCode: matcher}",
}

_LISTENER = {
    "Port": "port",
    "Protocol": "protocol",
    "SslPolicy": "sslPolicy",
    "Certificates": "certificateArn && [{CertificateArn: certificateArn}]",
    "DefaultActions": """defaultActions[].{
        Type: type,
        FixedResponseConfig: fixedResponse.{
            ContentType: contentType, MessageBody: messageBody, StatusCode: statusCode
        },
        RedirectConfig: redirect.{Protocol: protocol, Port: port, Host: host, StatusCode: statusCode}
    }""",
}

_RULE = {
    "Conditions": "conditions[].{Field: 'path-pattern', PathPatternConfig: {Values: pathPattern.values}}",
    "Actions": "actions[].{Type: type, TargetGroupArn: targetGroupArn}",
}

_LOGS = {"bucket": str, "enabled": bool, "prefix": str}


def _logs(attribute: str) -> str:
    """Where a load balancer delivers logs of a kind, among its attributes."""
    values = {each: f"Attributes[?Key=='{attribute}.s3.{each}'].Value | [0]" for each in _LOGS}
    return f"{{bucket: {values['bucket']}, enabled: ({values['enabled']}) == 'true', prefix: {values['prefix']}}}"


TYPES = {
    "aws:lb/loadBalancer:LoadBalancer": AwsType(
        service="elbv2",
        inputs={
            "name": str,
            "internal": bool,
            "loadBalancerType": str,
            "securityGroups": SetOf(str),
            "subnets": SetOf(str),
            "enableDeletionProtection": bool,
            "dropInvalidHeaderFields": bool,
            "desyncMitigationMode": str,
            "accessLogs": _LOGS,
            "connectionLogs": _LOGS,
            "tags": dict,
        },
        required={
            *("subnets", "enableDeletionProtection", "dropInvalidHeaderFields"),
            *("desyncMitigationMode", "accessLogs", "connectionLogs"),
        },
        name_limit=32,
        replace_on={"name", "internal", "loadBalancerType"},
        creation=Call(
            "create_load_balancer",
            {
                "Name": "name",
                "Type": "loadBalancerType",
                "Scheme": "internal && 'internal' || 'internet-facing'",
                "Subnets": "subnets",
                "SecurityGroups": "securityGroups",
            },
        ),
        id="LoadBalancers[0].LoadBalancerArn",
        settings=[
            Change(
                "modify_load_balancer_attributes",
                {"LoadBalancerArn": "id"},
                {
                    "Attributes": """[
                        {Key: 'deletion_protection.enabled', Value: to_string(enableDeletionProtection)},
                        {Key: 'routing.http.drop_invalid_header_fields.enabled',
                         Value: to_string(dropInvalidHeaderFields)},
                        {Key: 'routing.http.desync_mitigation_mode', Value: desyncMitigationMode},
                        {Key: 'access_logs.s3.enabled', Value: to_string(accessLogs.enabled)},
                        {Key: 'access_logs.s3.bucket', Value: accessLogs.bucket},
                        {Key: 'access_logs.s3.prefix', Value: accessLogs.prefix},
                        {Key: 'connection_logs.s3.enabled', Value: to_string(connectionLogs.enabled)},
                        {Key: 'connection_logs.s3.bucket', Value: connectionLogs.bucket},
                        {Key: 'connection_logs.s3.prefix', Value: connectionLogs.prefix}
                    ]"""
                },
            ),
        ],
        changes=[
            Change("set_subnets", {"LoadBalancerArn": "id"}, {"Subnets": "subnets"}),
            Change("set_security_groups", {"LoadBalancerArn": "id"}, {"SecurityGroups": "securityGroups"}),
        ],
        ready="load_balancer_available",
        description=[
            Call("describe_load_balancers", {"LoadBalancerArns": "[id]"}),
            Call("describe_load_balancer_attributes", {"LoadBalancerArn": "id"}),
        ],
        found="LoadBalancers[0]",
        properties={
            "name": "LoadBalancerName",
            "internal": "Scheme == 'internal'",
            "loadBalancerType": "Type",
            "securityGroups": "SecurityGroups",
            "subnets": "AvailabilityZones[].SubnetId",
            "enableDeletionProtection": "Attributes[?Key=='deletion_protection.enabled'].Value | [0] == 'true'",
            "dropInvalidHeaderFields": """Attributes[?Key=='routing.http.drop_invalid_header_fields.enabled'].Value
                | [0] == 'true'""",
            "desyncMitigationMode": "Attributes[?Key=='routing.http.desync_mitigation_mode'].Value | [0]",
            "accessLogs": _logs("access_logs"),
            "connectionLogs": _logs("connection_logs"),
            "arn": "LoadBalancerArn",
            "arnSuffix": "after('loadbalancer/', LoadBalancerArn)",
            "dnsName": "DNSName",
            "zoneId": "CanonicalHostedZoneId",
        },
        deletion=[Call("delete_load_balancer", {"LoadBalancerArn": "id"})],
        tagging=_TAGGING,
    ),
    "aws:lb/targetGroup:TargetGroup": AwsType(
        service="elbv2",
        inputs={
            "name": str,
            "port": int,
            "protocol": str,
            "targetType": str,
            "vpcId": str,
            "deregistrationDelay": int,
            "healthCheck": {
                "path": str,
                "matcher": str,
                "interval": int,
                "timeout": int,
                "healthyThreshold": int,
                "unhealthyThreshold": int,
            },
            "tags": dict,
        },
        required={"deregistrationDelay"},
        name_limit=32,
        replace_on={"name", "port", "protocol", "targetType", "vpcId"},
        creation=Call(
            "create_target_group",
            {
                "Name": "name",
                "Port": "port",
                "Protocol": "protocol",
                "TargetType": "targetType",
                "VpcId": "vpcId",
                **_HEALTH_CHECK,
            },
        ),
        id="TargetGroups[0].TargetGroupArn",
        settings=[
            Change(
                "modify_target_group_attributes",
                {"TargetGroupArn": "id"},
                {
                    "Attributes": """[
                        {Key: 'deregistration_delay.timeout_seconds', Value: to_string(deregistrationDelay)}
                    ]"""
                },
            ),
        ],
        changes=[Change("modify_target_group", {"TargetGroupArn": "id"}, _HEALTH_CHECK)],
        description=[
            Call("describe_target_groups", {"TargetGroupArns": "[id]"}),
            Call("describe_target_group_attributes", {"TargetGroupArn": "id"}),
        ],
        found="TargetGroups[0]",
        properties={
            "name": "TargetGroupName",
            "port": "Port",
            "protocol": "Protocol",
            "targetType": "TargetType",
            "vpcId": "VpcId",
            "deregistrationDelay": """Attributes[?Key=='deregistration_delay.timeout_seconds'].Value
                | to_number([0])""",
            "healthCheck": """{
                path: HealthCheckPath, matcher: Matcher.HttpCode,
                interval: HealthCheckIntervalSeconds, timeout: HealthCheckTimeoutSeconds,
                healthyThreshold: HealthyThresholdCount, unhealthyThreshold: UnhealthyThresholdCount
            }""",
            "arn": "TargetGroupArn",
            "arnSuffix": "after(':', TargetGroupArn)",
        },
        deletion=[Call("delete_target_group", {"TargetGroupArn": "id"})],
        tagging=_TAGGING,
    ),
    "aws:lb/listener:Listener": AwsType(
        service="elbv2",
        inputs={
            "loadBalancerArn": str,
            "port": int,
            "protocol": str,
            "sslPolicy": str,
            "certificateArn": str,
            "defaultActions": [
                {
                    "type": str,
                    "fixedResponse": {"contentType": str, "messageBody": str, "statusCode": str},
                    "redirect": {"protocol": str, "port": str, "host": str, "statusCode": str},
                }
            ],
            "tags": dict,
        },
        required={"loadBalancerArn", "port", "protocol", "defaultActions"},
        replace_on={"loadBalancerArn"},
        creation=Call("create_listener", {"LoadBalancerArn": "loadBalancerArn", **_LISTENER}),
        id="Listeners[0].ListenerArn",
        changes=[Change("modify_listener", {"ListenerArn": "id"}, _LISTENER)],
        description=[Call("describe_listeners", {"ListenerArns": "[id]"})],
        found="Listeners[0]",
        properties={
            "loadBalancerArn": "LoadBalancerArn",
            "port": "Port",
            "protocol": "Protocol",
            "sslPolicy": "SslPolicy",
            "certificateArn": "Certificates[0].CertificateArn",
            "defaultActions": """DefaultActions[].{
                type: Type,
                fixedResponse: FixedResponseConfig.{
                    contentType: ContentType, messageBody: MessageBody, statusCode: StatusCode
                },
                redirect: RedirectConfig.{protocol: Protocol, port: Port, host: Host, statusCode: StatusCode}
            }""",
            "arn": "ListenerArn",
        },
        deletion=[Call("delete_listener", {"ListenerArn": "id"})],
        tagging=_TAGGING,
    ),
    "aws:lb/listenerRule:ListenerRule": AwsType(
        service="elbv2",
        inputs={
            "listenerArn": str,
            "priority": int,
            "conditions": SetOf({"pathPattern": {"values": SetOf(str)}}),
            "actions": [{"type": str, "targetGroupArn": str}],
            "tags": dict,
        },
        required={"listenerArn", "priority", "conditions", "actions"},
        replace_on={"listenerArn"},
        only_here={"listenerArn"},
        creation=Call("create_rule", {"ListenerArn": "listenerArn", "Priority": "priority", **_RULE}),
        id="Rules[0].RuleArn",
        changes=[
            Change("set_rule_priorities", {}, {"RulePriorities": "[{RuleArn: id, Priority: priority}]"}),
            Change("modify_rule", {"RuleArn": "id"}, _RULE),
        ],
        description=[Call("describe_rules", {"RuleArns": "[id]"})],
        found="Rules[0]",
        properties={
            "priority": "to_number(Priority)",
            "conditions": "Conditions[].{pathPattern: {values: PathPatternConfig.Values || Values}}",
            "actions": "Actions[].{type: Type, targetGroupArn: TargetGroupArn}",
            "arn": "RuleArn",
        },
        deletion=[Call("delete_rule", {"RuleArn": "id"})],
        tagging=_TAGGING,
    ),
}
