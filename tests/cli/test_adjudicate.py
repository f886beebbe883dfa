"""Adjudication from the command line: the queue, merging, taking back, adopting, and what people learn of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.adjudication.items import NOTHING
from annotator.cli.output import ProgressLine
from annotator.model.annotations import Annotation, Argument, DocumentLabel, Entity, Event, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.model.schema_file import read_schema
from annotator.store import open_store
from annotator.workflow.adjudication import open_adjudication
from annotator.workflow.adjudication_queue import claim
from annotator.workflow.ports import GOLD, LayerEdit, LayerKey, Store

Run = Callable[..., Any]
AT = "2026-01-02T03:04:05.678Z"
TEXT = "قصف الطيران مدينة حلب أمس وقتل أحمد وسعيد في الغارة"
SCHEMA = """
name = "test"
version = "1"
[entities.PERS]
[entities.GPE]
[entities.LOC]
[events.Attack]
[events.Attack.roles.Place]
fillers = ["GPE", "LOC"]
[labels.topic]
values = ["war", "sport"]
"""


def span(words: str) -> tuple[Fragment, ...]:
    start = TEXT.index(words)
    return (Fragment(start, start + len(words)),)


def layer(city: str = "GPE", place: str = "مدينة حلب", *, saeed: bool = True) -> list[Annotation]:
    items: list[Annotation] = [
        Entity("e1", city, span(place)),
        Entity("e2", "PERS", span("أحمد")),
        Event("v1", "Attack", span("قصف"), (Argument("Place", "e1"),)),
        DocumentLabel("l1", "topic", "war"),
    ]
    return [*items, Entity("e3", "PERS", span("سعيد"))] if saeed else items


PEOPLE = {"badr": layer(), "dana": layer("LOC"), "hadi": layer(place="حلب", saeed=False)}


def put(store: Store, document: str, layers: dict[str, list[Annotation]], *, submit: bool = True) -> None:
    if not store.has_document(document):
        store.add_documents([Document.of(f"{TEXT} {document}", id=document, title=f"عنوان {document}")], AT)
    for name, items in layers.items():
        edit = Edit("Import", tuple(Replacement(None, item) for item in items))
        store.commit(name, AT, [LayerEdit(LayerKey(document, name), 0, edit)])
        if submit:
            store.set_layer_state(LayerKey(document, name), "submitted", name, AT)


def database(project: Path) -> Store:
    return open_store(project / "corpus.db")


@pytest.fixture
def team(place: Path, run: Run) -> Path:
    """A project managed by amal; d1 and d2 were submitted by three who differ in d1, d3 by one; rima reviews."""
    assert run("init").status == 0
    project = place / "corpus"
    (project / "schema.toml").write_text(SCHEMA, encoding="utf-8")
    for name, role in (("badr", "annotator"), ("dana", "annotator"), ("hadi", "annotator"), ("rima", "reviewer")):
        assert run("people", "add", name, "--role", role).status == 0
    store = database(project)
    put(store, "d1", PEOPLE)
    put(store, "d2", dict.fromkeys(PEOPLE, layer()))
    put(store, "d3", {"badr": layer()})
    store.close()
    return project


@pytest.fixture
def rima(run: Run, team: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`annotator adjudicate` as rima, the reviewer."""
    monkeypatch.setenv("ANNOTATOR_USER", "rima")
    return lambda *argv: run("adjudicate", *argv)


def gold(project: Path, document: str) -> dict[str, Annotation]:
    store = database(project)
    found = dict(store.layer(LayerKey(document, GOLD)).annotations)
    store.close()
    return found


def test_queue(rima: Run, team: Path) -> None:
    one, two = rima("--queue", "--json").json
    assert one == {
        "document": "d1",
        "title": "عنوان d1",
        "state": "ready",
        "people": ["badr", "dana", "hadi"],
        "items": 2,
        "open": 2,
        "agreement": pytest.approx(5 / 6),
        "kinds": {"label": 1, "missing": 1},
        "late": [],
        "claim": None,
    }
    assert (two["document"], two["open"], two["agreement"]) == ("d2", 0, 1.0)
    lines = rima("--queue").out.splitlines()
    header = ["DOCUMENT", "STATE", "PEOPLE", "OPEN", "AGREEMENT", "KINDS", "LATE", "EDITS", "CLAIM", "TITLE"]
    assert lines[0].split() == header
    assert "d1" in lines[1]
    assert "label 1, missing 1" in lines[1]
    assert lines[-1] == "2 documents: 2 ready, 0 begun, 0 done; 2 items open"
    store = database(team)
    claim(store, "d1", "amal")
    store.close()
    assert rima("--queue", "--json").json[0]["claim"]["who"] == "amal"


