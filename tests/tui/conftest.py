"""What tests of the screen share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from annotator.errors import BusyError


@pytest.fixture
def resize() -> Callable[[Pilot[None], int, int], Awaitable[None]]:
    """Resize the terminal, and wait until the screen has that size: it is told by a message, after a timer."""

    async def resized(pilot: Pilot[None], width: int, height: int) -> None:
        await pilot.resize_terminal(width, height)
        for _ in range(800):
            await pilot.pause()
            if pilot.app.screen.size == (width, height):
                return
            await asyncio.sleep(0.0125)
        assert pilot.app.screen.size == (width, height)

    return resized


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the database of an app refuse what is asked of the methods NAMED, from the call after the first AFTER on."""

    def make(app: Any, *names: str, after: int = 0) -> None:
        store = app.store()
        for name in names:
            works, calls = getattr(store, name), iter(range(after))

            def refuse(*given: Any, _works: Any = works, _calls: Any = calls, **named: Any) -> Any:
                if next(_calls, None) is not None:
                    return _works(*given, **named)
                raise BusyError("the database is busy", hint="Try again")

            monkeypatch.setattr(store, name, refuse)

    return make
