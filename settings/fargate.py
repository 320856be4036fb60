"""What Fargate offers: the sizes of a task."""

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
