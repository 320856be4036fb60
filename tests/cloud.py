"""What AWS and Docker answer to a program that runs without an engine."""

from collections.abc import Callable, Mapping
from typing import Any

import grpc
from pulumi.runtime import mocks

DIGEST = "sha256:" + "ab" * 32

# What a provider computes, by type; a type that is not listed here computes nothing but its id.
_COMPUTED: dict[str, Callable[[str, Mapping[str, Any]], dict[str, Any]]] = {
    "aws:iam/role:Role": lambda name, inputs: {"arn": f"arn:aws:iam::{{account}}:role/{inputs['name']}"},
    "aws:ecs/cluster:Cluster": lambda name, inputs: {
        "arn": f"arn:aws:ecs:us-east-1:{{account}}:cluster/{inputs['name']}"
    },
    "aws:ecs/taskDefinition:TaskDefinition": lambda name, inputs: {
        "arn": f"arn:aws:ecs:us-east-1:{{account}}:task-definition/{inputs['family']}:7"
    },
    "aws:lb/loadBalancer:LoadBalancer": lambda name, inputs: {
        "arn": f"arn:aws:elasticloadbalancing:us-east-1:{{account}}:loadbalancer/app/{name}/1",
        "arnSuffix": f"app/{name}/1",
        "dnsName": f"{name}.us-east-1.elb.amazonaws.com",
        "zoneId": "ZBALANCERS",
    },
    "aws:lb/listener:Listener": lambda name, inputs: {
        "arn": f"arn:aws:elasticloadbalancing:us-east-1:{{account}}:listener/app/{name}/1/2"
    },
    "aws:lb/targetGroup:TargetGroup": lambda name, inputs: {
        "arn": f"arn:aws:elasticloadbalancing:us-east-1:{{account}}:targetgroup/{name}/1",
        "arnSuffix": f"targetgroup/{name}/1",
    },
    "aws:acm/certificate:Certificate": lambda name, inputs: {
        "arn": f"arn:aws:acm:us-east-1:{{account}}:certificate/{name}",
        "domainValidationOptions": [
            {
                "domainName": inputs["domainName"],
                "resourceRecordName": f"_asked.{inputs['domainName']}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_answer.acm-validations.aws.",
            }
        ],
    },
    "aws:route53/record:Record": lambda name, inputs: {"fqdn": inputs["name"].rstrip(".")},
    "aws:sns/topic:Topic": lambda name, inputs: {"arn": f"arn:aws:sns:us-east-1:{{account}}:{inputs['name']}"},
    "aws:ec2/natGateway:NatGateway": lambda name, inputs: {"publicIp": f"192.0.2.{ord(name[-1])}"},
    "docker:index/image:Image": lambda name, inputs: {
        "repoDigest": f"{inputs['imageName'].rpartition(':')[0]}@{DIGEST}",
    },
}


class RefusedError(grpc.RpcError):
    """What the engine answers when a lookup fails."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._text = text

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return self._text


class Cloud(mocks.Mocks):
    """Answers for AWS and Docker. `images` is what ECR holds: `name:tag` -> digest.

    At a preview nothing is computed. `refusal` is what AWS answers to every lookup instead.
    """

    def __init__(
        self,
        account: str,
        images: Mapping[str, str],
        preview: bool,
        refusal: str | None,
        lookups: list[tuple[str, Mapping[str, Any]]],
    ) -> None:
        self._account, self._images = account, images
        self._preview, self._refusal, self._lookups = preview, refusal, lookups

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if self._preview:
            return "", dict(args.inputs)
        computed = _COMPUTED.get(args.typ, lambda name, inputs: {})(args.name, args.inputs)
        return f"{args.name}-id", {
            **args.inputs,
            **{
                key: value.replace("{account}", self._account) if isinstance(value, str) else value
                for key, value in computed.items()
            },
        }

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        self._lookups.append((args.token, args.args))
        if self._refusal:
            raise RefusedError(self._refusal)
        match args.token:
            case "aws:ecr/getImage:getImage":
                tag = f"{args.args['repositoryName']}:{args.args['imageTag']}"
                if tag not in self._images:
                    raise RefusedError("reading ECR Images: couldn't find resource")
                return {"imageDigest": self._images[tag]}, []
            case "aws:ecr/getAuthorizationToken:getAuthorizationToken":
                return {"userName": "AWS", "password": "token"}, []
            case "aws:route53/getZone:getZone":
                return {"zoneId": "ZEXAMPLE"}, []
            case token:
                raise NotImplementedError(f"{token} is not looked up by the program")
