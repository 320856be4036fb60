"""From each private subnet to what ECS needs: through endpoints, alone or beside NAT."""

from typing import Any

import pytest

from checks.preflight.result import Result, ok, unchecked
from tests.checks.preflight.ground import (
    BACKEND,
    EXISTING,
    FRONTEND,
    NAT,
    PRIVATE_A,
    PRIVATE_B,
    Facts,
    endpoint,
    group,
    rule,
)
from tests.checks.preflight.ways import (
    ALL,
    NO_DEFAULT,
    OTHERS,
    Change,
    cannot,
    default,
    endpoints,
    no_host_names,
    of_each,
    reached,
    ways_out,
)
from tests.samples import Edit, stack

INTERFACES = [endpoint(service) for service in OTHERS.split(", ")]
THROUGH = (
    "ecr.api through vpce-ecr-api; ecr.dkr through vpce-ecr-dkr; s3 through vpce-s3; logs through vpce-logs; "
    "secretsmanager through vpce-secretsmanager"
)
ENDPOINT = {service: f"vpce-{service.replace('.', '-')}" for service in OTHERS.split(", ")}
ZONE = "and nobody can see from here whether a private hosted zone of the VPC leads its name there"
OVER_NAT = f"ecr.api, ecr.dkr, s3, secretsmanager through {NAT}"


def refused(subnet: str, cidr: str) -> list[Result]:
    why = f"their names lead to vpce-logs, whose security group sg-1 does not let {cidr} in on port 443"
    return [
        ok(f"{subnet} to AWS", OVER_NAT),
        *cannot("logs", why, f"let TCP 443 from {cidr} into sg-1", [subnet]),
    ]


def unresolved(subnet: str, flaw: str, remedy: str) -> list[Result]:
    """One finding a service, each of which has an endpoint of its own; `{}` is its name."""
    return [
        each
        for service, name in ENDPOINT.items()
        for each in cannot(service, f"{NO_DEFAULT}; {name} {flaw}", remedy.format(name), [subnet])
    ]


REFUSED = [*refused(PRIVATE_A, "10.0.2.0/24"), *refused(PRIVATE_B, "10.0.3.0/24")]
LET_IN = reached(f"{OVER_NAT}; logs through vpce-logs")

