"""A mode: for a moment, keys mean what the hint bar says, until one is chosen or Esc leaves.

A mode is a value. Choosing something returns the mode that follows, or None when that was all; the screen shows what
it is given and knows nothing of events, roles or chains.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from annotator.tui.hints import Hint

Target: TypeAlias = str | tuple[int, int]
"""What a hint stands for: an annotation's id, or a range of offsets that is none yet."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a key chooses; `marked` when it is so already."""

    key: str
    title: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Mode:
    """What can be chosen now.

    `choose` gets the key of a choice, `take` the target of a hint; both return the mode that follows; `taken` are the
    targets that are linked already. `renew` makes the mode anew after the screen has moved, with the hints of what is
    on it then.
    """

    title: str
    choices: Sequence[Choice] = ()
    choose: Callable[[str], Mode | None] = field(default=lambda _key: None)
    hints: Sequence[Hint[Target]] = ()
    take: Callable[[Target], Mode | None] = field(default=lambda _target: None)
    taken: Collection[Target] = ()
    back: Mode | None = None
    renew: Callable[[], Mode | None] | None = None


def keys_for(wanted: Sequence[str], taken: str = "") -> list[str]:
    """A key for each of WANTED (a hotkey or empty): its own where it is free, else the first free digit or letter."""
    spare = [key for key in "1234567890abcdefghijklmnopqrstuvwxyz" if key not in wanted and key not in taken]
    keys: list[str] = []
    for key in wanted:
        keys.append(key if key and key not in keys and key not in taken else spare.pop(0) if spare else "")
    return keys
