"""Long work beside the screen: it runs in a thread, can be watched and stopped, and touches no widget."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.tui.look import Look
    from annotator.tui.widgets.pieces import Piece


class Progress:
    """How far a piece of work is. The thread that works reports; the screen looks, and may ask it to stop."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask the work to stop at its next report."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def report(self, done: int, total: int) -> bool:
        """DONE of TOTAL are done. False: stop."""
        self.done, self.total = done, total
        return not self._stop.is_set()

    def pieces(self, look: Look, width: int) -> list[Piece]:
        """A bar with counts, in at most WIDTH cells."""
        share = self.done / self.total if self.total else 0.0
        counts = f" {self.done:,} of {self.total:,}" if self.total else " starting …"
        if self.stopping:
            counts += ", stopping …"
        cells = max(4, min(40, width - len(counts) - 8))
        full = round(cells * share)
        return [
            (" ", look.bar),
            ("█" * full, look.key),
            ("░" * (cells - full), look.bar_dim),
            (f" {share:4.0%}", look.bar),
            (counts, look.bar_dim),
        ]