ENDPOINTS: dict[str, tuple[list[Change], list[Result]]] = {
    "endpoints": ([default(), endpoints(*INTERFACES, endpoint("s3", "Gateway"))], reached(THROUGH)),
    "S3 missing": (
        [default(), endpoints(*INTERFACES)],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", THROUGH.replace("s3 through vpce-s3; ", "")),
                *cannot("s3", NO_DEFAULT, subnets=[subnet]),
            ]
        ),
    ),
    "S3 for another route table": (
        [default(), endpoints(endpoint("s3", "Gateway", RouteTableIds=["rtb-main"]))],
        of_each(
            lambda subnet: [
                *cannot(OTHERS, NO_DEFAULT, subnets=[subnet]),
                *cannot("s3", f"{NO_DEFAULT}; vpce-s3 is not for rtb-private", subnets=[subnet]),
            ]
        ),
    ),
    "S3 by interface": (
        [default(), endpoints(*INTERFACES, endpoint("s3"))],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", THROUGH.replace("s3 through vpce-s3; ", "")),
                unchecked(
                    f"{subnet} to AWS", "s3: vpce-s3 is no gateway endpoint, which ECR's images need by AWS's word"
                ),
            ]
        ),
    ),
    "without private DNS": (
        [
            default(),
            endpoints(
                endpoint("s3", "Gateway"), *(endpoint(name, PrivateDnsEnabled=False) for name in OTHERS.split(", "))
            ),
        ],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", "s3 through vpce-s3"),
                *(
                    unchecked(f"{subnet} to AWS", f"{name}: {NO_DEFAULT}; {ENDPOINT[name]} has no private DNS, {ZONE}")
                    for name in OTHERS.split(", ")
                ),
            ]
        ),
    ),
    "without private DNS, in a VPC without host names": (
        [default(), no_host_names, endpoints(endpoint("logs", PrivateDnsEnabled=False))],
        of_each(
            lambda subnet: [
                *cannot("ecr.api, ecr.dkr, s3, secretsmanager", NO_DEFAULT, subnets=[subnet]),
                unchecked(f"{subnet} to AWS", f"logs: {NO_DEFAULT}; vpce-logs has no private DNS, {ZONE}"),
            ]
        ),
    ),
    "without private DNS, and not ready": (
        [default(), endpoints(endpoint("logs", PrivateDnsEnabled=False, State="pending"))],
        of_each(
            lambda subnet: [
                *cannot("ecr.api, ecr.dkr, s3, secretsmanager", NO_DEFAULT, subnets=[subnet]),
                *cannot("logs", f"{NO_DEFAULT}; vpce-logs is pending", subnets=[subnet]),
            ]
        ),
    ),
    "with private DNS in a VPC without host names": (
        [default(), no_host_names, endpoints(endpoint("s3", "Gateway"), *INTERFACES)],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", "s3 through vpce-s3"),
                *unresolved(
                    subnet,
                    "has private DNS, for which the VPC lacks DNS support or DNS host names",
                    "aws ec2 modify-vpc-attribute --vpc-id vpc-00000001 --enable-dns-hostnames",
                ),
            ]
        ),
    ),
    "an endpoint without private DNS beside NAT": (
        [endpoints(endpoint("logs", PrivateDnsEnabled=False), admits=[])],
        reached(f"{ALL} through {NAT}"),
    ),
    "S3 by interface, and for another route table, beside NAT": (
        [endpoints(endpoint("s3"), endpoint("s3", "Gateway", RouteTableIds=["rtb-main"]))],
        reached(f"{ALL} through {NAT}"),
    ),
    "an endpoint that is not ready": (
        [default(), endpoints(endpoint("s3", "Gateway"), *INTERFACES[1:], endpoint("ecr.api", State="pending"))],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", THROUGH.removeprefix("ecr.api through vpce-ecr-api; ")),
                *cannot("ecr.api", f"{NO_DEFAULT}; vpce-ecr-api is pending", subnets=[subnet]),
            ]
        ),
    ),
    "an endpoint of a like-named service": (
        [default(), endpoints(*INTERFACES[1:], endpoint("s3", "Gateway"), endpoint("x.ecr.api"))],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", THROUGH.removeprefix("ecr.api through vpce-ecr-api; ")),
                *cannot("ecr.api", NO_DEFAULT, subnets=[subnet]),
            ]
        ),
    ),
    "a group that lets nobody in": ([endpoints(endpoint("logs"), admits=[])], REFUSED),
    "a group that lets port 80 in": (
        [endpoints(endpoint("logs"), admits=[rule("0.0.0.0/0", low=80, high=80)])],
        REFUSED,
    ),
    "a group that lets UDP in": ([endpoints(endpoint("logs"), admits=[rule("0.0.0.0/0", protocol="udp")])], REFUSED),
    "a group that lets another network in": ([endpoints(endpoint("logs"), admits=[rule("10.1.0.0/16")])], REFUSED),
    "a group that lets half of each subnet in": (
        [endpoints(endpoint("logs"), admits=[rule("10.0.2.0/25", "10.0.3.0/25")])],
        REFUSED,
    ),
    "a group that lets another group in": (
        [endpoints(endpoint("logs"), admits=[rule(UserIdGroupPairs=[{"GroupId": "sg-9"}])])],
        REFUSED,
    ),
    "a group that lets everything in": (
        [endpoints(endpoint("logs"), admits=[rule("0.0.0.0/0", protocol="-1")])],
        LET_IN,
    ),
    "a group that lets each half of the subnets in": (
        [
            endpoints(
                endpoint("logs"), admits=[rule("10.0.2.0/25", low=1, high=999), rule("10.0.2.128/25", "10.0.3.0/24")]
            )
        ],
        LET_IN,
    ),
    "a group that lets one subnet in": (
        [endpoints(endpoint("logs"), admits=[rule("10.0.2.0/24")])],
        [LET_IN[0], *refused(PRIVATE_B, "10.0.3.0/24")],
    ),
    "a group that lets a list of prefixes in": (
        [endpoints(endpoint("logs"), admits=[rule(PrefixListIds=[{"PrefixListId": "pl-1"}])])],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", OVER_NAT),
                unchecked(f"{subnet} to AWS", "logs: nobody can see from here whom vpce-logs lets in (sg-1)"),
            ]
        ),
    ),
    "a group that EC2 does not show": (
        [endpoints(endpoint("logs", Groups=[{"GroupId": "sg-8"}]))],
        of_each(
            lambda subnet: [
                ok(f"{subnet} to AWS", OVER_NAT),
                unchecked(f"{subnet} to AWS", "logs: nobody can see from here whom vpce-logs lets in (sg-8)"),
            ]
        ),
    ),
}


