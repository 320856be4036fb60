"""What a domain needs, against recorded answers of AWS: zone, records, certificate, HTTPS listener."""

from collections.abc import Callable

import pytest
from botocore.stub import Stubber

from local.plugins.wire import Props, from_struct
from tests.local.plugins.engine_calls import Calls, RefusedError

Stub = Callable[[str], Stubber]

RECORD, LISTENER = "aws:route53/record:Record", "aws:lb/listener:Listener"
CERTIFICATE, VALIDATION = "aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation"
ARN = "arn:aws:acm:us-east-1:000000000000:certificate/1"
CNAME: Props = {"zoneId": "Z1", "name": "_a.example.com.", "type": "CNAME", "ttl": 300, "records": ["b."]}
ALIAS: Props = {
    "zoneId": "Z1",
    "name": "www.example.com",
    "type": "A",
    "aliases": [{"name": "balancer.aws", "zoneId": "Z2", "evaluateTargetHealth": False}],
}
SETS: list[Props] = [
    {"Name": "_a.example.com.", "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": "b."}]},
    {
        "Name": "www.example.com.",
        "Type": "A",
        "AliasTarget": {"DNSName": "balancer.aws.", "HostedZoneId": "Z2", "EvaluateTargetHealth": False},
    },
]


def zone(name: str, identity: str, private: bool) -> Props:
    return {"Id": f"/hostedzone/{identity}", "Name": name, "CallerReference": "c", "Config": {"PrivateZone": private}}


def change(action: str, record: Props) -> Props:
    return {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [{"Action": action, "ResourceRecordSet": record}]}}


CHANGED: Props = {"ChangeInfo": {"Id": "C1", "Status": "INSYNC", "SubmittedAt": 0}}


def zones(stub: Stub, *found: Props) -> None:
    answer: Props = {"HostedZones": list(found), "IsTruncated": False, "MaxItems": "100"}
    stub("route53").add_response("list_hosted_zones_by_name", answer, {"DNSName": "example.com"})


def test_the_one_public_zone_of_that_name_is_found(engine: Calls, stub: Stub) -> None:
    zones(
        stub, zone("example.com.", "Z0", True), zone("example.com.", "Z1", False), zone("www.example.com.", "Z2", False)
    )
    arguments: Props = {"name": "example.com", "privateZone": False}

    answer = engine.invoke("aws:route53/getZone:getZone", arguments)

    assert from_struct(getattr(answer, "return")) == {**arguments, "id": "Z1", "zoneId": "Z1"}


@pytest.mark.parametrize(
    ("found", "words"), [([], "no matching"), (["Z1", "Z2"], "multiple")], ids=["none", "more than one"]
)
def test_no_zone_and_two_of_them_are_errors(found: list[str], words: str, engine: Calls, stub: Stub) -> None:
    zones(stub, *(zone("example.com.", identity, False) for identity in found))

    with pytest.raises(RefusedError, match=f"^{words} Route 53 Hosted Zone"):
        engine.invoke("aws:route53/getZone:getZone", {"name": "example.com", "privateZone": False})


@pytest.mark.parametrize(("overwrite", "action"), [({}, "CREATE"), ({"allowOverwrite": True}, "UPSERT")])
def test_a_record_that_is_there_is_taken_over_only_if_allowed(
    overwrite: Props, action: str, engine: Calls, stub: Stub
) -> None:
    route53 = stub("route53")
    route53.add_response("change_resource_record_sets", CHANGED, change(action, SETS[0]))
    listed: Props = {"ResourceRecordSets": SETS, "IsTruncated": False, "MaxItems": "9"}
    route53.add_response("list_resource_record_sets", listed)

    response = engine.create(RECORD, {**CNAME, **overwrite})

    assert response.id == "Z1__a.example.com._CNAME"
    assert from_struct(response.properties) == {**CNAME, **overwrite, "fqdn": "_a.example.com."}


def test_an_alias_that_moved_is_seen_and_led_back(engine: Calls, stub: Stub) -> None:
    route53, moved = stub("route53"), {**ALIAS["aliases"][0], "name": "other.aws."}
    elsewhere = {**SETS[1], "AliasTarget": {**SETS[1]["AliasTarget"], "DNSName": "other.aws."}}
    for sets in ([elsewhere], SETS):
        route53.add_response(
            "list_resource_record_sets", {"ResourceRecordSets": sets, "IsTruncated": False, "MaxItems": "9"}
        )
    back = {**SETS[1], "Name": "www.example.com", "AliasTarget": {**SETS[1]["AliasTarget"], "DNSName": "balancer.aws"}}

    found = from_struct(engine.read(RECORD, "id", ALIAS).inputs)
    assert found == {**ALIAS, "aliases": [moved]}
    assert engine.differences(RECORD, found, ALIAS) == {"aliases": "update"}
    assert from_struct(engine.read(RECORD, "id", ALIAS).inputs) == ALIAS

    route53.add_response("change_resource_record_sets", CHANGED, change("UPSERT", back))
    route53.add_response(
        "list_resource_record_sets", {"ResourceRecordSets": SETS, "IsTruncated": False, "MaxItems": "9"}
    )
    engine.update(RECORD, "id", (found, ALIAS), found)


