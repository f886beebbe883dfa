"""`annotator agreement`: what it prints and writes, who may ask, its exit status."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement.study import decode
from annotator.model.annotations import Annotation, Entity, Fragment
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.workflow.ports import LayerEdit, LayerKey, Person

Run = Callable[..., Any]
AT = "2026-01-01T10:00:00.000Z"


@pytest.fixture
def compared(project: Path) -> Path:
    """The project with the document `d1` that amal (its manager), sara and an annotator, omar, worked on."""
    store = open_store(project / "corpus.db")
    person, place = Entity("p", "PERS", (Fragment(4, 8),)), Entity("g", "GPE", (Fragment(13, 17),))
    said: dict[str, list[Annotation]] = {"sara": [person], "omar": [person, place], "gold": [person, place]}
    for name, items in said.items():
        key = LayerKey("d1", name)
        edit = Edit("Add", tuple(Replacement(None, item) for item in items))
        store.commit(name, AT, [LayerEdit(key, 0, edit)])
        if name != "gold":
            store.put_person(Person(name), AT)
            store.set_layer_state(key, "submitted", name, AT)
    store.close()
    return project


def test_the_table(run: Run, compared: Path) -> None:
    result = run("agreement")
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "1 document of omar, sara (submitted layers)"
    assert lines[1].split() == ["MEASURE", "MEAN", "INTERVAL", "ITEMS", "UNIT", "REMARK"]
    assert lines[2].split()[:3] == ["span-exact", "0.667", "3"]
    assert any(line.split() == ["omar", "0.667"] for line in lines)
    assert any(line.split() == ["PERS", "1.000", "2", "شخص"] for line in lines)
    assert lines[-1] == "Left out: 1 layer, not submitted"


def test_all_layers_and_chosen_measures(run: Run, compared: Path) -> None:
    result = run(
        "agreement", "--all-layers", "--layers", "amal,sara", "--measure", "trigger,char-kappa", "--bootstrap", "0"
    )
    assert result.status == 0
    assert "1 document of amal, sara (all layers)" in result.out
    assert "Triggers, classification F1 (event triggers)" in result.out
    assert "Cohen's kappa, chars (characters that are no white space)" in result.out
    assert "span-exact" not in result.out
    assert "resample" not in result.out


def test_gold(run: Run, compared: Path) -> None:
    out = run("agreement", "--gold", "--measure", "span-exact").out
    assert "AGAINST GOLD" in out
    assert ["sara", "0.667", "3", "1.000", "0.500"] in [line.split() for line in out.splitlines()]


def test_json_is_the_study(run: Run, compared: Path) -> None:
    result = run("agreement", "--json", "--label", "PERS", "--document", "d1")
    found = decode(result.json)
    assert (found.annotators, found.settings.label, found.labels) == (("omar", "sara"), "PERS", ("PERS",))
    assert found.results[0].mean.value == 1.0


def test_csv(run: Run, compared: Path, place: Path) -> None:
    result = run("agreement", "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert rows[0]["measure"] == "span-exact"
    assert rows[0]["scope"] == "mean"
    assert run("agreement", "--csv", "tables").out.splitlines()[0].startswith("tables/agreement.csv: ")
    assert sorted(path.name for path in (place / "tables").iterdir()) == [
        "agreement.csv",
        "confusion.csv",
        "excluded.csv",
    ]


def test_html(run: Run, compared: Path, place: Path) -> None:
    result = run("agreement", "--html", "report.html")
    assert result.out.startswith("report.html: ")
    assert (place / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    both = run("agreement", "--html", "again.html", "--json")
    assert decode(both.json).documents == ("d1",)
    assert (place / "again.html").exists()


def test_nothing_to_compare_is_status_1(run: Run, project: Path) -> None:
    result = run("agreement")
    assert result.status == 1
    assert result.out.splitlines() == [
        "0 documents of nobody (submitted layers)",
        "Left out: 1 document, only one layer to compare (amal)",
    ]


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (("--measure", "nothing"), "no measure 'nothing'"),
        (("--measure", ","), "invalid list of names value"),
        (("--layers", "nobody"), "no document has a layer 'nobody'"),
        (("--label", "PERSON"), "no label 'PERSON'"),
        (("--document", "d2"), "no document 'd2'"),
        (("--bootstrap", "-1"), "invalid number value"),
        (("--json", "--csv", "-"), "not allowed with"),
    ],
)
def test_wrong_use_is_status_2(run: Run, compared: Path, argv: tuple[str, ...], what: str) -> None:
    result = run("agreement", *argv)
    assert (result.status, result.out) == (2, "")
    assert what in result.err


def test_an_annotator_is_told_of_nobody_else(run: Run, compared: Path) -> None:
    result = run("agreement", "--as", "sara")
    assert (result.status, result.out) == (2, "")
    assert "only a reviewer can compare annotators" in result.err


def test_an_annotator_is_compared_with_the_gold_that_is_done(run: Run, compared: Path) -> None:
    result = run("agreement", "--as", "sara", "--gold")
    assert "omar" not in result.out + result.err
    assert "amal" not in result.out + result.err
