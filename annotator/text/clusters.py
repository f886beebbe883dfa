"""Grapheme clusters: what a reader takes for one character (UAX #29, extended grapheme clusters).

The segmentation is wcwidth's. Most code points of most texts take no part in any rule but "no break before a mark"
(GB9), so the layout asks `Nature` once for each code point and wcwidth only where several code points interact.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from wcwidth import iter_graphemes, wcswidth

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Nature", "cluster_width", "clusters", "is_pictograph", "is_prepended", "nature"]


def clusters(text: str) -> Sequence[int]:
    """Offsets at which the clusters of `text` start, ascending; empty for the empty text."""
    if text.isascii() and "\r" not in text:
        return range(len(text))
    starts = list(accumulate(map(len, iter_graphemes(text)), initial=0))
    starts.pop()
    return starts


def cluster_width(text: str) -> int:
    """Cells that a terminal gives to `text`, one cluster without controls; 0 for a mark without a base."""
    return _short_width(text) if len(text) <= 64 else max(0, wcswidth(text))


@lru_cache(maxsize=8192)
def _short_width(text: str) -> int:
    return max(0, wcswidth(text))


class Nature(Enum):
    """How a code point behaves beside others."""

    BASE = auto()  # starts a cluster, whatever precedes it
    CONTROL = auto()  # a cluster of its own, also when marks follow (GB4, GB5)
    EXTEND = auto()  # continues the cluster before it (GB9)
    COMPLEX = auto()  # depends on its neighbours: jamo, flags, emoji, conjuncts, prepended marks


def _joins(left: str, right: str) -> bool:
    return len(list(iter_graphemes(left + right))) == 1


@lru_cache(maxsize=4096)
def is_prepended(ch: str) -> bool:
    """Whether `ch` is one cluster with the letter after it (GB9b)."""
    return _joins(ch, "a")


@lru_cache(maxsize=4096)
def is_pictograph(ch: str) -> bool:
    """Whether `ch` is part of emoji: a pictograph (GB11), a regional indicator (GB12), or the keycap."""
    in_sequence = _joins("\U0001f600\u200d", ch) or _joins("\U0001f1e6", ch)
    return ch == "\u20e3" or (in_sequence and not _joins("a", ch))


def nature(ch: str) -> Nature:
    """Tell how `ch` behaves, by trying it beside one example of each class of Grapheme_Cluster_Break.

    A precomposed Hangul syllable counts as a base: what depends on its neighbours is the jamo beside it.
    """
    if _joins("a", ch):
        return Nature.EXTEND
    if not _joins(ch, "\u0301"):
        return Nature.CONTROL
    if "\uac00" <= ch <= "\ud7a3":
        return Nature.BASE
    after = ("\u1100", "\U0001f1e6", "\U0001f600\u200d", "\u0915\u094d")  # GB6, GB12, GB11, GB9c
    before = ("a", "\u11a8")  # GB9b, GB7 and GB8
    complex_ = any(_joins(left, ch) for left in after) or any(_joins(ch, right) for right in before)
    return Nature.COMPLEX if complex_ else Nature.BASE
