"""Pauses that nobody makes."""

import pytest

from checks.release import wait


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each pause was to be. None is made: only the clock goes on by so much."""
    made = list[float]()

    async def sleep(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(wait, "sleep", sleep)
    monkeypatch.setattr(wait, "monotonic", lambda: sum(made))
    return made
