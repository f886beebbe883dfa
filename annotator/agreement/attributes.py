"""Agreement on what is said of a mention: attributes, and identifiers in a knowledge base.

Only mentions that both annotators have, with the same code points and type, can be compared; the others are counted as
excluded. Kappa is Cohen's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable
from typing import TypeAlias

from annotator.agreement.kappa import Contingency
from annotator.model.annotations import Annotations, AttributeValue, Entity, Event, Spanning, attribute

_Of: TypeAlias = Callable[[Spanning], Hashable]


def attributes(
    left: Annotations,
    right: Annotations,
    name: str,
    *,
    types: Collection[str] | None = None,
    default: AttributeValue | None = None,
) -> Contingency:
    """The values of the attribute NAME of the mentions of TYPES (None: all), DEFAULT where it is not set."""

    def value(mention: Spanning) -> Hashable:
        found = attribute(mention, name)
        return default if found is None else found

    return _compared(left, right, value, lambda mention: types is None or mention.type in types)


def identifiers(left: Annotations, right: Annotations, prefix: str = "") -> Contingency:
    """The sets of identifiers of entities, of the knowledge base PREFIX only if one is given.

    Entities that neither annotator linked are excluded: on them nothing was decided.
    """

    def linked(mention: Spanning) -> Hashable:
        found = mention.identifiers if isinstance(mention, Entity) else ()
        return tuple(sorted(each for each in set(found) if not prefix or each.startswith(f"{prefix}:")))

    return _compared(left, right, linked, lambda mention: isinstance(mention, Entity)).labelled("any")


def _compared(left: Annotations, right: Annotations, value: _Of, wanted: Callable[[Spanning], bool]) -> Contingency:
    """The values of mentions that both have; of several equal ones those with equal values are compared first."""
    ours, theirs = _values(left, value, wanted), _values(right, value, wanted)
    cells: Counter[tuple[Hashable, Hashable]] = Counter()
    mentions = 0
    for key in {*ours, *theirs}:
        one, other = ours.get(key, Counter()), theirs.get(key, Counter())
        mentions += one.total() + other.total()
        same = one & other
        cells.update({(label, label): count for label, count in same.items()})
        rest = ((one - same).elements(), (other - same).elements())
        cells.update(zip(*(sorted(side, key=repr) for side in rest), strict=False))  # what is over has no partner
    return Contingency(dict(cells), mentions - 2 * cells.total())


def _values(
    annotations: Annotations, value: _Of, wanted: Callable[[Spanning], bool]
) -> dict[Hashable, Counter[Hashable]]:
    found: dict[Hashable, Counter[Hashable]] = {}
    for mention in annotations.values():
        if isinstance(mention, Entity | Event) and wanted(mention):
            key = isinstance(mention, Event), mention.type, mention.fragments
            found.setdefault(key, Counter())[value(mention)] += 1
    return found
