"""Whatever is changed behind the journal's back is found."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from annotator.store import open_store
from annotator.store.verification import _AT_ONCE
from annotator.workflow.ports import LayerKey


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE document SET text = text || '.'", "one: the text is not the one that was added"),
        ("UPDATE document SET length = 3 WHERE id = 'two'", "two: the text has"),
        ("UPDATE layer SET entities = 5", "one, layer amal: it has (1, 0, 0) entities"),
        ("UPDATE layer SET revision = 9", "the journal ends at revision 3"),
        ("UPDATE layer SET edited_at = 'never'", "the journal ends at revision 3"),
        ("UPDATE annotation SET kind = 'note'", "id, kind or place of a row is not its annotation's (a)"),
        ("UPDATE annotation SET start = 99", "id, kind or place"),
        ("UPDATE annotation SET data = replace(data, 'PERS', 'LOC')", "not what the journal gives (a)"),
        ("DELETE FROM annotation", "not what the journal gives (a)"),
        ("UPDATE entry_edit SET base = 7 WHERE base = 1", "the journal has no edit of revision 1"),
        ("UPDATE entry_edit SET edit = replace(edit, 'PERS', 'LOC') WHERE base = 2", "cannot be replayed"),
        ("UPDATE entry SET state = 'discarded'", "the journal makes it done"),
        ("UPDATE entry SET state = 'undone' WHERE kind = 'do'", "the journal makes it"),
        ("UPDATE entry SET kind = 'redo' WHERE kind = 'undo'", "does again what was not undone"),
        ("UPDATE entry SET target = 77 WHERE kind = 'undo'", "entry 77 is missing"),
        ("DELETE FROM document WHERE id = 'one'", "refers to a row of document that does not exist"),
    ],
)
def test_tampering_is_found(database: Path, build: Any, change: str, says: str) -> None:
    store = open_store(database)
    store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))])
    store.undo("amal", build.at)
    assert store.problems() == []
    store.close()
    with sqlite3.connect(database) as raw:
        assert raw.execute(change).rowcount > 0
    raw.close()
    store = open_store(database)
    found = store.problems()
    assert any(says in problem for problem in found), found
    store.close()


def test_order_is_checked(database: Path, build: Any) -> None:
    store = open_store(database)
    store.commit("amal", build.at, [build.on(1, build.add(build.entity("b")))])
    store.close()
    with sqlite3.connect(database) as raw:
        raw.execute("UPDATE annotation SET added = 9 WHERE id = 'a'")
    raw.close()
    store = open_store(database)
    assert store.problems() == ["one, layer amal: the annotations are not in the order of the journal"]
    store.close()


def test_what_lies_behind_the_first_page_is_found(database: Path, build: Any) -> None:
    """Layers and entries are read some at a time; what is undone at the end is about what came at the beginning."""
    store = open_store(database)
    first = store.commit("rima", build.at, [build.on(0, build.add(build.entity("z")), LayerKey("one", "rima"))])
    store.add_documents([build.document(f"d{number}", f"{number}") for number in range(_AT_ONCE)], build.at)
    for number in range(_AT_ONCE):
        store.set_layer_state(LayerKey(f"d{number}", "sara"), "submitted", "sara", build.at)
    undo = store.undo("rima", build.at)
    assert undo is not None
    assert undo.target == first.id < undo.id - _AT_ONCE
    assert store.problems() == []
    store.close()
    last = f"d{_AT_ONCE - 1}"
    with sqlite3.connect(database) as raw:
        raw.execute("UPDATE layer SET revision = 9 WHERE number = (SELECT max(number) FROM layer)")
        raw.execute("DELETE FROM standing WHERE document = (SELECT max(number) FROM document)")
        raw.execute("UPDATE entry SET state = 'done' WHERE id = ?", (first.id,))
        raw.execute("UPDATE entry SET state = 'discarded' WHERE id = ?", (undo.id,))
    raw.close()
    store = open_store(database)
    found = store.problems()
    store.close()
    assert f"entry {first.id} is done, the journal makes it undone" in found
    assert f"entry {undo.id} is discarded, the journal makes it done" in found
    assert any(problem.startswith(f"{last}, layer sara: the journal ends at revision 0") for problem in found)
    assert f"{last}: what is noted of its adjudication is not what was decided" in found
