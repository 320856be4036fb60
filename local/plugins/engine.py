"""The way back to the engine: messages on a resource's own row."""

from typing import Any, Protocol

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class Log(Protocol):
    """Says something about a resource; `ephemeral` is shown while it happens and not kept."""

    def __call__(self, urn: str, message: str, *, warning: bool = False, ephemeral: bool = False) -> None: ...


def log_to(address: str | None) -> Log:
    """A log to the engine at `address`; without one (a plugin started by hand) nothing is said."""
    stub: Any = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def log(urn: str, message: str, *, warning: bool = False, ephemeral: bool = False) -> None:
        if stub is not None:
            severity = engine_pb2.WARNING if warning else engine_pb2.INFO
            stub.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn, ephemeral=ephemeral))

    return log
