"""The loss report counts, names, and renders in one line whatever the text holds."""

from __future__ import annotations

import json

from annotator.formats.loss import EFFECTS, QUOTED, Loss, LossReport
from annotator.model.annotations import Entity, Relation, make_fragments
from annotator.model.documents import Document

DOCUMENT = Document.of("وصل \x1b[31mسامح\nشكري " + "ل" * 200, id="d1")
ENTITY = Entity("e-1", "PERS", make_fragments([(4, 18)]))


def test_nothing_lost_is_lossless() -> None:
    report = LossReport()
    report.count_read(ENTITY)
    report.count_written(ENTITY)
    report.add(DOCUMENT, ENTITY, "split", "the token is cut")
    report.add(DOCUMENT, ENTITY, "joined", "two sentences")
    assert report.lossless
    report.add(DOCUMENT, ENTITY, "expanded", "it grew")
    assert report.to_json()["lossless"] is False
    assert (report.read, report.written, report.lost) == (1, 1, 0)


def test_a_loss_is_one_line_without_controls() -> None:
    report = LossReport()
    report.add(DOCUMENT, ENTITY, "dropped", "it cuts the token \x07")
    line = str(report.losses[0])
    assert line == "d1 e-1 PERS [4, 18) [31mسامح شكري: it cuts the token "
    assert line.isprintable()


def test_long_quotations_are_cut() -> None:
    report = LossReport()
    report.add(DOCUMENT, Entity("e-2", "ORG", make_fragments([(19, 219)])), "dropped", "it is too long")
    assert report.losses[0].text == "ل" * QUOTED + "…"


def test_imbalance_is_named() -> None:
    report = LossReport()
    report.count_read(ENTITY)
    assert report.imbalances() == ["entity PERS: 1 read, 0 written, 0 lost"]
    report.add(DOCUMENT, ENTITY, "dropped", "it had to go")
    assert report.imbalances() == []


def test_every_loss_reaches_the_sink_and_the_first_stay() -> None:
    seen: list[Loss] = []
    report = LossReport(2, seen.append)
    for number in range(5):
        entity = Entity(f"e-{number}", "PERS", make_fragments([(0, 3)]))
        report.count_read(entity)
        report.add(DOCUMENT, entity, "dropped", "no room")
    assert [loss.id for loss in seen] == ["e-0", "e-1", "e-2", "e-3", "e-4"]
    assert [loss.id for loss in report.losses] == ["e-0", "e-1"]
    assert report.effects["dropped"] == report.lost == 5
    assert "  and 3 more" in list(report.lines())


def test_lines_and_json_say_the_same() -> None:
    report = LossReport()
    report.documents = 1
    relation = Relation("r-1", "PartOf", "a", "b")
    for annotation in (ENTITY, relation):
        report.count_read(annotation)
    report.count_written(ENTITY, 2)
    report.add(DOCUMENT, relation, "unsupported", "only entities are written")
    report.add_text(DOCUMENT, make_fragments([(4, 5)]), "damaged", "control characters")
    assert str(report).splitlines() == [
        "1 document: 2 annotations read, 1 written, 1 lost",
        "entity PERS: 1 read, 1 written as 2 mentions",
        "relation PartOf: 1 read, 0 written, 1 lost",
        f"{EFFECTS['unsupported'].title}: 1",
        "  d1 r-1 PartOf: only entities are written",
        f"{EFFECTS['damaged'].title}: 1",
        "  d1 text [4, 5): control characters",
    ]
    value = json.loads(json.dumps(report.to_json()))
    assert value["lossless"] is False
    assert value["effects"] == {"unsupported": 1, "damaged": 1}
    assert value["counts"][0] == {"kind": "entity", "type": "PERS", "read": 1, "written": 1, "lost": 0, "mentions": 2}
    assert value["losses"][0]["id"] == "r-1"
    assert value["losses"][1]["fragments"] == [[4, 5]]
