"""The sizes of Fargate, written down a second time, and that exactly these are taken."""

from hypothesis import example, given
from hypothesis import strategies as st

from settings import fargate
from settings.model import Service

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
