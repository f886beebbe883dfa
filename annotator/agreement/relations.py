"""Agreement on relations: both arguments' code points and the type (ACE); the arguments' own types are ignored."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from annotator.agreement.counts import Bags, Counts, LabelCounts, common
from annotator.model.annotations import Annotations, Entity, Event, Fragments, Relation

_Key: TypeAlias = tuple[str, Fragments, Fragments]


def relations(
    left: Annotations, right: Annotations, *, directed: bool = True, symmetric: Collection[str] = ()
) -> Counts:
    """Relations that both have.

    Without DIRECTED, and for the types in SYMMETRIC, it does not matter which end is which. Multisets: two equal
    relations of one annotator count twice.
    """
    return common(_keys(left, directed, symmetric), _keys(right, directed, symmetric))


def per_relation_type(
    left: Annotations, right: Annotations, *, directed: bool = True, symmetric: Collection[str] = ()
) -> LabelCounts:
    """The same for each type by itself."""
    ours, theirs = (relation_keys(side, directed=directed, symmetric=symmetric) for side in (left, right))
    return ours.common(theirs)


def relation_keys(annotations: Annotations, *, directed: bool = True, symmetric: Collection[str] = ()) -> Bags:
    """The relations of ANNOTATIONS as they are compared: a bag for each type."""
    return Bags([(name, (source, target)) for name, source, target in _keys(annotations, directed, symmetric)])


def _keys(annotations: Annotations, directed: bool, symmetric: Collection[str]) -> list[_Key]:
    found: list[_Key] = []
    for relation in annotations.values():
        if not isinstance(relation, Relation):
            continue
        ends = [annotations.get(relation.source), annotations.get(relation.target)]
        places = [end.fragments for end in ends if isinstance(end, Entity | Event)]
        if len(places) == 2:
            if not directed or relation.type in symmetric:
                places.sort()
            found.append((relation.type, places[0], places[1]))
    return found
