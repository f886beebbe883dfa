"""Garbage is collected when nobody waits."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from annotator.tui import tidying
from annotator.tui.tidying import ENOUGH, Tidying

Until = Callable[[], bool]


class Collector:
    """The module `gc` as far as it is used."""

    def __init__(self) -> None:
        self.counts = ENOUGH
        self.collected: list[int] = []

    def get_count(self) -> tuple[int, ...]:
        return self.counts

    def collect(self, generation: int) -> None:
        self.collected.append(generation)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Collector:
    found = Collector()
    monkeypatch.setattr(tidying, "gc", SimpleNamespace(get_count=found.get_count, collect=found.collect))
    monkeypatch.setattr(tidying, "PAUSES", (0.01, 0.02, 0.03))
    return found


async def until(what: Until) -> None:
    for _ in range(4000):
        if what():
            return
        await asyncio.sleep(0.005)
    pytest.fail("nothing was collected")


async def test_each_generation_after_a_pause_of_its_own(collector: Collector) -> None:
    tidy = Tidying()
    tidy.touch()
    assert collector.collected == []
    await until(lambda: len(collector.collected) == 3)
    assert collector.collected == [0, 1, 2]
    await asyncio.sleep(0.1)
    assert collector.collected == [0, 1, 2]  # until the next key
    tidy.touch()
    await until(lambda: len(collector.collected) == 6)


async def test_only_what_is_worth_it(collector: Collector) -> None:
    collector.counts = (ENOUGH[0] - 1, ENOUGH[1], ENOUGH[2] - 1)
    tidy = Tidying()
    tidy.touch()
    await until(lambda: bool(collector.collected))
    await asyncio.sleep(0.1)
    assert collector.collected == [1]


async def test_a_key_begins_the_pause_anew_and_the_end_ends_it(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "PAUSES", (60, 60, 60))
    tidy = Tidying()
    tidy.stop()
    tidy.touch()
    first = tidy._timer
    tidy.touch()
    assert first is not None
    assert first.cancelled()
    assert tidy._timer is not None
    assert not tidy._timer.cancelled()
    tidy.stop()
    assert tidy._timer.cancelled()
    assert collector.collected == []


def test_what_it_asks_is_what_python_has() -> None:
    assert len(gc.get_count()) == len(ENOUGH)