@pytest.mark.parametrize(
    ("argv", "documents"),
    [
        (("--kind", "missing"), ["d1"]),
        (("--kind", "document-label"), []),
        (("--label", "PERS"), ["d1"]),
        (("--label", "topic"), []),
        (("--annotator", "hadi"), ["d1"]),
        (("--below", "0.9"), ["d1"]),
        (("--below", "0.5"), []),
        (("--below", "1"), ["d1"]),
    ],
)
def test_queue_filters(rima: Run, argv: tuple[str, ...], documents: list[str]) -> None:
    assert [entry["document"] for entry in rima("--queue", "--json", *argv).json] == documents


def test_a_filter_that_nothing_matches(rima: Run) -> None:
    assert rima("--queue", "--kind", "chain").out == "Nothing in the queue matches --kind.\n"
    found = rima("--queue", "--below", "0.1", "--annotator", "rima")
    assert (found.status, found.out) == (0, "Nothing in the queue matches --annotator and --below.\n")


def test_an_empty_queue(place: Path, run: Run) -> None:
    assert run("init").status == 0
    open_store(place / "corpus" / "corpus.db", create=True).close()
    assert run("adjudicate", "--queue").out.startswith("Nothing to adjudicate: documents come here once two people")


def test_the_queue_shows_late_edits(rima: Run, team: Path) -> None:
    assert rima("--merge").status == 0
    store = database(team)
    for name in ("dana", "hadi"):
        store.set_layer_state(LayerKey("d1", name), "reopened", "amal", AT)
    saeed = Edit("Remove", (Replacement(layer("LOC")[-1], None),))
    store.commit("dana", AT, [LayerEdit(LayerKey("d1", "dana"), 1, saeed)])
    more = Entity("e9", "PERS", span("أحمد"))  # added, and taken back: hadi says what hadi said
    store.commit("hadi", AT, [LayerEdit(LayerKey("d1", "hadi"), 1, Edit("Add", (Replacement(None, more),)))])
    store.undo("hadi", AT)
    for name in ("dana", "hadi"):
        store.set_layer_state(LayerKey("d1", name), "submitted", name, AT)
    store.close()
    found = {entry["document"]: entry["late"] for entry in rima("--queue", "--json").json}
    assert found == {"d1": ["dana"], "d2": []}
    line = next(line for line in rima("--queue").out.splitlines() if line.startswith("d1"))
    assert "label 1  dana " in line


def test_merging_and_taking_it_back(rima: Run, run: Run, team: Path) -> None:
    preview = rima("--merge", "--dry-run", "--json").json
    assert preview == {
        "dry_run": True,
        "rule": "at least 2",
        "documents": 2,
        "changed": 2,
        "begun": 2,
        "decided": {"missing": 1},
        "open": {"label": 1},
        "skipped": [{"document": "d3", "reason": "only badr submitted it"}],
    }
    assert gold(team, "d1") == {}
    assert "WOULD DECIDE" in rima("--merge", "--dry-run").out
    done = rima("--merge")
    assert done.status == 0
    assert done.out.splitlines() == [
        "KIND     DECIDED  LEFT OPEN",
        "label          0          1",
        "missing        1          0",
        "all            1          1",
        "2 documents merged: at least 2, 2 of them begun by it",
        "Left out: 1 document, only badr submitted it: d3",
    ]
    assert len(gold(team, "d2")) == 5
    again = rima("--merge", "--json").json
    assert (again["documents"], again["changed"], again["begun"], again["decided"]) == (2, 0, 0, {})
    assert rima("--undo").out == "Took back: Merge: at least 2 (2 documents)\n"
    assert gold(team, "d2") == {}
    nothing = rima("--undo")
    assert (nothing.status, "nothing to take back" in nothing.err) == (1, True)


