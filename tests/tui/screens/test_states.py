"""States of layers on the documents screen: one's own, everybody's, filtered, sorted, reopened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.model.annotations import Entity, Fragment
from annotator.model.operations import Edit, Replacement
from annotator.tui.screens.adjudicate_dialogs import Choose
from annotator.tui.screens.document_catalogue import Catalogue, opened, orders_for
from annotator.tui.screens.document_table import columns_for, state_of_all
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.state_signs import SIGNS
from annotator.tui.widgets.lines import HintBar
from annotator.tui.widgets.rows import Rows
from annotator.workflow.access import Guarded
from annotator.workflow.adjudication import begin
from annotator.workflow.people import at_work
from annotator.workflow.ports import Adjudication, LayerEdit, LayerKey, Person, Role, Store
from annotator.workflow.states import FINISHED, STATES, State
from annotator.workflow.submission import reopen, submit

Make = Callable[..., Any]
Beside = Callable[[], Store]
TEAM: Mapping[str, Role] = {"huda": "manager", "layla": "reviewer", "omar": "annotator", "sara": "annotator"}
TEXTS = {f"d{number}": f"في دمشق {number}" for number in range(1, 7)}
NOW = "2026-11-20T10:00:00.000Z"


def annotate(store: Store, document: str, name: str) -> None:
    entity = Entity("e-1", "GPE", (Fragment(3, 7),))
    store.commit(name, NOW, [LayerEdit(LayerKey(document, name), 0, Edit("Add", (Replacement(None, entity),)))])


def work(store: Store, schema: Any) -> None:
    """d1 new, d2 begun by sara, d3 submitted by both, d4 reopened for sara, d5 in adjudication, d6 done."""
    for document in ("d2", "d3", "d4", "d5"):
        annotate(store, document, "sara")
    for document in ("d3", "d4", "d5", "d6"):
        for name in ("sara", "omar"):
            submit(store, schema, LayerKey(document, name), name)
    reopen(store, LayerKey("d4", "sara"), "layla")
    for document in ("d5", "d6"):
        begin(store, schema, document, "layla")


@pytest.fixture
def at(program: Make, beside: Beside) -> Callable[[str], Any]:
    """The program as somebody, after some work was done."""

    def make(who: str) -> Any:
        app = program(TEXTS, who=who, people=TEAM)
        work(beside(), app.schema)
        return app

    return make


def catalogue(store: Any, person: Person) -> Catalogue:
    """All documents, read."""
    found = opened(store, person)
    found.count(store)
    while not found.complete:
        found.read_on(store)
    return found


async def documents(app: Any, pilot: Any) -> DocumentsScreen:
    await pilot.press("f2")
    await app.until(lambda: isinstance(app.screen, DocumentsScreen))
    screen: DocumentsScreen = app.screen
    await app.until(lambda: screen.query_one(Rows).count)
    await app.until(lambda: "d1" in app.text())
    return screen


def row(app: Any, document: str) -> str:
    lines: list[str] = app.text().split("\n")
    return next(line for line in lines if f" {document} " in line)


async def test_an_annotator_sees_the_states_of_their_own_layer(at: Make) -> None:
    app = at("sara")
    async with app.run_test(size=(120, 24)) as pilot:
        await documents(app, pilot)
        for document, state in zip(TEXTS, STATES_OF_SARA, strict=True):
            assert f"{SIGNS[state]} {state}" in row(app, document)
        text = app.text()
        assert "sara, annotator" in text
        assert "3/6 submitted" in text
        for hidden in ("omar", "Open", "reopen "):
            assert hidden not in text
        assert "1 in adjudication" in text


STATES_OF_SARA: tuple[State, ...] = ("new", "in progress", "submitted", "reopened", "in adjudication", "done")


async def test_a_reviewer_sees_everybodys_states(at: Make) -> None:
    app = at("layla")
    async with app.run_test(size=(120, 24)) as pilot:
        await documents(app, pilot)
        assert "omar" in app.text()
        assert "6/12 submitted · 1 adjudicated" not in app.text()
        assert "7/12 submitted · 1 adjudicated" in app.text()
        assert "omar 4/6  sara 3/6" in app.text()
        assert row(app, "d2").split()[:6] == ["◐", "in", "progress", "d2", "○", "◐"]
        assert row(app, "d3").split()[:6] == ["●", "submitted", "d3", "●", "0", "●"]
        assert "↺ reopened" in row(app, "d4")
        assert "1/1" in row(app, "d5")
        assert "0/0" in row(app, "d6")
        assert "reopen" in app.text().split("\n")[-1]


async def test_too_many_people_for_columns_are_counted(program: Make) -> None:
    people = {**TEAM, **{f"person-{number:02}": "annotator" for number in range(20)}}
    app = program(TEXTS, who="layla", people=people)
    async with app.run_test(size=(80, 24)) as pilot:
        await documents(app, pilot)
        assert "Finished" in app.text()
        assert "0/22" in row(app, "d1")
        assert "…" in app.text().split("\n")[1]


async def test_filter_by_state(at: Make) -> None:
    app = at("layla")
    async with app.run_test(size=(120, 30)) as pilot:
        screen = await documents(app, pilot)
        rows = screen.query_one(Rows)
        await pilot.press("f")
        await app.until(lambda: isinstance(app.screen, Choose))
        await app.until(lambda: "● submitted · omar" in app.text())
        await pilot.press("4")
        await app.until(lambda: "only ● submitted ·" in app.text())
        assert rows.count == 1
        assert screen.here() == "d3"
        assert "1 of 6" in app.text()
        await pilot.click("#progress", offset=(10, 0))
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        await pilot.press("1")
        await app.until(lambda: rows.count == 6)
        await pilot.press("f")
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        await pilot.press("end", "enter")
        await app.until(lambda: "only ✓ done · sara" in app.text())
        assert screen.here() == "d6"
        await pilot.press("escape")
        await app.until(lambda: rows.count == 6)
        await pilot.press("escape")
        await app.until(lambda: app.screen is app.ground)


async def test_sort_by_what_is_open(at: Make) -> None:
    app = at("layla")
    async with app.run_test(size=(120, 24)) as pilot:
        screen = await documents(app, pilot)
        screen.sort_by("open")
        await app.until(lambda: "Open▾" in app.text())
        await pilot.press("home")
        assert screen.here() == "d5"
        screen.sort_by("finished")
        await pilot.press("home")
        assert screen.here() == "d3"
        names = [order.name for order in orders_for(reviewing=False)]
        assert not {"open", "finished"} & set(names)


async def test_a_reviewer_reopens_and_chooses_whose(at: Make, beside: Beside) -> None:
    app = at("layla")
    async with app.run_test(size=(120, 24)) as pilot:
        await documents(app, pilot)
        await pilot.press("r")
        await app.until(lambda: "✗ nobody has submitted this document" in app.text())
        await pilot.press("down", "down", "r")
        await app.until(lambda: isinstance(app.screen, Choose))
        await app.until(lambda: "all of them" in app.text())
        await pilot.press("2")
        await app.until(lambda: "✓ reopened for sara: d3" in app.text())
        assert "↺ reopened" in row(app, "d3")
        store = beside()
        assert [store.layer(LayerKey("d3", name)).state for name in ("omar", "sara")] == ["submitted", "reopened"]
        await pilot.press("down", "down", "down", "r")
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        await pilot.click(Rows, offset=(5, 2))
        await app.until(lambda: "✓ reopened for omar, sara: d6" in app.text())
        assert store.layer(LayerKey("d6", "omar")).state == "reopened"


async def test_somebody_else_was_quicker(at: Make, beside: Beside) -> None:
    app = at("layla")
    async with app.run_test(size=(120, 24)) as pilot:
        await documents(app, pilot)
        await pilot.press("down", "down", "r")
        await app.until(lambda: isinstance(app.screen, Choose))
        await pilot.pause()
        reopen(beside(), LayerKey("d3", "omar"), "huda")
        await pilot.press("1")
        await app.until(lambda: "✗ not reopened: " in app.text())
        await app.until(lambda: "↺ reopened" in row(app, "d3"))


async def test_annotators_cannot_reopen(at: Make) -> None:
    app = at("sara")
    async with app.run_test(size=(100, 24)) as pilot:
        await documents(app, pilot)
        await pilot.press("down", "down", "r")
        await app.until(lambda: "✗ only a reviewer can reopen" in app.text())
        assert "reopen" not in app.text().split("\n")[-1]


async def test_hints_can_be_clicked(at: Make) -> None:
    app = at("layla")
    async with app.run_test(size=(120, 24)) as pilot:
        await documents(app, pilot)
        line = app.text().split("\n")[-1]
        await pilot.click(HintBar, offset=(line.index("state"), 0))
        await app.until(lambda: isinstance(app.screen, Choose))


def test_annotators_are_shown_nobody_else(at: Make, beside: Beside) -> None:
    app = at("sara")
    store = beside()
    for name in ("sara", "omar"):
        guarded = Guarded(store, at_work(store, name))
        found = catalogue(guarded, at_work(store, name))
        items = found.items(guarded, range(len(found.ids)))
        assert {one.name for one in found.people} == {name}
        assert all(set(item.states) == {name} for item in items)
        assert not any(layer.key.name not in {name, "gold"} for item in items for layer in item.summary.layers)
        assert found.names == ()
        assert all(not one.name for one, _ in found.filters())
    assert app.who == "sara"


def test_a_filter_leaves_what_it_counts(at: Make, beside: Beside) -> None:
    at("layla")
    store = beside()
    found = catalogue(store, at_work(store, "layla"))
    items = found.items(store, range(len(found.ids)))
    for order in orders_for(reviewing=True):
        for wanted, count in found.filters():
            shown = found.arranged(order, "", wanted)
            states = [items[n].states[wanted.name] if wanted.name else items[n].state for n in shown]
            assert states == [wanted.state] * count
            keys = [order.key(items[n]) for n in shown]
            assert keys == sorted(keys, reverse=order.reverse)
    assert {one.state for one, _ in found.filters() if not one.name} == set(STATES)


def test_every_state_has_a_sign() -> None:
    assert set(SIGNS) == set(STATES)
    assert len(set(SIGNS.values())) == len(STATES)


@given(st.lists(st.sampled_from(STATES)))
def test_a_document_is_submitted_when_everybody_is(states: list[State]) -> None:
    found = state_of_all(states)
    assert (found == "submitted") == (bool(states) and set(states) <= FINISHED)
    assert (found == "reopened") == ("reopened" in states)
    if "reopened" not in states:
        assert state_of_all(states, Adjudication({}, 3, 0)) == "done"
        assert state_of_all(states, Adjudication({}, 3, 1)) == "in adjudication"


@given(st.integers(58, 240), st.integers(0, 40), st.booleans())
def test_columns_leave_room_for_the_title(width: int, people: int, reviewing: bool) -> None:
    table = columns_for(width, [f"p{number}" for number in range(people)], reviewing=reviewing)
    assert width - sum(column.width for column in table) - len(table) + 1 >= 15
    assert table[-1].heading == "Title"
