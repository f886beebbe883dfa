"""The documents screen with more documents than are read at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.tui.screens import document_catalogue
from annotator.tui.screens.document_catalogue import AT_ONCE, StateFilter, opened, orders_for
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.people import members
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.rows import Rows
from annotator.workflow.notes import renewed

Make = Callable[..., Any]
MANY = 4 * AT_ONCE + 7


class Held:
    """Lets `read_on` begin so many steps, and no more until it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps = threading.Semaphore(0)
        self.begun = 0
        read_on = document_catalogue.Catalogue.read_on

        def held(catalogue: Any, store: Any) -> None:
            self.begun += 1
            assert self.steps.acquire(timeout=20)
            read_on(catalogue, store)

        monkeypatch.setattr(document_catalogue.Catalogue, "read_on", held)

    def let_go(self, steps: int = 1000) -> None:
        self.steps.release(steps)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch)


async def test_rows_are_there_before_all_is_read(stand: Make, held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.tui.screens.document_list._AGAIN", 0.0)
    app = stand(DocumentsScreen, MANY)
    app.remembered["last_document"] = "doc-700"
    async with app.run_test(size=(100, 24)) as pilot:
        rows = app.screen.query_one(Rows)
        await app.until(lambda: "doc-700" in app.text())
        assert rows.count == MANY
        assert app.screen.here() == "doc-700"
        await app.until(lambda: "reading 0%" in app.text())
        await pilot.press("end")
        await app.until(lambda: "…" not in next(x for x in app.text().split("\n") if "doc-1006" in x))
        await pilot.press("o", "o")  # by title, by id: not before all is read
        assert app.screen.here() == "doc-1006"
        await pilot.press("slash", *"doc-30")
        await app.until(lambda: "Reading the documents" in app.text())
        held.let_go(2)
        await app.until(lambda: rows.count == 10)
        held.let_go()
        await app.until(lambda: app.screen._found.complete and "reading" not in app.text())
        await app.until(lambda: "10 of 1,007" in app.text())
        await pilot.press("enter")
        await app.until(lambda: app.results)
        assert app.results == ["doc-300"]


async def test_leaving_the_screen_ends_the_reading(stand: Make, held: Held) -> None:
    app = stand(DocumentsScreen, MANY)
    async with app.run_test(size=(100, 24)) as pilot:
        await app.until(lambda: held.begun == 1)
        await pilot.press("escape")
        await app.until(lambda: app.results == [None])
        held.let_go()
        for _ in range(20):
            await pilot.pause()
        assert held.begun == 1


async def test_enter_opens_what_was_asked_for(stand: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.tui.screens.document_list._SMALL", 10)
    gate, arranged = threading.Event(), document_catalogue.Catalogue.arranged

    def slow(*about: Any) -> Any:
        assert gate.wait(20)
        return arranged(*about)

    app = stand(DocumentsScreen, 40)
    async with app.run_test(size=(100, 24)) as pilot:
        gate.set()
        await app.until(lambda: app.screen.query_one(Rows).count == 40)
        gate.clear()
        monkeypatch.setattr(document_catalogue.Catalogue, "arranged", slow)
        app.screen.query_one(ArabicInput).focus()
        await pilot.press(*"doc-033", "enter")
        assert app.results == []
        gate.set()
        await app.until(lambda: app.results)
        assert app.results == ["doc-033"]


async def test_what_changes_while_all_is_read(stand: Make, held: Held) -> None:
    app = stand(DocumentsScreen, MANY)
    async with app.run_test(size=(100, 24)):
        await app.until(lambda: held.begun == 1)
        screen, found = app.screen, app.screen._found
        one, late = found.items(app.memory, [3, MANY - 1])
        held.let_go(1)
        await app.until(lambda: found.read == AT_ONCE)
        found.renew([replace(one, state="done"), replace(late, state="done")])
        held.let_go()
        await app.until(lambda: found.complete)
        assert list(found.arranged(screen._order, "", StateFilter("done"))) == [3, MANY - 1]


def test_nothing_reads_all_at_once(stand: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = stand(None, MANY)
    whole = app.memory.summaries
    asked: list[int] = []

    def some(documents: Any) -> Any:
        ids = list(documents)
        asked.append(len(ids))
        return whole(ids)

    monkeypatch.setattr(app.memory, "summaries", some)
    found = opened(app.memory, app.person)
    while not found.complete:
        found.read_on(app.memory)
    assert asked == [AT_ONCE] * 4 + [7]
    for order in orders_for(reviewing=True):
        shown = found.arranged(order)
        items = found.items(app.memory, range(MANY))
        assert list(shown) == sorted(range(MANY), key=lambda n: order.key(items[n]), reverse=order.reverse)


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 7), st.booleans())
def test_sorting_in_steps_is_sorting(keys: list[int], run: int, reverse: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document_catalogue, "_RUN", run)
        found = document_catalogue._sorted(range(len(keys)), keys.__getitem__, reverse=reverse)
    assert found == sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)


async def test_no_step_to_another_document_reads_all(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    app = program({f"d{number}": "في دمشق" for number in (2, 1, 3)})

    def refuse(*_: object) -> None:
        raise AssertionError("this costs as much as the whole project")

    async with app.run_test(size=(100, 24)) as pilot:
        await app.until(lambda: app.ground.session is not None)
        store = app.store()
        monkeypatch.setattr(store, "documents", refuse)
        monkeypatch.setattr(store.inner, "documents", refuse)
        for command, document in (("next", "d1"), ("next", "d3"), ("previous", "d1"), ("previous", "d2")):
            getattr(app.ground, f"action_{command}_document")()
            await app.until(lambda document=document: app.ground.session.document.id == document)
        app.ground.action_previous_document()
        await app.until(lambda: "this is the first document" in app.text())
        await pilot.press("f2")
        await app.until(lambda: isinstance(app.screen, DocumentsScreen) and app.screen.query_one(Rows).count == 3)
        assert [member.progress.total for member in members(store) if member.progress] == []
        assert renewed(store, "sara", [], ["d3", "d2"]) == []
