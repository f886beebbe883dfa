"""Collects garbage in the pauses between keys, so that no key waits for it.

Python collects when enough has been made, which is while a key is answered: 20 milliseconds where a page was painted.
A pause of a few milliseconds is enough for what one key has left; what is older waits for longer pauses. Python's own
thresholds stay, for somebody who never pauses.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Final

PAUSES: Final = (0.012, 1.0, 2.0)
"""Seconds without a key before each generation is collected, counted from the one before."""
ENOUGH: Final = (1_000, 10, 10)
"""What must have come together for it, as `gc.get_count` counts."""


class Tidying:
    """What is collected when; all of it in the thread of the screen."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def touch(self) -> None:
        """Somebody pressed a key or a button: the pause begins anew."""
        self.stop()
        self._await(0)

    def stop(self) -> None:
        """Collect nothing until the next key."""
        if self._timer is not None:
            self._timer.cancel()

    def _await(self, generation: int) -> None:
        self._timer = asyncio.get_running_loop().call_later(PAUSES[generation], self._collect, generation)

    def _collect(self, generation: int) -> None:
        if gc.get_count()[generation] >= ENOUGH[generation]:
            gc.collect(generation)
        if generation + 1 < len(PAUSES):
            self._await(generation + 1)
