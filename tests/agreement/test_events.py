"""Events by the conventions of ACE: the pinned example, stacked and shared things, kappa over candidates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.counts import Counts
from annotator.agreement.events import EventCounts, argument_kappa, arguments, events, per_event_type, per_role
from annotator.agreement.spans import exact, mentions
from annotator.model.annotations import Annotation, Annotations, Argument, Entity, Event, Fragment


def entity(at: int, name: str, id: str = "") -> Entity:
    return Entity(id or f"e{at}", name, (Fragment(at, at + 1),))


def event(at: int, name: str, *arguments: tuple[str, str], id: str = "") -> Event:
    filled = tuple(Argument(role, target) for role, target in arguments)
    return Event(id or f"v{at}", name, (Fragment(at, at + 1),), filled)


GOLD = Annotations(
    [
        entity(0, "PER"),
        entity(3, "GPE"),
        entity(5, "DATE"),
        entity(8, "ORG"),
        event(1, "Arrive", ("Artifact", "e0"), ("Destination", "e3"), ("Time", "e5")),
        event(7, "Attack", ("Attacker", "e8")),
    ]
)
SYSTEM = Annotations(
    [
        entity(0, "PER"),
        entity(3, "LOC"),
        entity(8, "ORG"),
        event(1, "Arrive", ("Artifact", "e0"), ("Origin", "e3")),
        event(7, "Demonstrate", ("Attacker", "e8")),
        event(10, "Die"),
    ]
)


@st.composite
def layers(draw: st.DrawFn) -> Annotations:
    items: list[Annotation] = [entity(at, draw(st.sampled_from("AB"))) for at in draw(st.sets(st.integers(0, 5)))]
    targets = st.sampled_from([*(item.id for item in items), "missing"])
    for number in range(draw(st.integers(0, 4))):
        filled = draw(st.lists(st.tuples(st.sampled_from("RS"), targets), max_size=3))
        items.append(event(draw(st.integers(6, 8)), draw(st.sampled_from("XY")), *filled, id=f"x{number}"))
    return Annotations(items)


def test_pinned() -> None:
    found = events(GOLD, SYSTEM)
    for counts, precision, recall, f1 in (
        (exact(mentions(GOLD, ("entity",)), mentions(SYSTEM, ("entity",))), 2 / 3, 2 / 4, 0.5714285714285715),
        (found.trigger_identification, 2 / 3, 2 / 2, 0.8),
        (found.trigger_classification, 1 / 3, 1 / 2, 0.4),
        (found.argument_identification, 2 / 3, 2 / 4, 0.5714285714285715),
        (found.argument_classification, 1 / 3, 1 / 4, 0.28571428571428575),
    ):
        assert (counts.precision, counts.recall) == (precision, recall)
        assert counts.f1 == pytest.approx(f1)


def test_strict_compares_the_trigger_too() -> None:
    moved = GOLD.replaced([("v1", event(2, "Arrive", ("Artifact", "e0"), id="v1"))])
    found = events(GOLD, moved)
    assert found.argument_classification == Counts(2, 4, 2)
    assert found.strict_classification == found.strict_identification == Counts(1, 4, 2)


def test_ace_merges_what_two_events_of_a_type_share() -> None:
    twice = Annotations([entity(0, "PER"), event(1, "Say", ("Who", "e0")), event(2, "Say", ("Who", "e0"))])
    found = events(twice, twice)
    assert found.argument_classification == Counts(1, 1, 1)
    assert found.strict_classification == Counts(2, 2, 2)
    stacked = Annotations([event(1, "Say", id="a"), event(1, "Say", id="b")])
    assert events(stacked, Annotations([event(1, "Say")])).trigger_classification == Counts(1, 2, 1)


def test_an_event_is_an_argument_by_its_trigger_and_what_is_missing_is_none() -> None:
    layer = Annotations([event(1, "Die"), event(4, "Say", ("What", "v1"), ("Who", "gone"))])
    assert [key[2:] for key in arguments(layer)] == [((Fragment(1, 2),), "What")]


def test_per_type_and_role() -> None:
    types = per_event_type(GOLD, SYSTEM)
    assert list(types) == ["Arrive", "Attack", "Demonstrate", "Die"]
    assert types["Arrive"].argument_identification == Counts(2, 3, 2)
    assert types["Die"].trigger_classification == Counts(0, 0, 1)
    roles = per_role(GOLD, SYSTEM)
    assert roles["Artifact"] == Counts(1, 1, 1)
    assert roles["Attacker"] == Counts(0, 1, 1)
    assert per_role(GOLD, SYSTEM, strict=True)["Origin"] == Counts(0, 0, 1)


def test_kappa_over_candidates() -> None:
    found = argument_kappa(GOLD, SYSTEM)
    assert found.cells == {
        (("Artifact",), ("Artifact",)): 1,
        (("Destination",), ("Origin",)): 1,
        ((), ()): 1,
    }
    assert found.excluded == 3  # the time has no partner, the attackers' triggers do not agree
    near = argument_kappa(GOLD, SYSTEM, [(0, 3), (3, 12)])
    assert near.cells == {(("Artifact",), ("Artifact",)): 1, (("Destination",), ("Origin",)): 1}


@given(layers(), layers())
def test_laws(left: Annotations, right: Annotations) -> None:
    there, back = events(left, right), events(right, left)
    for name in EventCounts.__dataclass_fields__:
        counts = getattr(there, name)
        assert counts == getattr(back, name).swapped()
        assert 0 <= counts.f1 <= 1
        assert getattr(events(left, left), name).f1 == 1
    assert there.trigger_classification.both <= there.trigger_identification.both
    assert there.argument_classification.both <= there.argument_classification.left
    assert there.strict_classification.both <= there.strict_identification.both
    summed = sum(per_event_type(left, right).values(), EventCounts())
    assert summed.trigger_classification == there.trigger_classification
    assert summed.strict_classification == there.strict_classification
    assert sum(per_role(left, right).values(), Counts()) == there.argument_classification
    table = argument_kappa(left, right)
    assert argument_kappa(left, left).kappa in (1, None)
    assert table.excluded == argument_kappa(right, left).excluded
