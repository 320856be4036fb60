"""A gRPC resource provider that is driven by a table of resource types.

It stands in for a real provider on machines that cannot download one, and it is strict: what it does not implement
is an error that names it. It takes no secrets from the engine, which then marks the outputs of the same name itself.
"""

import json
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from typing_extensions import override

from local.plugins import resource
from local.plugins.resource import Log, Plugin, ResourceType, Session, Target
from local.plugins.wire import UNKNOWN, Props, from_struct, to_struct

_OF_THE_ENGINE = {"version", "pluginDownloadURL", "__internal"}


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The engine's side of one plugin."""

    session: Session

    def __init__(self, plugin: Plugin, log: Log) -> None:
        self._plugin = plugin
        self._log = log
        self._not_implemented = f"is not implemented by the stand-in for pulumi-{plugin.name} {plugin.version}"

    @override
    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._plugin.version)

    @override
    def Cancel(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    @override
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        with _told(context):
            given = self._configuration(request.news)
            not_implemented = f"of provider {self._plugin.name} {self._not_implemented}"
            found = resource.faults(self._plugin.configuration, set(), given, not_implemented)
            return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(*found))

    @override
    def Configure(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ConfigureResponse:
        with _told(context):
            self.session = self._plugin.connect(self._configuration(request.args), self._log)
            return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    @override
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        with _told(context):
            function = self._entry(self._plugin.functions, "function", request.tok)
            arguments, missing = from_struct(request.args), f"of {request.tok} {self._not_implemented}"
            if faults := list(resource.faults(function.arguments, function.required, arguments, missing)):
                raise ValueError("; ".join(faults))
            answer = to_struct(function.call(self.session, arguments), function.secret)
            returned: Any = {"return": answer}  # a keyword of Python
            return provider_pb2.InvokeResponse(**returned)

    @override
    def Check(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        with _told(context):
            kind, news, olds = self._kind(request), from_struct(request.news), from_struct(request.olds)
            if faults := list(kind.faults(news, f"of {request.type} {self._not_implemented}")):
                return provider_pb2.CheckResponse(failures=_failures(*faults))
            try:
                named = kind.named(request.urn.rpartition("::")[2], news, olds, request.randomSeed)
                return provider_pb2.CheckResponse(inputs=to_struct(kind.prepare(self.session, named)))
            except ValueError as error:
                return provider_pb2.CheckResponse(failures=_failures(str(error)))

    @override
    def Diff(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        with _told(context):
            kind, old, new = self._kind(request), from_struct(request.old_inputs), from_struct(request.news)
            names = kind.differences(old, new)
            replaces = [name for name in names if name in kind.replace_on]
            return provider_pb2.DiffResponse(
                changes=provider_pb2.DiffResponse.DIFF_SOME if names else provider_pb2.DiffResponse.DIFF_NONE,
                diffs=names,
                replaces=replaces,
                deleteBeforeReplace=bool(replaces) and kind.must_go_first(old, new),
            )

    @override
    def Create(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        with _told(context):
            kind, inputs = self._kind(request), from_struct(request.properties)
            if request.preview:
                unknown = dict.fromkeys(kind.computed, UNKNOWN)
                return provider_pb2.CreateResponse(properties=to_struct({**unknown, **_public(inputs)}))
            identity, actual = kind.create(self.session, Target(urn=request.urn, inputs=inputs))
            return provider_pb2.CreateResponse(id=identity, properties=_outputs(kind, inputs, actual))

    @override
    def Read(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        with _told(context):
            kind, inputs, state = self._kind(request), from_struct(request.inputs), from_struct(request.properties)
            told = Target(id=request.id, inputs=inputs, state=state)
            target = told if inputs else kind.imported(self.session, request.id)
            actual = kind.read(self.session, replace(target, urn=request.urn))
            if actual is None:
                return provider_pb2.ReadResponse()
            # Nothing is known of what is imported: then it is all that the other side reports.
            known = inputs or {**{name: actual[name] for name in kind.inputs if name in actual}, **target.inputs}
            return provider_pb2.ReadResponse(
                id=target.id, inputs=to_struct(kind.inputs_now(known, actual)), properties=_outputs(kind, known, actual)
            )

    @override
    def Update(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        with _told(context):
            kind, inputs, state = self._kind(request), from_struct(request.news), from_struct(request.olds)
            if request.preview:
                kept = {name: value for name, value in state.items() if name not in kind.inputs}
                unknown = dict.fromkeys(kind.volatile, UNKNOWN)
                return provider_pb2.UpdateResponse(properties=to_struct({**kept, **unknown, **_public(inputs)}))
            old = from_struct(request.old_inputs)
            target = Target(urn=request.urn, id=request.id, inputs=inputs, old_inputs=old, state=state)
            return provider_pb2.UpdateResponse(properties=_outputs(kind, inputs, kind.update(self.session, target)))

    @override
    def Delete(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:
        with _told(context):
            inputs, state = from_struct(request.old_inputs), from_struct(request.properties)
            target = Target(urn=request.urn, id=request.id, inputs=inputs, state=state)
            self._kind(request).delete(self.session, target)
            return empty_pb2.Empty()

    def _kind(self, request: Any) -> ResourceType:
        return self._entry(self._plugin.resources, "resource type", request.type)

    def _entry(self, table: Mapping[str, Any], what: str, token: str) -> Any:
        if token not in table:
            raise NotImplementedError(f"{what} {token} {self._not_implemented}")
        return table[token]

    def _configuration(self, given: struct_pb2.Struct) -> Props:
        """The configuration in its own types; whatever is not a string arrives as JSON in one."""
        configuration = {key: value for key, value in from_struct(given).items() if key not in _OF_THE_ENGINE}
        for key, value in configuration.items():
            if self._plugin.configuration.get(key, str) is not str:
                with suppress(ValueError, TypeError):  # it is no JSON, and CheckConfig says so
                    configuration[key] = json.loads(value)
        return configuration


def _public(properties: Props) -> Props:
    return {key: value for key, value in properties.items() if not key.startswith("__")}


def _outputs(kind: ResourceType, inputs: Props, actual: Props) -> struct_pb2.Struct:
    return to_struct({**actual, **_public(kind.inputs_now(inputs, actual))})


def _failures(*faults: str) -> list[provider_pb2.CheckFailure]:
    """The reason names the property; told its name as well, the engine would print the value, a secret perhaps."""
    return [provider_pb2.CheckFailure(reason=reason) for reason in faults]


@contextmanager
def _told(context: grpc.ServicerContext) -> Generator[None]:
    """Turn an error into the status that the engine shows; one of our own code with the place where it happened."""
    try:
        yield
    except Exception as error:
        ours = isinstance(error, KeyError | TypeError | AttributeError | IndexError)
        text = "".join(traceback.format_exception(error)) if ours else str(error)
        context.abort(grpc.StatusCode.UNKNOWN, text)
