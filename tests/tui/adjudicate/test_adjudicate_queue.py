"""The documents to adjudicate: how far it is, the way to one of them, merging."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from annotator.adjudication.items import KINDS
from annotator.model.operations import Edit, Replacement
from annotator.text.display import display
from annotator.tui.screens.adjudicate_queue import QueueScreen
from annotator.tui.screens.adjudicate_rules import AskRule, Preview
from annotator.tui.widgets.buttons import Buttons
from annotator.workflow.adjudication_merge import merge_documents
from annotator.workflow.adjudication_standing import read_standings
from annotator.workflow.ports import BASIS, DECISIONS, LayerEdit, LayerKey

Open = Callable[..., Any]
SIZES = [(80, 24), (120, 40), (160, 50)]
OTHER = "زار أحمد دمشق.\n"


async def test_the_queue_leads_to_the_next_document(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, document=None)
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot, "second")  # its agreement is lower
        assert its.kind == "label"
        await pilot.press("1")
        assert "✓ done" in its.text()
        await pilot.press("n")
        await its.opened(pilot, "made")
        await pilot.press("w")
        await its.until(pilot, lambda: isinstance(its.app.screen, QueueScreen) and its.app.screen._loaded)
        assert "✓ done" in its.text()
        assert "1 document" in its.text()
        await pilot.press("r", "down", "enter")
        await its.opened(pilot, "second")
        assert screen.session.key.document == "second"
        await pilot.press("w")
        await its.until(pilot, lambda: isinstance(its.app.screen, QueueScreen) and its.app.screen._loaded)
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is screen)
        await pilot.press("f8")
        await its.opened(pilot, "made")
        await pilot.press("f8")
        await its.until(pilot, lambda: "nothing is open in any other" in its.status())


def queue_is_there(its: Any) -> bool:
    """Whether the queue has its documents."""
    screen = its.app.screen
    return isinstance(screen, QueueScreen) and screen._loaded and not screen._doing


async def open_queue(its: Any, pilot: Any) -> Any:
    await pilot.press("w")
    await its.until(pilot, lambda: queue_is_there(its))
    return its.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_queue_says_how_far_it_is(desk: Open, other: Any, size: tuple[int, int]) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="second")
    async with its.app.run_test(size=size) as pilot:
        await its.opened(pilot, "second")
        await open_queue(its, pilot)
        assert "0% decided · 0 of 12 items · 0 of 2 documents done" in its.text()
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is its.screen)
        await pilot.press("1")
        await open_queue(its, pilot)
        assert "8% decided · 1 of 12 items · 1 of 2 documents done" in its.text()
        assert "█" in its.text()


async def test_a_merge_of_all_documents_is_one_step(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="made")
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot, "made")
        queue = await open_queue(its, pilot)
        await pilot.press("m")
        await its.until(pilot, lambda: "decides 11 items in 2 documents" in its.text())
        assert "boundary 1" in its.text()
        assert "begins the adjudication of 1" in its.text()
        assert "leaves 1 item open: label 1" in its.text()
        await pilot.press("down", "right")
        await its.until(pilot, lambda: "decides nothing in 2 documents" in its.text())
        await pilot.press("up", "right")
        await its.until(pilot, lambda: "only what all agree on" in its.text())
        await its.until(pilot, lambda: "leaves 12 items open" in its.text())
        await pilot.press("left", "down", "left")
        await its.until(pilot, lambda: "decides 11 items" in its.text())
        assert len(its.app.store().adjudications()["made"].layers) == 3
        assert its.app.store().adjudications()["made"].open == 11  # counting stores nothing
        await pilot.press("enter")
        await its.until(pilot, lambda: "decided 11 items in 2 documents, 1 left open · u undoes" in queue._message[0])
        assert its.app.store().adjudications()["made"].done
        assert its.app.store().adjudications()["second"].open == 1
        await its.until(pilot, lambda: "91% decided" in its.text())
        await pilot.press("u")
        await its.until(pilot, lambda: "undone: Merge: at least 2 in 2 documents" in queue._message[0])
        assert "second" not in its.app.store().adjudications()
        assert its.app.store().adjudications()["made"].open == 11
        await pilot.press("U")
        await its.until(pilot, lambda: "done again: Merge" in queue._message[0])
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is screen and not screen.busy)
        await its.until(pilot, lambda: "✓ done" in its.text())  # what was open here has been taken in
        assert not screen.session.adjudication.open


async def test_a_merge_that_decides_nothing_says_so(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        queue = await open_queue(its, pilot)
        await pilot.press("m")
        await its.until(pilot, lambda: "decides" in its.text())
        await pilot.press("down", "right", "right")  # at least 4, of three
        await its.until(pilot, lambda: "◂ 4 ▸" in its.text() and "decides nothing" in its.text())
        await pilot.press("enter")
        await its.until(pilot, lambda: queue._message[0].startswith("nothing was merged, 11 left open"))
        assert "undoes" not in queue._message[0]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_preview_is_seen_whole(desk: Open, size: tuple[int, int]) -> None:
    """With counts of every kind, and documents that are left out."""
    its = desk()
    kinds = dict.fromkeys(KINDS, 1_234)
    left_out = ("000_e0d21f5c204a8027", "sami is adjudicating it"), ("001_e0d21f5c204a8027", "only amal submitted it")
    found = Preview(kinds, kinds, documents=1_000, begun=998, skipped=left_out)
    async with its.app.run_test(size=size) as pilot:
        await its.opened(pilot)
        its.app.push_screen(AskRule(["ali", "badr", "sara"], lambda *_: found, scopes=["all documents"], least=2))
        await its.until(pilot, lambda: "leaves 2 documents out" in its.text())
        assert "one undo takes all of this back." in its.text()
        assert "< Merge > [ Cancel ]" in its.text()


async def test_the_title_has_the_room_there_is(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.opened(pilot)
        await open_queue(its, pilot)
        assert display(its.app.project.title) in its.text()


async def test_only_the_documents_listed_are_merged(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="made")
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.opened(pilot, "made")
        queue = await open_queue(its, pilot)
        await pilot.press("slash", *"made")
        await its.until(pilot, lambda: "1 of 2 listed" in its.text())
        await pilot.press("tab", "m")
        await its.until(
            pilot, lambda: "◂ the 1 listed ▸" in its.text() and "decides 11 items in 1 document:" in its.text()
        )
        await pilot.press("right")
        await its.until(pilot, lambda: "◂ all documents ▸" in its.text() and "in 2 documents" in its.text())
        await pilot.press("left")
        await its.until(pilot, lambda: "decides 11 items in 1 document:" in its.text())
        await pilot.click(Buttons, offset=(5, 0))
        await its.until(pilot, lambda: "decided 11 items in 1 document, nothing left open" in queue._message[0])
        assert set(its.app.store().adjudications()) == {"made"}
        await pilot.press("escape")
        await its.until(pilot, lambda: len(queue._listed.entries) == 2)
        assert its.app.screen is queue


async def test_a_merge_can_be_stopped(desk: Open, other: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="made")
    begun, gate = threading.Event(), threading.Event()

    def slow(store: Any, schema: Any, rule: Any, who: str, *, dry_run: bool, progress: Any, **rest: Any) -> Any:
        if dry_run:
            return merge_documents(store, schema, rule, who, dry_run=True, progress=progress, **rest)
        progress(1, 2)
        begun.set()
        gate.wait(20)
        return merge_documents(store, schema, rule, who, progress=progress, **rest)

    monkeypatch.setattr("annotator.tui.screens.adjudicate_queue.merge_documents", slow)
    async with its.app.run_test(size=(100, 30)) as pilot:
        await its.opened(pilot, "made")
        queue = await open_queue(its, pilot)
        await pilot.press("m")
        await its.until(pilot, lambda: "decides 11 items" in its.text())
        await pilot.press("enter")
        await its.until(pilot, begun.is_set)
        await its.until(pilot, lambda: "merging" in its.text() and "1 of 2" in its.text())
        for key in ("m", "u", "U", "r", "enter"):
            queue.say("")
            await pilot.press(key)
            await its.until(pilot, lambda: "merging; please wait" in queue._message[0])
        await pilot.press("escape")
        gate.set()
        await its.until(pilot, lambda: "stopped; nothing was merged" in queue._message[0])
        assert its.app.store().adjudications()["made"].open == 11


async def test_nothing_to_merge(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.opened(pilot)
        queue = await open_queue(its, pilot)
        await pilot.press("slash", "x")
        await its.until(pilot, lambda: "No document is like that" in its.text())
        await pilot.press("tab", "m")
        await its.until(pilot, lambda: "nothing to merge" in queue._message[0])


async def test_rows_can_be_used_while_others_are_compared(
    desk: Open, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="made")
    begun, gate = threading.Event(), threading.Event()
    monkeypatch.setattr("annotator.workflow.adjudication_queue._STEP", 0.0)
    monkeypatch.setattr("annotator.tui.screens.adjudicate_queue._AGAIN", 0.0)
    monkeypatch.setattr("annotator.tui.screens.adjudicate_queue._SMALL", 0)
    read = read_standings

    def slow(*arguments: Any, **options: Any) -> Any:
        for step in read(*arguments, **options):
            if step.summary.id == "made":  # the one with more annotations comes last
                begun.set()
                assert gate.wait(20)
            yield step

    monkeypatch.setattr("annotator.workflow.adjudication_queue.read_standings", slow)
    async with its.app.run_test(size=(120, 30)) as pilot:
        screen = await its.opened(pilot, "made")
        await pilot.press("w")
        await its.until(pilot, begun.is_set)
        await its.until(pilot, lambda: "comparing, 1 to go" in its.text() and "1 document ·" in its.text())
        queue = its.app.screen
        assert not queue._loaded
        await pilot.press("slash", *"made")
        await its.until(pilot, lambda: "No document is like that" in its.text())
        await pilot.press("escape")
        await its.until(pilot, lambda: len(queue._listed.entries) == 1)
        await pilot.press("tab", "enter")
        await its.until(pilot, lambda: its.app.screen is screen)
        gate.set()
        await its.opened(pilot, "second")
        await open_queue(its, pilot)
        await its.until(pilot, lambda: "2 documents ·" in its.text())


async def test_damaged_documents_are_named(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, document="made")
    async with its.app.run_test(size=(120, 30)) as pilot:
        await its.opened(pilot, "made")
        store = its.app.store()
        key = LayerKey("made", DECISIONS)
        layer = store.layer(key)
        record = layer.annotations[BASIS]
        damage = Edit("Damage", (Replacement(record, replace(record, data="{")),))
        store.commit(its.app.who, "2026-01-01T00:00:00.000Z", [LayerEdit(key, layer.revision, damage)])
        await open_queue(its, pilot)
        await its.until(pilot, lambda: "✗ left out: made (the record of its adjudication is damaged" in its.text())
        assert "'annotator check' tells more" in its.text()
