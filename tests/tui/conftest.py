"""What tests of the screen share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot


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
