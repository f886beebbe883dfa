"""Attributes and identifiers are compared on the mentions that both have."""

from __future__ import annotations

from annotator.agreement.attributes import attributes, identifiers
from annotator.model.annotations import Annotations, Attributes, Entity, Event, Fragment


def entity(at: int, level: str = "", *ids: str, name: str = "PERS", id: str = "") -> Entity:
    set_to: Attributes = (("level", level),) if level else ()
    return Entity(id or f"e{at}", name, (Fragment(at, at + 1),), set_to, ids)


LEFT = Annotations([entity(0, "NAM"), entity(1, "NOM"), entity(2), entity(3, "NAM"), entity(4, name="ORG")])
RIGHT = Annotations([entity(0, "NAM"), entity(1, "NAM"), entity(2, "NAM"), entity(9), entity(4, name="GPE")])


def test_values_of_common_mentions() -> None:
    found = attributes(LEFT, RIGHT, "level")
    assert found.cells == {("NAM", "NAM"): 1, ("NOM", "NAM"): 1, (None, "NAM"): 1}
    assert found.excluded == 4
    assert attributes(LEFT, RIGHT, "level", default="NAM").observed == 2 / 3
    assert attributes(LEFT, RIGHT, "level", types={"PERS"}).excluded == 2
    assert attributes(LEFT, LEFT, "level").kappa == 1
    assert attributes(LEFT, RIGHT, "level", types={"ORG"}).kappa is None


def test_equal_mentions_are_paired_by_their_values() -> None:
    left = Annotations([entity(0, "NAM", id="a"), entity(0, "NOM", id="b"), entity(0, id="c")])
    right = Annotations([entity(0, "NOM", id="a"), entity(0, "NAM", id="b")])
    found = attributes(left, right, "level")
    assert found.cells == {("NAM", "NAM"): 1, ("NOM", "NOM"): 1}
    assert found.excluded == 1


def test_triggers_have_attributes_too() -> None:
    layer = Annotations([Event("v", "Say", (Fragment(0, 1),), (), (("generic", True),))])
    assert attributes(layer, layer, "generic", default=False).cells == {(True, True): 1}


def test_identifiers_are_sets() -> None:
    left = Annotations([entity(0, "", "Q:1", "G:2"), entity(1, "", "Q:3"), entity(2), entity(5, "", "Q:9")])
    right = Annotations([entity(0, "", "G:2", "Q:1"), entity(1), entity(2), entity(6)])
    found = identifiers(left, right)
    assert found.cells == {(("G:2", "Q:1"), ("G:2", "Q:1")): 1, (("Q:3",), ()): 1}
    assert found.excluded == 3  # two without a partner, one that nobody linked
    assert identifiers(left, right, "G").cells == {(("G:2",), ("G:2",)): 1}
