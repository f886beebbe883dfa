"""Messages of the annotate screen name the keys that the person has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


async def told(desk: Any, pilot: Any) -> tuple[str, bool]:
    """What the status line says, as soon as it says anything."""
    for _ in range(400):
        if desk.said[0]:
            break
        await pilot.pause(0.01)
    said: tuple[str, bool] = desk.said
    return said


@pytest.mark.parametrize(("keys", "says"), [(("ctrl+e",), "PERS: أحمد · Ctrl+E undoes"), ((), "PERS: أحمد")])
async def test_how_to_undo(make_desk: Callable[..., Any], keys: tuple[str, ...], says: str) -> None:
    desk = make_desk()
    desk.app.user_keys = {"annotate.undo": keys}
    async with desk.app.run_test(size=(120, 30)) as pilot:
        desk.go("أحمد")
        await pilot.press("p")
        assert await told(desk, pilot) == (says, False)


async def test_where_annotations_are(make_desk: Callable[..., Any]) -> None:
    desk = make_desk()
    desk.app.user_keys = {"annotate.next-annotation": ("f3",)}
    async with desk.app.run_test(size=(120, 30)) as pilot:
        await pilot.press("x")
        assert await told(desk, pilot) == ("no annotation here; F3 goes to the next one", True)