def test_a_merge_that_decides_nothing_says_so(rima: Run, team: Path) -> None:
    assert rima("--merge", "--unanimous").status == 0
    shown = rima("--merge", "--at-least", "9").out.splitlines()
    assert shown[-2] == "0 documents merged: at least 9; nothing to undo"
    assert "0 documents would be merged: at least 9\n" in rima("--merge", "--at-least", "9", "--dry-run").out
    before = gold(team, "d1")
    store = database(team)
    session = open_adjudication(lambda: store, read_schema(SCHEMA), "d1", "rima")
    item = session.adjudication.items()[0]
    session.take(item, item.opinions["dana"], ("dana",))
    store.close()
    assert "0 documents merged" in rima("--merge", "--at-least", "9").out
    decided = gold(team, "d1")
    assert decided != before
    refused = rima("--undo")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == f"annotator: your last step, 'Decide {item.kind}', is not a merge. Undo it on the screen\n"
    assert gold(team, "d1") == decided


def test_merging_by_weight_kind_and_document(rima: Run, team: Path) -> None:
    found = rima("--merge", "--at-least", "3", "--weight", "hadi=5", "--kinds", "label,missing", "d1", "--json").json
    assert found["rule"] == "at least 3 of weights hadi=5"
    assert (found["documents"], found["decided"]) == (1, {"label": 1, "missing": 1})
    assert ("e3" in str(gold(team, "d1"))) is False
    refused = rima("--merge", "d3", "--json")
    assert (refused.status, refused.json["documents"]) == (1, 0)


def test_merging_what_all_agree_on(rima: Run, team: Path) -> None:
    found = rima("--merge", "--unanimous", "--json").json
    assert (found["rule"], found["documents"], found["decided"]) == ("only what all agree on", 2, {})
    assert len(gold(team, "d1")) == 3
    assert rima("--undo", "--json").json["documents"] == ["d1", "d2"]


def test_a_document_of_another_reviewer(rima: Run, team: Path) -> None:
    store = database(team)
    claim(store, "d1", "amal")
    store.close()
    assert {"document": "d1", "reason": "amal is adjudicating it"} in rima("--merge", "--json").json["skipped"]
    refused = rima("--adopt", "badr", "d1")
    assert (refused.status, "amal is adjudicating it" in refused.err) == (1, True)


def test_the_last_step_was_another(rima: Run, team: Path) -> None:
    store = database(team)
    put(store, "d2", {"rima": layer()}, submit=False)
    store.close()
    refused = rima("--undo")
    assert (refused.status, "your last step, 'Import', is not a merge" in refused.err) == (1, True)


def test_adopting(rima: Run, team: Path) -> None:
    assert rima("--adopt", "dana", "d1").out == "d1: 2 items decided as dana has it, 0 open\n"
    assert {a.type for a in gold(team, "d1").values() if isinstance(a, Entity)} == {"LOC", "PERS"}
    refused = rima("--undo")
    assert (refused.status, "your last step, 'Take all of dana', is not a merge" in refused.err) == (1, True)
    store = database(team)
    store.undo("rima", AT)
    store.close()
    assert rima("--adopt", "hadi", "d1", "--json").json == {"document": "d1", "name": "hadi", "decided": 2, "open": 0}
    for document, name in (("d1", "zaid"), ("d3", "dana")):
        refused = rima("--adopt", name, document)
        assert (refused.status, f"{name} has no submitted annotations" in refused.err) == (1, True)
    assert "d3" not in str(rima("--queue", "--json").json)
    assert rima("--adopt", "dana", "d9").status == 2


