"""Runs a Pulumi program without an engine and records what it registers.

What this cannot show: provider checks, replacements and defaults, and what hooks do. The engine tests do.
"""

import asyncio
import gc
import json
import logging
import runpy
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, closing
from dataclasses import dataclass, field
from functools import cache
from inspect import isawaitable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pulumi
import pytest
from pulumi.runtime import mocks, resource, rpc, set_all_config, settings
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.stack import run_in_stack

from checks import preflight
from checks.preflight.result import Result
from checks.session import Session
from settings import document
from settings.model import Deployment
from settings.stack import Stack
from tests.cloud import DIGEST, Cloud

ROOT = Path(__file__).parent.parent

_LONGEST_RUN_SECONDS = 20


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
    secrets: tuple[str, ...]

    @property
    def key(self) -> str:
        """`<type>/<name>`, which no two resources share."""
        return f"{self.type}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Recording:
    resources: list[Registered] = field(default_factory=list[Registered])
    outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    component_outputs: dict[str, Any] = field(default_factory=dict[str, Any])
    computed: dict[str, Any] = field(default_factory=dict[str, Any])
    invokes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list[tuple[str, Mapping[str, Any]]])
    preview_hooks: list[str] = field(default_factory=list[str])
    messages: list[str] = field(default_factory=list[str])

    def one(self, kind: str, name: str) -> Registered:
        """The resource of that type and name."""
        return {each.key: each for each in self.resources}[f"{kind}/{name}"]

    def all(self, kind: str) -> list[Registered]:
        """Every resource of that type, in the order of their names."""
        return sorted((each for each in self.resources if each.type == kind), key=lambda each: each.name)


class _Monitor(mocks.MockMonitor):
    """The mock monitor, remembering what it otherwise drops: parents, dependencies and options."""

    def __init__(self, cloud: Cloud, recording: Recording) -> None:
        super().__init__(cloud)
        self._recording = recording
        self._loops: list[asyncio.AbstractEventLoop] = []

    def close(self) -> None:
        """Closes the loops of the threads that called it, as the mock monitor never does, which Python warns of."""
        for loop in self._loops:
            loop.close()

    def Invoke(self, request: Any) -> Any:
        self._lend_a_loop()
        return super().Invoke(request)

    def RegisterResourceHook(self, request: Any) -> Any:
        if request.on_dry_run:
            self._recording.preview_hooks.append(request.name)
        return super().RegisterResourceHook(request)

    def RegisterResource(self, request: Any) -> Any:
        if request.type != "pulumi:pulumi:Stack":
            inputs = rpc.deserialize_properties(request.object, keep_unknowns=True)
            if any(each.key == f"{request.type}/{request.name}" for each in self._recording.resources):
                raise Exception(f"Duplicate resource URN: {request.type}/{request.name}")
            self._recording.resources.append(
                Registered(
                    type=request.type,
                    name=request.name,
                    parent=_key(request.parent),
                    inputs=_plain(inputs),
                    depends_on=tuple(sorted(_key(urn) for urn in request.dependencies)),
                    protect=request.protect,
                    retain_on_delete=request.retainOnDelete,
                    ignore_changes=tuple(request.ignoreChanges),
                    hooks={field.name: tuple(names) for field, names in request.hooks.ListFields()},
                    secrets=tuple(_secrets(inputs)),
                )
            )
        self._lend_a_loop()
        answer = super().RegisterResource(request)
        self._recording.computed[_key(answer.urn)] = {
            "id": answer.id,
            **_plain(rpc.deserialize_properties(answer.object)),
        }
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:
        outputs = _plain(rpc.deserialize_properties(request.outputs, keep_unknowns=True))
        if "pulumi:pulumi:Stack::" in request.urn:
            self._recording.outputs.update(outputs)
        else:
            self._recording.component_outputs[_key(request.urn)] = outputs
        return super().RegisterResourceOutputs(request)

    def _lend_a_loop(self) -> None:
        """One for each thread, not one for each call: opening and closing them took a third of the time."""
        try:
            asyncio.get_event_loop()
        except RuntimeError:
            self._loops.append(asyncio.new_event_loop())
            asyncio.set_event_loop(self._loops[-1])


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


