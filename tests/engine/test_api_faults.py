"""ECS that does not answer as it should while a deployment is waited for."""

import time

from tests.engine.project import UP, Project
from tests.engine.proxy import DENIED, EXPIRED, SERVER_ERROR, THROTTLED, UNFINISHED, Hang, Proxy
from tests.engine.running import Running


def test_the_wait_outlasts_what_time_may_mend(running: Project, proxy: Proxy) -> None:
    version = running.raise_versions()
    with running.start(*UP) as up:
        _waits(up, proxy)
        for fault in (SERVER_ERROR, THROTTLED):
            proxy.fail(fault, "DescribeServices")
            proxy.until("DescribeServices", more=3, seconds=45)
        proxy.fail(Hang(), "DescribeServices")
        proxy.until("DescribeServices", more=1)
        time.sleep(3)
        proxy.mend()
        ended = up.ended(seconds=120)
    assert ended.code == 0
    assert running.served() == {"backend": version, "frontend": version}


def test_the_wait_ends_at_a_refusal_that_no_time_mends(running: Project, proxy: Proxy) -> None:
    frontend = running.service("frontend")["taskDefinition"]
    version = running.raise_versions()
    for refusal in (EXPIRED, DENIED):
        with running.start(*UP) as up:
            _waits(up, proxy)
            proxy.fail(refusal)
            ended = up.ended(seconds=30)
        proxy.mend()
        error = ended.error_of("backend-proven")
        assert ended.code != 0
        assert f"DescribeServices: {refusal.kind}: {refusal.message}" in error
        assert "mend:" in error
        assert "Traceback" not in ended.said
        assert running.service("frontend")["taskDefinition"] == frontend

    assert running.up().code == 0
    assert running.served() == {"backend": version, "frontend": version}


def test_a_verdict_needs_no_more_than_a_look_at_the_service(running: Project, proxy: Proxy) -> None:
    """Whoever may not look at the tasks is told less, but told."""
    running.crash_at_once(1)
    running.raise_versions()
    proxy.fail(DENIED, "ListTasks", "DescribeTasks")
    failed = running.up()
    assert failed.code != 0
    assert "does not run: " in failed.error_of("backend-proven")
    assert "Traceback" not in failed.said


def _waits(up: Running, proxy: Proxy) -> None:
    """Until the gate of the backend has looked at a deployment that does not end."""
    proxy.fail(UNFINISHED, "DescribeServices")
    up.until("backend-proven updating")
    proxy.until("DescribeServices", more=2)
