"""Background processes: only the one that was started is found, and only that one is stopped."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local.background import Background


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Background]:
    background = Background("sleeper", tmp_path)
    yield background
    background.stop(5)


def sleeper(background: Background) -> psutil.Process:
    return background.start(
        [sys.executable, "-c", "import time; print('hello', flush=True); time.sleep(60)"], os.environ
    )


def test_a_started_process_is_known_again_and_stopped_once(background: Background) -> None:
    started = sleeper(background)
    assert background.process() == started
    assert background.stop(5) is True
    assert not started.is_running()
    assert background.process() is None
    assert background.stop(5) is False
    assert not background.record.exists()


def test_another_process_with_the_recorded_number_is_not_ours(background: Background) -> None:
    started = sleeper(background)
    background.record.write_text(json.dumps({"pid": os.getpid(), "started": started.create_time() - 100}))
    assert background.process() is None
    assert background.stop(5) is False
    started.kill()
    started.wait(5)


@pytest.mark.parametrize("record", ["", "{", "[]", '{"pid": 1}', '{"pid": 99999999, "started": 1}', "null"])
def test_a_record_that_was_cut_short_or_is_stale_counts_as_none(background: Background, record: str) -> None:
    background.record.write_text(record)
    assert background.process() is None
    assert background.stop(5) is False


def test_a_process_that_ended_by_itself_is_not_running(background: Background) -> None:
    started = background.start([sys.executable, "-c", "print('one'); print('two'); print('three')"], os.environ)
    os.waitid(os.P_PID, started.pid, os.WEXITED | os.WNOWAIT)  # ended, and still in the process table
    assert background.process() is None
    assert background.last_words(2) == "two | three"


def test_a_process_that_will_not_end_is_killed(background: Background) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    started = background.start([sys.executable, "-c", deaf], os.environ)
    while "deaf" not in background.last_words():
        pass
    assert background.stop(0.2) is True
    assert not started.is_running()
