"""The load balancer, its listeners, rules and target groups. Pulumi names them; a stack's own are known by their tag.

What pulumi-aws asks: hashicorp/terraform-provider-aws, internal/service/elbv2. What AWS wants besides: Elastic Load
Balancing user guide, "Elastic Load Balancing API permissions".
"""

from collections.abc import Mapping, Sequence

from access.grant import ANY, NEW, OWN, Condition, Grant, delete, read, write

# Tags of what is created in the same call.
_CREATED: Condition = {"Null": {"elasticloadbalancing:CreateAction": "false"}}

_BALANCER, _TARGETS = (
    "elasticloadbalancing:loadbalancer/app/{resource}-*/*",
    "elasticloadbalancing:targetgroup/{resource}-*/*",
)
_ANY_BALANCER, _LISTENER = "elasticloadbalancing:loadbalancer/app/*/*", "elasticloadbalancing:listener/app/*/*/*"
_RULE = "elasticloadbalancing:listener-rule/app/*/*/*/*"


def _tagged(kind: str) -> list[Grant]:
    return [
        read("elasticloadbalancing:DescribeTags", ANY),
        write("elasticloadbalancing:AddTags", kind, condition=_CREATED),
        write("elasticloadbalancing:AddTags elasticloadbalancing:RemoveTags", kind, condition=OWN),
    ]


ROWS: Mapping[str, Sequence[Grant]] = {
    "aws:lb/loadBalancer:LoadBalancer": [
        *_tagged(_BALANCER),
        read(
            "elasticloadbalancing:DescribeCapacityReservation elasticloadbalancing:DescribeLoadBalancerAttributes "
            "elasticloadbalancing:DescribeLoadBalancers",
            ANY,
        ),
        # AWS's table does not list the last one, and some accounts are refused without it
        # (aws-load-balancer-controller#3917).
        write(
            "ec2:DescribeAccountAttributes ec2:DescribeAddresses ec2:DescribeInternetGateways "
            "ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs ec2:GetSecurityGroupsForVpc",
            ANY,
        ),
        write("elasticloadbalancing:CreateLoadBalancer", _BALANCER, condition=NEW),
        write(
            "elasticloadbalancing:ModifyLoadBalancerAttributes elasticloadbalancing:SetIpAddressType "
            "elasticloadbalancing:SetSecurityGroups elasticloadbalancing:SetSubnets",
            _BALANCER,
            condition=OWN,
        ),
        delete("elasticloadbalancing:DeleteLoadBalancer", _BALANCER, condition=OWN),
        delete("ec2:DescribeNetworkInterfaces", ANY),
    ],
    "aws:lb/listener:Listener": [
        *_tagged(_LISTENER),
        read("elasticloadbalancing:DescribeListenerAttributes elasticloadbalancing:DescribeListeners", ANY),
        write("elasticloadbalancing:CreateListener", _ANY_BALANCER, condition=OWN),
        write(
            "elasticloadbalancing:ModifyListener elasticloadbalancing:ModifyListenerAttributes",
            _LISTENER,
            condition=OWN,
        ),
        delete("elasticloadbalancing:DeleteListener", _LISTENER, condition=OWN),
    ],
    "aws:lb/listenerRule:ListenerRule": [
        *_tagged(_RULE),
        read("elasticloadbalancing:DescribeRules", ANY),
        write("elasticloadbalancing:CreateRule", _LISTENER, condition=OWN),
        write("elasticloadbalancing:ModifyRule", _RULE, condition=OWN),
        # The one action on rules that knows no tags.
        write("elasticloadbalancing:SetRulePriorities", _RULE),
        delete("elasticloadbalancing:DeleteRule", _RULE, condition=OWN),
    ],
    "aws:lb/targetGroup:TargetGroup": [
        *_tagged(_TARGETS),
        read("elasticloadbalancing:DescribeTargetGroupAttributes elasticloadbalancing:DescribeTargetGroups", ANY),
        write("ec2:DescribeInternetGateways ec2:DescribeVpcs", ANY),
        write("elasticloadbalancing:CreateTargetGroup", _TARGETS, condition=NEW),
        write(
            "elasticloadbalancing:ModifyTargetGroup elasticloadbalancing:ModifyTargetGroupAttributes",
            _TARGETS,
            condition=OWN,
        ),
        delete("elasticloadbalancing:DeleteTargetGroup", _TARGETS, condition=OWN),
    ],
}
