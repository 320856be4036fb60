"""A plugin without a process: its provider is called directly, with the engine's messages."""

from dataclasses import dataclass, field
from typing import Any, NoReturn

from pulumi.runtime.proto import provider_pb2

from local.plugins.provider import Provider
from local.plugins.wire import Props, from_struct, to_struct


class RefusedError(Exception):
    """What the engine would show."""


class Context:
    """A gRPC context, as far as a provider needs one."""

    def abort(self, _: Any, details: str) -> NoReturn:
        raise RefusedError(details)


@dataclass
class Calls:
    """The engine's calls, in plain values."""

    provider: Provider
    context: Context = field(default_factory=Context)

    def configure(self, **configuration: str) -> None:
        args = to_struct(configuration)
        self.provider.Configure(provider_pb2.ConfigureRequest(args=args), self._context)

    def check_config(self, **configuration: str) -> list[str]:
        request = provider_pb2.CheckRequest(news=to_struct(configuration))
        return [failure.reason for failure in self.provider.CheckConfig(request, self._context).failures]

    def check(self, kind: str, name: str, news: Props, olds: Props | None = None) -> Any:
        request = provider_pb2.CheckRequest(
            urn=urn(kind, name), type=kind, news=to_struct(news), olds=to_struct(olds or {}), randomSeed=b"seed"
        )
        return self.provider.Check(request, self._context)

    def checked(self, kind: str, name: str, news: Props, olds: Props | None = None) -> Props:
        response = self.check(kind, name, news, olds)
        assert not response.failures
        return from_struct(response.inputs)

    def refusals(self, kind: str, name: str, news: Props) -> list[str]:
        return [failure.reason for failure in self.check(kind, name, news).failures]

    def diff(self, kind: str, old: Props, new: Props) -> Any:
        return self.provider.Diff(
            provider_pb2.DiffRequest(type=kind, old_inputs=to_struct(old), news=to_struct(new)), self._context
        )

    def differences(self, kind: str, old: Props, new: Props) -> dict[str, str]:
        """What differs, and whether that is an update or a replacement."""
        response = self.diff(kind, old, new)
        assert (response.changes == response.DIFF_SOME) == bool(response.diffs)
        return {name: "replace" if name in response.replaces else "update" for name in response.diffs}

    def create(self, kind: str, inputs: Props, preview: bool = False) -> Any:
        request = provider_pb2.CreateRequest(
            urn=urn(kind, "it"), type=kind, properties=to_struct(inputs), preview=preview
        )
        return self.provider.Create(request, self._context)

    def update(self, kind: str, identity: str, change: tuple[Props, Props], state: Props, preview: bool = False) -> Any:
        request = provider_pb2.UpdateRequest(
            urn=urn(kind, "it"),
            id=identity,
            type=kind,
            old_inputs=to_struct(change[0]),
            news=to_struct(change[1]),
            olds=to_struct(state),
            preview=preview,
        )
        return self.provider.Update(request, self._context)

    def read(self, kind: str, identity: str, inputs: Props, state: Props | None = None) -> Any:
        request = provider_pb2.ReadRequest(
            urn=urn(kind, "it"),
            id=identity,
            type=kind,
            inputs=to_struct(inputs),
            properties=to_struct(inputs if state is None else state),
        )
        return self.provider.Read(request, self._context)

    def delete(self, kind: str, identity: str, inputs: Props) -> None:
        given = to_struct(inputs)
        request = provider_pb2.DeleteRequest(
            urn=urn(kind, "it"), id=identity, type=kind, properties=given, old_inputs=given
        )
        self.provider.Delete(request, self._context)

    def invoke(self, token: str, arguments: Props) -> Any:
        return self.provider.Invoke(provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments)), self._context)

    @property
    def _context(self) -> Any:
        return self.context


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:stack::project::{kind}::{name}"


@dataclass
class Spoken:
    """A log that keeps what was said."""

    lines: list[str] = field(default_factory=list[str])

    def __call__(self, urn: str, message: str) -> None:
        self.lines.append(message)
