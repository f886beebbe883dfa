"""What must hold of a reviewer's own edits of gold, whatever people said and whatever was decided before."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from annotator.adjudication.answers import adopt
from annotator.adjudication.comparison import compare
from annotator.adjudication.decisions import Decision, read_records
from annotator.adjudication.editing import from_edit
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import is_by_hand
from annotator.adjudication.revising import carried
from annotator.errors import OperationError
from annotator.model import operations
from annotator.model.annotations import (
    Annotations,
    Argument,
    Chain,
    Entity,
    Event,
    Fragment,
    Relation,
    make_fragments,
    references,
)
from annotator.model.operations import Edit, Operation
from annotator.model.schema import Schema

Make = Callable[..., dict[str, Annotations]]
SEEDS = st.integers(0, 1 << 30)
PEOPLE = st.integers(2, 4)
SPLITS = st.sampled_from((0.0, 0.15, 0.6))


def some_operation(choose: random.Random, gold: Annotations, number: int) -> Operation:
    """An edit of GOLD as a reviewer makes it."""
    spans = [one for one in gold.values() if isinstance(one, Entity | Event)]
    start = choose.randrange(48)
    added = Entity(f"own{number}", "PERS", (Fragment(start, start + choose.randint(1, 3)),), (("level", "NAM"),))
    if not spans or choose.random() < 0.25:
        return operations.Add(added)
    one, other = choose.choice(spans), choose.choice(spans)
    events = [one for one in spans if isinstance(one, Event)]
    event = choose.choice(events) if events else None
    chain = next((one for one in gold.values() if isinstance(one, Chain)), None)
    relation = next((one for one in gold.values() if isinstance(one, Relation)), None)
    made: list[Operation] = [
        operations.Resize(one.id, (Fragment(start, start + 4),)),
        operations.Resize(one.id, make_fragments([*one.fragments, (start, start + 1)])),
        operations.Remove((one.id,)),
        operations.SetAttribute(one.id, "level", choose.choice(("NAM", "NOM", None))),
        operations.Add(Event(f"own{number}", "Die", (Fragment(start, start + 2),), (Argument("Victim", one.id),))),
    ]
    if isinstance(one, Entity):
        made += [operations.Relabel(one.id, "GPE"), operations.SetIdentifiers(one.id, ("Q:9",))]
    if event is not None and event.id != one.id:
        place = operations.SetArgument(event.id, Argument("Place", one.id))
        batch = (operations.Add(added), operations.SetArgument(event.id, Argument("Agent", added.id)))
        made += [place, operations.Batch("AddFiller", batch)]
        made += [operations.RemoveArgument(event.id, argument) for argument in event.arguments[:2]]
    if one.id != other.id:
        made.append(operations.Add(Relation(f"own{number}", "PartOf", one.id, other.id)))
        if chain is None and isinstance(one, Entity) and isinstance(other, Entity):
            made.append(operations.Add(Chain(f"own{number}", (one.id, other.id))))
    if chain is not None and one.id not in chain.members:
        made.append(operations.SetMembers(chain.id, (*chain.members, one.id)))
        made.append(operations.SetMembers(chain.id, chain.members[1:]))
    if relation is not None:
        made += [operations.Relabel(relation.id, "Near"), operations.Remove((relation.id,))]
    return choose.choice(made)


def some_edit(choose: random.Random, gold: Annotations, number: int) -> Edit | None:
    """An edit of GOLD that changes something and that can be made."""
    try:
        edit = operations.plan(gold, some_operation(choose, gold, number))
    except OperationError:
        return None
    return edit if edit.changed else None


def is_whole(gold: Annotations) -> bool:
    """Whether nothing in GOLD refers to what is not there."""
    return all(target in gold for annotation in gold.values() for target in references(annotation))


def begun(choose: random.Random, adjudication: Adjudication) -> None:
    """Decide some items, or all as one person has them."""
    items = adjudication.items()
    if choose.random() < 0.5:
        adjudication.decide(adopt(adjudication, choose.choice(sorted(adjudication.comparison.opinions)), "rev", "now"))
        return
    for item in choose.sample(items, min(len(items), choose.randint(0, 12))):
        outcome = choose.choice([*item.opinions.values(), None if item.aspect == "attribute" else ()])
        adjudication.decide({item.key: Decision(item.key, outcome, (), "rev", "now")})


@given(SEEDS, PEOPLE, SPLITS)
def test_gold_becomes_what_the_edit_makes_of_it(
    opinions: Make, schema: Schema, say: Any, seed: int, people: int, splits: float
) -> None:
    """And nothing else changes."""
    choose = random.Random(seed)
    comparison = compare(opinions(seed, people, splits), schema)
    adjudication = Adjudication(comparison, {})
    begun(choose, adjudication)
    for number in range(6):
        edit = some_edit(choose, adjudication.gold, number)
        if edit is None:
            continue
        after = operations.apply(adjudication.gold, edit)
        was_open = set(adjudication.open)
        decisions = from_edit(adjudication, edit, "rev", "now")
        adjudication.decide(decisions)
        assert Adjudication(comparison, adjudication.decisions).gold == adjudication.gold
        assert is_whole(adjudication.gold)
        if was_open - adjudication.open - decisions.keys():
            return  # what was open is agreed now, without what went
        if edit.name == "Relabel" and not any(is_by_hand(one.outcome) for one in decisions.values()):
            return  # those who gave it that label have a say in its parts now
        said, meant = say(adjudication.gold, schema), say(after, schema)
        assert {thing for thing, _ in said} == {thing for thing, _ in meant}, edit  # a relation holds once
        spans = {id for id, one in after.items() if isinstance(one, Entity | Event)}
        assert {id for id, one in adjudication.gold.items() if isinstance(one, Entity | Event)} == spans


@given(SEEDS, PEOPLE, SPLITS)
def test_edits_decisions_and_undos(opinions: Make, schema: Schema, seed: int, people: int, splits: float) -> None:
    """As many undos as steps give back the first state, and each step survives being stored."""
    choose = random.Random(seed)
    comparison = compare(opinions(seed, people, splits), schema)
    adjudication = Adjudication(comparison, {})
    begun(choose, adjudication)
    states = [(adjudication.gold, set(adjudication.open), dict(adjudication.decisions))]
    done: list[dict[str, Decision | None]] = []
    for number in range(choose.randint(1, 10)):
        changes: dict[str, Decision | None] = {}
        items = adjudication.items()
        if items and choose.random() < 0.3:
            item = choose.choice(items)
            outcome = choose.choice([*item.opinions.values(), None if item.aspect == "attribute" else ()])
            changes[item.key] = choose.choice((None, Decision(item.key, outcome, (), "rev", "now")))
        elif (edit := some_edit(choose, adjudication.gold, number)) is not None:
            changes |= from_edit(adjudication, edit, "rev", "now")
        done.append({key: adjudication.decisions.get(key) for key in changes})
        adjudication.decide(changes)
        states.append((adjudication.gold, set(adjudication.open), dict(adjudication.decisions)))
        assert is_whole(adjudication.gold)
        _, stored = read_records(decision.record() for decision in adjudication.decisions.values())
        assert stored == adjudication.decisions
        anew = Adjudication(comparison, stored)
        assert (anew.gold, anew.open) == (adjudication.gold, adjudication.open)
        for annotation in adjudication.gold.values():
            assert annotation.id in {made.id for made in anew._made[anew.key_of(annotation)]}
    for changes, state in zip(reversed(done), reversed(states[:-1]), strict=True):
        adjudication.decide(changes)
        assert (adjudication.gold, adjudication.open, adjudication.decisions) == state


@given(SEEDS, PEOPLE)
def test_edited_pieces_and_late_edits(opinions: Make, schema: Schema, seed: int, people: int) -> None:
    """Edited pieces stay where nobody says something else, and go as one where somebody does."""
    choose = random.Random(seed)
    layers = opinions(seed, people, 0.6)
    before = compare(layers, schema)
    adjudication = Adjudication(before, {})
    begun(choose, adjudication)
    for number in range(8):
        edit = some_edit(choose, adjudication.gold, number)
        if edit is not None:
            adjudication.decide(from_edit(adjudication, edit, "rev", "now"))
    same = carried(before, compare(dict(layers), schema), adjudication.decisions)
    assert same == adjudication.decisions
    name = choose.choice(sorted(layers))
    spans = [one for one in layers[name].values() if isinstance(one, Entity | Event)]
    if not spans:
        return
    gone = operations.plan(layers[name], operations.Remove((choose.choice(spans).id,)))
    after = compare({**layers, name: operations.apply(layers[name], gone)}, schema)
    made = Adjudication(after, carried(before, after, adjudication.decisions))
    assert is_whole(made.gold)
    by_hand = {
        key for key, one in adjudication.decisions.items() if key[:2] in {"en", "ev"} and is_by_hand(one.outcome)
    }
    for key in by_hand & made.decisions.keys() & after.items.keys():
        if after.items[key].opinions == before.items[key].opinions:
            assert {one.id for one in made._made[key]} == {one.id for one in adjudication._made[key]}
