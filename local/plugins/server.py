"""A plugin as a process: a gRPC server whose port the engine reads from standard output."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc

from local.plugins.provider import Provider
from local.plugins.resource import Plugin

_THREADS = 64  # above any --parallel in use: a call that waits must not hold up another
_WATCH_SECONDS = 5
_LAST_SECONDS = 2
_MESSAGE_BYTES = 400 * 1024 * 1024  # the engine's own limit


def serve(plugin: Plugin) -> None:
    """Serve until the engine has had enough; it says so with SIGINT or SIGTERM. Never returns."""
    engine: Any = engine_pb2_grpc.EngineStub(grpc.insecure_channel(sys.argv[-1]))

    def log(urn: str, message: str) -> None:
        engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=message, urn=urn, ephemeral=True))

    options = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(plugin, log), server)
    port = server.add_insecure_port("127.0.0.1:0")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    server.start()
    print(port, flush=True)
    parent = os.getppid()
    while not stop.wait(_WATCH_SECONDS) and os.getppid() == parent:
        pass  # an engine that was killed says nothing
    # No longer than that, for a call may wait for an AWS that is silent.
    server.stop(grace=1).wait(_LAST_SECONDS)
    os._exit(0)  # nothing is left to do, and the engine waits while Python takes itself apart
