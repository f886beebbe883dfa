"""Two more people annotate the article, step by step, in a real store: the results are the layers that are kept."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from annotator.adjudication.comparison import compare
from annotator.adjudication.items import KINDS
from annotator.formats import native
from annotator.model.annotations import Annotations
from annotator.workflow.project import open_project

ROOT = Path(__file__).parents[2]
LAYERS = ROOT / "corpus" / "annotators"
FILE = "000_e0d21f5c204a8027.json"

pytestmark = pytest.mark.skipif(not LAYERS.exists(), reason="a source distribution holds no annotations")


@pytest.fixture(scope="module")
def opinions() -> dict[str, Annotations]:
    """What each of the three says."""
    found: dict[str, Annotations] = {}
    for path in sorted(LAYERS.glob(f"*/{FILE}")):
        (document,) = native.read(path.read_bytes()).documents
        (layer,) = document.layers
        assert (layer.name, layer.role) == (path.parent.name, "annotator")
        found[layer.name] = layer.annotations
    return found


def test_the_same_steps_make_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_corpus.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.json"))
    assert made == [Path(name) / FILE for name in ("badr", "dana")]
    for path in made:
        assert (tmp_path / path).read_bytes() == (LAYERS / path).read_bytes(), path


def test_the_three_differ_in_every_way_there_is(opinions: dict[str, Annotations]) -> None:
    items = list(compare(opinions, open_project(ROOT / "corpus").schema).disputed())
    assert {item.kind for item in items} == set(KINDS)
    assert len(items) > 40


def test_the_three_agree_as_trained_people_do(opinions: dict[str, Annotations]) -> None:
    spans = {name: {(e.type, e.fragments) for e in layer.entities} for name, layer in opinions.items()}
    assert sorted(spans) == ["amal", "badr", "dana"]
    found = {
        (one, other): 2 * len(spans[one] & spans[other]) / (len(spans[one]) + len(spans[other]))
        for one, other in combinations(sorted(spans), 2)
    }
    assert all(0.75 < score < 0.9 for score in found.values()), found
