"""`pulumi-language-python` for an engine that was built without one: the SDK's own server behind a port."""

import gc
import os
import runpy
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pulumi
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
from typing_extensions import override


class PythonHost(LanguageServer):
    """Runs a program in this process, which the engine starts for one operation and ends after it."""

    def __init__(self, engine_address: str) -> None:
        super().__init__(program=lambda: None)
        self.engine_address = engine_address

    @override
    def Run(self, request: Any, context: Any) -> Any:
        request.args.insert(0, self.engine_address)
        self.program = lambda: run(request.pwd)
        result = super().Run(request, context)
        # The SDK has logged the error; `bail` keeps the engine from saying it a second time.
        return language_pb2.RunResponse(bail=True) if result.error else result

    @override
    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo()

    @override
    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:
        return language_pb2.RuntimeOptionsResponse()

    @override
    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        return language_pb2.GetProgramDependenciesResponse()

    @override
    def InstallDependencies(self, request: Any, context: Any) -> Any:
        return iter(())


def run(folder: str) -> None:
    """The program in `folder`, as `python __main__.py` would run it there."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    try:
        runpy.run_path(os.path.join(folder, "__main__.py"), run_name="__main__")
    except pulumi.RunError:
        raise
    except Exception as error:
        raise pulumi.RunError(f"the program failed:\n{trace(error, folder)}") from None


def trace(error: BaseException, folder: str) -> str:
    """The traceback from the program's own first line on."""
    position = error.__traceback__
    while position is not None and not position.tb_frame.f_code.co_filename.startswith(folder):
        position = position.tb_next
    return "".join(traceback.format_exception(type(error), error, position or error.__traceback__))


def serve() -> None:
    """The engine reads the port from the first line; its signal, or its end, is ours."""
    gc.disable()  # after one operation all is gone; looking for garbage is a quarter of what a program's imports take
    engine, done = os.getppid(), threading.Event()

    def end(*_: object) -> None:
        done.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(PythonHost(sys.argv[-1]), server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    while not done.wait(timeout=1) and os.getppid() == engine:
        pass
    server.stop(grace=None)
    sys.stdout.flush()
    os._exit(0)  # the program may still run, and nobody waits for it


if __name__ == "__main__":
    serve()
