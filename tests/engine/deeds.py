"""What somebody does by hand to a resource, where that takes more than one line."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Made:
    """A resource as the state knows it."""

    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


Deed = Callable[[Client, Made], object]


def tag(client: Client, made: Made) -> object:
    return client("ec2").create_tags(Resources=[made.id], Tags=[{"Key": "project", "Value": "by hand"}])


def policy(made: Made, name: str = "policy") -> str:
    """The one that is there without its last statement; a single one denies what it allowed."""
    document = json.loads(made.inputs[name])
    *others, last = document["Statement"]
    return json.dumps({**document, "Statement": others or [{**last, "Effect": "Deny"}]})


def rule(made: Made) -> dict[str, Any]:
    rule = {"IpProtocol": "tcp", "FromPort": made.inputs["fromPort"], "ToPort": made.inputs["toPort"]}
    return {**rule, "CidrIpv4": "10.0.0.0/8", "Description": "by hand"}


def edit_rule(client: Client, made: Made) -> object:
    return client("ec2").modify_security_group_rules(
        GroupId=made.inputs["securityGroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": made.id, "SecurityGroupRule": rule(made)}],
    )


def delete_rule(direction: str) -> Deed:
    def delete(client: Client, made: Made) -> object:
        revoke = getattr(client("ec2"), f"revoke_security_group_{direction}")
        return revoke(GroupId=made.inputs["securityGroupId"], SecurityGroupRuleIds=[made.id])

    return delete


def let_in(client: Client, made: Made) -> object:
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return client("ec2").authorize_security_group_ingress(GroupId=made.id, IpPermissions=[ssh])


def delete_gateway(client: Client, made: Made) -> object:
    return client("ec2").delete_nat_gateway(NatGatewayId=made.id)


def edit_alarm(client: Client, made: Made) -> object:
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNames=[made.id])["MetricAlarms"]
    taken = client("cloudwatch").meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    kept = {name: alarm[name] for name in taken if alarm.get(name) is not None}
    return client("cloudwatch").put_metric_alarm(**{**kept, "Threshold": 500})


def edit_rule_of_events(client: Client, made: Made) -> object:
    return client("events").put_rule(Name=made.id, EventPattern=json.dumps({"source": ["aws.ec2"]}))


def edit_lifecycle(client: Client, made: Made) -> object:
    (rule,) = client("s3").get_bucket_lifecycle_configuration(Bucket=made.id)["Rules"]
    return client("s3").put_bucket_lifecycle_configuration(
        Bucket=made.id, LifecycleConfiguration={"Rules": [{**rule, "Expiration": {"Days": 400}}]}
    )


def edit_expiry_of_images(client: Client, made: Made) -> object:
    policy = json.loads(made.inputs["policy"])
    policy["rules"][0]["selection"]["countNumber"] = 1
    return client("ecr").put_lifecycle_policy(repositoryName=made.id, lifecyclePolicyText=json.dumps(policy))


def edit_encryption(client: Client, made: Made) -> object:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    return client("s3").put_bucket_encryption(Bucket=made.id, ServerSideEncryptionConfiguration={"Rules": [rule]})


def edit_record(client: Client, made: Made) -> object:
    record = {"Name": made.inputs["name"], "Type": made.inputs["type"], "TTL": 60}
    elsewhere = {**record, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    return change_record(client, made, "UPSERT", elsewhere)


def delete_record(client: Client, made: Made) -> object:
    records = client("route53").list_resource_record_sets(HostedZoneId=made.inputs["zoneId"])["ResourceRecordSets"]
    named = [each for each in records if each["Name"].rstrip(".") == made.inputs["name"].rstrip(".")]
    (record,) = [each for each in named if each["Type"] == made.inputs["type"]]
    return change_record(client, made, "DELETE", record)


def change_record(client: Client, made: Made, action: str, record: dict[str, Any]) -> object:
    return client("route53").change_resource_record_sets(
        HostedZoneId=made.inputs["zoneId"], ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    )


def of_bucket(noun: str) -> Deed:
    return lambda client, made: getattr(client("s3"), f"delete_{noun}")(Bucket=made.id)


def lead_past_nat(client: Client, made: Made) -> object:
    (internet, *_) = client("ec2").describe_internet_gateways()["InternetGateways"]
    return client("ec2").replace_route(
        RouteTableId=made.inputs["routeTableId"],
        DestinationCidrBlock=made.inputs["destinationCidrBlock"],
        GatewayId=internet["InternetGatewayId"],
    )
