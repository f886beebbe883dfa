"""A reviewer settles what three people differ on by keys alone, in the real program: the result is the gold file."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from annotator.formats import native
from annotator.model.annotations import Chain, DocumentLabel, Relation

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "corpus" / "gold" / "000_e0d21f5c204a8027.json"
REVIEWER = ROOT / "tests" / "benchmarks" / "reviewer.py"
pytestmark = pytest.mark.skipif(not GOLD.exists(), reason="a source distribution holds no annotations")
_CHANCE = re.compile(rb'"at": "[^"]*"|"e-[0-9a-f]{12}"')  # times; the id of what the reviewer added by hand


@pytest.mark.pty
@pytest.mark.slow
@pytest.mark.parametrize("how", [(), ("--hurried",)], ids=["waiting for each", "ahead of the program"])
def test_the_recorded_keys_make_the_gold_file(tmp_path: Path, how: Sequence[str]) -> None:
    made = tmp_path / "made.json"
    keys = REVIEWER.with_name("reviewer.keys.json")
    command = [sys.executable, str(REVIEWER), "--replay", str(keys), "--out", str(made), *how]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    # whose annotations an answer was taken from is said by their ids, which are kept in corpus/annotators
    assert _CHANCE.sub(b'"*"', made.read_bytes()) == _CHANCE.sub(b'"*"', GOLD.read_bytes())


def test_gold_holds_what_was_decided() -> None:
    (document,) = native.read(GOLD.read_bytes()).documents
    (layer,) = document.layers
    gold = layer.annotations
    assert (layer.name, layer.role) == ("gold", "gold")
    assert len(gold.entities) == 39
    assert len(gold.events) == 10
    assert len(gold.of(Relation)) == 4
    assert len(gold.of(Chain)) == 2
    assert len(gold.of(DocumentLabel)) == 2
    assert {item.provenance.source for item in gold.values()} == {"adjudication"}
    ways = {(item.provenance.agent, item.provenance.tool) for item in gold.values()}
    assert ways == {("", "unanimous"), ("rana", "at least 2"), ("rana", "")}
