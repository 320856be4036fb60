"""Threads for what a hook asks, which are not Pulumi's own.

The Python SDK registers each resource in a thread of the event loop's default executor, which has as many as the engine
works on resources at once (`--parallel`, by default four for each core). A registration ends after the resource's
hooks: were these to wait for a thread of the same executor, as asyncio.to_thread does, all would wait for ever once
enough resources with hooks are registered at the same time.
"""

from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Answer = TypeVar("_Answer")

_THREADS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="hook")


async def in_hook_thread(
    ask: Callable[_Parameters, _Answer], *args: _Parameters.args, **kwargs: _Parameters.kwargs
) -> _Answer:
    """What `ask` answers, or raises. None of them waits for another, so each has its turn."""
    context = copy_context()
    return await get_running_loop().run_in_executor(_THREADS, partial(context.run, ask, *args, **kwargs))
