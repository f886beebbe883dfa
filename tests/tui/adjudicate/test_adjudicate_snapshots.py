"""What the adjudicate screen looks like. `pytest --snapshot-update` accepts a change that was meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

Open = Callable[..., Any]
SIZES = [(80, 24), (120, 40), (160, 50)]


def after(its: Any, *keys: str) -> Callable[[Pilot[None]], Any]:
    """Press KEYS once the document is open, and wait for what they begin."""

    async def run(pilot: Pilot[None]) -> None:
        await its.opened(pilot)
        await pilot.press(*keys)
        await its.until(pilot, lambda: not any(worker.group == "preview" for worker in pilot.app.workers))

    return run


@pytest.mark.parametrize("size", SIZES)
def test_some_are_decided(snap_compare: Any, desk: Open, size: tuple[int, int]) -> None:
    its = desk()
    keys = ("2", "1", "1", "2", "N", "0", "p", "p", "down")
    assert snap_compare(its.app, run_before=after(its, *keys), terminal_size=size)


@pytest.mark.parametrize("place", range(1, 11))
def test_each_kind(snap_compare: Any, desk: Open, place: int) -> None:
    its = desk()
    assert snap_compare(its.app, run_before=after(its, *["N"] * place), terminal_size=(110, 30))


def test_anonymous_with_the_list_below(snap_compare: Any, desk: Open) -> None:
    its = desk()
    assert snap_compare(its.app, run_before=after(its, "i", "f6", "N"), terminal_size=(90, 30))


def test_done_in_a_light_look(snap_compare: Any, desk: Open) -> None:
    its = desk()
    assert snap_compare(its.app, run_before=after(its, *["1"] * 11, "f9"), terminal_size=(120, 40))


def test_editing(snap_compare: Any, desk: Open) -> None:
    its = desk()
    assert snap_compare(its.app, run_before=after(its, "N", "N", "e"), terminal_size=(120, 40))


@pytest.mark.parametrize("key", ["m", "a", "f"])
def test_dialogs(snap_compare: Any, desk: Open, key: str) -> None:
    its = desk()
    assert snap_compare(its.app, run_before=after(its, "2", key), terminal_size=(100, 36))


def test_a_reason(snap_compare: Any, desk: Open) -> None:
    its = desk()
    assert snap_compare(its.app, run_before=after(its, "k", "2", "r"), terminal_size=(80, 24))


def test_help(snap_compare: Any, desk: Open) -> None:
    its = desk()
    assert snap_compare(its.app, run_before=after(its, "f1"), terminal_size=(100, 60))
