"""The sizes of Fargate, written down a second time, that exactly these are taken, and how long deployments take."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from settings import fargate
from settings.fargate import TimeBudget
from settings.model import Service
from tests.samples import Edit, stack

GIB = 1024
SIZES = {
    256: [512, 1 * GIB, 2 * GIB],
    512: [1 * GIB, 2 * GIB, 3 * GIB, 4 * GIB],
    1024: [gib * GIB for gib in range(2, 9)],
    2048: [gib * GIB for gib in range(4, 17)],
    4096: [gib * GIB for gib in range(8, 31)],
    8192: [gib * GIB for gib in range(16, 61, 4)],
    16384: [gib * GIB for gib in range(32, 121, 8)],
    32768: [60 * GIB, 120 * GIB, 244 * GIB],
}
PAIRS = {(cpu, memory) for cpu, sizes in SIZES.items() for memory in sizes}
ANY = st.integers(-(2**20), 2**20)
NEAR = [cpu + step for cpu in SIZES for step in (-1, 0, 1)]
NEAR_MEMORY = sorted({memory + step for _, memory in PAIRS for step in (-512, -1, 0, 1, 512, GIB)})


def taken(cpu: int, memory: int) -> bool:
    service = {
        "version": "1",
        "repository": "existing",
        "port": 3000,
        "cpu": cpu,
        "memory": memory,
        "count": 1,
        "health": {"path": "/", "command": ["CMD", "true"]},
    }
    try:
        Service.model_validate(service)
    except ValueError:
        return False
    return True


def test_every_size_of_the_table_is_taken() -> None:
    assert [pair for pair in PAIRS if not taken(*pair)] == []
    assert {cpu: list(fargate.memory_sizes(cpu)) for cpu in fargate.cpu_sizes()} == SIZES


@given(st.sampled_from(NEAR) | ANY, st.sampled_from(NEAR_MEMORY) | ANY)
@example(256, 3072)
@example(8192, 17 * GIB)
@example(0, 512)
def test_exactly_the_sizes_of_the_table_are_taken(cpu: int, memory: int) -> None:
    assert taken(cpu, memory) is ((cpu, memory) in PAIRS)


def test_a_cpu_size_that_fargate_lacks_has_no_memory_sizes() -> None:
    assert fargate.memory_sizes(300) == ()


@pytest.mark.parametrize(
    ("count", "threshold"), [(1, 3), (5, 3), (6, 3), (7, 4), (25, 13), (399, 200), (400, 200), (401, 200), (800, 200)]
)
def test_the_circuit_breaker_trips_at_half_the_tasks_but_at_3_at_least_and_at_200_at_most(
    count: int, threshold: int
) -> None:
    assert fargate.breaker_threshold(count) == threshold


def budget(*edits: Edit) -> TimeBudget:
    return stack(*edits).services["backend"].time_budget


def test_a_deployment_may_take_as_long_as_three_of_its_tasks_need_to_fail() -> None:
    assert budget() == TimeBudget(
        attempts=3, start_seconds=150, grace_seconds=180, checks=7, check_seconds=45, drain_seconds=90
    )
    assert budget().deadline_seconds == 3 * (150 + 180 + 7 * 45) + 90


def test_a_budget_is_read_with_its_parts_in_minutes_rounded_up() -> None:
    assert str(budget()) == (
        "34 min: 3 attempts of (150 s to pull and start + 180 s grace + 7 × 45 s of failing checks) + 90 s to drain"
    )


def test_the_slower_of_the_containers_and_the_targets_checks_counts() -> None:
    quick = ("path: /api/health\n", "path: /api/health\n        intervalSeconds: 5\n        timeoutSeconds: 4\n")
    seven, three = budget(quick), budget(quick, ("timeoutSeconds: 4\n", "timeoutSeconds: 4\n        retries: 3\n"))
    assert (seven.checks, seven.check_seconds) == (7, 9)
    assert (three.checks, three.check_seconds) == (3, 10)


def test_a_worker_has_no_target_whose_checks_or_requests_take_time() -> None:
    quick = "intervalSeconds: 5\n        timeoutSeconds: 4\n        retries: 3\n        graceSeconds: 17\n"
    worker = budget(("      path: /api/*\n", ""), ("path: /api/health\n", f"path: /api/health\n        {quick}"))
    assert worker == TimeBudget(
        attempts=3, start_seconds=150, grace_seconds=17, checks=3, check_seconds=9, drain_seconds=60
    )


def test_requests_end_before_their_container_and_that_before_fargate_ends_it() -> None:
    assert fargate.DEREGISTRATION_SECONDS < fargate.STOP_TIMEOUT_SECONDS <= 120
