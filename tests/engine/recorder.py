"""A proxy that knows which IAM actions the requests through it take, and on what."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from typing_extensions import override

from tests.access.evaluation import Call
from tests.engine.proxy import Proxy

_REGION, _ACCOUNT = "us-east-1", "000000000000"

# What a request names its resource by; `{}` is the name, in another one's words where an ARN has them.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "ecr": {"repositoryName": "repository/{}", "repositoryNames": "repository/{}"},
    "ecs": {
        "clusterName": "cluster/{}",
        "clusters": "cluster/{}",
        "family": "task-definition/{}:1",
        "service": "service/{cluster}/{}",
        "serviceName": "service/{cluster}/{}",
        "services": "service/{cluster}/{}",
    },
    "events": {"Name": "rule/{}"},
    "iam": {"RoleName": "role/{}"},
    "logs": {"logGroupName": "log-group:{}"},
    "secretsmanager": {"SecretId": "secret:{}"},
    "sns": {"Name": "{}"},
    "ssm": {"Name": "parameter{}", "ResourceId": "parameter{}"},
}
_TAGGING = {
    "ec2": "CreateTags",
    "elasticloadbalancing": "AddTags",
    "iam": "TagRole",
    "ssm": "AddTagsToResource",
    "acm": "AddTagsToCertificate",
}
# The scope of a signature is not always the prefix of the actions.
_PREFIXES = {"monitoring": "cloudwatch"}
# What a request to a bucket asks for, and the action's name for it; without any, of the bucket itself.
_SETTINGS = {
    "acl": "BucketAcl",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "tagging": "BucketTagging",
}
_BUCKET = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
_S3 = {"GET": ["GetObject"], "HEAD": ["GetObject"], "PUT": ["PutObject"], "DELETE": ["DeleteObject"]}


class Recorder(Proxy):
    """`calls` are those since the last time that they were taken."""

    def __init__(self, emulator_port: int) -> None:
        super().__init__(emulator_port)
        self._calls = list[Call]()

    def take(self) -> list[Call]:
        taken, self._calls = self._calls, []
        return taken

    @override
    def note(self, method: str, path: str, headers: Message, sent: bytes) -> None:
        signed = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("Authorization", ""))
        if not signed:  # nobody's call of AWS, but a page: the smoke request comes this way, too
            return
        api = _PREFIXES.get(signed[1], signed[1])
        if api == "s3":
            self._calls += _of_s3(method, path)
        else:
            self._calls += _of_api(api, path, headers, sent)


def _of_s3(method: str, path: str) -> Iterator[Call]:
    place = urlsplit(path)
    bucket, _, key = unquote(place.path).strip("/").partition("/")
    if not key:
        yield Call(action=f"s3:{_of_bucket(method, place.query)}", resource=f"arn:aws:s3:::{bucket}")
    for action in _S3[method] if key else []:
        yield Call(action=f"s3:{action}", resource=f"arn:aws:s3:::{bucket}/{key}")


def _of_bucket(method: str, query: str) -> str:
    setting = query.partition("&")[0].partition("=")[0]
    if setting == "versions":
        return "ListBucketVersions"
    if setting not in _SETTINGS:
        return _BUCKET[method]
    # Of the settings, the policy alone is taken away by an action of its own.
    deletes = method == "DELETE" and setting == "policy"
    return f"{'Delete' if deletes else 'Get' if method == 'GET' else 'Put'}{_SETTINGS[setting]}"


def _of_api(api: str, path: str, headers: Message, sent: bytes) -> Iterator[Call]:
    operation, parameters = _request(path, headers, sent)
    tags = {f"aws:RequestTag/{key}": [value] for key, value in _tags(parameters)}
    context = {**tags, **_cluster(parameters)}
    resources = list(_resources(api, operation, parameters)) or [None]
    for resource in resources:
        yield Call(action=f"{api}:{operation}", resource=resource, context=context)
    if tags and "Tag" not in operation:
        # Where AWS names what is created, the request is about something else.
        for resource in [None] if api in ("ec2", "elasticloadbalancing") else resources:
            tagging = f"{api}:{_TAGGING.get(api, 'TagResource')}"
            yield Call(action=tagging, resource=resource, context={**tags, f"{api}:CreateAction": [operation]})
    for role in ("executionRoleArn", "taskRoleArn"):
        if role in parameters:
            to_tasks = {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}
            yield Call(action="iam:PassRole", resource=parameters[role], context=to_tasks)


def _request(path: str, headers: Message, sent: bytes) -> tuple[str, Mapping[str, Any]]:
    """The operation and what it is told, whichever way the API puts it."""
    if target := headers.get("X-Amz-Target"):
        return target.rpartition(".")[2], json.loads(sent)
    if found := re.search(r"/operation/(\w+)$", path):
        return found[1], {}
    form = parse_qs(sent.decode())
    return form["Action"][0], {key: values[0] for key, values in form.items()}


def _tags(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in parameters.items():
        if key.lower() == "tags" and isinstance(value, list):
            for tag in value:
                yield tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))
        elif key.lower() == "tags" and isinstance(value, dict):
            yield from value.items()
        elif re.search(r"Tags?\.(member\.)?\d+\.Key$", key):
            yield value, parameters[f"{key.removesuffix('Key')}Value"]


def _cluster(parameters: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    cluster = parameters.get("cluster")
    return (
        {"ecs:cluster": [f"arn:aws:ecs:{_REGION}:{_ACCOUNT}:cluster/{cluster.rpartition('/')[2]}"]} if cluster else {}
    )


def _resources(api: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    """Of top-level parameters, and lists of them: what is nested is about others."""
    cluster = str(parameters.get("cluster")).rpartition("/")[2]
    place = f":{_ACCOUNT}" if api == "iam" else f"{_REGION}:{_ACCOUNT}"
    if operation in ("DeleteCluster", "UpdateCluster"):
        yield f"arn:aws:ecs:{place}:cluster/{cluster}"
    for key, value in parameters.items():
        named = re.fullmatch(r"(\w+?)(\.(member\.)?\d+)?", key)
        if not named or named[1] in ("cluster", "taskDefinition"):
            continue
        form = _NAMES.get(api, {}).get(named[1])
        for name in value if isinstance(value, list) else [value]:
            if str(name).startswith(f"arn:aws:{api}:"):
                yield name
            elif form and isinstance(name, str):
                yield f"arn:aws:{api}:{place}:{form.format(name, cluster=cluster)}"
