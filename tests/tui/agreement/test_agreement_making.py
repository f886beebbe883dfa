"""The numbers of agreement are made, stopped, kept until something changes, and written to files."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from annotator.agreement.study import decode
from annotator.errors import StoreError
from annotator.model.documents import Document
from annotator.store import open_store
from annotator.tui.screens import agreement_run
from annotator.tui.screens.agreement import AgreementScreen
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.dialogs import Message
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.workflow import agreement as workflow
from annotator.workflow.adjudication import begin
from annotator.workflow.agreement_pool import Pool
from annotator.workflow.ports import LayerKey
from annotator.workflow.project import Project

Open = Callable[..., Any]


async def test_nobody_has_submitted_anything(desk: Open, news: Any) -> None:
    made = desk({"made": (news.text, {f"{name}_": items for name, items in news.three.items()})})
    async with made.app.run_test(size=(80, 24)) as pilot:
        screen = await made.opened(pilot)
        assert "No layer is submitted" in made.text()
        assert "left out: 3 layers: not submitted" in made.text()
        await pilot.press("enter", "f4")
        assert "no numbers to export" in made.status()
        await pilot.press("x")
        message = await made.chosen(pilot, Message)
        assert "made, ali: not submitted" in made.text()
        message.dismiss(None)
        await made.chosen(pilot, AgreementScreen)
        await pilot.press("l")
        await made.until(lambda: screen._all_layers)
        await pilot.pause()
        assert made.matrix.table.rows == ("ali", "badr", "sara")
        assert "all layers" in made.text()
        await pilot.press("l")
        await made.until(lambda: not screen._all_layers)


async def test_one_annotator_only(desk: Open, news: Any) -> None:
    made = desk({"made": (news.text, {"ali": news.opinion("ali")})})
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert "agreement needs two annotators" in " ".join(made.text().split()).lower()
        for key in "23456":
            await pilot.press(key)
            assert made.matrix.cursor is None
            assert made.matrix.empty


async def test_no_documents_at_all(desk: Open) -> None:
    made = desk({}, document=None)
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert "there is nothing to compare" in made.text()


async def test_escape_stops_and_the_next_one_leaves(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    going = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(*given: Any, **_more: Any) -> None:
        loop.call_soon_threadsafe(going.set)
        while given[4](1, 10):
            pass

    monkeypatch.setattr(agreement_run, "study", endless)
    made = desk()
    async with made.app.run_test(size=(80, 24)) as pilot:
        await asyncio.wait_for(going.wait(), 10)
        await made.until(lambda: "1 of 10" in made.text())
        await pilot.press("escape")
        await made.until(lambda: "Stopped: there are no numbers yet" in made.text())
        monkeypatch.undo()
        await pilot.press("r")
        await made.opened(pilot)
        await pilot.press("escape")
        await made.chosen(pilot, AnnotateScreen)


async def test_large_studies_are_made_by_processes(
    desk: Open, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "_LARGE", 1)
    pools: list[Pool] = []

    def remembered(*given: Any) -> Pool:
        pools.append(Pool(*given))
        return pools[-1]

    monkeypatch.setattr(workflow, "Pool", remembered)
    made = desk(reopen=partial(open_store, project.database))
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert made.number(0, 1) == f"{2 * 5 / 13:.3f}"
        (pool,) = pools
        assert all(worker._process.returncode is not None for worker in pool._workers)


async def test_escape_ends_processes_that_do_not_answer(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "_LARGE", 1)
    pools: list[Pool] = []

    def remembered(*given: Any) -> Pool:
        pools.append(Pool(*given))
        return pools[-1]

    monkeypatch.setattr(workflow, "Pool", remembered)
    made = desk(reopen=partial(time.sleep, 600))
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.until(lambda: pools and "0 of 2" in made.text())
        await pilot.press("escape")
        await made.until(lambda: "Stopped: there are no numbers yet" in made.text())
        assert all(worker._process.returncode is not None for worker in pools[0]._workers)


async def test_numbers_are_kept_until_something_changes(desk: Open, monkeypatch: pytest.MonkeyPatch, news: Any) -> None:
    made = desk()
    calls: list[object] = []
    study = workflow.study

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return study(*given, **more)

    monkeypatch.setattr(agreement_run, "study", counted)
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        await pilot.press("escape")
        await made.chosen(pilot, AnnotateScreen)
        await pilot.press("shift+f6")
        await made.opened(pilot)
        assert len(calls) == 1
        await pilot.press("r")
        await made.until(lambda: len(calls) == 2)
        await pilot.press("escape")
        await made.until(lambda: made.app.screen is made.app.screen_stack[0] or made.screen._progress is None)
        if not isinstance(made.app.screen, AnnotateScreen):
            await pilot.press("escape")
        await made.chosen(pilot, AnnotateScreen)
        with made.beside() as store:
            news.put(store, "two", "sara", news.second["badr"], 3, submit=True)
        before = len(calls)
        await pilot.press("shift+f6")
        await made.opened(pilot)
        assert len(calls) == before + 1
        assert made.number(1, 2) != ""


async def test_a_database_that_says_no_is_told(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        raise StoreError("the database is locked", hint="Try again")

    monkeypatch.setattr(agreement_run, "study", broken)
    made = desk()
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.until(lambda: "The database is locked." in made.text())
        await pilot.press("enter", "n", "m", "escape")


def test_what_the_numbers_are_of_is_known_by_a_mark(desk: Open) -> None:
    made = desk()
    with made.beside() as store:
        marks = [agreement_run.mark_of(store)]
        begin(store, made.project.schema, "made", "rima")
        marks.append(agreement_run.mark_of(store))
        store.set_layer_state(LayerKey("two", "ali"), "reopened", "rima", "2026-01-03T00:00:00.000Z")
        marks.append(agreement_run.mark_of(store))
        store.add_documents([Document.of("x", id="x")], "2026-01-03T00:00:00.000Z")
        marks.append(agreement_run.mark_of(store))
        assert len(set(marks)) == 4
        assert agreement_run.mark_of(store) == marks[-1]


# -- files ---------------------------------------------------------------------------------------------------------


async def test_export(desk: Open, tmp_path: Path) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)

        async def write(form: str, name: str) -> None:
            await pilot.press("f4")
            await made.until(lambda: "Export the numbers as" in made.text())
            await pilot.press(form)
            await made.until(lambda: bool(made.app.screen.query(ArabicInput)))
            field = made.app.screen.query_one(ArabicInput)
            assert "/exports/agreement" in field.value
            field.value = str(tmp_path / name)
            await pilot.press("enter")

        await write("1", "report.html")
        await made.until(lambda: "written" in made.status())
        assert "</html>" in (tmp_path / "report.html").read_text(encoding="utf-8")
        await write("3", "study.json")
        await made.until(lambda: "study.json" in made.status())
        study = decode(json.loads((tmp_path / "study.json").read_text(encoding="utf-8")))
        assert study.annotators == ("ali", "badr", "sara")
        await write("2", "tables")
        await made.until(lambda: "3 files" in made.status())
        assert (tmp_path / "tables" / "excluded.csv").exists()
        (tmp_path / "report.html").write_text("mine", encoding="utf-8")
        await write("1", "report.html")
        await made.until(lambda: "Replace what is there?" in made.text())
        await pilot.press("escape")
        assert (tmp_path / "report.html").read_text(encoding="utf-8") == "mine"
        await write("1", "report.html/below.html")
        await made.until(lambda: "✗" in made.text())
        field = made.app.screen.query_one(ArabicInput)  # it stays open
        assert field.value == str(tmp_path / "report.html/below.html")
        field.value = str(tmp_path / "below.html")
        await pilot.press("enter")
        await made.until(lambda: made.app.screen is made.screen and "below.html" in made.status())
