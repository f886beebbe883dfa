"""The dictionary that shares what is alike: against a plain one, whatever is changed and read in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.model import layered_map
from annotator.model.annotations import Annotations, Chain, Entity, Relation, references
from annotator.model.layered_map import LayeredMap

KEYS = st.sampled_from("abcdefgh")
CHANGES = st.dictionaries(KEYS, st.none() | st.integers(0, 9), max_size=6)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layered_map, "_MOST", 4)


@given(st.dictionaries(KEYS, st.integers(0, 9)), st.lists(st.tuples(CHANGES, st.booleans()), max_size=12))
def test_it_is_a_dictionary_whose_versions_all_stay(
    first: dict[str, int], steps: list[tuple[dict[str, int | None], bool]]
) -> None:
    versions = [(LayeredMap(dict(first)), first)]
    for changes, look in steps:
        made, known = versions[-1]
        expected = dict(known)
        for key, value in changes.items():
            if value is None:
                expected.pop(key, None)
            else:
                expected[key] = value
        versions.append((made.changed(changes), expected))
        if look:  # reading makes the layers one
            assert list(made.flat().items()) == list(known.items())
    for made, known in versions:
        assert len(made) == len(known)
        assert {key: made.get(key) for key in "abcdefgh"} == {key: known.get(key) for key in "abcdefgh"}
        assert list(made.flat().items()) == list(known.items())
        assert len(made) == len(known)


def test_a_small_change_copies_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layered_map, "_MOST", 100)
    before = LayeredMap({str(number): number for number in range(1000)})
    after = before.changed({"new": 1}).changed({"5": None, "6": 0})
    assert (len(before), len(after)) == (1000, 1000)
    assert after._layers[0] is before._layers[0]
    assert after.flat() is after.flat()


Made = Entity | Chain | Relation


def made(id: str, targets: tuple[str, ...]) -> Made:
    if len(targets) == 2:
        return Relation(id, "R", *targets)
    return Chain(id, targets) if targets else Entity(id, "PERS", ())


@given(
    st.lists(
        st.lists(
            st.tuples(KEYS, st.none() | st.lists(KEYS, max_size=3, unique=True).map(tuple)), min_size=1, max_size=3
        ),
        max_size=10,
    )
)
def test_a_layer_changed_step_by_step_is_one_made_at_once(
    steps: list[list[tuple[str, tuple[str, ...] | None]]],
) -> None:
    layer = Annotations()
    plain: dict[str, Made] = {}
    for step in steps:
        changes = [(id, None if targets is None else made(id, targets)) for id, targets in step]
        layer = layer.replaced(changes)
        for id, value in changes:
            if value is None:
                plain.pop(id, None)
            else:
                plain[id] = value
        assert layer == Annotations(plain.values())
        assert list(layer) == list(plain)
        assert len(layer) == len(plain)
        for target in "abcdefgh":
            expected = [item.id for item in plain.values() if target in references(item)]
            assert [item.id for item in layer.referrers(target)] == expected
