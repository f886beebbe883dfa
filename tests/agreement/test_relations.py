"""Relations by both ends' places and the type, with and without a direction."""

from __future__ import annotations

from annotator.agreement.counts import Counts
from annotator.agreement.relations import per_relation_type, relations
from annotator.model.annotations import Annotations, Entity, Fragment, Relation


def layer(*relations: tuple[str, str, str], types: str = "A") -> Annotations:
    ends = [Entity(f"e{at}", types, (Fragment(at, at + 1),)) for at in range(5)]
    return Annotations([*ends, *(Relation(f"r{at}", *each) for at, each in enumerate(relations))])


def test_pinned_direction() -> None:
    there, back = layer(("LOCATED", "e0", "e3")), layer(("LOCATED", "e3", "e0"), types="B")
    assert relations(there, back) == Counts(0, 1, 1)
    assert relations(there, back, directed=False) == Counts(1, 1, 1)
    assert relations(there, back, symmetric={"LOCATED"}).f1 == 1
    assert relations(there, back, symmetric={"OTHER"}).f1 == 0


def test_multisets_and_types() -> None:
    left = layer(("P", "e0", "e1"), ("P", "e0", "e1"), ("Q", "e1", "e2"))
    right = layer(("P", "e0", "e1"), ("R", "e1", "e2"), ("P", "e0", "gone"))
    assert relations(left, right) == Counts(1, 3, 2)
    assert relations(left, left).f1 == relations(layer(), layer()).f1 == 1
    assert per_relation_type(left, right) == {"P": Counts(1, 2, 1), "Q": Counts(0, 1, 0), "R": Counts(0, 0, 1)}
