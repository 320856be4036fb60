"""What a hook asks, it asks beside the threads that wait for the hook."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from checks.hook_thread import in_hook_thread

STACK = ContextVar("STACK", default="")


def told(*, of: str) -> str:
    return f"{STACK.get()} {of}"


async def beside_a_full_executor() -> str:
    """All threads of Pulumi's own wait, as they do for the end of hooks."""
    ended = threading.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
    registration = loop.run_in_executor(None, ended.wait, 30)
    try:
        STACK.set("prod")
        return await asyncio.wait_for(in_hook_thread(told, of="backend"), timeout=5)
    finally:
        ended.set()
        await registration


def test_an_answer_comes_though_all_of_pulumis_threads_wait_for_it() -> None:
    assert asyncio.run(beside_a_full_executor()) == "prod backend"


def test_what_it_raises_is_raised_here() -> None:
    def refuse() -> None:
        raise ValueError("taken")

    with pytest.raises(ValueError, match="taken"):
        asyncio.run(in_hook_thread(refuse))
