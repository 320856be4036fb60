"""The load balancer and the cluster: what the world reaches, and where the tasks run."""

from functools import cache

import pytest

from components.load_balancer import LoadBalancer, LoadBalancerArgs
from tests.components.parts import network_of
from tests.recording import Recording, record

ARN = "arn:aws:elasticloadbalancing:us-east-1:039612856036"


@cache
def recorded(protect: bool) -> Recording:
    return record(
        lambda: LoadBalancer("pairva", LoadBalancerArgs(prefix="pairva-test", network=network_of(), protect=protect))
    )


@pytest.mark.parametrize("protect", [True, False])
def test_the_balancer_is_public_and_drops_what_is_no_header(protect: bool) -> None:
    balancer = recorded(protect).one("aws:lb/loadBalancer:LoadBalancer", "pairva-balancer")
    assert balancer.inputs == {
        "loadBalancerType": "application",
        "internal": False,
        "securityGroups": ["pairva-group-id"],
        "subnets": ["pairva-public-a-id", "pairva-public-b-id"],
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": protect,
    }
    assert balancer.protect is protect


def test_the_listener_answers_404_until_a_service_has_a_rule() -> None:
    assert recorded(True).one("aws:lb/listener:Listener", "pairva-http").inputs == {
        "loadBalancerArn": f"{ARN}:loadbalancer/app/pairva-balancer/1",
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [
            {
                "type": "fixed-response",
                "fixedResponse": {"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"},
            }
        ],
    }


def test_the_world_comes_in_on_port_80_and_nothing_goes_out() -> None:
    recording = recorded(True)
    rules = [each for each in recording.resources if each.type.startswith("aws:vpc/")]
    assert [(each.name, each.inputs) for each in rules] == [
        (
            "pairva-from-world",
            {
                "securityGroupId": "pairva-group-id",
                "description": "HTTP from everywhere",
                "cidrIpv4": "0.0.0.0/0",
                "ipProtocol": "tcp",
                "fromPort": 80,
                "toPort": 80,
            },
        )
    ]
    assert recording.one("aws:ec2/securityGroup:SecurityGroup", "pairva-group").inputs == {
        "name": "pairva-test-balancer",
        "description": "Load balancer: the world in, the services out",
        "vpcId": "pairva-vpc-id",
    }


def test_other_components_are_given_its_address_listener_and_group() -> None:
    assert recorded(True).component_outputs["pairva:index:LoadBalancer/pairva"] == {
        "url": "http://pairva-balancer.us-east-1.elb.amazonaws.com",
        "arn_suffix": "app/pairva-balancer/1",
        "listener_arn": f"{ARN}:listener/app/pairva-http/1/2",
        "security_group_id": "pairva-group-id",
    }
