"""Reads what is typed in the loop that answers it: no other thread has to wake up between a key and its answer."""

from __future__ import annotations

import asyncio
import os
import re
from codecs import getincrementaldecoder
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import constants, events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.message import Message

    from annotator.terminal.probe import LateAnswers


_MORE: Final = 0.02
"""Seconds in which an answer of the terminal goes on that has begun."""

_SEQUENCES: Final = re.compile("\x1b[^\x1b]*|[^\x1b]+")
"""What is parsed in one piece: a broken sequence takes nothing with it that comes behind the next ESC."""
_F1_TO_F4: Final = {"P": "\x1b[1;{}P", "Q": "\x1b[1;{}Q", "R": "\x1b[13;{}~", "S": "\x1b[1;{}S"}
"""How they are written with Shift, Alt or Ctrl so that the parser takes each for that key; {} says with which.

F3 as others have it, `CSI 1;2R`, is a report of the cursor's place to the parser, and what Konsole writes, `ESC O2R`,
is Alt+O and two keys more.
"""
_FUNCTION_KEY: Final = re.compile(r"\x1b(?:O|\[1;)([2-8])([PQRS])")
_ALT_LETTER: Final = re.compile("\x1b([bf])")
"""Arrows with Ctrl to the parser, as one terminal of macOS can be told to write them."""
_PART: Final = len(BRACKETED_PASTE_END) - 1
"""Characters that may be the beginning of a mark that the next read ends."""

_ESCAPE: Final = constants.ESCAPE_DELAY + 0.005
"""Seconds after which Textual's parser takes a lone ESC for the Escape key; no less, or it would wait for the next."""


def _plain(sequence: str) -> str:
    """SEQUENCE, perhaps with characters behind it, as the parser takes it for the key that was pressed."""
    if (found := _FUNCTION_KEY.match(sequence)) is not None:
        return _F1_TO_F4[found[2]].format(found[1]) + sequence[found.end() :]
    if (found := _ALT_LETTER.match(sequence)) is not None:
        return f"\x1b[{ord(found[1])};3u{sequence[found.end() :]}"
    return sequence


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
        self._pasted: list[str] | None = None
        self._tail = ""  # the last characters, where the beginning of a mark may be
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
        begun = self._timer is not None  # a sequence, perhaps, and this may not be all of it yet
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        late = self._late
        if late is not None:
            received = late.feed(received)
        self._deliver(received)
        if late is not None and late.holding:
            self._timer = self._loop.call_later(_MORE, self._nothing_more)
        elif begun or b"\x1b" in received:
            self._timer = self._loop.call_later(_ESCAPE, self._tick)
        if late is not None and late.done:
            self._late = None

    def _nothing_more(self) -> None:
        """What looked like an answer does not go on, so it was typed."""
        if self._late is not None:
            self._deliver(self._late.flush())
        self._timer = self._loop.call_later(_ESCAPE, self._tick)

    def _deliver(self, typed: bytes) -> None:
        text = self._decoder.decode(typed)
        while text:
            text = self._type(text) if self._pasted is None else self._paste(self._pasted, text)

    def _type(self, text: str) -> str:
        """Parse TEXT as far as it was typed; the rest was pasted."""
        known = self._tail + text
        at = known.find(BRACKETED_PASTE_START)
        if at < 0:
            self._tail, rest = known[-_PART:], ""
        else:
            end = at + len(BRACKETED_PASTE_START) - len(self._tail)
            text, rest = text[:end], text[end:]
            self._tail, self._pasted = "", []
        self._parse(text)
        return rest

    def _paste(self, pasted: list[str], text: str) -> str:
        """Add TEXT to what is PASTED, unread: whatever is in it is no key. What is behind its end was typed."""
        text = self._tail + text
        at = text.find(BRACKETED_PASTE_END)
        if at < 0:
            pasted.append(text[:-_PART])
            self._tail = text[-_PART:]
            return ""
        pasted.append(text[:at])
        self._tail, self._pasted = "", None
        self._parse(BRACKETED_PASTE_END)
        self._hand_over(events.Paste("".join(pasted).replace("\x00", "")))
        return text[at + len(BRACKETED_PASTE_END) :]

    def _tick(self) -> None:
        self._timer = None
        if self._pasted is None:
            self._tail = ""
        self._hand_all_over(self._parser.tick)

    def _parse(self, typed: str) -> None:
        for part in _SEQUENCES.findall(typed):
            self._hand_all_over(partial(self._parser.feed, _plain(part)))

    def _hand_all_over(self, messages: Callable[[], Iterable[Message]]) -> None:
        try:
            for message in messages():
                if not isinstance(message, events.Paste):  # the parser saw but its marks
                    self._hand_over(message)
        except (ValueError, OverflowError):  # numbers that are none: such a sequence is no key, the next one may be
            broken, self._parser = self._parser, XTermParser(self._debug)
            for name in ("mouse_pixels", "terminal_size", "terminal_pixel_size", "last_x", "last_y"):
                setattr(self._parser, name, getattr(broken, name))