def _secrets(value: Any, path: str = "") -> Iterator[str]:
    """Where secrets are among the inputs: `registry.password`."""
    if rpc.is_rpc_secret(value):
        yield path
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _secrets(each, f"{path}.{key}".removeprefix("."))


def record(
    program: Callable[[], object],
    *,
    stack: str = "test",
    account: str = "039612856036",
    images: Mapping[str, str] | None = None,
    config: Mapping[str, str] | None = None,
    preview: bool = False,
    refusal: str | None = None,
    into: Recording | None = None,
) -> Recording:
    """Runs `program`, which may be async, as a stack of that name; with `preview`, every computed value is unknown.

    `into` keeps what was registered before a program that raises did so.
    """
    recording = into or Recording()
    logger = logging.Logger("recording", logging.INFO)
    logger.addHandler(_Messages(recording))

    cloud = Cloud(account, images or {}, preview, refusal, recording.invokes)
    monitor = _Monitor(cloud, recording)

    async def run() -> None:
        # What a program that raised left behind belongs to a loop that is closed: waiting for it would never end.
        state: Any = settings.SETTINGS
        state.rpc_manager.clear()
        state.outputs.clear()
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
        await run_in_stack(lambda: result if isawaitable(result := program()) else None)

    with pytest.MonkeyPatch.context() as patch, closing(monitor):
        # Which lines a resource comes from: a fifth of the time, and for the engine alone.
        patch.setattr(resource, "_get_stack_trace", source_pb2.StackTrace)
        asyncio.run(asyncio.wait_for(run(), _LONGEST_RUN_SECONDS))
    # Nobody else does (tests/__init__.py), and each loop looks at the tasks of all that were before it.
    gc.collect(0)
    return recording


class _Messages(logging.Handler):
    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self._recording = recording

    def emit(self, record: logging.LogRecord) -> None:
        self._recording.messages.append(record.getMessage())


def configured(stack: str) -> dict[str, str]:
    """The committed stack file of that name, as the engine hands it over."""
    return handed_over((ROOT / f"Pulumi.{stack}.yaml").read_text())


def handed_over(stack_file: str) -> dict[str, str]:
    """The `config:` of a stack file's text as the engine hands it over."""
    return dict(_handed_over(stack_file))


@cache
def _handed_over(stack_file: str) -> dict[str, str]:
    """Each text once: most tests read the same, and reading is most of what they do."""
    return document.handed_over(document.parsed(stack_file)["config"])


@cache
def recorded(stack: str, preview: bool = False) -> Recording:
    """What the committed stack of that name registers; recorded once for all tests."""
    return record_stack(stack, configured(stack), preview=preview)


def record_stack(stack: str, config: Mapping[str, str], *, preview: bool = False) -> Recording:
    """Runs `__main__.py` as a stack of that name and `config:`, in an ECR that holds what it promotes."""
    deployment = json.loads(config["pairva:deployment"])
    services = {name: deployment[name] for name in Deployment.service_names() if name in deployment}
    held = {f"pairva-{name}:{service['version']}": DIGEST for name, service in services.items()}
    # A stack that builds stages its contexts under the working directory.
    with TemporaryDirectory() as folder, chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(preflight, "results", _nothing_is_missing)
        patch.setattr(Session, "client", _no_client)
        return record(
            lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"),
            stack=stack,
            account=json.loads(config["aws:allowedAccountIds"])[0],
            images=held,
            config=config,
            preview=preview,
        )


def _no_client(_: Session, service: str, **_of: str) -> NoReturn:
    pytest.fail(f"the program asked {service} while it ran")


def _nothing_is_missing(_: Stack) -> list[Result]:
    """Preflight has tests of its own, and asks nobody here."""
    return []
