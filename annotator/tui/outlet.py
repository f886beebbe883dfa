"""Where frames go to the terminal: filtered, in order, and as a rule without waiting for another thread."""

from __future__ import annotations

import contextlib
import os
import select
import termios
import time
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from annotator.terminal.filters import Filter

_ATTEMPTS: Final = 50
_BETWEEN: Final = 0.01
"""Seconds between two of them."""


class Outlet:
    """The terminal behind Textual's writer thread, and beside it.

    `write` may wait for the terminal and belongs to the writer thread. `offer` never waits: it writes what the
    terminal takes at once, through a description of its own that does not block. So a key is answered by the thread
    that drew the answer, and only a terminal that is slower than the frames needs the other thread.

    A terminal that is gone swallows everything: an exception in the writer thread would leave the program waiting for
    a full queue.
    """

    def __init__(self, file: IO[str], output_filter: Filter | None) -> None:
        self._file = file
        self._filter = output_filter
        self._at_once: int | None = None
        self._rest = b""
        self.gone = False
        self.written = 0
        """How many times the writer thread has written all that it was given."""

    def open(self) -> None:
        """Take a description of the terminal that does not block; without one, `offer` takes nothing."""
        encoding = (getattr(self._file, "encoding", None) or "").lower()
        if self._at_once is None and encoding in {"utf-8", "utf8"}:
            with contextlib.suppress(OSError):  # no such name here, as in some containers
                name = os.ttyname(self._file.fileno())
                self._at_once = os.open(name, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)

    def close(self) -> None:
        """Let the description go."""
        if self._at_once is not None:
            os.close(self._at_once)
            self._at_once = None

    def _ready(self, text: str) -> str:
        return text if self._filter is None else self._filter(text)

    def offer(self, text: str) -> bool:
        """Write one frame without waiting; False when the writer thread has to go on: give it the empty string.

        Call it only when the writer thread has nothing to do.
        """
        if self.gone:
            return True
        frame = self._ready(text).encode(errors="replace")
        if self._at_once is None:
            self._rest = frame
            return False
        try:
            taken = os.write(self._at_once, frame)
        except BlockingIOError:
            taken = 0
        except OSError:  # the window was closed
            self.gone = True
            return True
        self._rest = frame[taken:]
        return not self._rest

    def write(self, text: str) -> int:
        """Write what `offer` left over, and one frame; silent when the terminal is gone."""
        if not self.gone:
            try:
                rest, self._rest = self._rest, b""
                while rest:
                    rest = rest[os.write(self.fileno(), rest) :]
                if text:
                    self._file.write(self._ready(text))
                    self._file.flush()
            except (OSError, ValueError):  # the window was closed, or the file
                self.gone = True
        self.written += 1
        return len(text)

    def push(self, last: bytes) -> None:
        """Write LAST without waiting for a terminal that does not read: what it did not read yet is dropped instead."""
        for attempt in range(_ATTEMPTS):
            with contextlib.suppress(BlockingIOError):
                if self._at_once is not None:
                    os.write(self._at_once, last)
                    return
                if select.select([], [self.fileno()], [], 0)[1]:
                    os.write(self.fileno(), last)
                    return
            if attempt:
                with contextlib.suppress(termios.error):
                    termios.tcflush(self.fileno(), termios.TCOFLUSH)
            time.sleep(_BETWEEN)

    def flush(self) -> None:
        """Nothing: what is written is flushed."""

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._file.fileno()
