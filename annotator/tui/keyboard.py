"""Reads what is typed in the loop that answers it: no other thread has to wake up between a key and its answer."""

from __future__ import annotations

import asyncio
import os
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Final

from textual import constants
from textual._xterm_parser import XTermParser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.message import Message

    from annotator.terminal.probe import LateAnswers


_MORE: Final = 0.02
"""Seconds in which an answer of the terminal goes on that has begun."""

_ESCAPE: Final = constants.ESCAPE_DELAY + 0.005
"""Seconds after which Textual's parser takes a lone ESC for the Escape key; no less, or it would wait for the next."""


class Keyboard:
    """The bytes that arrive at a terminal, as Textual's messages. `open` and `close` belong to the running loop."""

    def __init__(
        self,
        fileno: int,
        hand_over: Callable[[Message], None],
        hung_up: Callable[[], None],
        late: LateAnswers | None,
        *,
        debug: bool = False,
    ) -> None:
        """Messages go to HAND_OVER; HUNG_UP is called once when nothing will ever come again.

        LATE keeps answers apart that may still arrive after the terminal was asked what it is.
        """
        self._fileno = fileno
        self._hand_over = hand_over
        self._hung_up = hung_up
        self._late = late
        self._debug = debug
        self._parser = XTermParser(debug)
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def open(self, typed: bytes = b"") -> None:
        """Read from now on, TYPED first."""
        self._loop.add_reader(self._fileno, self._read)
        if typed:
            self._take(typed)

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._fileno)
        if self._timer is not None:
            self._timer.cancel()

    def _read(self) -> None:
        try:
            received = os.read(self._fileno, 4096)
        except BlockingIOError:  # somebody else was faster
            return
        except OSError:  # EIO: the terminal hung up
            received = b""
        if received:
            self._take(received)
        else:
            self.close()
            self._hung_up()

    def _take(self, received: bytes) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        late = self._late
        if late is not None:
            received = late.feed(received)
        self._deliver(received)
        if late is not None and late.holding:
            self._timer = self._loop.call_later(_MORE, self._nothing_more)
        elif b"\x1b" in received:
            self._timer = self._loop.call_later(_ESCAPE, self._tick)
        if late is not None and late.done:
            self._late = None

    def _nothing_more(self) -> None:
        """What looked like an answer does not go on, so it was typed."""
        if self._late is not None:
            self._deliver(self._late.flush())
        self._timer = self._loop.call_later(_ESCAPE, self._tick)

    def _deliver(self, typed: bytes) -> None:
        if text := self._decoder.decode(typed):
            self._parse(lambda: self._parser.feed(text))

    def _tick(self) -> None:
        self._timer = None
        self._parse(self._parser.tick)

    def _parse(self, messages: Callable[[], Iterable[Message]]) -> None:
        try:
            for message in messages():
                self._hand_over(message)
        except (ValueError, OverflowError):  # numbers that are none: such a sequence is no key, the next one may be
            self._parser = XTermParser(self._debug)