def test_a_models_layer_is_an_opinion(rima: Run, team: Path) -> None:
    store = database(team)
    put(store, "d3", {"model": layer("LOC")}, submit=False)
    store.close()
    entry = next(e for e in rima("--queue", "--with", "model", "--json").json if e["document"] == "d3")
    assert (entry["people"], entry["items"]) == (["badr", "model"], 1)
    assert rima("--merge", "--with", "model", "--weight", "model=0.5", "--json").json["documents"] == 3
    assert rima("--adopt", "model", "d3", "--json").json["decided"] == 1
    for name, message in (
        ("badr", "a person's layer"),
        ("gold", "that adjudication writes"),
        ("x", "There are: model"),
    ):
        refused = rima("--queue", "--with", name)
        assert (refused.status, message in refused.err) == (2, True), refused.err
    store = database(team)
    session = open_adjudication(lambda: store, read_schema(SCHEMA), "d3", "rima")
    assert session.late() == []
    assert session.bring_up_to_date() is None
    store.close()


@pytest.fixture
def decided(team: Path, run: Run) -> Path:
    """The project with d1 decided by rima, each item with a reason."""
    assert run("adjudicate", "--merge", "--unanimous", "d1", "--as", "rima").status == 0
    store = database(team)
    session = open_adjudication(lambda: store, read_schema(SCHEMA), "d1", "rima")
    for item in session.adjudication.items():
        if item.kind == "missing":
            session.take(item, NOTHING, ("hadi",), reason="gap", note="أيُعلَّم\nالمعطوف؟")
        else:
            session.take(item, item.opinions["dana"], ("dana",), reason="slip", note="=cmd")
    assert not session.adjudication.open
    store.close()
    return team


def test_reasons(decided: Path, rima: Run) -> None:
    rows = rima("--reasons", "--json").json
    assert [(r["reason"], r["kind"], r["label"], r["count"], r["guidelines"]) for r in rows] == [
        ("gap", "missing", "PERS", 1, True),
        ("slip", "label", "LOC", 1, False),
    ]
    shown = rima("--reasons").out
    assert "What the guidelines leave open:\n  PERS, missing: أيُعلَّم المعطوف؟\n" in shown
    table = list(csv.reader(io.StringIO(rima("--reasons", "--csv").out)))
    assert table[0] == ["reason", "meaning", "kind", "label", "count", "notes"]
    assert table[2][-1] == "'=cmd"


def test_no_reasons(rima: Run) -> None:
    assert rima("--reasons").out == "No decision has a reason yet.\n"


def test_feedback(decided: Path, run: Run) -> None:
    mine = run("adjudicate", "--feedback", "--json", "--as", "badr").json
    assert mine["documents"] == ["d1"]
    label, missing = mine["differences"]
    place = span("مدينة حلب")[0]
    assert label["mine"] == [{"type": "GPE", "fragments": [list(place)]}]
    assert label["gold"] == [{"type": "LOC", "fragments": [list(place)]}]
    assert (missing["gold"], missing["text"], missing["reason"]) == ([], "سعيد", "gap")
    assert {row["who"] for row in mine["differences"]} == {""}
    shown = run("adjudicate", "--feedback", "--as", "badr").out
    assert "  why: the guidelines do not say; أيُعلَّم المعطوف؟\n" in shown
    for name in ("dana", "hadi", "rima"):
        assert name not in f"{mine}{shown}"
    assert "المعطوف؟ (rima)\n" in run("adjudicate", "--feedback", "badr", "--as", "rima").out
    assert shown.endswith("1 document of badr adjudicated, 2 differences from gold\n")
    settings = decided / "project.toml"
    said = settings.read_text(encoding="utf-8")
    assert "feedback_names = false" in said
    settings.write_text(said.replace("feedback_names = false", "feedback_names = true"), encoding="utf-8")
    named = run("adjudicate", "--feedback", "--json", "--as", "badr").json
    assert [row["agreed"] for row in named["differences"]] == [["dana"], ["hadi"]]
    assert {row["who"] for row in named["differences"]} == {"rima"}
    shown = run("adjudicate", "--feedback", "--as", "badr").out
    assert "المعطوف؟ (rima)\n  said so: hadi\n" in shown
    other = run("adjudicate", "--feedback", "dana", "--as", "badr")
    assert (other.status, "their own" in other.err) == (2, True)
    assert len(run("adjudicate", "--feedback", "dana", "d1", "--as", "rima", "--json").json["differences"]) == 1
    for argv, status in ((("badr", "d2"), 1), (("badr", "d9"), 2), (("a", "b", "c"), 2)):
        assert run("adjudicate", "--feedback", *argv, "--as", "rima").status == status


