"""What is kept and who is told: log groups, the bucket for logs, parameters and alarms."""

import json
from collections.abc import Callable, Iterator, Mapping

from audit.program import Program, Resource
from audit.rule import LOG_GROUP, Breach, Rule, at, each, statements
from settings.secret import holds_credentials, looks_like_a_secret

BUCKET = "aws:s3/bucket:Bucket"
PARAMETER = "aws:ssm/parameter:Parameter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"

_PRIVATE = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _only_over_tls(policy: Resource) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Action"] == ["s3:*"]
        and at(statement, "Condition.Bool") == {"aws:SecureTransport": "false"}
        for statement in statements(policy.inputs["policy"])
    )


def _expires(rules: Resource) -> bool:
    return any(each["status"] == "Enabled" and at(each, "expiration.days") for each in rules.inputs["rules"])


def _private(block: Resource) -> bool:
    return all(block.inputs.get(key) for key in _PRIVATE)


def _is_there(_: Resource) -> bool:
    return True


_OF_A_BUCKET: Mapping[str, Callable[[Resource], bool]] = {
    "bucketPublicAccessBlock:BucketPublicAccessBlock": _private,
    "bucketPolicy:BucketPolicy": _only_over_tls,
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _is_there,
    "bucketLifecycleConfiguration:BucketLifecycleConfiguration": _expires,
}


def _careless_buckets(program: Program) -> Iterator[Breach]:
    for bucket in program.all(BUCKET):
        for noun, good in _OF_A_BUCKET.items():
            its = [each for each in program.all(f"aws:s3/{noun}") if each.inputs["bucket"] == bucket.inputs["bucket"]]
            if not any(good(each) for each in its):
                yield Breach(bucket, noun.partition(":")[2], its[0].inputs if its else None)


def _open_secrets(program: Program) -> Iterator[Breach]:
    """The parameters of a stack are notes for everyone, as JSON."""
    for parameter in program.all(PARAMETER):
        value = parameter.inputs.get("insecureValue", "{}")
        names = [name for name in json.loads(value) if looks_like_a_secret(name)]
        if parameter.inputs["type"] != "SecureString" and (names or holds_credentials(value)):
            yield Breach(parameter, "insecureValue", ", ".join(names) or "credentials")


def _removable_logs(program: Program) -> Iterator[Breach]:
    return (Breach(each, "protect", False) for each in program.all(LOG_GROUP) if not each.kept)


def _unheard(program: Program) -> Iterator[Breach]:
    topics = {topic.identities["arn"] for topic in program.all("aws:sns/topic:Topic")}
    for alarm in program.all(ALARM):
        told = [*alarm.inputs.get("alarmActions", [])], [*alarm.inputs.get("okActions", [])]
        if alarm.inputs.get("actionsEnabled") is False or not all(each and {*each} <= topics for each in told):
            yield Breach(alarm, "alarmActions", told)


RULES = (
    Rule("G1", "logs are kept for a year", each(LOG_GROUP, "retentionInDays", lambda days: bool(days) and days >= 365)),
    Rule("G2", "logs are encrypted with a customer's key", each(LOG_GROUP, "kmsKeyId", bool)),
    Rule("G3", "logs outlive a mistaken destroy", _removable_logs),
    Rule("A1", "every alarm rings, and says when it is over", _unheard),
    Rule(
        "B1",
        "the bucket is private, encrypted and expiring, and everybody comes over TLS",
        _careless_buckets,
    ),
    Rule("M5", "no parameter in plain text holds a secret", _open_secrets),
)
