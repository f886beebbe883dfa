"""What must hold of any opinions and any decisions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from annotator.adjudication.answers import Rule, adopt, merge
from annotator.adjudication.comparison import compare
from annotator.adjudication.decisions import Decision
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.revising import carried
from annotator.model import operations
from annotator.model.annotations import (
    Annotations,
    references,
)
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
