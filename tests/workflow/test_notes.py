"""Notes and flags as a list over real layers: where they lie, which match, and one undo for what is done to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import StaleRevisionError
from annotator.model.annotations import Annotation, Annotations, Chain, Entity, Event, Fragment, Note, Relation
from annotator.model.documents import Document
from annotator.model.operations import Add, Edit, Replacement
from annotator.model.schema import EntityType, Schema, Titles
from annotator.store import open_store
from annotator.workflow.notes import (
    WORDS,
    Remark,
    all_remarks,
    document_remarks,
    matching,
    remarks_of,
    remove,
    renewed,
    rewrite,
)
from annotator.workflow.ports import LayerEdit, LayerKey, Store
from annotator.workflow.session import Session

AT = "2026-01-01T00:00:00.000Z"
TEXT = "قصف الجيش مدينة حلب أمس"
ITEMS: tuple[Annotation, ...] = (
    Entity("army", "ARMED", (Fragment(4, 9),)),
    Entity("city", "GPE", (Fragment(10, 15), Fragment(16, 19))),
    Event("blow", "Bombard", (Fragment(0, 3),)),
    Relation("rel", "LocatedIn", "army", "city"),
    Chain("chain", ("city", "army")),
)
NOTES: tuple[Note, ...] = (
    Note("n-doc", "عن النص كله"),
    Note("n-place", "من هذا؟", fragments=(Fragment(20, 23),)),
    Note("n-city", "مدينة أم محافظة؟", "city", flagged=True),
    Note("n-blow", "", "blow", flagged=True),
    Note("n-rel", "علاقة", "rel"),
    Note("n-chain", "سلسلة", "chain"),
)


def remarks(*notes: Note) -> list[Remark]:
    return remarks_of("d", "عنوان", TEXT, Annotations([*ITEMS, *notes]))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "notes.db", create=True)
    made.add_documents([Document.of(TEXT, id=id) for id in ("one", "two", "three", "four")], AT)
    for id, who, items in (
        ("one", "sara", (*ITEMS, *NOTES)),
        ("two", "sara", (*ITEMS, NOTES[2])),
        ("three", "sara", ITEMS),
        ("four", "amal", (*ITEMS, *NOTES)),
    ):
        edit = Edit("Add", tuple(Replacement(None, item) for item in items))
        made.commit("import", AT, [LayerEdit(LayerKey(id, who), 0, edit)])
    yield made
    made.close()


def ids(found: list[Remark]) -> list[str]:
    return [remark.note.id for remark in found]


def notes(store: Store, id: str, who: str = "sara") -> list[str]:
    return [item.id for item in store.layer(LayerKey(id, who)).annotations.of(Note)]


def test_every_note_lies_where_what_it_is_about_lies() -> None:
    found = remarks(*NOTES)
    assert [(r.note.id, r.about, r.start, r.words) for r in found] == [
        ("n-blow", "Bombard", 0, "قصف"),
        ("n-rel", "LocatedIn", 4, "الجيش"),
        ("n-chain", "chain", 10, "مدينة حلب"),
        ("n-city", "GPE", 10, "مدينة حلب"),
        ("n-place", "", 20, "أمس"),
        ("n-doc", "", None, ""),
    ]


def test_notes_on_notes_and_on_themselves_end() -> None:
    found = remarks(Note("a", "x", "b"), Note("b", "y", "a"), Note("c", "z", "blow"), Note("d", "w", "c"))
    assert [(r.note.id, r.about, r.start) for r in found] == [
        ("c", "Bombard", 0),
        ("d", "note", 0),
        ("a", "note", None),
        ("b", "note", None),
    ]


def test_only_the_beginning_of_long_spans_is_kept() -> None:
    text = "كلمة " * 100_000
    long = Entity("e", "GPE", (Fragment(0, 100), Fragment(110, 400_000), Fragment(400_010, 400_020)))
    (remark,) = remarks_of("d", "", text, Annotations([long, Note("n", "x", "e")]))
    assert len(remark.words) == WORDS + 1
    assert len(remark.folded) < 2 * WORDS


@pytest.mark.parametrize(
    ("query", "kind", "expected"),
    [
        ("", "all", ["n-blow", "n-rel", "n-chain", "n-city", "n-place", "n-doc"]),
        ("", "flags", ["n-blow", "n-city"]),
        ("", "notes", ["n-rel", "n-chain", "n-city", "n-place", "n-doc"]),
        ("مدينه", "all", ["n-chain", "n-city"]),
        ("محافظه حلب", "all", ["n-city"]),
        ("bombard", "all", ["n-blow"]),
        ("امس", "notes", ["n-place"]),
        ("عنوان", "flags", ["n-blow", "n-city"]),
        ("nothing", "all", []),
    ],
)
def test_filter(query: str, kind: str, expected: list[str]) -> None:
    assert ids(matching(remarks(*NOTES), query, kind)) == expected  # type: ignore[arg-type]  # one of KINDS


def test_all_documents_of_one_layer(store: Store) -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        seen.append((done, total))
        return True

    found = list(all_remarks(store, "sara", progress=progress))
    assert [remark.document for remark in found] == ["one"] * 6 + ["two"]
    assert found[-1].note.id == "n-city"
    assert seen[0] == (0, 2)  # what has relations and chains alone is not looked at
    assert seen[-1] == (2, 2)
    assert [remark.document for remark in all_remarks(store, "amal")] == ["four"] * 6
    assert ids(document_remarks(store, "sara", "two")) == ["n-city"]
    assert document_remarks(store, "sara", "three") == []
    assert list(all_remarks(store, "sara", progress=lambda _done, _total: False)) == []


def test_delete_in_many_documents_is_one_entry(store: Store) -> None:
    found = [remark for remark in all_remarks(store, "sara") if remark.note.id == "n-city"]
    assert [remark.document for remark in found] == ["one", "two"]
    entry = remove(store, "sara", found)
    assert entry is not None
    assert len(entry.edits) == 2
    assert notes(store, "two") == []
    assert "n-city" not in notes(store, "one")
    assert len(notes(store, "four", "amal")) == 6
    assert remove(store, "sara", found) is None  # they are gone already
    left = list(all_remarks(store, "sara"))
    assert [remark.document for remark in left] == ["one"] * 5
    store.undo("sara", AT)
    assert renewed(store, "sara", left, ["two", "one", "three"]) == list(all_remarks(store, "sara"))
    assert notes(store, "two") == ["n-city"]
    assert "n-city" in notes(store, "one")


def test_rewrite(store: Store) -> None:
    (remark,) = document_remarks(store, "sara", "two")
    assert rewrite(store, "sara", remark, remark.note.text, flagged=True) is None
    assert rewrite(store, "sara", remark, "محافظة", flagged=False) is not None
    (after,) = document_remarks(store, "sara", "two")
    assert (after.note.text, after.note.flagged) == ("محافظة", False)
    assert rewrite(store, "sara", after, " ", flagged=False) is not None
    assert notes(store, "two") == []
    assert rewrite(store, "sara", after, "x", flagged=False) is None


def test_somebody_else_edits_meanwhile(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (remark,) = document_remarks(store, "sara", "two")
    schema = Schema("s", "1", entities=(EntityType("GPE", Titles("x", "س"), "#112233"),))
    commit = store.commit
    waiting = [1]

    def beside(who: str, at: str, edits: list[LayerEdit]) -> object:
        if waiting:
            waiting.pop()
            session = Session(lambda: store, schema, store.document("two"), store.layer(LayerKey("two", "sara")), "x")
            session.submit(Add(Entity("late", "GPE", (Fragment(0, 3),))))
        return commit(who, at, edits)

    monkeypatch.setattr(store, "commit", beside)
    assert remove(store, "sara", [remark]) is not None
    assert "late" in store.layer(LayerKey("two", "sara")).annotations
    assert notes(store, "two") == []


def test_gives_up_when_others_never_stop(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (remark,) = document_remarks(store, "sara", "two")

    def refuse(*_: object) -> None:
        raise StaleRevisionError("newer")

    monkeypatch.setattr(store, "commit", refuse)
    with pytest.raises(StaleRevisionError):
        remove(store, "sara", [remark])


placed = st.builds(
    lambda start, length: (Fragment(start, start + length),), st.integers(0, len(TEXT) - 2), st.integers(1, 2)
)


@given(st.lists(st.tuples(st.text(max_size=8), st.booleans(), placed | st.just(())), max_size=12))
def test_the_list_holds_every_note_once_in_text_order(drawn: list[tuple[str, bool, tuple[Fragment, ...]]]) -> None:
    made = [Note(f"n{at}", text, "", place, flagged) for at, (text, flagged, place) in enumerate(drawn)]
    found = remarks(*made)
    assert sorted(ids(found)) == sorted(note.id for note in made)
    starts = [remark.start for remark in found]
    known = [start for start in starts if start is not None]
    assert known == sorted(known)
    assert all(start is None for start in starts[len(known) :])
    both = {*ids(matching(found, "", "flags")), *ids(matching(found, "", "notes"))}
    assert both == {note.id for note in made if note.flagged or note.text}
