"""What runs, and as whom: cluster, task definitions, services and their scaling, roles, log groups, verdicts.

What pulumi-aws asks: hashicorp/terraform-provider-aws, internal/service/{ecs,iam,logs,ssm,appautoscaling}.
"""

from collections.abc import Mapping, Sequence

from access.grant import ANY, Condition, Grant, delete, read, write

_CLUSTER, _DEFINITION = "ecs:cluster/{name}", "ecs:task-definition/{family}:*"
_SERVICE, _SCALED, _TARGET = (
    "ecs:service/{prefix}/{name}",
    "ecs:{resourceId}",
    "application-autoscaling:scalable-target/*",
)
_ROLE, _GROUP, _PARAMETER = (
    "iam:role/{name}",
    ("logs:log-group:{name}", "logs:log-group:{name}:*"),
    "ssm:parameter{name}",
)

_TAGS = "ecs:TagResource ecs:UntagResource"
_TO_TASKS: Condition = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
_OF_ECS: Condition = {"StringEquals": {"application-autoscaling:service-namespace": "ecs"}}

ROWS: Mapping[str, Sequence[Grant]] = {
    "aws:ecs/cluster:Cluster": [
        read("ecs:DescribeClusters ecs:ListTagsForResource", _CLUSTER),
        write(f"ecs:CreateCluster ecs:UpdateCluster {_TAGS}", _CLUSTER),
        delete("ecs:DeleteCluster", _CLUSTER),
    ],
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": [
        read("ecs:DescribeClusters", "ecs:cluster/{clusterName}"),
        # To let go of them is the same call.
        write("ecs:PutClusterCapacityProviders", "ecs:cluster/{clusterName}"),
    ],
    "aws:ecs/taskDefinition:TaskDefinition": [
        read("ecs:DescribeTaskDefinition", ANY),
        read("ecs:ListTagsForResource", _DEFINITION),
        write(f"ecs:RegisterTaskDefinition {_TAGS}", _DEFINITION),
        write("iam:PassRole", "{executionRoleArn}", "{taskRoleArn}", condition=_TO_TASKS),
    ],
    "aws:ecs/service:Service": [
        read("ecs:DescribeServices ecs:ListTagsForResource", _SERVICE),
        write(f"ecs:CreateService ecs:UpdateService {_TAGS}", _SERVICE),
        delete("ecs:DeleteService", _SERVICE),
    ],
    # What AWS wants besides: ECS developer guide, "IAM permissions required for Amazon ECS service auto scaling".
    "aws:appautoscaling/target:Target": [
        read("application-autoscaling:DescribeScalableTargets", ANY),
        read("application-autoscaling:ListTagsForResource", _TARGET),
        write("application-autoscaling:RegisterScalableTarget", _TARGET, condition=_OF_ECS),
        write("application-autoscaling:TagResource application-autoscaling:UntagResource", _TARGET),
        write("ecs:DescribeServices ecs:UpdateService", _SCALED),
        delete("application-autoscaling:DeregisterScalableTarget", _TARGET, condition=_OF_ECS),
    ],
    "aws:appautoscaling/policy:Policy": [
        read("application-autoscaling:DescribeScalingPolicies", ANY),
        write("application-autoscaling:PutScalingPolicy", _TARGET, condition=_OF_ECS),
        write("cloudwatch:DeleteAlarms cloudwatch:PutMetricAlarm", "cloudwatch:alarm:TargetTracking-{resourceId}-*"),
        write("cloudwatch:DescribeAlarms", ANY),
        delete("application-autoscaling:DeleteScalingPolicy", _TARGET, condition=_OF_ECS),
    ],
    # The provider reads what is attached, and looks for instance profiles before a role goes.
    "aws:iam/role:Role": [
        read("iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoleTags", _ROLE),
        write(
            "iam:CreateRole iam:TagRole iam:UntagRole iam:UpdateAssumeRolePolicy iam:UpdateRole "
            "iam:UpdateRoleDescription",
            _ROLE,
        ),
        delete("iam:DeleteRole iam:DeleteRolePolicy iam:ListInstanceProfilesForRole", _ROLE),
    ],
    "aws:iam/rolePolicy:RolePolicy": [
        read("iam:GetRolePolicy", "iam:role/{role}"),
        write("iam:PutRolePolicy", "iam:role/{role}"),
        delete("iam:DeleteRolePolicy", "iam:role/{role}"),
    ],
    "aws:cloudwatch/logGroup:LogGroup": [
        read("logs:DescribeLogGroups", ANY),
        read("logs:ListTagsForResource", "logs:log-group:{name}"),
        write(
            "logs:CreateLogGroup logs:DeleteRetentionPolicy logs:PutRetentionPolicy logs:TagResource "
            "logs:UntagResource",
            *_GROUP,
        ),
        delete("logs:DeleteLogGroup", *_GROUP),
    ],
    "aws:ssm/parameter:Parameter": [
        read("ssm:DescribeParameters", ANY),
        read("ssm:GetParameter ssm:ListTagsForResource", _PARAMETER),
        write("ssm:AddTagsToResource ssm:PutParameter ssm:RemoveTagsFromResource", _PARAMETER),
        delete("ssm:DeleteParameter", _PARAMETER),
    ],
}
