"""How soon a failed deployment is explained, and how often AWS is asked meanwhile.

    .venv/bin/python -m bench.verdict [RUNS]

Deploys a crashing backend over a good one, RUNS times, to an emulator of its own, and prints for each figure the
slowest run beside what is promised. Each pair is of one run: what ECS had is read twenty times a second beside it.
"""

import contextlib
import sys
import time
from collections.abc import Generator

from bench.deployed import deployed
from tests.engine.explanation import Timeline, watch
from tests.engine.project import UP, Project
from tests.engine.proxy import UNFINISHED, Proxy

_PROMISED_SECONDS = 3.0
_WAITING_SECONDS = 60


@contextlib.contextmanager
def _behind_a_proxy() -> Generator[tuple[Project, Proxy]]:
    """A good stack whose ECS, load balancer and log are asked through the proxy."""
    with deployed() as project, Proxy(project.machine.port) as proxy, contextlib.redirect_stdout(None):
        project.ask_at(proxy.url, "ecs", "elbv2", "logs")
        assert project.up().code == 0
        yield project, proxy


def _crashed(project: Project) -> Timeline:
    project.crash_at_once(1)
    project.raise_versions()
    with project.start(*UP) as up:
        timeline = watch(project, "backend", up)
    project.mend()
    project.raise_versions()
    assert project.up().code == 0
    return timeline


def _calls_a_minute(project: Project, proxy: Proxy) -> float:
    """Of one verdict, while the deployment it waits for does not end."""
    project.raise_versions()
    proxy.fail(UNFINISHED, "DescribeServices")
    with project.start(*UP) as up:
        up.until("backend-proven updating")
        proxy.until("DescribeServices", more=1)
        before = len(proxy.asked)
        time.sleep(_WAITING_SECONDS)
        asked = len(proxy.asked) - before
        proxy.mend()
        up.ended(seconds=120)
    return asked * 60 / _WAITING_SECONDS


def main(runs: int) -> None:
    with _behind_a_proxy() as (project, proxy):
        timelines = [_crashed(project) for _ in range(runs)]
        calls = _calls_a_minute(project, proxy)
    for what, since, until in (
        ("first failed task -> explained", "failed task", "explained"),
        ("rolled back by ECS -> verdict", "rolled back", "verdict"),
    ):
        slowest = max(timeline.seconds(since, until) for timeline in timelines)
        print(
            f"{what:<32} {slowest:6.1f} s   {slowest / _PROMISED_SECONDS:5.2f} x the {_PROMISED_SECONDS:.0f} s promised"
        )
    print(f"{'calls of AWS while waiting':<32} {calls:6.0f} a minute   {calls / 60:5.2f} a second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
