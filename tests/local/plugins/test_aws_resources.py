"""What is made, read and deleted in AWS, against recorded answers of it."""

from collections.abc import Callable

import pytest
from botocore.stub import Stubber

from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError

Stub = Callable[[str], Stubber]

SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
VPC = "aws:ec2/vpc:Vpc"
LOG = "aws:cloudwatch/logGroup:LogGroup"
REPOSITORY = "aws:ecr/repository:Repository"
TARGETS = "aws:lb/targetGroup:TargetGroup"
PARAMETER = "aws:ssm/parameter:Parameter"
PULL = "aws:ecr/repositoryPolicy:RepositoryPolicy"
ARN = "arn:aws:ecs:us-east-1:000000000000:service/pairva/backend"
REVISION = "arn:aws:ecs:us-east-1:000000000000:task-definition/backend:7"


def test_a_new_security_group_reaches_nothing(engine: Calls, stub: Stub) -> None:
    ec2 = stub("ec2")
    wanted: Props = {"GroupName": "tasks", "Description": "d", "VpcId": "vpc-1"}
    ec2.add_response("create_security_group", {"GroupId": "sg-1"}, wanted)
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    revoked: Props = {"GroupId": "sg-1", "IpPermissions": [everything]}
    ec2.add_response("revoke_security_group_egress", {}, revoked)
    described = {"GroupName": "tasks", "Description": "d", "VpcId": "vpc-1", "GroupId": "sg-1"}
    ec2.add_response("describe_security_groups", {"SecurityGroups": [described]}, {"GroupIds": ["sg-1"]})

    response = engine.create(GROUP, {"name": "tasks", "description": "d", "vpcId": "vpc-1"})

    assert response.id == "sg-1"
    assert from_struct(response.properties) == {"name": "tasks", "description": "d", "vpcId": "vpc-1"}


def test_what_was_made_but_could_not_be_finished_is_taken_back(engine: Calls, stub: Stub) -> None:
    logs = stub("logs")
    logs.add_response("create_log_group", {}, {"logGroupName": "/p"})
    logs.add_client_error("put_retention_policy", "InvalidParameterException", "77 days are not allowed")
    logs.add_response("delete_log_group", {}, {"logGroupName": "/p"})

    with pytest.raises(RefusedError, match="77 days are not allowed"):
        engine.create(LOG, {"name": "/p", "retentionInDays": 77})


def test_an_input_that_is_taken_away_is_not_ignored(engine: Calls, stub: Stub) -> None:
    stub("logs")

    with pytest.raises(RefusedError, match=r"^taking away retentionInDays is not implemented by the stand-in$"):
        engine.update(LOG, "/p", ({"name": "/p", "retentionInDays": 7}, {"name": "/p"}), {})


KEY = "arn:aws:kms:us-east-1:000000000000:key/1"


def test_a_log_group_is_made_under_its_key_and_gets_another_one_in_place(engine: Calls, stub: Stub) -> None:
    logs, arn = stub("logs"), "arn:aws:logs:us-east-1:000000000000:log-group:/p"
    old, new = ({"name": "/p", "kmsKeyId": key} for key in (KEY, KEY.replace("key/1", "key/2")))
    for operation, wanted in (("create_log_group", old), ("associate_kms_key", new)):
        key = wanted["kmsKeyId"]
        logs.add_response(operation, {}, {"logGroupName": "/p", "kmsKeyId": key})
        group = {"logGroupName": "/p", "logGroupArn": arn, "kmsKeyId": key}
        logs.add_response("describe_log_groups", {"logGroups": [group]}, {"logGroupNamePrefix": "/p"})
        logs.add_response("list_tags_for_resource", {"tags": {}}, {"resourceArn": arn})

    created = from_struct(engine.create(LOG, old).properties)

    assert created == {**old, "arn": arn}
    assert engine.differences(LOG, old, new) == {"kmsKeyId": "update"}
    assert from_struct(engine.update(LOG, "/p", (old, new), created).properties) == {**new, "arn": arn}


def test_a_repository_is_made_under_its_key_and_never_gets_another_one(engine: Calls, stub: Stub) -> None:
    ecr = stub("ecr")
    encryption = {"encryptionType": "KMS", "kmsKey": KEY}
    shown = {
        "repositoryName": "backend",
        "repositoryArn": "arn",
        "repositoryUri": "uri",
        "encryptionConfiguration": encryption,
    }
    wanted = {"repositoryName": "backend", "encryptionConfiguration": encryption}
    ecr.add_response("create_repository", {"repository": shown}, wanted)
    ecr.add_response("describe_repositories", {"repositories": [shown]})
    ecr.add_response("list_tags_for_resource", {"tags": []})
    inputs: Props = {"name": "backend", "encryptionConfigurations": [encryption]}

    made = from_struct(engine.create(REPOSITORY, inputs).properties)

    assert made["encryptionConfigurations"] == [encryption]
    assert engine.differences(REPOSITORY, {"name": "backend"}, inputs) == {"encryptionConfigurations": "replace"}


def test_deleting_what_is_gone_is_a_success(engine: Calls, stub: Stub) -> None:
    stub("logs").add_client_error("delete_log_group", "ResourceNotFoundException")

    engine.delete(LOG, "/p", {})


