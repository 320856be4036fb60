"""What Fargate offers, the sizes of a task, and how long ECS may take until it gives a deployment up there."""

import math
from dataclasses import dataclass

# What the load balancer asks of a target, and how many answers in a row change its mind.
TARGET_INTERVAL_SECONDS = 10
TARGET_TIMEOUT_SECONDS = 5
TARGET_HEALTHY_CHECKS = 2
TARGET_UNHEALTHY_CHECKS = 3

# How long a target keeps its open requests after it was taken out; below STOP_TIMEOUT_SECONDS.
DEREGISTRATION_SECONDS = 30

# How long a container has between SIGTERM and SIGKILL; at most Fargate's 120 s.
STOP_TIMEOUT_SECONDS = 60

# From the request for a task to its running containers: network interface, image, secrets. An assumption, generous for
# an image of a gigabyte: AWS promises nothing.
_START_SECONDS = 150

# As long as a deployment may take by default. A release that takes longer goes on, and the next `up` waits for it as
# long again.
RELEASE_MINUTES = 30

# What the circuit breaker counts at least, one after another if a single task of many cannot start.
_LEAST_FAILURES = 3

# The architecture of a task, as ECS calls it -> the platform of its image, as Docker does.
PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}

# The capacity providers of Fargate, which every account has.
ON_DEMAND, SPOT = "FARGATE", "FARGATE_SPOT"

_GIB = 1024

# CPU units -> MiB of memory, as listed in
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
_MEMORY_MIB: dict[int, tuple[int, ...]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
    32768: (60 * _GIB, 120 * _GIB, 244 * _GIB),
}


def cpu_sizes() -> tuple[int, ...]:
    """Every CPU size of a Fargate task, in CPU units (1024 is one vCPU)."""
    return tuple(_MEMORY_MIB)


def memory_sizes(cpu: int) -> tuple[int, ...]:
    """Every memory size in MiB that goes with `cpu` CPU units; none for a CPU size that Fargate lacks."""
    return _MEMORY_MIB.get(cpu, ())


def breaker_threshold(count: int) -> int:
    """How many tasks in a row must fail until ECS's circuit breaker ends a deployment of `count` tasks.

    Half of them, rounded up, but at least 3 and at most 200:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    return min(max(_LEAST_FAILURES, math.ceil(count / 2)), 200)


@dataclass(frozen=True, kw_only=True)
class Share:
    """Where tasks are placed: `base` of them for certain, and of the others as many as `weight` says beside the other
    shares' (API_CapacityProviderStrategyItem).
    """

    provider: str
    base: int
    weight: int


def shares(on_demand: int, percent: int) -> tuple[Share, ...]:
    """Of tasks of which so many are always on demand, and so many percent of the others on Spot."""
    certain = Share(provider=ON_DEMAND, base=on_demand, weight=100 - percent)
    return (certain, Share(provider=SPOT, base=0, weight=percent)) if percent else (certain,)


@dataclass(frozen=True, kw_only=True)
class TimeBudget:
    """How long a deployment whose tasks fail may take until ECS's circuit breaker ends it; its parts in seconds.

    Each of its `attempts` starts, has its grace, and then fails `checks` checks, one `check_seconds` after the other.
    """

    attempts: int
    start_seconds: int
    grace_seconds: int
    checks: int
    check_seconds: int
    drain_seconds: int

    @property
    def deadline_seconds(self) -> int:
        """When a deployment that is neither good nor bad yet has outlived what ECS itself would bear."""
        attempt = self.start_seconds + self.grace_seconds + self.checks * self.check_seconds
        return self.attempts * attempt + self.drain_seconds

    def __str__(self) -> str:
        return (
            f"{math.ceil(self.deadline_seconds / 60)} min: {self.attempts} attempts of "
            f"({self.start_seconds} s to pull and start + {self.grace_seconds} s grace + "
            f"{self.checks} × {self.check_seconds} s of failing checks) + {self.drain_seconds} s to drain"
        )


def time_budget(
    *, grace_seconds: int, retries: int, interval_seconds: int, timeout_seconds: int, balanced: bool
) -> TimeBudget:
    """The budget of a service; `retries`, `interval_seconds` and `timeout_seconds` are its container's check.

    A check begins an interval after the one before has ended, which may take its whole timeout. A worker (not
    `balanced`) is checked by its container alone, whose start period is the same grace, and has no target to drain.
    """
    of_container = retries, interval_seconds + timeout_seconds
    of_target = TARGET_UNHEALTHY_CHECKS, TARGET_INTERVAL_SECONDS
    checks, check_seconds = max(of_container, of_target, key=math.prod) if balanced else of_container
    return TimeBudget(
        attempts=_LEAST_FAILURES,
        start_seconds=_START_SECONDS,
        grace_seconds=grace_seconds,
        checks=checks,
        check_seconds=check_seconds,
        drain_seconds=STOP_TIMEOUT_SECONDS + (DEREGISTRATION_SECONDS if balanced else 0),
    )
