"""One key after the other: each is answered before the next is handed over, however fast they come.

Textual hands a key to the widget that has the focus when it arrives. What the key before it does takes a round or two
of messages: a field is left, a screen opens. A key of somebody who types ahead, or whose line lets several keys
through at once, would land where nobody meant it to.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message
    from textual.message_pump import MessagePump


PATIENCE: Final = 2.0
"""Seconds after which a key is handed over whatever is going on; one of them may be meant to stop it.

The key that leaves the program is then the next one: nobody who has typed ahead waits so long for each of his keys.
"""
_LEAVE: Final = frozenset({"quit", "run_command('app.quit')"})
"""What leaves the program, as a binding says it."""
OPENING: Final = frozenset({"dialog", "documents", "open", "tell", "visit"})
"""The groups of a screen's work that will show something else, which is to get the next key."""
HELD: Final = "held"
"""The group of the work that lets those keys go that a screen had to keep for a while."""
_QUIET: Final = 2
"""Steps of the loop in a row without a message under way: a task that was begun in the first has had its turn."""
_LONG_AGO: Final = 0.01
"""Seconds after which one such step is enough."""
_STEPS, _PAUSE = 50, 0.002
"""After so many steps, the seconds between two looks."""


class Turns:
    """Hands input on to an app, one message after the other, from `begin` on."""

    def __init__(self, app: App[Any], hand_over: Callable[[Message], None]) -> None:
        self._app = app
        self._hand_over = hand_over
        self._waiting: deque[Message] = deque()
        self._begun = False
        self._looking = False
        self._given_at = 0.0
        self._steps = self._quiet = 0

    def begin(self) -> None:
        """From now on there is somebody to take it."""
        self._begun = True
        if not self._looking:
            self._look()

    def add(self, message: Message) -> None:
        """Hand MESSAGE over when it is its turn."""
        self._waiting.append(message)
        if self._begun and not self._looking:
            self._look()

    def _look(self) -> None:
        self._looking = bool(self._waiting)
        if not self._looking:
            return
        loop = asyncio.get_running_loop()
        self._steps += 1
        self._quiet = 0 if is_busy(self._app) or _has_kept(self._app) else self._quiet + 1
        since = loop.time() - self._given_at
        stuck = since > PATIENCE and self._steps >= _STEPS  # not only kept from looking
        if self._quiet >= _QUIET or (self._quiet and since > _LONG_AGO) or stuck:
            self._given_at = loop.time()
            self._steps = self._quiet = 0
            if stuck:
                self._skip_to_leaving()
            self._hand_over(self._waiting.popleft())
        if self._steps < _STEPS:
            loop.call_soon(self._look)
        else:
            loop.call_later(_PAUSE, self._look)

    def _skip_to_leaving(self) -> None:
        leaving = next((place for place, message in enumerate(self._waiting) if self._leaves(message)), 0)
        for _ in range(leaving):
            self._waiting.popleft()

    def _leaves(self, message: Message) -> bool:
        key = getattr(message, "key", "")
        bindings = self._app._bindings.key_to_bindings.get(key, ())  # no public name for it either
        return any(binding.priority and binding.action in _LEAVE for binding in bindings)


def is_busy(app: App[Any]) -> bool:
    """Whether a message is under way, or work that will show something else."""
    if any(map(_has_work, chain((app,), app._registry))):  # all that is on a screen; Textual has no public name for it
        return True
    shown = app.screen_stack[-1] if app.screen_stack else None
    return any(work.node is shown and work.group in OPENING and not work.is_finished for work in app.workers)


def _has_kept(app: App[Any]) -> bool:
    return any(work.group == HELD and not work.is_finished for work in app.workers)


async def settled(app: App[Any]) -> None:
    """Wait until what a key began is done, at most `PATIENCE`."""
    until = asyncio.get_running_loop().time() + PATIENCE
    quiet = steps = 0
    while quiet < _QUIET and asyncio.get_running_loop().time() < until:
        steps += 1
        await asyncio.sleep(0 if steps < _STEPS else _PAUSE)
        quiet = 0 if is_busy(app) else quiet + 1


def _has_work(pump: MessagePump) -> bool:
    if pump._closing or pump._closed:  # what is left there nobody will read
        return False
    return bool(pump._next_callbacks) or not pump._message_queue.empty()
