"""Coreference: the pinned example, and a second opinion from scorch on random clusterings."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scorch import scores

from annotator.agreement.coreference import EMPTY, NO_LINKS, Coreference, Ratios, clusters, coreference, of_clusters
from annotator.model.annotations import Annotations, Chain, Entity, Event, Fragment

GOLD = [{1, 4, 11}, {2, 6}, {8}]
SYSTEM = [{1, 11}, {2, 4, 6}, {8}]


@st.composite
def clusterings(draw: st.DrawFn) -> list[set[int]]:
    found: dict[int, set[int]] = {}
    for member in draw(st.sets(st.integers(0, 9))):
        found.setdefault(draw(st.integers(0, 4)), set()).add(member)
    return list(found.values())


def test_pinned() -> None:
    found = of_clusters(GOLD, SYSTEM)
    assert found.muc.f1 == pytest.approx(2 / 3)
    assert found.b3.f1 == pytest.approx(7 / 9)
    assert found.ceafe.f1 == pytest.approx(0.8666666666666667)
    assert found.value == pytest.approx(0.7703703703703704)
    assert found.why == ""


@pytest.mark.parametrize("seed", range(40))
def test_as_scorch_has_it(seed: int) -> None:
    generator = random.Random(seed)

    def clustering() -> list[set[int]]:
        kept = [member for member in range(40) if generator.random() < 0.8]
        found: dict[int, set[int]] = {0: set(kept[:2])}
        for member in kept[2:]:
            found.setdefault(generator.randrange(12), set()).add(member)
        return list(found.values())

    left, right = clustering(), clustering()
    found = of_clusters(left, right)
    for ours, theirs in ((found.muc, scores.muc), (found.b3, scores.b_cubed), (found.ceafe, scores.ceaf_e)):
        recall, precision, f1 = theirs(left, right)
        assert (ours.recall, ours.precision, ours.f1) == pytest.approx((recall, precision, f1))
    assert found.value == pytest.approx(scores.conll2012(left, right))


@given(clusterings(), clusterings())
def test_laws(left: list[set[int]], right: list[set[int]]) -> None:
    there, back = of_clusters(left, right), of_clusters(right, left)
    assert there.value == pytest.approx(back.value)
    assert 0 <= there.value <= 1 + 1e-12
    assert of_clusters(left, left[::-1]).value == pytest.approx(1)
    assert Coreference.of_sums(there.sums()) == there
    assert there + Coreference() == there
    shifted = [{member + 100 for member in cluster} for cluster in right]
    whole = of_clusters(left + shifted, right + [{member + 100 for member in cluster} for cluster in left])
    added = there + of_clusters(shifted, [{member + 100 for member in cluster} for cluster in left])
    assert added.value == pytest.approx(whole.value)
    assert Ratios.of_sums(there.b3.sums()).value == there.b3.value


def test_conventions() -> None:
    assert (of_clusters([], []).value, of_clusters([], []).why) == (1, EMPTY)
    single = of_clusters([{1}], [{1}])
    assert (single.value, single.why) == (1, NO_LINKS)
    one = of_clusters([{1, 2}], [])
    assert (one.value, one.b3.recall, one.b3.precision) == (0, 0, None)


def test_clusters_come_from_chains() -> None:
    def place(at: int) -> tuple[Fragment, ...]:
        return (Fragment(at, at + 1),)

    layer = Annotations(
        [
            Entity("a", "PERS", place(0)),
            Entity("b", "PERS", place(3)),
            Entity("s", "ORG", place(3)),
            Event("v", "Say", place(3)),
            Entity("z", "GPE", place(5)),
            Chain("c", ("a", "b", "gone")),
            Chain("d", ("b", "s", "v")),
        ]
    )
    first, second = clusters(layer)
    assert (len(first), len(second)) == (2, 2)  # b stays in the first chain
    assert len(clusters(layer, singletons=True)) == 3
    moved = layer.replaced([("z", Entity("z", "GPE", place(7)))])
    assert coreference(layer, moved).value == 1
    assert coreference(layer, moved, singletons=True).b3.recall == 4 / 5
    assert coreference(layer, layer.replaced([("d", None)])).ceafe.recall == 1 / 2
