"""The concordance over a real database: search, tick, label, clear, undo, open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from wcwidth import wcswidth

from annotator.errors import StoreError
from annotator.model.documents import Document
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.tui.screens.concordance import ConcordanceScreen
from annotator.tui.screens.concordance_rows import summary
from annotator.tui.screens.concordance_search import given_up
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.kwic import Kwic, KwicStyles, anchor, kwic_pieces
from annotator.tui.widgets.pieces import width_of
from annotator.tui.widgets.tick_rows import TickRows
from annotator.workflow.match_pool import MatchPool
from annotator.workflow.matching import Query
from annotator.workflow.occurrences import Outcome
from annotator.workflow.ports import LayerKey, Store
from annotator.workflow.project import Project
from annotator.workflow.search import Search

AT = "2026-01-01T00:00:00.000Z"
TEXTS = {
    "one": "قال إن لداعش دورا، وداعِش هنا.\nابداعش",
    "two": "لا شيء هنا",
    "three": "داعش في سورية و داعـش",
}
Make = Callable[..., Any]
HIT, CONTEXT = Style(color="#000001"), Style(color="#000002")
STYLES = KwicStyles(HIT, CONTEXT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "texts.db", create=True)
    made.add_documents([Document.of(text, id=id) for id, text in TEXTS.items()], AT)
    yield made
    made.close()


@pytest.fixture
def concordance(stand: Make, store: Store) -> Make:
    """A stand with the concordance over `store`."""

    def make(query: Query | None = None, **options: Any) -> Any:
        app = stand(lambda: ConcordanceScreen(query or Query(), **options))
        app.memory = store
        return app

    return make


def labels(store: Store, id: str) -> list[tuple[str, str]]:
    annotations = store.layer(LayerKey(id, "sara")).annotations
    return sorted(
        (item.type, TEXTS[id][item.fragments[0].start : item.fragments[0].end]) for item in annotations.entities
    )


async def test_search_as_you_type_and_open(concordance: Make) -> None:
    app = concordance()
    async with app.run_test(size=(110, 24)) as pilot:
        await app.until(lambda: "Type what to look for" in app.text())
        await pilot.press(*"داعش")
        await app.until(lambda: "5 in 2 documents" in app.text())
        lines = [line for line in app.text().split("\n") if "ﺶ" in line and "□" in line]
        assert len(lines) == 5
        ends = {line.rindex("]") if "]" in line else None for line in lines} - {None}
        assert len(ends) <= 1
        assert lines[0].rstrip().endswith("one")
        await pilot.press("f5", "f5")
        await app.until(lambda: "4 in 2 documents" in app.text())
        assert "words with clitics" in app.text()
        await pilot.press("enter", "down", "down", "enter")
        await app.until(lambda: app.results)
        (place,) = app.results
        assert (place.document, place.start, place.end) == ("three", 0, 4)


async def test_tick_label_relabel_clear_and_undo(concordance: Make, store: Store) -> None:
    app = concordance(Query("داعش", words="clitics"))
    async with app.run_test(size=(110, 24)) as pilot:
        await app.until(lambda: "4 in 2 documents" in app.text())
        await pilot.press("space", "down", "space")
        await app.until(lambda: "2 ticked" in app.text())
        await pilot.press("o")
        await app.until(lambda: "✓ 2 labelled ORG in 2 documents" in app.text())
        assert labels(store, "one") == [("ORG", "داعش")]
        assert labels(store, "three") == [("ORG", "داعش")]
        await pilot.press("ctrl+a", "g")
        await app.until(lambda: "2 labelled GPE · 2 relabelled GPE in 2 documents" in app.text())
        assert app.text().count("GPE") >= 4
        await pilot.press("u")
        await app.until(lambda: "undone: labelling as GPE in 2 documents" in app.text())
        assert labels(store, "one") == [("ORG", "داعش")]
        await pilot.press("U")
        await app.until(lambda: "done again" in app.text())
        await pilot.press("x")
        await app.until(lambda: "4 deleted in 2 documents" in app.text())
        assert labels(store, "one") == labels(store, "three") == []
        await pilot.press("u")
        await app.until(lambda: "undone: deleting" in app.text())
        assert len(labels(store, "three")) == 2
        await pilot.press("ctrl+a")
        await app.until(lambda: "ticked" not in app.text().split("\n", maxsplit=1)[0])
        await pilot.press("x")  # the one under the cursor
        await app.until(lambda: "1 deleted in 1 document " in app.text())
        await pilot.press("escape")
        await app.until(lambda: app.results == [None])


async def test_all_occurrences(concordance: Make, store: Store) -> None:
    app = concordance(Query("داعش", words="clitics"), here="one", label="ORG")
    async with app.run_test(size=(110, 24)) as pilot:
        await app.until(lambda: "4 ticked" in app.text())
        await app.until(lambda: "+ 4 new" in app.text())
        await pilot.press("space", "enter")
        await app.until(lambda: "3 labelled ORG in 2 documents" in app.text())
        await pilot.press("ctrl+a", "ctrl+a", "down", "g")
        await app.until(lambda: "relabelled GPE" in app.text())
        await pilot.press("f8")
        await app.until(lambda: "2 in 1 document" in app.text())
        assert app.remembered["concordance-scope"] == "document"
        await app.until(lambda: "1 new" in app.text())
        assert "= 1 labelled so" in app.text()
        assert "1 ticked" in app.text()
        await pilot.press("enter")
        await app.until(lambda: len(labels(store, "one")) == 2)
        await pilot.press("ctrl+o")
        await app.until(lambda: app.results)
        assert app.results[0].document == "one"


async def test_a_label_can_be_chosen_from_the_list(concordance: Make, store: Store) -> None:
    app = concordance(Query("سورية"), label="")
    async with app.run_test(size=(110, 24)) as pilot:
        await app.until(lambda: "1 ticked" in app.text())
        await pilot.press("enter")
        await app.until(lambda: "Choose a label" in app.text())
        await pilot.press(*"GPE", "enter")
        await app.until(lambda: labels(store, "three") == [("GPE", "سورية")])
        await pilot.press("f4")
        await app.until(lambda: "Choose a label" in app.text())
        await pilot.press(*"GPE", "enter")
        await app.until(lambda: "in GPE" in app.text())
        await app.until(lambda: "1 in 1 document" in app.text())
        await pilot.press("f4")
        await app.until(lambda: "any label" in app.text())


async def test_between_the_field_and_the_hits(concordance: Make) -> None:
    app = concordance(Query("داعش"))
    async with app.run_test(size=(110, 24)) as pilot:
        await app.until(lambda: "5 in 2 documents" in app.text())
        field, rows = app.screen.query_one(ArabicInput), app.screen.query_one(TickRows)
        assert rows.has_focus
        await pilot.press("tab")
        assert field.has_focus
        await pilot.press("pagedown")
        assert (field.has_focus, rows.cursor) == (True, 4)
        await pilot.press("down")
        assert rows.has_focus
        await pilot.press("slash", "tab")
        assert rows.has_focus
        await pilot.press("U")
        await app.until(lambda: "✗ nothing to redo" in app.text())


async def test_options(concordance: Make) -> None:
    app = concordance(Query("د.عش"))
    async with app.run_test(size=(110, 24)) as pilot:
        await app.until(lambda: "No hits." in app.text())
        assert "Look wider" not in app.text()
        await pilot.press("f5", "f6")
        await app.until(lambda: "No hits. Look wider: parts of words (F5), other spellings (F6)." in app.text())
        await pilot.press("f6", "f5", "f5")
        await app.until(lambda: "Look wider" not in app.text())
        await pilot.press("f7")
        await app.until(lambda: "5 in 2 documents" in app.text())
        await pilot.press("f6")
        await app.until(lambda: "3 in 2 documents" in app.text())
        assert "exactly so" in app.text()
        app.screen.query_one(ArabicInput).value = ""
        await pilot.press("slash", "(")
        await app.until(lambda: "✗ not a regular expression" in app.text())
        await pilot.press("backspace")
        await app.until(lambda: "Type what to look for" in app.text())


async def test_errors_stops_and_long_searches(concordance: Make, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, texts = threading.Event(), store.texts

    def slowly(*args: Any) -> Any:
        gate.wait(10)
        return texts(*args)

    monkeypatch.setattr(store, "texts", slowly)
    app = concordance(Query("داعش"))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "Searching …" in app.text())
        await app.until(lambda: app.screen._busy)
        await pilot.press("o")
        await pilot.press("escape")  # stops, and does not leave
        gate.set()
        await app.until(lambda: not app.screen._busy)
        await app.until(lambda: "stopped" in app.text())
        monkeypatch.setattr(store, "texts", lambda *_: fail("the disk is gone"))
        await pilot.press("f5")
        await app.until(lambda: "✗ the disk is gone" in app.text())
        monkeypatch.setattr(store, "texts", texts)
        await pilot.press("f5")
        await app.until(lambda: "4 in 2 documents" in app.text())
        monkeypatch.setattr(store, "commit", lambda *_: fail("the disk is full"))
        await pilot.press("o")
        await app.until(lambda: "not done: the disk is full" in app.text())
        await pilot.press("x")
        await app.until(lambda: "1 have no annotation" in app.text())
        await pilot.press("u")
        await app.until(lambda: "nothing to undo" in app.text())


def fail(what: str) -> None:
    raise StoreError(what)


async def test_an_endless_expression_is_stopped_and_named(
    concordance: Make, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add_documents([Document.of("ا" * 60 + "ب", id="trap")], AT)
    app = concordance(Query("(ا+)+$", regex=True))
    async with app.run_test(size=(110, 24)) as pilot:
        await app.until(lambda: app.screen._busy)
        await pilot.press("f6", "f6")  # the screen answers while it is looked for
        await app.until(lambda: "all spellings" in app.text())
        await app.until(lambda: app.screen._busy)
        await pilot.press("escape")
        await app.until(lambda: "stopped; there may be more" in app.text())
        assert not app.results
        monkeypatch.setattr(MatchPool, "take", lambda pool: (pool._asked.popleft(), ({0: [(0, 2)]}, [3]))[1])
        await pilot.press("f6")
        await app.until(
            lambda: "✗ the expression takes too long in trap; what it finds there is not shown" in app.text()
        )
        assert "1+ in 1 document" in app.text()
        await pilot.press("escape")
        await app.until(lambda: app.results == [None])


def test_what_was_given_up_in_words(store: Store) -> None:
    searched = Search(store, Query(), "sara")
    searched.given_up, searched.looked_at, searched.total = ["a", "b", "c", "d"], 4, 9
    assert given_up(searched) == "the expression takes too long in a, b, c and 1 more; the search ended there"


async def test_the_mouse(concordance: Make, store: Store) -> None:
    app = concordance(Query("داعش"))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "5 in 2 documents" in app.text())
        await pilot.click(TickRows, offset=(1, 2))
        await app.until(lambda: "1 ticked" in app.text())
        assert app.screen._ticked == {2}
        await pilot.click(TickRows, offset=(30, 4), times=2)
        await app.until(lambda: app.results)
        assert app.results[0].document == "three"


async def test_it_fits_every_size(concordance: Make, resize: Any) -> None:
    app = concordance(Query("داعش"), label="ORG")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.until(lambda: "5 in 2 documents" in app.text())
        for width, height in ((60, 15), (200, 50), (59, 24), (100, 20), (20, 5), (80, 24)):
            await resize(pilot, width, height)
            assert {wcswidth(line) for line in app.text().split("\n")} == {width}
            assert ("60x15 needed" in app.text()) == (width < 60)
        app.screen.look_changed()


def test_what_was_done_in_words() -> None:
    assert summary(Outcome(), "ORG", {}) == "nothing to do"
    assert summary(Outcome(unchanged=2), "ORG", {}) == "2 were so already"


@given(
    *(st.text("ابتلاabc 1\n\t\u202eَـ😀漢", max_size=12) for _ in range(3)),
    st.integers(1, 60),
)
def test_kwic_rows_have_their_width(before: str, words: str, after: str, width: int) -> None:
    pieces = kwic_pieces(Kwic(before, words, after), width, STYLES)
    assert sum(width_of(text) for text, _ in pieces) == width
    assert kwic_pieces(Kwic(before, words, after), 0, STYLES) == []


@given(
    *(st.text("ابتثج ", max_size=30) for _ in range(2)), st.text("دذرز", min_size=1, max_size=6), st.integers(20, 60)
)
def test_hits_end_in_one_column(before: str, after: str, words: str, width: int) -> None:
    pieces = kwic_pieces(Kwic(before, words, after, "rtl"), width, STYLES)
    at = 0
    for text, style in pieces:
        at += width_of(text)
        if style is HIT:
            assert at == anchor(width)
            return
    raise AssertionError(pieces)


def test_context_and_brackets() -> None:
    pieces = kwic_pieces(Kwic("قال ", "زيد", " نعم"), 30, STYLES)
    text = "".join(part for part, _ in pieces)
    assert text.strip() == "ﻢﻌﻧ[ﺪﻳﺯ]ﻝﺎﻗ"
    cut = "".join(part for part, _ in kwic_pieces(Kwic("قال " * 9, "زيد", " نعم" * 9), 30, STYLES))
    assert (cut[0], cut[-1], len(cut)) == ("…", "…", 30)


async def test_from_the_text_and_back(project: Project, tmp_path: Path) -> None:
    path = Path(project.database)
    opened = open_store(path, create=True)
    opened.add_documents([Document.of(text, id=id) for id, text in TEXTS.items()], AT)
    opened.close()
    app = AnnotatorApp(Launch(project, "sara", lambda: open_store(path), read_first(path, "sara", "sara", "three")))

    def text() -> str:
        return "\n".join("".join(part.text for part in line) for line in app.screen._compositor.render_strips())

    async def until(holds: Callable[[], object]) -> None:
        for _ in range(400):
            if holds():
                return
            await pilot.pause(0.0125)
        assert holds(), text()

    async with app.run_test(size=(110, 24)) as pilot:
        await pilot.press("asterisk")
        await until(lambda: "4 ticked" in text())
        await pilot.press("o")
        await until(lambda: "4 labelled ORG in 2 documents" in text())
        await pilot.press("escape")
        screen: Any = app.screen
        await until(lambda: len(screen.session.annotations) == 2)
        await pilot.press("asterisk")
        await until(lambda: "= 4 labelled so" in text())
        await pilot.press("ctrl+o")
        await until(lambda: getattr(app.screen, "session", None) is not None and screen.session.document.id == "one")
        assert len(screen.session.annotations) == 2
        await pilot.press("u")
        await until(lambda: len(screen.session.annotations) == 0)
        assert app.store().layer(LayerKey("three", "sara")).annotations.entities == []
        await pilot.press("ctrl+g")
        await until(lambda: "Type what to look for" in text())
        await pilot.press("escape")
        await until(lambda: app.screen is screen)
