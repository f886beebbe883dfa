"""Long work beside the screen: it runs in a thread, can be watched and stopped, and touches no widget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from annotator.tui.look import Look
    from annotator.tui.widgets.pieces import Piece
    from annotator.workflow.ports import Store

_IDLE: Final = 2.0
"""Seconds without a key or a click after which nobody is at work."""


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


class IdleIndexing:
    """Makes the index for searches while nobody is at work, in steps of milliseconds; the next key ends it.

    Before that the database does what it put off while somebody was.

    All methods but the work itself run in the thread of the screen.
    """

    def __init__(self, store: Callable[[], Store]) -> None:
        """STORE gives the database; it is called in the thread that works."""
        self._store = store
        self._touched = time.monotonic()
        self._done_for: float | None = None
        self._stopped = False
        self._can_index = True
        self._thread: threading.Thread | None = None

    def touch(self) -> None:
        """Somebody pressed a key or a button."""
        self._touched = time.monotonic()

    def look(self) -> None:
        """Begin or go on where nobody is at work; there is something to do only if somebody was since the last time."""
        working = self._thread is not None and self._thread.is_alive()
        if not (working or self._stopped or self._done_for == self._touched or self._is_busy()):
            self._thread = threading.Thread(target=self._work, args=(self._touched,), name="index-texts", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End it for good, at its next step."""
        self._stopped = True

    def _is_busy(self) -> bool:
        return time.monotonic() - self._touched < _IDLE

    def _goes_on(self, _done: int, _total: int) -> bool:
        return not (self._stopped or self._is_busy())

    def _work(self, touched: float) -> None:
        from annotator.errors import AnnotatorError, BusyError  # noqa: PLC0415 - off the start-up path

        try:
            store = self._store()
            store.settle()
            if self._can_index and not store.index_texts(self._goes_on):
                if not self._goes_on(0, 0):
                    return
                self._can_index = False  # this database has no index
        except BusyError:
            return  # until the next look
        except AnnotatorError:
            self._can_index = False  # a search tries again, and says why it cannot be
        self._done_for = touched
