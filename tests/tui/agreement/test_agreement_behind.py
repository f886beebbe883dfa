"""What stands behind the numbers of agreement, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.errors import BusyError
from annotator.model.annotations import Record
from annotator.model.operations import Edit, Replacement
from annotator.tui.app import AnnotatorApp
from annotator.tui.screens.adjudicate import AdjudicateScreen
from annotator.tui.screens.agreement import AgreementScreen
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.widgets.rows import Rows
from annotator.workflow.ports import BASIS, DECISIONS, LayerEdit, LayerKey

Open = Callable[..., Any]


async def test_enter_lists_the_differences_behind_a_pair(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        kinds = [(one.difference.kind, one.difference.document) for one in screen._found]
        assert kinds == [("boundary", "made"), ("missed", "two")]
        await made.until(lambda: "different boundaries" in made.text())
        assert "missed 1" in made.text()
        await pilot.press("down")
        await made.until(lambda: "only one has it" in made.text())
        assert "badr: nothing" in made.text()
        await pilot.press("escape")
        await made.chosen(pilot, AgreementScreen)
        assert made.matrix.cursor == (0, 1)


async def test_behind_labels_documents_days_and_confusions(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        await pilot.press("2")
        armed = list(made.matrix.table.rows).index("ARMED")
        made.matrix.move_cursor(armed, 0)
        screen = await made.differences(pilot, "enter")
        assert {one.difference.labels for one in screen._found} == {("ARMED", "ORG")}
        assert len(screen._found) == 2
        await pilot.press("escape", "3")
        screen = await made.differences(pilot, "enter")
        assert len({one.difference.document for one in screen._found}) == 1
        await pilot.press("escape", "5", "down")
        screen = await made.differences(pilot, "enter")
        assert [one.difference.document for one in screen._found] == ["two"]
        await pilot.press("escape", "6")
        labels = list(made.matrix.table.rows)
        made.matrix.move_cursor(labels.index("ORG"), labels.index("ARMED"))
        screen = await made.differences(pilot, "enter")
        assert len(screen._found) == 2
        await pilot.press("escape")
        made.matrix.move_cursor(labels.index("PERS"), labels.index("PERS"))
        await made.differences(pilot, "enter")
        assert "They differ on nothing here." in made.text()


async def test_a_reviewer_goes_into_the_adjudication(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(120, 40)) as pilot:
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        await pilot.press("enter")
        await made.until(lambda: "is not in adjudication" in made.status())
        await pilot.press("a")
        adjudicate = await made.chosen(pilot, AdjudicateScreen)
        await made.until(lambda: adjudicate.session is not None)
        assert adjudicate.item is not None
        assert adjudicate.item.start == screen._found[0].difference.start
        made.app.pop_screen()
        await made.until(lambda: made.app.screen is screen)
        await pilot.press("enter")
        await made.chosen(pilot, AdjudicateScreen)
        made.app.pop_screen()
        await made.until(lambda: made.app.screen is screen)
        await pilot.press("escape")
        await made.until(lambda: "have changed since" in made.screen._message[0])


async def test_next_document(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(120, 40)) as pilot:
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        await pilot.press("n")
        assert screen.current is not None
        assert screen.current.difference.document == "two"


# -- who may see what --------------------------------------------------------------------------------------------------


async def test_annotators_are_told_what_they_can_see(desk: Open) -> None:
    made = desk(who="ali")
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert "Only reviewers and managers compare annotators" in made.text()
        for name in ("badr", "sara"):
            assert name not in made.text()
        await pilot.press("1", "enter", "l", "f4", "6")
        assert "badr" not in made.text()


async def test_annotators_see_their_own_layer_against_gold(desk: Open, news: Any) -> None:
    made = desk(who="ali")
    with made.beside() as store:
        news.put(store, "two", "gold", news.second["badr"])
        basis = Record(BASIS, BASIS, '{"items":1,"layers":{"ali":1,"badr":1},"open":0}')
        edit = LayerEdit(LayerKey("two", DECISIONS), 0, Edit("Begin", (Replacement(None, basis),)))
        store.commit("rima", "2026-01-03T00:00:00.000Z", [edit])
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        assert made.matrix.table.rows == ["ali"]
        assert made.number(0, 1) == "0.500"  # precision: one of two
        assert "your own layer, against gold that is decided" in made.text()
        assert "badr" not in made.text()
        screen = await made.differences(pilot, "enter")
        assert [one.difference.kind for one in screen._found] == ["missed"]
        await pilot.press("a")
        await made.until(lambda: "only reviewers" in made.status())
        await pilot.press("enter")
        ground = await made.chosen(pilot, AnnotateScreen)
        await made.until(lambda: ground.session is not None and ground.session.document.id == "two")
        await made.until(lambda: ground.pane.state.caret == news.other.index("الرئيس"))


async def test_a_place_of_ones_own_from_the_list_of_documents(desk: Open, news: Any) -> None:
    documents = {"made": (news.text, {"rima": news.opinion("ali"), "badr": news.opinion("badr")})}
    made = desk(documents, start="annotate")
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.until(lambda: made.app._person is not None or made.app.launch.first is not None)
        await pilot.press("f2")
        await made.chosen(pilot, DocumentsScreen)
        await made.until(lambda: made.app.screen.query_one(Rows).count)
        await pilot.press("g")
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        place = screen._found[0].difference.start
        await pilot.press("enter")
        ground = await made.chosen(pilot, AnnotateScreen)
        await made.until(lambda: ground.pane.state.caret == place)


async def test_who_is_at_work_cannot_be_read(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk()
    async with made.app.run_test(size=(120, 40)) as pilot:
        await made.opened(pilot)
        await made.differences(pilot, "right", "enter")

        def refuse(_self: object) -> None:
            raise BusyError("the database is busy")

        monkeypatch.setattr(AnnotatorApp, "person", property(refuse))
        await pilot.press("a")
        await made.until(lambda: made.status() == "the database is busy")
