"""Fragments, references and the immutable mapping of a layer."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.model.annotations import (
    KINDS,
    Annotations,
    Entity,
    Fragment,
    attribute,
    fragments_of,
    in_text_order,
    kind_of,
    make_fragments,
    quoted,
    references,
)

RANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda r: (r[0], r[0] + r[1])), max_size=8)


@given(RANGES)
def test_make_fragments_covers_the_same_offsets_in_normal_form(ranges: list[tuple[int, int]]) -> None:
    fragments = make_fragments(ranges)
    assert {o for s, e in fragments for o in range(s, e)} == {o for s, e in ranges for o in range(s, e)}
    assert all(before.end < after.start for before, after in itertools.pairwise(fragments))
    assert make_fragments(fragments) == fragments


def test_touching_ranges_become_one() -> None:
    assert make_fragments([(3, 5), (0, 3), (9, 10)]) == (Fragment(0, 5), Fragment(9, 10))


def test_quoted_joins_fragments_with_a_space(text: str) -> None:
    assert quoted(text, make_fragments([(4, 8), (15, 19)])) == "سامح دمشق"
    assert quoted(text, ()) == ""


def test_every_kind_says_which_it_is(layer: Annotations) -> None:
    assert {kind_of(annotation) for annotation in layer.values()} == set(KINDS)
    assert all(isinstance(annotation, KINDS[kind_of(annotation)]) for annotation in layer.values())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        *(("p", ()), ("a", ("p", "g")), ("r", ("o", "g")), ("c", ("p", "o"))),
        *(("n", ("g",)), ("w", ()), ("l", ()), ("basis", ())),
    ],
)
def test_references(layer: Annotations, key: str, expected: tuple[str, ...]) -> None:
    assert references(layer[key]) == expected


def test_referrers_are_the_inverse_of_references(layer: Annotations) -> None:
    for target in layer:
        expected = [item.id for item in layer.values() if target in references(item)]
        assert [item.id for item in layer.referrers(target)] == expected


def test_a_layer_is_a_mapping_in_order_of_addition(layer: Annotations) -> None:
    assert list(layer) == ["p", "g", "o", "a", "s", "r", "c", "n", "m", "w", "l", "basis"]
    assert len(layer) == 12
    assert [entity.id for entity in layer.entities] == ["p", "g", "o"]
    assert [event.id for event in layer.events] == ["a", "s"]
    assert layer.of(*KINDS.values()) == list(layer.values())
    assert "PERS" in repr(layer)
    with pytest.raises(TypeError):
        hash(layer)


def test_replaced_keeps_the_order_and_the_original(layer: Annotations) -> None:
    moved = Entity("g", "GPE", (Fragment(14, 19),))
    after = layer.replaced([("g", moved), ("p", None), ("nowhere", None), ("z", Entity("z", "ORG", ()))])
    assert list(after) == ["g", "o", "a", "s", "r", "c", "n", "m", "w", "l", "basis", "z"]
    assert after["g"] is moved
    assert "p" in layer
    assert layer != after
    assert layer != dict(layer)


def test_attribute(layer: Annotations) -> None:
    person = layer["p"]
    assert isinstance(person, Entity)
    assert attribute(person, "level") == "NAM"
    assert attribute(person, "generic") is None


def test_text_order_is_first_longest_then_id(layer: Annotations) -> None:
    assert [item.id for item in in_text_order(reversed(list(layer.values())))] == [
        *("a", "p", "o", "g", "s"),  # placed, the longer of two with the same start first
        *("basis", "c", "l", "m", "n", "r", "w"),  # not placed, by id
    ]
    assert fragments_of(layer["n"]) == ()
