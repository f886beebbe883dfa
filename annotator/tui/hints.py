"""Letters put on things on the screen, so that one or two keys choose one of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

LETTERS: Final = "fjdkslaghrueiwoqptyvnbmcxz"
"""Nearest to the resting fingers first."""
Thing = TypeVar("Thing", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Hint(Generic[Thing]):
    """The keys that choose `thing`, which starts at offset `at`."""

    keys: str
    at: int
    thing: Thing


def give_hints(things: Iterable[tuple[int, Thing]], near: int) -> list[Hint[Thing]]:
    """A hint for each of THINGS (offset, thing), those nearest to the offset NEAR first, as far as two letters reach.

    No hint begins with another: all have one letter, or, for more than 26 things, all have two.
    """
    ordered = sorted(things, key=lambda pair: (abs(pair[0] - near), pair[0]))
    if len(ordered) <= len(LETTERS):
        return [Hint(letter, at, thing) for letter, (at, thing) in zip(LETTERS, ordered, strict=False)]
    keys = [first + second for first in LETTERS for second in LETTERS]
    return [Hint(key, at, thing) for key, (at, thing) in zip(keys, ordered, strict=False)]


def narrow(hints: Sequence[Hint[Thing]], typed: str) -> list[Hint[Thing]]:
    """The hints that TYPED may still become."""
    return [hint for hint in hints if hint.keys.startswith(typed)]