@pytest.mark.parametrize(
    ("kind", "identity", "service", "operation", "code"),
    [
        (VPC, "vpc-1", "ec2", "describe_vpcs", "InvalidVpcID.NotFound"),
        ("aws:iam/role:Role", "r", "iam", "get_role", "NoSuchEntity"),
        (REPOSITORY, "backend", "ecr", "describe_repositories", "RepositoryNotFoundException"),
        (PULL, "backend", "ecr", "get_repository_policy", "RepositoryPolicyNotFoundException"),
        (SERVICE, ARN, "ecs", "describe_services", "ClusterNotFoundException"),
        (TARGETS, "arn", "elbv2", "describe_target_groups", "TargetGroupNotFound"),
        (PARAMETER, "/p", "ssm", "get_parameter", "ParameterNotFound"),
        ("aws:s3/bucket:Bucket", "b", "s3", "head_bucket", "404"),
        ("aws:s3/bucketPolicy:BucketPolicy", "b", "s3", "get_bucket_policy", "NoSuchBucketPolicy"),
    ],
)
def test_what_aws_does_not_find_is_gone(
    engine: Calls, stub: Stub, kind: str, identity: str, service: str, operation: str, code: str
) -> None:
    stub(service).add_client_error(operation, code)

    assert engine.read(kind, identity, {"name": "n", "cluster": "c"}).id == ""


def test_another_error_of_aws_is_told_as_it_is(engine: Calls, stub: Stub) -> None:
    stub("ec2").add_client_error("describe_vpcs", "UnauthorizedOperation", "You are not authorized")

    with pytest.raises(
        RefusedError, match=r"\(UnauthorizedOperation\) when calling the DescribeVpcs operation: You are"
    ):
        engine.read(VPC, "vpc-1", {"cidrBlock": "10.0.0.0/16"})


def test_what_is_to_be_kept_is_not_deleted(engine: Calls, stub: Stub) -> None:
    stub("ecs")

    engine.delete(TASK, REVISION, {"skipDestroy": True})


def test_a_changed_parameter_overwrites(engine: Calls, stub: Stub) -> None:
    ssm = stub("ssm")
    wanted: Props = {"Name": "/p", "Type": "String", "Value": "new", "Overwrite": True}
    ssm.add_response("put_parameter", {"Version": 2}, wanted)
    ssm.add_response("get_parameter", {"Parameter": {"Name": "/p", "Type": "String", "Value": "new"}}, {"Name": "/p"})
    ssm.add_response("describe_parameters", {"Parameters": [{"Description": "what it is"}]})
    ssm.add_response("list_tags_for_resource", {"TagList": []}, {"ResourceType": "Parameter", "ResourceId": "/p"})
    old: Props = {"name": "/p", "type": "String", "insecureValue": "old", "description": "what it is"}

    response = engine.update(PARAMETER, "/p", (old, {**old, "insecureValue": "new"}), old)

    assert from_struct(response.properties) == {**old, "insecureValue": "new"}


def test_a_repositorys_policy_is_put_read_put_again_and_taken_away(engine: Calls, stub: Stub) -> None:
    ecr = stub("ecr")
    old, new = ({"repository": "backend", "policy": f'{{"Statement": [{{"Sid": "{sid}"}}]}}'} for sid in ("a", "b"))
    for wanted in (old, new):
        put = {"repositoryName": "backend", "policyText": wanted["policy"]}
        ecr.add_response("set_repository_policy", put, put)
        ecr.add_response("get_repository_policy", {"registryId": "1", **put}, {"repositoryName": "backend"})
    ecr.add_response("delete_repository_policy", {}, {"repositoryName": "backend"})

    created = engine.create(PULL, old)
    updated = engine.update(PULL, created.id, (old, new), old)
    engine.delete(PULL, created.id, new)

    assert created.id == "backend"
    assert from_struct(created.properties) == old
    assert from_struct(updated.properties) == new


def test_tags_are_changed_one_by_one(engine: Calls, stub: Stub) -> None:
    logs = stub("logs")
    new_tags = {"new": "1", "other": "2", "same": "1"}
    arn = "arn:aws:logs:us-east-1:000000000000:log-group:/p"
    logs.add_response("untag_resource", {}, {"resourceArn": arn, "tagKeys": ["gone"]})
    logs.add_response("tag_resource", {}, {"resourceArn": arn, "tags": {"new": "1", "other": "2"}})
    group = {"logGroupName": "/p", "logGroupArn": arn, "retentionInDays": 30}
    logs.add_response("describe_log_groups", {"logGroups": [group]}, {"logGroupNamePrefix": "/p"})
    logs.add_response("list_tags_for_resource", {"tags": new_tags}, {"resourceArn": arn})
    old: Props = {"name": "/p", "retentionInDays": 30, "tags": {"gone": "1", "other": "1", "same": "1"}}
    new: Props = {"name": "/p", "retentionInDays": 30, "tags": new_tags}

    response = engine.update(LOG, "/p", (old, new), {**old, "arn": arn})

    assert from_struct(response.properties) == {**new, "arn": arn}