def test_a_record_is_deleted_as_it_is_and_gone_when_another_stands_in_its_place(engine: Calls, stub: Stub) -> None:
    route53 = stub("route53")
    route53.add_response("change_resource_record_sets", CHANGED, change("DELETE", SETS[0]))
    other = {"Name": "_a.example.com.", "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": '"b"'}]}
    listed: Props = {"ResourceRecordSets": [other, SETS[1]], "IsTruncated": False, "MaxItems": "9"}
    route53.add_response("list_resource_record_sets", listed)

    engine.delete(RECORD, "id", CNAME)
    assert engine.read(RECORD, "id", CNAME).id == ""


def certificate(status: str) -> Props:
    record = {"Name": "_a.example.com.", "Type": "CNAME", "Value": "b."}
    option = {"DomainName": "www.example.com", "ValidationMethod": "DNS", "ResourceRecord": record}
    described = {"CertificateArn": ARN, "DomainName": "www.example.com", "DomainValidationOptions": [option]}
    return {"Certificate": {**described, "Status": status}}


def test_a_certificate_says_which_record_proves_it(engine: Calls, stub: Stub) -> None:
    acm, inputs = stub("acm"), {"domainName": "www.example.com", "validationMethod": "DNS"}
    acm.add_response(
        "request_certificate", {"CertificateArn": ARN}, {"DomainName": "www.example.com", "ValidationMethod": "DNS"}
    )
    acm.add_response("describe_certificate", certificate("PENDING_VALIDATION"), {"CertificateArn": ARN})
    acm.add_response("list_tags_for_certificate", {}, {"CertificateArn": ARN})

    made = from_struct(engine.create(CERTIFICATE, inputs).properties)

    assert made["domainValidationOptions"] == [
        {
            "domainName": "www.example.com",
            "resourceRecordName": "_a.example.com.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "b.",
        }
    ]


def test_a_certificate_is_valid_once_it_is_issued(engine: Calls, stub: Stub) -> None:
    acm, inputs = stub("acm"), {"certificateArn": ARN, "validationRecordFqdns": ["_a.example.com"]}
    for status in ("PENDING_VALIDATION", "PENDING_VALIDATION", "ISSUED", "ISSUED"):
        answer = certificate(status)
        answer["Certificate"]["DomainValidationOptions"][0]["ValidationStatus"] = status.replace("ISSUED", "SUCCESS")
        acm.add_response("describe_certificate", answer, {"CertificateArn": ARN})

    assert engine.create(VALIDATION, inputs).id == ARN


@pytest.mark.parametrize(
    ("inputs", "sent"),
    [
        (
            {"port": 443, "protocol": "HTTPS", "sslPolicy": "strict", "certificateArn": ARN},
            {"Port": 443, "Protocol": "HTTPS", "SslPolicy": "strict", "Certificates": [{"CertificateArn": ARN}]},
        ),
        ({"port": 80, "protocol": "HTTP"}, {"Port": 80, "Protocol": "HTTP"}),
    ],
    ids=["HTTPS", "HTTP"],
)
def test_a_listener_has_a_certificate_only_if_it_is_given_one(
    inputs: Props, sent: Props, engine: Calls, stub: Stub
) -> None:
    elbv2 = stub("elbv2")
    given: Props = {**inputs, "loadBalancerArn": "lb", "defaultActions": [{"type": "fixed-response"}]}
    wanted: Props = {**sent, "LoadBalancerArn": "lb", "DefaultActions": [{"Type": "fixed-response"}]}
    answer: Props = {"Listeners": [{**wanted, "ListenerArn": "arn"}]}
    elbv2.add_response("create_listener", answer, wanted)
    elbv2.add_response("describe_listeners", answer)
    elbv2.add_response("describe_tags", {"TagDescriptions": []})

    assert from_struct(engine.create(LISTENER, given).properties) == {**given, "arn": "arn"}


def test_a_listener_that_turns_to_redirecting_says_nothing_of_tls(engine: Calls, stub: Stub) -> None:
    elbv2 = stub("elbv2")
    redirect = {"protocol": "HTTPS", "port": "443", "host": "www.example.com", "statusCode": "HTTP_301"}
    old: Props = {
        "loadBalancerArn": "lb",
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [{"type": "fixed-response", "fixedResponse": {"statusCode": "404"}}],
    }
    new: Props = {**old, "defaultActions": [{"type": "redirect", "redirect": redirect}]}
    sent = {"Protocol": "HTTPS", "Port": "443", "Host": "www.example.com", "StatusCode": "HTTP_301"}
    wanted: Props = {"ListenerArn": "arn", "DefaultActions": [{"Type": "redirect", "RedirectConfig": sent}]}
    elbv2.add_response("modify_listener", {}, wanted)
    kept = {"Type": "redirect", "RedirectConfig": {**sent, "Path": "/#{path}", "Query": "#{query}"}}
    described = {"LoadBalancerArn": "lb", "Port": 80, "Protocol": "HTTP", "DefaultActions": [kept]}
    elbv2.add_response("describe_listeners", {"Listeners": [{**described, "ListenerArn": "arn"}]})
    elbv2.add_response("describe_tags", {"TagDescriptions": []})

    assert from_struct(engine.update(LISTENER, "arn", (old, new), old).properties) == {**new, "arn": "arn"}
