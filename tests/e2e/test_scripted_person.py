"""A person labels three paragraphs by keys alone, in the real program: the result is the gold file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from annotator.formats import native
from annotator.model.annotations import Annotations, Chain, Entity, Event, Relation

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "corpus" / "gold" / "000_e0d21f5c204a8027.json"
PERSON = ROOT / "tests" / "benchmarks" / "person.py"

pytestmark = [pytest.mark.pty, pytest.mark.slow]


def layer(path: Path) -> Annotations:
    (document,) = native.read(path.read_bytes()).documents
    return document.layers[0].annotations


def said(annotations: Annotations) -> set[object]:
    """What a layer says, without ids, people and times."""

    def span(id: str) -> object:
        item = annotations[id]
        assert isinstance(item, Entity | Event)
        return item.type, item.fragments

    found: set[object] = set()
    for item in annotations.values():
        if isinstance(item, Entity):
            found.add(span(item.id))
        elif isinstance(item, Event):
            found.add((span(item.id), frozenset((a.role, span(a.target)) for a in item.arguments)))
        elif isinstance(item, Relation):
            found.add((item.type, span(item.source), span(item.target)))
        elif isinstance(item, Chain):
            found.add(frozenset(span(member) for member in item.members))
    return found


def test_the_recorded_keys_make_the_gold_file(tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    keys = PERSON.with_name("person.keys.json")
    command = [sys.executable, str(PERSON), "--replay", str(keys), "--out", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=400)
    assert done.returncode == 0, done.stderr
    assert said(layer(made)) == said(layer(GOLD))


def test_the_gold_file_holds_all_that_it_should() -> None:
    gold = layer(GOLD)
    assert len(gold.entities) >= 25
    assert len(gold.events) >= 5
    assert all(event.arguments for event in gold.events)
    assert len(gold.of(Relation)) >= 2
    assert len(gold.of(Chain)) >= 1
