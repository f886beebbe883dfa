"""A dictionary that never changes: a changed one shares what is alike with the one it was made from.

Python's own would be copied for each change, which for ten thousand entries takes longer than everything else about an
edit. Here a few changes lie over a dictionary that all versions share; only when they are many is a new one made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

V = TypeVar("V")

_MOST: Final = 1024
"""Changes that lie over a dictionary: each change copies them, in microseconds, and so many changes copy it once."""


class LayeredMap(Generic[V]):
    """Values by key, in the order in which the keys came. Immutable, and safe to read from any thread."""

    __slots__ = ("_layers", "_length")

    def __init__(self, items: dict[str, V] | None = None) -> None:
        """ITEMS belong to the map from now on."""
        items = {} if items is None else items
        self._layers: tuple[dict[str, V], dict[str, V | None]] = (items, {})
        self._length = len(items)

    def __len__(self) -> int:
        return self._length

    def get(self, key: str) -> V | None:
        """The value of KEY; None when there is none."""
        base, over = self._layers
        return over[key] if key in over else base.get(key)

    def flat(self) -> dict[str, V]:
        """All of it as one dictionary, made when first asked for. Not to be changed: every version shares it."""
        base, over = self._layers
        if over:
            base = _with(base, over)
            self._layers = (base, {})  # in one step: another thread sees either
        return base

    def changed(self, changes: Mapping[str, V | None]) -> LayeredMap[V]:
        """This map with CHANGES made: a new value, or None to take the key out. A key that comes anew comes last."""
        base, over = self._layers
        anew = any(value is not None and over.get(key, value) is None for key, value in changes.items())
        if anew or len(over) + len(changes) > _MOST:  # what went and comes again has lost its place in `base`
            base, over = self.flat(), {}
        if len(changes) > _MOST:
            return LayeredMap(_with(base, changes))
        made: LayeredMap[V] = LayeredMap.__new__(LayeredMap)
        made._layers = (base, over := dict(over))
        made._length = self._length
        for key, value in changes.items():
            made._length += (value is not None) - (self.get(key) is not None)
            if value is None and key not in base:
                over.pop(key, None)
            else:
                over[key] = value
        return made


def _with(items: dict[str, V], changes: Mapping[str, V | None]) -> dict[str, V]:
    items = dict(items)
    for key, value in changes.items():
        if value is None:
            items.pop(key, None)
        else:
            items[key] = value
    return items