def test_gold_and_its_history_name_nobody_to_annotators(rima: Run, run: Run, team: Path, tmp_path: Path) -> None:
    assert rima("--merge", "--at-least", "4", "--weight", "dana=5").status == 0
    assert rima("--merge", "--unanimous", "--json").json["open"] == {}
    look = ("export", "--format", "json", "--layer", "gold", "--output")

    def told(who: str) -> str:
        out = tmp_path / f"out-{who}"
        assert run(*look, out, "--as", who).status == 0
        history = ("history", "--document", "d1", "--layer", "gold")
        shown = [run(*history, "--as", who).out, run(*history, "--json", "--as", who).out]
        shown.append(run("adjudicate", "--feedback", who, "--json", "--as", who).out)
        return "".join([*shown, (out / "d1.json").read_text(encoding="utf-8")])

    mine = told("badr")
    for name in ("dana", "hadi", "rima"):
        assert name not in mine
    assert '"badr/e2"' in mine
    assert "Merge: at least 4" in mine
    assert "dana/e1" in told("rima")
    settings = team / "project.toml"
    said = settings.read_text(encoding="utf-8")
    settings.write_text(said.replace("feedback_names = false", "feedback_names = true"), encoding="utf-8")
    for words in ("Merge: at least 4 of weights dana=5", '"dana/e1"', '"agent": "rima"'):
        assert words in told("badr")


def test_decisions(decided: Path, rima: Run) -> None:
    value = rima("--decisions", "d1", "--json").json
    assert (value["begun_by"], value["items"], value["open"], value["stored_gold_is_this"]) == ("rima", 2, [], True)
    origins = {(o["origin"]["about"], o["origin"]["how"]) for o in value["gold"]}
    assert origins == {("span", "unanimous"), ("span", "decided"), ("label", "unanimous")}
    (city,) = (o for o in value["gold"] if o["annotation"] and o["annotation"]["type"] == "LOC")
    assert (city["origin"]["who"], city["origin"]["names"], city["from"]) == ("rima", ["dana"], ["dana/e1"])
    (gone,) = (o for o in value["gold"] if o["annotation"] is None)
    assert (gone["origin"]["reason"], gone["origin"]["outcome"]) == ("gap", [])
    (event,) = (o for o in value["gold"] if o["annotation"] and o["annotation"]["kind"] == "event")
    assert [(part["about"], part["name"], part["how"]) for part in event["parts"]] == [("filler", "Place", "unanimous")]
    shown = rima("--decisions", "d1").out
    assert "decided by rima at " in shown
    assert shown.endswith("d1: 4 annotations in gold, 0 of 2 items open\n")
    assert rima("--decisions", "d2").status == 1
    assert rima("--decisions", "d9").status == 2


def test_decisions_by_a_rule_and_open_items(rima: Run) -> None:
    rima("--merge")
    value = rima("--decisions", "d1", "--json").json
    (saeed,) = (o for o in value["gold"] if o["origin"]["how"] == "rule")
    assert (saeed["origin"]["rule"], saeed["origin"]["names"]) == ("at least 2", ["badr", "dana"])
    (left,) = value["open"]
    assert sorted(name for version in left["versions"] for name in version["names"]) == ["badr", "dana", "hadi"]
    assert "by the rule 'at least 2'" in rima("--decisions", "d1").out


