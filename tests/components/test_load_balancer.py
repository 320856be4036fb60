"""The load balancer and the cluster: what the world reaches, and where the tasks run."""

from functools import cache

import pytest

from tests.components.parts import ground_of
from tests.recording import Recording, record
from tests.samples import DOMAIN, Edit

UNPROTECTED = ("logRetentionDays: 30", "logRetentionDays: 30\n    protect: false")
LISTENER = "aws:lb/listener:Listener"
BUCKET = "pairva-test-logs-039612856036"
ARN = "arn:aws:elasticloadbalancing:us-east-1:039612856036"


@cache
def recorded(*edits: Edit) -> Recording:
    return record(lambda: ground_of(*edits))


@pytest.mark.parametrize(("edits", "protect"), [((), True), ((UNPROTECTED,), False), ((DOMAIN,), True)])
def test_the_balancer_is_public_strict_about_requests_and_logs_them(edits: tuple[Edit, ...], protect: bool) -> None:
    balancer = recorded(*edits).one("aws:lb/loadBalancer:LoadBalancer", "pairva-balancer")
    assert balancer.inputs == {
        "loadBalancerType": "application",
        "internal": False,
        "securityGroups": ["pairva-group-id"],
        "subnets": ["pairva-public-a-id", "pairva-public-b-id"],
        "dropInvalidHeaderFields": True,
        "desyncMitigationMode": "strictest",
        "accessLogs": {"bucket": BUCKET, "enabled": True, "prefix": "access"},
        "connectionLogs": {"bucket": BUCKET, "enabled": True, "prefix": "connections"},
        "enableDeletionProtection": protect,
    }
    assert balancer.protect is protect


NOT_FOUND = {
    "type": "fixed-response",
    "fixedResponse": {"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"},
}


def test_the_listener_answers_404_until_a_service_has_a_rule() -> None:
    (listener,) = recorded().all(LISTENER)
    assert (listener.name, listener.inputs) == (
        "pairva-http",
        {
            "loadBalancerArn": f"{ARN}:loadbalancer/app/pairva-balancer/1",
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [NOT_FOUND],
        },
    )


def test_with_a_domain_it_speaks_tls_with_the_certificate_once_that_is_valid() -> None:
    listener = recorded(DOMAIN).one(LISTENER, "pairva-https")
    assert listener.inputs == {
        "loadBalancerArn": f"{ARN}:loadbalancer/app/pairva-balancer/1",
        "port": 443,
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
        "certificateArn": "arn:aws:acm:us-east-1:039612856036:certificate/pairva-certificate",
        "defaultActions": [NOT_FOUND],
    }
    assert "aws:acm/certificateValidation:CertificateValidation/pairva-validated" in listener.depends_on


def test_with_a_domain_port_80_sends_everyone_to_the_name_once_it_answers() -> None:
    listener = recorded(DOMAIN).one(LISTENER, "pairva-http")
    assert listener.inputs == {
        "loadBalancerArn": f"{ARN}:loadbalancer/app/pairva-balancer/1",
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [
            {
                "type": "redirect",
                "redirect": {
                    "protocol": "HTTPS",
                    "port": "443",
                    "host": "pairva.example.com",
                    "statusCode": "HTTP_301",
                },
            }
        ],
    }
    assert {f"{LISTENER}/pairva-https", "aws:route53/record:Record/pairva-alias"} <= set(listener.depends_on)


def from_world(protocol: str, port: int) -> dict[str, str | int]:
    return {
        "securityGroupId": "pairva-group-id",
        "description": f"{protocol} from everywhere",
        "cidrIpv4": "0.0.0.0/0",
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
    }


@pytest.mark.parametrize(
    ("edits", "ways"),
    [
        ((), {"pairva-from-world": from_world("HTTP", 80)}),
        (
            (DOMAIN,),
            {"pairva-from-world": from_world("HTTP", 80), "pairva-https-from-world": from_world("HTTPS", 443)},
        ),
    ],
    ids=["without a domain", "with a domain"],
)
def test_the_world_comes_in_on_its_listeners_ports_and_nothing_goes_out(
    edits: tuple[Edit, ...], ways: dict[str, dict[str, str | int]]
) -> None:
    recording = recorded(*edits)
    rules = [each for each in recording.resources if each.type.startswith("aws:vpc/")]
    assert {each.name: each.inputs for each in rules} == ways
    assert recording.one("aws:ec2/securityGroup:SecurityGroup", "pairva-group").inputs == {
        "name": "pairva-test-balancer",
        "description": "Load balancer: the world in, the services out",
        "vpcId": "pairva-vpc-id",
    }


def test_other_components_are_given_its_address_listener_and_group() -> None:
    outputs = {
        "url": "http://pairva-balancer.us-east-1.elb.amazonaws.com",
        "arn_suffix": "app/pairva-balancer/1",
        "listener_arn": f"{ARN}:listener/app/pairva-http/1/2",
        "security_group_id": "pairva-group-id",
    }
    of_the_domain = {"url": "https://pairva.example.com", "listener_arn": f"{ARN}:listener/app/pairva-https/1/2"}
    assert recorded().component_outputs["pairva:index:LoadBalancer/pairva"] == outputs
    assert recorded(DOMAIN).component_outputs["pairva:index:LoadBalancer/pairva"] == {**outputs, **of_the_domain}
