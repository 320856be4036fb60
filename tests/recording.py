"""Runs a Pulumi program without an engine and records what it registers.

What this cannot show: provider checks, replacements and defaults, and hooks. The engine tests do.
"""

import asyncio
import json
import logging
import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc, set_all_config, settings
from pulumi.runtime.stack import run_in_stack
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent

DIGEST = "sha256:" + "ab" * 32


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One registration, as the engine would receive it; names of properties are those of the wire (camelCase)."""

    type: str
    name: str
    parent: str
    inputs: Mapping[str, Any]
    depends_on: tuple[str, ...]
    protect: bool
    retain_on_delete: bool
    ignore_changes: tuple[str, ...]
    hooks: Mapping[str, tuple[str, ...]]

    @property
    def key(self) -> str:
        """`<type>/<name>`, which no two resources share."""
        return f"{self.type}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Recording:
    resources: list[Registered] = field(default_factory=list[Registered])
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    component_outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    invokes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list[tuple[str, Mapping[str, Any]]])
    messages: list[str] = field(default_factory=list[str])

    def one(self, kind: str, name: str) -> Registered:
        """The resource of that type and name."""
        return next(each for each in self.resources if each.type == kind and each.name == name)

    def all(self, kind: str) -> list[Registered]:
        """Every resource of that type, in the order of their names."""
        return sorted((each for each in self.resources if each.type == kind), key=lambda each: each.name)


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
        "dnsName": f"{name}.us-east-1.elb.amazonaws.com",
    },
    "aws:lb/listener:Listener": lambda name, inputs: {
        "arn": f"arn:aws:elasticloadbalancing:us-east-1:{{account}}:listener/app/{name}/1/2"
    },
    "aws:lb/targetGroup:TargetGroup": lambda name, inputs: {
        "arn": f"arn:aws:elasticloadbalancing:us-east-1:{{account}}:targetgroup/{name}/1"
    },
    "aws:ec2/natGateway:NatGateway": lambda name, inputs: {"publicIp": "192.0.2.10"},
    "docker:index/image:Image": lambda name, inputs: {
        "repoDigest": f"{inputs['imageName'].rpartition(':')[0]}@{DIGEST}",
    },
}


class Provider(mocks.Mocks):
    """Answers for AWS and Docker. `images` and `repositories` are what ECR holds: `name:tag` -> digest, and names."""

    def __init__(
        self, account: str, images: Mapping[str, str], repositories: tuple[str, ...], recording: Recording
    ) -> None:
        self._account, self._images, self._repositories, self._recording = account, images, repositories, recording

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        computed = _COMPUTED.get(args.typ, lambda name, inputs: {})(args.name, args.inputs)
        return f"{args.name}-id", {
            **args.inputs,
            **{key: value.replace("{account}", self._account) for key, value in computed.items()},
        }

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        self._recording.invokes.append((args.token, args.args))
        match args.token:
            case "aws:ecr/getImage:getImage":
                tag = f"{args.args['repositoryName']}:{args.args['imageTag']}"
                if tag not in self._images:
                    raise Exception("reading ECR Images: couldn't find resource")
                return {"imageDigest": self._images[tag]}, []
            case "aws:ecr/getRepository:getRepository":
                if args.args["name"] not in self._repositories:
                    raise Exception("RepositoryNotFoundException: no such repository")
                return {"name": args.args["name"]}, []
            case "aws:ecr/getAuthorizationToken:getAuthorizationToken":
                return {"userName": "AWS", "password": "token"}, []
            case token:
                raise NotImplementedError(f"{token} is not looked up by the program")


class _Monitor(mocks.MockMonitor):
    """The mock monitor, remembering what it otherwise drops: parents, dependencies and options."""

    def __init__(self, provider: Provider, recording: Recording) -> None:
        super().__init__(provider)
        self._recording = recording

    def RegisterResource(self, request: Any) -> Any:
        if request.type != "pulumi:pulumi:Stack":
            self._recording.resources.append(
                Registered(
                    type=request.type,
                    name=request.name,
                    parent=_key(request.parent),
                    inputs=_plain(rpc.deserialize_properties(request.object, keep_unknowns=True)),
                    depends_on=tuple(sorted(_key(urn) for urn in request.dependencies)),
                    protect=request.protect,
                    retain_on_delete=request.retainOnDelete,
                    ignore_changes=tuple(request.ignoreChanges),
                    hooks={
                        event: tuple(names)
                        for event in ("before_create", "before_update", "after_create", "after_update")
                        if (names := getattr(request.hooks, event))
                    },
                )
            )
        return super().RegisterResource(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        outputs = _plain(rpc.deserialize_properties(request.outputs, keep_unknowns=True))
        if "pulumi:pulumi:Stack::" in request.urn:
            self._recording.outputs.update(outputs)
        else:
            self._recording.component_outputs[_key(request.urn)] = outputs
        return super().RegisterResourceOutputs(request)


def _key(urn: str) -> str:
    """`<type>/<name>` of a URN; empty for the stack itself."""
    if not urn or "pulumi:pulumi:Stack::" in urn:
        return ""
    _, kind, name = urn.rsplit("::", 2)
    return f"{kind.rpartition('$')[2]}/{name}"


def _plain(value: Any) -> Any:
    """Without the wrappers that mark secrets; an unknown value as the text `<unknown>`."""
    if rpc.is_rpc_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return "<unknown>" if value == rpc.UNKNOWN or isinstance(value, pulumi.output.Unknown) else value


def record(
    program: Callable[[], object],
    *,
    stack: str = "test",
    account: str = "039612856036",
    images: Mapping[str, str] | None = None,
    repositories: tuple[str, ...] = (),
    config: Mapping[str, str] | None = None,
    preview: bool = False,
) -> Recording:
    """Runs `program` as a stack of that name; with `preview`, every computed value is unknown."""
    recording = Recording()
    logger = logging.getLogger(f"recording-{stack}")
    logger.addHandler(_Messages(recording))
    logger.setLevel(logging.INFO)

    async def run() -> None:
        monitor = _Monitor(Provider(account, images or {}, repositories, recording), recording)
        settings.configure(
            mocks.MockSettings(
                monitor=monitor,
                monitor_features=set(monitor.GetDeploymentInfo(None).supportedFeatures),
                engine=mocks.MockEngine(logger),
                project="pairva",
                stack=stack,
                dry_run=preview,
                organization=None,
                callbacks=None,
            )
        )
        set_all_config(dict(config or {}))
        await run_in_stack(lambda: (program(), None)[1])

    asyncio.run(run())
    return recording


class _Messages(logging.Handler):
    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self._recording = recording

    def emit(self, record: logging.LogRecord) -> None:
        self._recording.messages.append(record.getMessage())


def configuration(stack: str) -> dict[str, str]:
    """The committed stack file of that name, as the engine hands it over: scalars as text, the rest as JSON."""
    document = YAML(typ="safe").load((ROOT / f"Pulumi.{stack}.yaml").read_text())  # pyright: ignore[reportUnknownMemberType]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in document["config"].items()}


def record_stack(stack: str, *, preview: bool = False) -> Recording:
    """Runs `__main__.py` as the committed stack of that name, in an ECR that holds what it promotes."""
    config = configuration(stack)
    deployment = json.loads(config["pairva:deployment"])
    held = {f"pairva-{name}:{deployment[name]['version']}": DIGEST for name in ("backend", "frontend")}
    return record(
        lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"),
        stack=stack,
        account=json.loads(config["aws:allowedAccountIds"])[0],
        images=held,
        repositories=("pairva-backend", "pairva-frontend"),
        config=config,
        preview=preview,
    )