@pytest.mark.parametrize(("changes", "expected"), ENDPOINTS.values(), ids=ENDPOINTS)
def test_through_which_endpoints_a_private_subnet_reaches_what_it_needs(
    changes: list[Change], expected: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ways_out(monkeypatch, changes) == expected


OURS = [group(name=BACKEND, number="sg-2"), group(name=FRONTEND, number="sg-3")]
PAIRS = [{"GroupId": "sg-2"}, {"GroupId": "sg-3"}]


@pytest.mark.parametrize(
    ("made", "pairs", "expected"),
    [(OURS, PAIRS, LET_IN), (OURS, PAIRS[:1], REFUSED), (OURS[:1], PAIRS[:1], REFUSED)],
    ids=["both", "one of two", "one, and the other is not made yet"],
)
def test_a_rule_that_names_the_groups_of_all_our_tasks_lets_them_in(
    made: list[Any], pairs: list[Any], expected: list[Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def groups(facts: Facts) -> None:
        facts["DescribeSecurityGroups"]["SecurityGroups"] += made

    named = endpoints(endpoint("logs"), admits=[rule(UserIdGroupPairs=pairs)])
    assert ways_out(monkeypatch, [groups, named]) == expected


SECRET = "arn:aws:secretsmanager:us-east-1:039612856036:secret:pairva/jwt-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:039612856036:parameter/pairva/jwt"
NO_SECRETS = (f"      secrets:\n        JWT_SECRET: {SECRET}\n", "")


@pytest.mark.parametrize(
    ("edit", "services"),
    [
        (NO_SECRETS, "ecr.api, ecr.dkr, s3, logs"),
        ((SECRET, PARAMETER), "ecr.api, ecr.dkr, s3, logs, ssm"),
        ((f"JWT_SECRET: {SECRET}", f"JWT_SECRET: {SECRET}\n        URL: {PARAMETER}"), f"{ALL}, ssm"),
    ],
    ids=["no secrets", "a parameter", "both"],
)
def test_only_the_stores_that_secrets_are_in_need_a_way(
    edit: Edit, services: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ways_out(monkeypatch, [default()], stack(EXISTING, edit)) == cannot(services, NO_DEFAULT)


AFAR = stack(EXISTING, ("alarmEmails: []", "alarmEmails: []\n    registry: {region: us-west-2}"))
TO_NAT = "lead its 0.0.0.0/0 to a NAT gateway in a public subnet: the images are in us-west-2"


def test_images_of_another_region_are_not_reached_through_endpoints_of_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = endpoints(*INTERFACES, endpoint("s3", "Gateway"))
    assert ways_out(monkeypatch, [default(), here], AFAR) == of_each(
        lambda subnet: [
            ok(f"{subnet} to AWS", "logs through vpce-logs; secretsmanager through vpce-secretsmanager"),
            *cannot("ecr.api, ecr.dkr, s3", NO_DEFAULT, TO_NAT, [subnet]),
        ]
    )


def test_images_of_another_region_are_reached_by_nat_whomever_endpoints_of_this_one_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = endpoints(endpoint("ecr.api"), endpoint("ecr.dkr"), admits=[])
    assert ways_out(monkeypatch, [closed], AFAR) == reached(f"{ALL} through {NAT}")


def test_what_stands_on_a_second_page_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def paged(facts: Facts) -> None:
        first, second = [group(number="sg-0")], facts["DescribeSecurityGroups"]["SecurityGroups"]
        facts["DescribeSecurityGroups"] = [{"SecurityGroups": first, "NextToken": "1"}, {"SecurityGroups": second}]

    assert ways_out(monkeypatch, [endpoints(endpoint("logs")), paged]) == LET_IN
