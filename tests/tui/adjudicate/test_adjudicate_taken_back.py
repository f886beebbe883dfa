"""What the reviewer's screen says once the beginning of an adjudication is taken back, and after other journeys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.adjudication.answers import Rule
from annotator.tui.screens.adjudicate_queue import QueueScreen
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.adjudication_queue import claim
from annotator.workflow.ports import Person

Open = Callable[..., Any]
OTHER = "زار أحمد دمشق.\n"
AT = "2026-01-01T00:00:00.000Z"


async def test_a_beginning_that_was_taken_back_is_made_again(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(160, 40)) as pilot:
        screen = await its.opened(pilot)
        count = len(screen.session.adjudication.open)
        assert count
        await pilot.press("u")
        await its.until(pilot, lambda: "undone: Begin adjudication" in its.status())
        assert "not begun: n begins it" in its.status()
        assert "Nobody differs" not in its.text()
        assert "✓ done" not in its.text()
        assert "nobody differs" not in its.text()
        assert "not begun" in its.text().splitlines()[0]
        for key in ("1", "0", "e", "E", "o", "r", "a", "m", "j"):
            screen._message = ("", "")
            await pilot.press(key)
            await its.until(pilot, lambda: "not begun: n begins it" in its.status())
        screen._touched = -1000.0
        await screen.look_late().wait()
        assert not screen.late
        await pilot.press("n")
        await its.until(pilot, lambda: screen.session.begun and len(screen.session.adjudication.open) == count)
        await pilot.press("u")
        await its.until(pilot, lambda: not screen.session.begun)
        await pilot.press("U")
        await its.until(pilot, lambda: screen.session.begun and len(screen.session.adjudication.open) == count)


async def test_a_merge_that_was_taken_back_from_the_queue(desk: Open) -> None:
    its = desk(start="annotate")
    merge_documents(its.app.launch.open_store().inner, its.app.schema, Rule(2.0), "rima")
    async with its.app.run_test(size=(160, 40)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f2")
        screen = await its.opened(pilot)
        await pilot.press("w")
        await its.until(pilot, lambda: isinstance(its.app.screen, QueueScreen) and its.app.screen._loaded)
        await pilot.press("ctrl+z")
        await its.until(pilot, lambda: its.app.screen.touched and its.app.screen._loaded)
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is screen and "not begun: n begins it" in its.status())
        await pilot.press("n")
        await its.until(pilot, lambda: screen.session.begun)


async def test_a_beginning_elsewhere_is_not_made_again_by_its_undo(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="second")
    async with its.app.run_test(size=(160, 40)) as pilot:
        screen = await its.opened(pilot, "second")
        screen.open_document("made")
        await its.opened(pilot, "made")
        await pilot.press("u")
        await its.until(pilot, lambda: not screen.session.begun)
        await pilot.press("u")
        await its.until(pilot, lambda: its.status() == "undone: Begin adjudication of second")
        assert its.app.store().adjudications() == {}


async def test_what_was_undone_in_another_document_is_said(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="second")
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot, "second")
        await pilot.press("1")
        screen.open_document("made")
        await its.opened(pilot, "made")
        await pilot.press("u", "u")
        await its.opened(pilot, "second")
        await its.until(pilot, lambda: its.status() == "undone: Decide label")
        screen.open_document("made")
        await its.opened(pilot, "made")


@pytest.mark.parametrize("more", [False, True])
async def test_what_other_reviewers_have(desk: Open, other: Any, more: bool) -> None:
    its = desk(extra={"second": (OTHER, other)} if more else {}, document=None)
    store = its.app.launch.open_store().inner
    store.put_person(Person("omar", "reviewer"), AT)
    until = claim(store, "made", "omar").until
    if more:
        claim(store, "second", "omar")
    async with its.app.run_test(size=(160, 40)) as pilot:
        what = "2 documents" if more else "made"
        await its.until(pilot, lambda: f"what is open others have: {what} (omar until" in its.status())
        assert f"{its.screen._local(until):%H:%M}); see the queue (w)" in its.status()
        assert "Nobody differs" not in its.text()
        store.release("made", "omar")
        await pilot.press("n")
        await its.opened(pilot, "made")


async def test_a_done_document_says_so_once(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(160, 40)) as pilot:
        screen = await its.opened(pilot)
        screen.session.adopt("ali")
        screen.open_document("made")
        await its.until(
            pilot, lambda: its.status() == "everything is decided in this document: n opens the next document"
        )
