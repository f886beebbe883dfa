"""Search over the corpus, and labelling or clearing many hits at once with one undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.errors import StaleRevisionError, UsageError
from annotator.model.annotations import Annotations, Chain, Entity, Event, Fragment
from annotator.model.documents import Document
from annotator.model.operations import Add, Edit, Replacement
from annotator.model.schema import EntityType, EventType, Schema, Titles
from annotator.store import open_store
from annotator.text.find import FindOptions, find_all
from annotator.text.normalise import fold
from annotator.workflow.matching import WORDS, Query, find_in, needs_of
from annotator.workflow.occurrences import clear_hits, label_hits, state_of
from annotator.workflow.ports import LayerEdit, LayerKey, Store
from annotator.workflow.search import Hit, renewed, search
from annotator.workflow.session import Session

AT = "2026-01-01T00:00:00.000Z"
TITLES = Titles("x", "س")
SCHEMA = Schema(
    "test",
    "1",
    entities=(EntityType("ORG", TITLES, "#112233", "o"), EntityType("GPE", TITLES, "#223344", "g")),
    events=(EventType("Attack", TITLES, "#334455", "A"),),
)
TEXTS = {
    "one": "قال إن لداعش دورا، وداعِش هنا.\nابداعش",
    "two": "لا شيء هنا",
    "three": "داعش في سورية و داعـش",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "corpus.db", create=True)
    made.add_documents([Document.of(text, id=id) for id, text in TEXTS.items()], AT)
    yield made
    made.close()


def hits(store: Store, query: Query, who: str = "sara", **options: int) -> list[Hit]:
    return list(search(store, query, layer=who, **options))  # type: ignore[arg-type]  # only `limit` is passed


def shown(found: list[Hit]) -> list[tuple[str, str]]:
    return [(hit.document, hit.words) for hit in found]


def session(store: Store, id: str, who: str = "sara") -> Session:
    return Session(lambda: store, SCHEMA, store.document(id), store.layer(LayerKey(id, who)), who)


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query("داعش"), ["one داعش", "one داعِش", "one داعش", "three داعش", "three داعـش"]),
        (Query("داعش", words="words"), ["three داعش", "three داعـش"]),
        (Query("داعش", words="clitics"), ["one داعش", "one داعِش", "three داعش", "three داعـش"]),
        (Query("داعش", words="clitics", normalise=False), ["one داعش", "three داعش"]),
        (Query("داعش", normalise=False), ["one داعش", "one داعش", "three داعش"]),
        (Query("د.عش", regex=True), ["one داعش", "one داعِش", "one داعش", "three داعش", "three داعـش"]),
        (Query("د.عش", regex=True, words="clitics"), ["one داعش", "one داعِش", "three داعش", "three داعـش"]),
        (Query("(هنا|قال)", regex=True), ["one قال", "one هنا", "two هنا"]),
        (Query("سوريه"), ["three سورية"]),
        (Query("في سوريا"), []),
        (Query("هنا", document="two"), ["two هنا"]),
        (Query(""), []),
    ],
)
def test_what_is_found(store: Store, query: Query, expected: list[str], indexed: bool) -> None:
    if indexed:
        store.index_texts()
    found = hits(store, query)
    assert [" ".join(item) for item in shown(found)] == expected
    for hit in found:
        text = TEXTS[hit.document]
        assert text[hit.start : hit.end] == hit.words
        assert text == hit.before + hit.words + hit.after
        assert hit.title == Document.of(text, id="x").title


@pytest.mark.parametrize(
    ("text", "word", "start"),
    [
        ("وبالقاهرة", "القاهرة", 2),
        ("فسيكتب", "يكتب", 2),
        ("كبيروت", "بيروت", 1),
        ("ككك", "كك", 1),
        ("وَلِلبنان", "لبنان", 4),
        ("وللقاهرة", "القاهرة", 2),
        ("لِلْقاهِرة", "القاهرة", 2),
        ("فالقاهرة", "القاهرة", 1),
        ("بيتللقاهرة", "القاهرة", None),
        ("القاهرة", "القاهرة", 0),
        ("لقاهرة", "القاهرة", None),
        ("وَلِبنان", "لِبنان", 2),
        ("بيتلبنان", "لبنان", None),
        ("لبنانية", "لبنان", None),
        ("قاللداعش", "داعش", None),
        ("(لداعش)", "داعش", 2),
    ],
)
def test_clitics_before_a_word(text: str, word: str, start: int | None) -> None:
    (found,) = find_in([text], Query(word, words="clitics"))
    assert [first for first, _ in found] == ([] if start is None else [start])


def test_the_limit_and_progress_end_it(store: Store) -> None:
    some = search(store, Query("داعش"), layer="sara", limit=3)
    assert len(list(some)) == 3
    assert not some.complete
    exact = search(store, Query("داعش"), layer="sara", limit=5)
    assert len(list(exact)) == 5
    assert exact.complete
    seen: list[tuple[int, int]] = []

    def first(done: int, total: int) -> bool:
        seen.append((done, total))
        return False

    stopped = search(store, Query("داعش"), layer="sara", progress=first)
    list(stopped)
    assert seen == [(3, 3)]
    assert not stopped.complete


def test_no_regular_expression(store: Store) -> None:
    with pytest.raises(UsageError, match="not a regular expression"):
        hits(store, Query("(", regex=True))


def test_by_label(store: Store) -> None:
    label_hits(store, SCHEMA, "sara", hits(store, Query("داعش", document="one"))[:1], "ORG")
    label_hits(store, SCHEMA, "sara", hits(store, Query("في سورية")), "GPE")
    assert shown(hits(store, Query(label="ORG"))) == [("one", "داعش")]
    assert shown(hits(store, Query("سور", label="GPE"))) == [("three", "سور")]
    assert hits(store, Query("سور", label="ORG")) == []
    assert hits(store, Query(label="ORG"), who="amal") == []
    (hit,) = hits(store, Query("سورية"))
    assert [span.type for span in hit.labels] == ["GPE"]
    assert hit.exact == ()
    assert state_of(hit, "GPE") == "overlaps"


def test_one_undo_for_all(store: Store) -> None:
    open_one = session(store, "three")
    outcome = label_hits(store, SCHEMA, "sara", hits(store, Query("داعش", words="clitics")), "ORG")
    assert (outcome.added, outcome.unchanged, outcome.refused) == (4, 0, ())
    assert outcome.entry is not None
    assert [change.key.document for change in outcome.entry.edits] == ["one", "three"]
    open_one.reload()
    assert len(open_one.annotations) == 2
    entry = open_one.undo()
    assert entry is not None
    assert entry.target == outcome.entry.id
    assert len(open_one.annotations) == 0
    assert len(open_one.index) == 0
    assert store.layer(LayerKey("one", "sara")).annotations == Annotations()
    open_one.redo()
    assert len(open_one.annotations) == 2
    assert len(store.layer(LayerKey("one", "sara")).annotations) == 2
    assert store.problems() == []


def test_labels_that_are_there(store: Store) -> None:
    found = hits(store, Query("داعش", words="clitics"))
    label_hits(store, SCHEMA, "sara", found[:2], "ORG")
    label_hits(store, SCHEMA, "sara", found[2:3], "GPE")
    found = renewed(store, found, "sara")
    assert [state_of(hit, "ORG") for hit in found] == ["same", "same", "overlaps", "new"]
    before = store.layer(LayerKey("three", "sara")).annotations.entities[0]
    outcome = label_hits(store, SCHEMA, "sara", found, "ORG")
    assert (outcome.added, outcome.relabelled, outcome.unchanged) == (1, 1, 2)
    after = store.layer(LayerKey("three", "sara")).annotations
    assert after[before.id] == Entity(before.id, "ORG", before.fragments, provenance=before.provenance)
    again = label_hits(store, SCHEMA, "sara", found, "ORG")
    assert again.entry is None
    assert again.unchanged == 4
    events = label_hits(store, SCHEMA, "sara", found, "Attack")  # an event beside the entities, not instead
    assert (events.added, events.relabelled) == (4, 0)
    cleared = clear_hits(store, SCHEMA, "sara", found)
    assert cleared.removed == 8
    assert all(not hit.labels for hit in renewed(store, found, "sara"))
    assert clear_hits(store, SCHEMA, "sara", found).unchanged == 4
    store.undo("sara", AT)
    assert len(store.layer(LayerKey("one", "sara")).annotations) == 4
    assert renewed(store, found, "amal") == [Hit(*(getattr(hit, name) for name in NAMES)) for hit in found]


NAMES = ("document", "title", "start", "end", "before", "words", "after")


def test_what_depends_on_a_deleted_annotation_goes_with_it(store: Store) -> None:
    found = hits(store, Query("داعش", document="three"))
    label_hits(store, SCHEMA, "sara", found, "ORG")
    layer = store.layer(LayerKey("three", "sara"))
    chain = Chain("c-1", tuple(layer.annotations))
    edit = Edit("Add", (Replacement(None, chain),))
    store.commit("sara", AT, [LayerEdit(layer.key, layer.revision, edit)])
    outcome = clear_hits(store, SCHEMA, "sara", found)
    assert outcome.removed == 3
    assert len(store.layer(layer.key).annotations) == 0


def test_what_is_not_allowed_is_reported_and_the_rest_done(store: Store) -> None:
    good = hits(store, Query("داعش", document="three"))
    bad = Hit("three", "", 5, 500, "", "?", "")
    outcome = label_hits(store, SCHEMA, "sara", [bad, *good], "ORG")
    assert outcome.added == 2
    assert [refusal.hit for refusal in outcome.refused] == [bad]
    assert outcome.refused[0].what
    with pytest.raises(KeyError):
        label_hits(store, SCHEMA, "sara", good, "NONE")


def test_an_edit_in_between_is_taken_into_account(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = hits(store, Query("داعش", words="clitics"))
    other = session(store, "three")
    commit = store.commit
    interfering = True

    def interfere(who: str, at: str, edits: object) -> object:
        nonlocal interfering
        if interfering:
            interfering = False
            start, end = found[-1].start, found[-1].end
            commit("sara", at, [LayerEdit(other.key, 0, edit_of("e-0", start, end))])
        return commit(who, at, edits)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(store, "commit", interfere)
    outcome = label_hits(store, SCHEMA, "sara", found, "ORG")
    assert (outcome.added, outcome.relabelled) == (3, 1)
    monkeypatch.setattr(store, "commit", lambda *_: (_ for _ in ()).throw(StaleRevisionError("again")))
    with pytest.raises(StaleRevisionError):
        clear_hits(store, SCHEMA, "sara", found)


def edit_of(id: str, start: int, end: int) -> Edit:
    add = Add(Entity(id, "GPE", (Fragment(start, end),)))
    return Edit("Add", (Replacement(None, add.annotation),))


@given(
    st.sampled_from([Query(words=words, normalise=normalise) for words in WORDS for normalise in (True, False)]),
    st.text("اأبتل ـَ", min_size=1, max_size=5),
    st.lists(st.text("اأبتلوfF \0ـَ", max_size=16), max_size=4),
)
def test_together_texts_say_what_each_says_alone(query: Query, word: str, texts: list[str]) -> None:
    query = replace(query, text=word)
    together = list(find_in(texts, query))
    assert together == [next(iter(find_in([text], query))) for text in texts]
    for text, found in zip(texts, together, strict=True):
        folded = fold(text).text
        assert not found or all(any(one in folded for one in group) for group in needs_of(query))


@given(st.text("ابتوفكلس ـَ", max_size=20), st.text("ابتوفكل ", min_size=1, max_size=3))
@example("وكتب فكتب كتب", "كتب")
def test_words_with_clitics_are_more_than_whole_words(text: str, word: str) -> None:
    (whole,) = find_in([text], Query(word, words="words"))
    (clitics,) = find_in([text], Query(word, words="clitics"))
    anywhere = find_all(text, word, FindOptions())
    assert all(any(start < last and first < end for first, last in clitics) for start, end in whole)
    assert all(end <= start for (_, end), (start, _) in pairwise(clitics))
    assert bool(clitics) <= bool(anywhere)


def test_an_event_is_no_entity(store: Store) -> None:
    (hit, *_) = hits(store, Query("هنا"))
    label_hits(store, SCHEMA, "sara", [hit], "Attack")
    (event,) = store.layer(LayerKey("one", "sara")).annotations.values()
    assert isinstance(event, Event)
    assert event.provenance.agent == "sara"
