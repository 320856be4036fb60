"""The constrained values of a stack file, each a named type, so that the models read as a table of names and types."""

import ipaddress
import json
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from settings.secret import holds_credentials, looks_like_a_secret

# What is left for a command in the parameter that says what was released (components/gate.py).
_LONGEST_COMMAND = 3000

REGION = r"[a-z]{2}(-[a-z]+)+-\d"


def fault(what: str, remedy: str) -> PydanticCustomError:
    """What a validator raises; the two texts become a Finding's `what` and `remedy`."""
    return PydanticCustomError("stack_file", "{what}", {"what": what, "remedy": remedy})


@dataclass(frozen=True)
class Matching:
    """A text that matches `pattern` as a whole; editors are told the same in the JSON schema."""

    pattern: str
    what: str
    remedy: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._validated, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^({self.pattern})$"}

    def _validated(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise fault(self.what, self.remedy)
        return value


def _version(value: str) -> str:
    if value == "latest":
        raise fault("'latest' is no version: it says nothing about what runs", 'name one release, for example "1.0.2"')
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC", value):
        raise fault("is a date to YAML", "write it in quotes")
    return value


def _cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        raise fault(
            "is not an IPv4 network", 'write a network address and its length, for example "10.20.0.0/16"'
        ) from None
    return str(network)


# RFC 1918, and what RFC 6598 shares between providers; AWS takes both:
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")


def _vpc_cidr(value: str) -> str:
    length = ipaddress.IPv4Network(value).prefixlen
    if not 16 <= length <= 24:
        raise fault("is not a size that can be cut into four subnets", 'use /16 to /24, for example "10.20.0.0/16"')
    if not any(ipaddress.IPv4Network(value).subnet_of(ipaddress.IPv4Network(each)) for each in _PRIVATE):
        raise fault("is a public network, whose addresses belong to others", f"use one within {', '.join(_PRIVATE)}")
    return value


def _no_secret(name: str) -> str:
    if looks_like_a_secret(name):
        raise fault(
            "looks like a secret, and this is plain text for everyone who may read ECS or the image",
            f"store the value in Secrets Manager and write secrets: {{{name}: <its ARN>}}",
        )
    return name


def _no_credentials(value: str) -> str:
    if holds_credentials(value):
        raise fault(
            "holds a password or key, and this is plain text for everyone who may read ECS or the image",
            "store the value in Secrets Manager and name its ARN under secrets:",
        )
    return value


def _no_way_up(value: str) -> str:
    if ".." in value.partition("?")[0].split("/"):
        raise fault("leads up by .., which some programs resolve before they ask and some do not", "write it without")
    return value


def _switch_as_text(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _command(words: list[str]) -> list[str]:
    if not words[0]:
        raise fault("begins with an empty text", "begin with the program, or with what the image's ENTRYPOINT takes")
    if len(json.dumps(words)) > _LONGEST_COMMAND:
        raise fault(
            f"is longer than {_LONGEST_COMMAND} characters as JSON, and must fit into a parameter of 4096",
            "put it into the image as a script, and name that",
        )
    return words


def _host_name(value: str) -> str:
    if "://" in value:
        raise fault("begins with a scheme", 'write the name alone, for example "pairva.example.com"')
    if value.endswith("."):
        raise fault("ends with a dot", 'leave the dot out, for example "pairva.example.com"')
    label = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    if len(value) > 253 or not re.fullmatch(rf"({label}\.)+(?=[a-z]){label}", value):
        raise fault(
            "is not a host name",
            'write it in lower case, without port, path or wildcard, for example "pairva.example.com"',
        )
    return value


def _certifiable(value: str) -> str:
    """A certificate's own name is shorter than what DNS allows (ACM API reference, RequestCertificate)."""
    if len(value) > 64:
        raise fault("is longer than the 64 characters that ACM makes certificates for", "choose a shorter name")
    return value


def _port(value: int) -> int:
    if not 1 <= value <= 65535:
        raise fault("is not a port", "use 1024 to 65535")
    if value < 1024:
        raise fault("is a port that only root may listen on, and containers do not run as root", "use 1024 to 65535")
    return value


Version = Annotated[
    str,
    AfterValidator(_version),
    Matching(
        r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
        "is not an image tag",
        'write up to 128 letters, digits and . _ -, for example "1.0.2"',
    ),
]
Cidr = Annotated[str, AfterValidator(_cidr)]
VpcCidr = Annotated[Cidr, AfterValidator(_vpc_cidr)]
# A number as YAML writes it: `true` is none, though Python counts it as 1.
Whole = Annotated[int, Strict()]
# Below, every task idles; above, new ones come too late.
Percent = Annotated[Whole, Field(ge=10, le=90)]
Port = Annotated[Whole, AfterValidator(_port), WithJsonSchema({"type": "integer", "minimum": 1024, "maximum": 65535})]
Switch = Annotated[bool, Strict()]
# The engine hands what stands directly below `config:` over as text.
SwitchAsText = Annotated[
    Switch, BeforeValidator(_switch_as_text), WithJsonSchema({"enum": [True, False, "true", "false"]})
]
AccountId = Annotated[
    str, Matching(r"\d{12}", "is not an AWS account id", 'write its 12 digits in quotes, for example "039612856036"')
]
Region = Annotated[str, Matching(REGION, "is not an AWS region", 'write its code, for example "us-east-1"')]
Zone = Annotated[
    str,
    Matching(r"[a-z]{2}(-[a-z]+)+-\d[a-z]", "is not an availability zone", 'write its name, for example "us-east-1a"'),
]
VpcId = Annotated[
    str,
    Matching(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", "is not the id of a VPC", 'for example "vpc-0a1b2c3d4e5f60718"'),
]
SubnetId = Annotated[
    str,
    Matching(
        r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", "is not the id of a subnet", 'for example "subnet-0a1b2c3d4e5f60718"'
    ),
]
Digest = Annotated[
    str,
    Matching(
        r"sha256:[0-9a-f]{64}", "is not an image digest", "write sha256: and 64 hexadecimal digits, as ECR shows it"
    ),
]
HostName = Annotated[str, AfterValidator(_host_name)]
CertifiedName = Annotated[HostName, AfterValidator(_certifiable)]
UrlPath = Annotated[
    str,
    Matching(r"/[A-Za-z0-9/_.~$@?=&%+-]*", "is not a path", 'begin with a slash, for example "/api/health"'),
    AfterValidator(_no_way_up),
]
StackName = Annotated[
    str,
    Matching(
        r"[a-z][a-z0-9-]{0,31}", "is not the name of a stack", 'write what stands in Pulumi.<name>.yaml, as "staging"'
    ),
]
VersionPlace = Annotated[
    str,
    Matching(
        r"json:[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|header:[A-Za-z0-9-]+|body",
        "is not a place in an answer",
        'write "json:version" (a key of its JSON, build.version within another), "header:X-Version", or "body"',
    ),
]
PathPattern = Annotated[
    str,
    Matching(r"/[A-Za-z0-9/_.~$@*?-]{0,127}", "is not a path pattern", 'begin with a slash, for example "/api/*"'),
]
AbsolutePath = Annotated[
    str,
    Matching(r"(/[A-Za-z0-9_.-]+)+", "is not an absolute path inside the container", 'for example "/tmp"'),
]
VariableName = Annotated[
    str,
    Matching(r"[A-Za-z_][A-Za-z0-9_]*", "is not the name of an environment variable", "use letters, digits and _"),
]
EnvironmentName = Annotated[VariableName, AfterValidator(_no_secret)]
EnvironmentValue = Annotated[str, AfterValidator(_no_credentials)]
Command = Annotated[list[EnvironmentValue], Field(min_length=1), AfterValidator(_command)]
StatusCodes = Annotated[
    str,
    Matching(
        r"[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*",
        "is not a list of status codes from 200 to 499",
        'for example "200" or "200-299"',
    ),
]
RuleDescription = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9 ._:/()#,@\[\]+=&;{}!$*-]{1,255}",
        "is not a description that EC2 takes",
        "use up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
    ),
]
EmailAddress = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
        "is not an e-mail address",
        'for example "oncall@example.com"',
    ),
]
RegistryAddress = Annotated[
    str,
    Matching(
        r"[a-z0-9.-]+(:\d{1,5})?", "is not a registry's address", 'write host and port, for example "localhost:4566"'
    ),
]