@pytest.mark.parametrize("action", ["--queue", "--merge", "--undo", "--reasons"])
def test_annotators_do_not_adjudicate(run: Run, team: Path, action: str) -> None:
    refused = run("adjudicate", action, "--as", "badr")
    assert (refused.status, "only a reviewer can adjudicate" in refused.err) == (2, True)
    assert run("adjudicate", "--as", "badr").status == 2


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--kind", "label"), "--kind goes with --queue"),
        (("--queue", "--at-least", "2"), "--at-least goes with --merge"),
        (("--queue", "d1"), "DOCUMENT goes with --merge"),
        (("--merge", "--csv"), "--csv goes with --reasons"),
        (("--undo", "--with", "x"), "--with goes with --queue or --merge or --adopt"),
        (("--json",), "--json goes with"),
        (("--queue", "--kind", "colour"), "there is no kind 'colour'"),
        (("--queue", "--label", "colour"), "the schema has no label 'colour'"),
        (("--queue", "--below", "2"), "invalid number of 0 to 1 value"),
        (("--queue", "--annotator", "zaid"), "--annotator: there is nobody called 'zaid'. There are: amal, badr, dana"),
        (("--queue", "--annotator", "gold"), "there is nobody called 'gold'"),
        (("--feedback", "zaid"), "--feedback: there is nobody called 'zaid'"),
        (("--feedback", "zaid", "d1"), "there is nobody called 'zaid'"),
        (("--queue", "--merge"), "not allowed with"),
        (("--merge", "--at-least", "0"), "invalid positive number value"),
        (("--merge", "--weight", "x"), "invalid NAME=WEIGHT value"),
        (("--merge", "--weight", "zaid=2"), "nobody called 'zaid'"),
        (("--merge", "--unanimous", "--at-least", "2"), "no rule goes with it"),
        (("d1", "d2"), "the screen opens one document"),
    ],
)
def test_wrong_use(rima: Run, argv: tuple[str, ...], message: str) -> None:
    refused = rima(*argv)
    assert (refused.status, message in refused.err) == (2, True), refused.err


def test_the_screen_needs_a_terminal(rima: Run) -> None:
    refused = rima("d1")
    assert (refused.status, "the screen needs a terminal" in refused.err) == (2, True)


def test_a_merge_is_of_documents_that_are_there(rima: Run, team: Path) -> None:
    assert rima("--merge", "d1", "d9").status == 2
    assert gold(team, "d1") == {}


def test_export_of_gold_that_is_not_done(rima: Run, run: Run, team: Path, tmp_path: Path) -> None:
    rima("--merge")
    argv = ("export", "--format", "json", "--layer", "gold", "--output", tmp_path / "out")
    refused = run(*argv)
    assert refused.status == 1
    assert "the adjudication of 1 of the 2 documents is not done" in refused.err
    assert "--unfinished: d1 (1 of 2 items open)" in refused.err
    assert not (tmp_path / "out").exists()
    assert run(*argv, "--document", "d2").status == 0
    assert len(run(*argv, "--unfinished", "--json").json["files"]) == 2
    rima("--adopt", "badr", "d1")
    assert run(*argv).status == 0


def test_check_knows_decisions(rima: Run, run: Run, team: Path) -> None:
    rima("--merge")
    value = run("check", "--json").json
    assert (value["errors"], value["warnings"], value["information"]) == (0, 0, 1)
    assert value["findings"] == [
        {"severity": "information", "where": "d1, layer gold", "what": "1 of 2 items are not decided"}
    ]
    store = database(team)
    key = LayerKey("d2", GOLD)
    layer_ = store.layer(key)
    label = next(a for a in layer_.annotations.values() if isinstance(a, DocumentLabel))
    store.commit("amal", AT, [LayerEdit(key, layer_.revision, Edit("Remove", (Replacement(label, None),)))])
    store.set_layer_state(LayerKey("d2", "badr"), "reopened", "amal", AT)
    store.close()
    found = {(one["severity"], one["what"]) for one in run("check", "--json").json["findings"]}
    mends = "the next decision mends that"
    assert ("warning", f"it is not what its decisions say (annotations that differ: 1); {mends}") in found
    assert ("information", "the layer badr, on which it rests, is reopened") in found
    assert run("check", "--as", "badr", "--json").json["information"] == 0
    assert run("check").out.splitlines()[-1] == "3 documents checked: 0 errors, 1 warning"


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_interrupted_merge_stores_nothing(rima: Run, team: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    def interrupted(_self: ProgressLine, done: int, _total: int) -> bool:
        if done == at:
            raise KeyboardInterrupt
        return True

    with monkeypatch.context() as patched:
        patched.setattr(ProgressLine, "__call__", interrupted)
        assert rima("--merge").status == 130
    store = database(team)
    assert store.adjudications() == {}
    assert store.problems() == []
    store.close()
    assert rima("--merge", "--json").json["documents"] == 2
