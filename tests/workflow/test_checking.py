"""`check` finds what was damaged behind the program's back, and nothing in a healthy project."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator import formats
from annotator.formats.interface import Annotated
from annotator.model.annotations import Annotations, Entity, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.workflow.checking import Finding, check_project
from annotator.workflow.ports import LayerEdit, LayerKey, Store
from annotator.workflow.project import Project, init_project

TEXT = "وصل بشير إلى دمشق."
ENTITY = Entity("e-1", "PERS", (Fragment(4, 8),))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "project")


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    opened = open_store(project.database, create=True)
    opened.add_documents([Document.of(TEXT, id="d1")], "2026-01-02T03:04:05Z")
    yield opened
    opened.close()


def commit(store: Store, *entities: Entity) -> None:
    edit = Edit("Add", tuple(Replacement(None, entity) for entity in entities))
    store.commit("amal", "2026-01-02T03:04:05Z", [LayerEdit(LayerKey("d1", "amal"), 0, edit)])


def gold(
    project: Project, name: str, text: str = TEXT, id: str = "d1", label: str = "PERS", layer: str = "gold"
) -> None:
    project.gold.mkdir(exist_ok=True)
    entity = Entity("g-1", label, (Fragment(4, 8),))
    item = Annotated(Document.of(text, id=id), layer, Annotations([entity]), project.schema, "gold", 1)
    (data,) = formats.write("json", item).files.values()
    (project.gold / name).write_bytes(data)


def test_healthy_project(project: Project, store: Store) -> None:
    commit(store, ENTITY)
    gold(project, "d1.json")
    assert list(check_project(project, store)) == []


def test_annotations_that_the_schema_no_longer_allows(project: Project, store: Store) -> None:
    commit(store, Entity("e-1", "PLANET", (Fragment(4, 8),)), Entity("e-2", "PERS", (Fragment(4, 99),)))
    assert list(check_project(project, store)) == [
        Finding("error", "d1, layer amal, e-1", "the schema has no entity type 'PLANET'"),
        Finding("error", "d1, layer amal, e-2", "[4, 99) is no range of a text of 18 code points"),
    ]


def test_text_that_was_changed(project: Project, store: Store) -> None:
    with sqlite3.connect(project.database) as connection:
        connection.execute("UPDATE document SET text = text || '!'")
    connection.close()
    found = list(check_project(project, store))
    assert Finding("error", "d1", "its text is not the one that was imported: the digest differs") in found


def test_gold_files(project: Project, store: Store) -> None:
    gold(project, "d1.json", label="PLANET")
    gold(project, "d2.json", id="d2", text=TEXT * 2)
    gold(project, "d3.json", text=TEXT * 3)
    gold(project, "d4.json", id="d4", layer="amal")
    (project.gold / "d5.json").write_text("{", encoding="utf-8")
    (project.gold / "README.md").write_text("not looked at", encoding="utf-8")
    found = {(finding.severity, finding.where, finding.what) for finding in check_project(project, store)}
    assert ("error", "gold/d1.json, layer gold, g-1", "the schema has no entity type 'PLANET'") in found
    assert ("warning", "gold/d2.json", "the database has no document 'd2'; import the file") in found
    assert ("warning", "gold/d3.json", "the file holds the document 'd1'") in found
    assert ("error", "gold/d3.json", "its text is not that of the document 'd1' in the database") in found
    assert ("warning", "gold/d4.json", "it has no layer 'gold'") in found
    assert [severity for severity, where, _ in found if where == "gold/d5.json"] == ["error"]


def test_project_without_a_database(project: Project) -> None:
    gold(project, "d1.json")
    (finding,) = check_project(project, None)
    assert (finding.severity, finding.where) == ("warning", "database")


def test_annotators_files(project: Project, store: Store) -> None:
    gold(project, "d1.json", label="PLANET", layer="amal")
    for name in ("amal", "badr"):
        (project.annotators / name).mkdir(parents=True)
        (project.annotators / name / "d1.json").write_bytes((project.gold / "d1.json").read_bytes())
    (project.annotators / "README.md").write_text("who they are", encoding="utf-8")
    (project.gold / "d1.json").unlink()
    found = {(f.where.partition(",")[0], f.what) for f in check_project(project, store) if "annotators" in f.where}
    assert ("annotators/badr/d1.json", "it has no layer 'badr'") in found
    assert any(where == "annotators/amal/d1.json" and "PLANET" in what for where, what in found)
    assert ("annotators/amal/d1.json", "it has no layer 'amal'") not in found
