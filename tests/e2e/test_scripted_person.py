"""A person labels three paragraphs by keys alone, in the real program: the result is the layer that is kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from annotator.formats import native
from annotator.model.annotations import Annotations, Chain, DocumentLabel, Entity, Event, Note, Relation

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "corpus" / "annotators" / "amal" / "000_e0d21f5c204a8027.json"
PERSON = ROOT / "tests" / "benchmarks" / "person.py"

pytestmark = [
    pytest.mark.pty,
    pytest.mark.slow,
    pytest.mark.skipif(not KEPT.exists(), reason="a source distribution holds no annotations"),
]


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
        match item:
            case Entity():
                found.add((span(item.id), item.attributes, item.identifiers))
            case Event():
                arguments = frozenset((argument.role, span(argument.target)) for argument in item.arguments)
                found.add((span(item.id), item.attributes, arguments))
            case Relation():
                found.add((item.type, span(item.source), span(item.target)))
            case Chain():
                found.add(frozenset(span(member) for member in item.members))
            case DocumentLabel():
                found.add((item.type, item.value))
            case Note():
                found.add((item.text, item.fragments))
    return found


@pytest.mark.parametrize("how", [(), ("--hurried",)], ids=["waiting for each", "ahead of the program"])
def test_the_recorded_keys_make_the_layer(tmp_path: Path, how: Sequence[str]) -> None:
    made = tmp_path / "made.json"
    keys = PERSON.with_name("person.keys.json")
    command = [sys.executable, str(PERSON), "--replay", str(keys), "--out", str(made), *how]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=400)
    assert done.returncode == 0, done.stderr
    assert said(layer(made)) == said(layer(KEPT))


def test_the_layer_holds_all_that_it_should() -> None:
    kept = layer(KEPT)
    assert len(kept.entities) >= 25
    assert len(kept.events) >= 5
    assert all(event.arguments for event in kept.events)
    assert len(kept.of(Relation)) >= 2
    assert len(kept.of(Chain)) >= 1
    assert len(kept.of(DocumentLabel)) == 2
    assert len(kept.of(Note)) == 1
    assert any(entity.attributes for entity in kept.entities)
    assert any(entity.identifiers for entity in kept.entities)
