"""A gRPC resource provider that is driven by a table of resource types.

It stands in for a real provider on machines that cannot download one, and it is strict: what it does not implement
is an error that names it. It takes no secrets from the engine, which then marks the outputs of the same name itself.
"""

import threading
import time
import traceback
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Generic

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2
from typing_extensions import override

from local.plugins import comparison, configuration, inputs
from local.plugins.engine import Log
from local.plugins.resource import Plugin, ResourceType, Session, Target
from local.plugins.wire import UNKNOWN, Props, from_struct, to_struct

_DELETE_SECONDS = 120.0
_UNFINISHED = "__unfinished"


class UnfinishedError(Exception):
    """The resource exists, but not as it was asked for; the state must know it all the same."""

    def __init__(self, identity: str, properties: struct_pb2.Struct, reason: str) -> None:
        super().__init__(reason)
        self.identity = identity
        self.properties = properties


class Provider(provider_pb2_grpc.ResourceProviderServicer, Generic[Session]):
    """The engine's side of one plugin."""

    def __init__(self, plugin: Plugin[Session], log: Log) -> None:
        self.plugin = plugin
        self.log = log
        self.cancelled = threading.Event()
        self._session: Session | None = None

    @override
    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self.plugin.version)

    @override
    def Cancel(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self.cancelled.set()
        return empty_pb2.Empty()

    @override
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        with _told(context):
            failures = list(configuration.faults(self.plugin, from_struct(request.news)))
            return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(failures))

    @override
    def Configure(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ConfigureResponse:
        with _told(context):
            self._session = self.plugin.connect(configuration.values(self.plugin, from_struct(request.args)), self.log)
            return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    @override
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        with _told(context):
            arguments = from_struct(request.args)
            function = inputs.function(self.plugin, request.tok)
            inputs.require_arguments(self.plugin, request.tok, arguments)
            answer = function.call(self.session, arguments)
            returned: Any = {"return": to_struct(answer, function.secret)}  # a keyword of Python
            return provider_pb2.InvokeResponse(**returned)

    @override
    def Check(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        with _told(context):
            checked, failures = inputs.check(self.plugin, self.session, request)
            return provider_pb2.CheckResponse(inputs=to_struct(checked), failures=_failures(failures))

    @override
    def Diff(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        with _told(context):
            kind = inputs.resource_type(self.plugin, request.type)
            return comparison.diff(kind, from_struct(request.old_inputs), from_struct(request.news))

    @override
    def Create(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        with _told(context):
            kind = inputs.resource_type(self.plugin, request.type)
            target = Target(urn=request.urn, inputs=from_struct(request.properties), preview=request.preview)
            if request.preview and not kind.acts_on_preview(target):
                return provider_pb2.CreateResponse(properties=self._expected(kind, target, {}))
            identity = kind.create(self.session, target)
            made = replace(target, id=identity)
            try:
                properties = self._finish(kind, made, kind.settle)
            except Exception as error:
                known = to_struct({**_public(made.inputs), _UNFINISHED: True}, kind.secret)
                raise UnfinishedError(identity, known, _words(error)) from error
            return provider_pb2.CreateResponse(id=identity, properties=properties)

    @override
    def Read(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        with _told(context):
            kind = inputs.resource_type(self.plugin, request.type)
            if kind.unobserved:
                return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
            old, state = from_struct(request.inputs), from_struct(request.properties)
            target = Target(urn=request.urn, id=request.id, inputs=old, state=state)
            actual = self._read(kind, target)
            if actual is None:
                return provider_pb2.ReadResponse()
            found = comparison.inputs_now(kind, old, actual)
            properties = to_struct(self._state(kind, old or found, actual), kind.secret)
            return provider_pb2.ReadResponse(id=request.id, properties=properties, inputs=to_struct(found))

    @override
    def Update(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        with _told(context):
            kind = inputs.resource_type(self.plugin, request.type)
            target = Target(
                urn=request.urn,
                id=request.id,
                inputs=from_struct(request.news),
                old_inputs=from_struct(request.old_inputs),
                state=from_struct(request.olds),
                preview=request.preview,
            )
            if request.preview and not kind.acts_on_preview(target):
                return provider_pb2.UpdateResponse(properties=self._expected(kind, target, target.state))
            steps = kind.update
            if _UNFINISHED in target.state:  # nothing of what was asked for at creation can be taken as done
                state = kind.read(self.session, target) or {}
                target, steps = replace(target, old_inputs={}, state=state), kind.settle + kind.update
            return provider_pb2.UpdateResponse(properties=self._finish(kind, target, steps))

    @override
    def Delete(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        with _told(context):
            kind = inputs.resource_type(self.plugin, request.type)
            target = Target(
                urn=request.urn,
                id=request.id,
                inputs=from_struct(request.old_inputs),
                state=from_struct(request.properties),
            )
            self._delete(kind, target, time.monotonic() + (request.timeout or _DELETE_SECONDS))
            return empty_pb2.Empty()

    @property
    def session(self) -> Session:
        """What `connect` made of the configuration."""
        if self._session is None:
            raise RuntimeError("the provider was not configured")
        return self._session

    def _expected(self, kind: ResourceType[Session], target: Target, olds: Props) -> struct_pb2.Struct:
        """The outputs as far as a preview can tell."""
        unknown = kind.computed if not olds else kind.volatile
        outputs = {name: UNKNOWN for name in unknown if name not in target.inputs}
        kept = {key: value for key, value in olds.items() if key not in kind.inputs or key in kind.computed}
        own = self.plugin.outputs(self.session, kind, target.inputs)
        return to_struct({**kept, **own, **_public(target.inputs), **outputs}, kind.secret)

    def _finish(
        self, kind: ResourceType[Session], target: Target, steps: tuple[Callable[[Session, Target], None], ...]
    ) -> struct_pb2.Struct:
        """Carry out the steps and read the result."""
        for step in steps:
            step(self.session, target)
        actual = kind.read(self.session, target)
        if actual is None:
            raise RuntimeError(f"{target.id} is not there although it was just made or changed")
        return to_struct(self._state(kind, target.inputs, actual), kind.secret)

    def _state(self, kind: ResourceType[Session], wanted: Props, actual: Props) -> Props:
        unseen = comparison.unobservable(kind, actual)
        own = {key: value for key, value in wanted.items() if key in unseen}
        known = {key: value for key, value in actual.items() if value is not None}
        same = comparison.own_words(kind, wanted, known)
        return {**self.plugin.outputs(self.session, kind, wanted), **known, **same, **own}

    def _read(self, kind: ResourceType[Session], target: Target) -> Props | None:
        try:
            return kind.read(self.session, target)
        except Exception as error:
            if self.plugin.gone(error):
                return None
            raise

    def _delete(self, kind: ResourceType[Session], target: Target, deadline: float) -> None:
        while True:
            try:
                kind.delete(self.session, target)
                return
            except Exception as error:
                if self.plugin.gone(error):
                    return
                if not self.plugin.busy(error) or time.monotonic() > deadline or self.cancelled.wait(1):
                    raise


def _public(properties: Mapping[str, Any]) -> Props:
    return {key: value for key, value in properties.items() if not key.startswith("__")}


def _failures(faults: list[str]) -> list[provider_pb2.CheckFailure]:
    """The reason names the property; told its name as well, the engine would print the value, a secret perhaps."""
    return [provider_pb2.CheckFailure(reason=reason) for reason in faults]


def _words(error: Exception) -> str:
    """What a reader needs: the message where somebody wrote one, the place in the code where nobody did."""
    if isinstance(error, KeyError | TypeError | AttributeError | IndexError):
        return "".join(traceback.format_exception(error))
    return str(error)


@contextmanager
def _told(context: grpc.ServicerContext) -> Generator[None]:
    """Turn an error into the status that the engine shows."""
    try:
        yield
    except UnfinishedError as error:
        detail = provider_pb2.ErrorResourceInitFailed(
            id=error.identity, properties=error.properties, reasons=[str(error)]
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
        status.details.add().Pack(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
    except Exception as error:
        context.abort(grpc.StatusCode.UNKNOWN, _words(error))
