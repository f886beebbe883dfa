"""What must hold of any opinions and any decisions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from annotator.adjudication.answers import Rule, adopt, from_edit, merge
from annotator.adjudication.comparison import compare
from annotator.adjudication.decisions import Decision
from annotator.adjudication.gold import Adjudication
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
    references,
)
from annotator.model.operations import Operation
from annotator.model.schema import Schema

Make = Callable[[int, int], dict[str, Annotations]]
SEEDS = st.integers(0, 1 << 30)
PEOPLE = st.integers(2, 4)


@given(SEEDS, PEOPLE)
def test_order_of_annotators(opinions: Make, schema: Schema, seed: int, people: int) -> None:
    given_ = opinions(seed, people)
    turned = dict(reversed(given_.items()))
    renamed = {f"z{name[::-1]}": layer for name, layer in given_.items()}
    items = compare(given_, schema).items
    assert compare(turned, schema).items == items
    other = compare(renamed, schema).items
    assert {k: (i.kind, sorted(map(repr, i.opinions.values()))) for k, i in items.items()} == {
        k: (i.kind, sorted(map(repr, i.opinions.values()))) for k, i in other.items()
    }


@given(SEEDS, PEOPLE)
def test_adopting_one(opinions: Make, schema: Schema, say: Any, seed: int, people: int) -> None:
    layers = opinions(seed, people)
    for name, layer in layers.items():
        adjudication = Adjudication(compare(layers, schema), {})
        adjudication.decide(adopt(adjudication, name, "rev", "now"))
        assert say(adjudication.gold, schema) == say(layer, schema)
        assert not adjudication.open


@given(SEEDS, PEOPLE)
def test_all_equal(opinions: Make, schema: Schema, say: Any, seed: int, people: int) -> None:
    layer = opinions(seed, 2)["amal"]
    adjudication = Adjudication(compare({f"p{n}": layer for n in range(people)}, schema), {})
    assert adjudication.items() == []
    assert not adjudication.open
    assert say(adjudication.gold, schema) == say(layer, schema)


def some_decisions(choose: random.Random, adjudication: Adjudication) -> dict[str, Decision | None]:
    made: dict[str, Decision | None] = {}
    items = adjudication.items()
    for item in choose.sample(items, min(len(items), choose.randint(1, 3))):
        if choose.random() < 0.2:
            made[item.key] = None
            continue
        outcome = choose.choice([*item.opinions.values(), None if item.aspect == "attribute" else ()])
        made[item.key] = Decision(item.key, outcome, (), "rev", "now")
    return made


@given(SEEDS, PEOPLE)
def test_decisions_and_undos(opinions: Make, schema: Schema, seed: int, people: int) -> None:
    choose = random.Random(seed)
    comparison = compare(opinions(seed, people), schema)
    adjudication = Adjudication(comparison, {})
    first = (adjudication.gold, set(adjudication.open), dict(adjudication.decisions))
    done: list[dict[str, Decision | None]] = []
    for _ in range(choose.randint(1, 12)):
        changes = some_decisions(choose, adjudication)
        before = adjudication.gold
        done.append({key: adjudication.decisions.get(key) for key in changes})
        edit = adjudication.decide(changes)
        assert {r.id: r.after for r in edit.replacements if r.after} == {
            id: a for id, a in adjudication.gold.items() if before.get(id) != a
        }
        anew = Adjudication(comparison, adjudication.decisions)
        assert anew.gold == adjudication.gold
        assert anew.open == adjudication.open
        for annotation in adjudication.gold.values():
            assert all(target in adjudication.gold for target in references(annotation))
    for changes in reversed(done):
        adjudication.decide(changes)
    assert (adjudication.gold, adjudication.open, adjudication.decisions) == first


@given(SEEDS, PEOPLE, st.sampled_from((1.0, 2.0, 3.0)))
def test_merging(opinions: Make, schema: Schema, seed: int, people: int, least: float) -> None:
    adjudication = Adjudication(compare(opinions(seed, people), schema), {})
    before = adjudication.gold, set(adjudication.open)
    made = merge(adjudication, Rule(least), "rev", "now")
    assert (adjudication.gold, adjudication.open) == before
    adjudication.decide(made)
    assert not made.keys() & adjudication.open
    assert merge(adjudication, Rule(least), "rev", "now") == {}
    for decision in made.values():
        assert len(decision.names) >= least


def some_operation(choose: random.Random, gold: Annotations, number: int) -> Operation | None:
    """An edit of GOLD as a reviewer makes it."""
    spans = [a for a in gold.values() if isinstance(a, Entity | Event)]
    start = choose.randrange(40)
    if not spans or choose.random() < 0.2:
        return operations.Add(Entity(f"own{number}", "PERS", (Fragment(start, start + 3),), (("level", "NAM"),)))
    one, other = choose.choice(spans), choose.choice(spans)
    event = next((a for a in spans if isinstance(a, Event)), None)
    chain = next((a for a in gold.values() if isinstance(a, Chain)), None)
    made: list[Operation] = [
        operations.Resize(one.id, (Fragment(start, start + 4),)),
        operations.Remove((one.id,)),
        operations.SetAttribute(one.id, "level", choose.choice(("NAM", "NOM", None))),
        operations.Add(Event(f"own{number}", "Die", (Fragment(start, start + 2),), (Argument("Victim", one.id),))),
    ]
    if isinstance(one, Entity):
        made += [operations.Relabel(one.id, "GPE"), operations.SetIdentifiers(one.id, ("Q:9",))]
    if event is not None and event.id != one.id:
        made.append(operations.SetArgument(event.id, Argument("Place", one.id)))
        made += [operations.RemoveArgument(event.id, argument) for argument in event.arguments[:1]]
    if one.id != other.id:
        made.append(operations.Add(Relation(f"own{number}", "PartOf", one.id, other.id)))
        if chain is None and isinstance(one, Entity) and isinstance(other, Entity):
            made.append(operations.Add(Chain(f"own{number}", (one.id, other.id))))
    if chain is not None and one.id not in chain.members:
        made.append(operations.SetMembers(chain.id, (*chain.members, one.id)))
    return choose.choice(made)


@given(SEEDS, PEOPLE)
def test_a_reviewers_own_edits(opinions: Make, schema: Schema, say: Any, seed: int, people: int) -> None:
    """Gold becomes what the edit makes of it, and nothing else changes."""
    choose = random.Random(seed)
    comparison = compare(opinions(seed, people), schema)
    adjudication = Adjudication(comparison, {})
    if choose.random() < 0.7:
        adjudication.decide(adopt(adjudication, choose.choice(sorted(comparison.opinions)), "rev", "now"))
    for number in range(4):
        operation = some_operation(choose, adjudication.gold, number)
        if operation is None:
            continue
        try:
            edit = operations.plan(adjudication.gold, operation)
        except OperationError:
            continue
        after = operations.apply(adjudication.gold, edit)
        if any("." in step.id for step in edit.replacements) or any(f"{r.id}.1" in after for r in edit.replacements):
            return  # what is left of several pieces has the arguments that people give the whole
        was_open = set(adjudication.open)
        try:
            decisions = from_edit(adjudication, edit, "rev", "now")
        except OperationError:
            continue  # of one of several pieces
        adjudication.decide(decisions)
        assert Adjudication(comparison, adjudication.decisions).gold == adjudication.gold
        if was_open - adjudication.open - decisions.keys():
            return  # what was open is agreed now, without what went
        said, meant = say(adjudication.gold, schema), say(after, schema)
        assert {thing for thing, _ in said} == {thing for thing, _ in meant}, operation  # a relation holds once


@given(SEEDS, PEOPLE)
def test_late_edits(opinions: Make, schema: Schema, seed: int, people: int) -> None:
    """Decisions survive where nothing changed; an annotator who changes one thing reopens little."""
    choose = random.Random(seed)
    layers = opinions(seed, people)
    before = compare(layers, schema)
    adjudication = Adjudication(before, {})
    for _ in range(3):
        adjudication.decide(some_decisions(choose, adjudication))
    assert carried(before, compare(dict(layers), schema), adjudication.decisions) == adjudication.decisions
    name = choose.choice(sorted(layers))
    entities = layers[name].entities
    if not entities:
        return
    gone = operations.plan(layers[name], operations.Remove((choose.choice(entities).id,)))
    after = compare({**layers, name: operations.apply(layers[name], gone)}, schema)
    kept = carried(before, after, adjudication.decisions)
    made = Adjudication(after, kept)
    assert all(target in made.gold for annotation in made.gold.values() for target in references(annotation))
    for key, decision in adjudication.decisions.items():
        item = before.items[key]
        if item.aspect == "span" and name not in before.aligned[key].pieces and after.items.get(key) == item:
            assert kept[key] == decision  # it was not about what changed
