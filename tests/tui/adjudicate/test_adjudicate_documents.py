"""The documents of the adjudicate screen: the queue, claims, other reviewers, late edits."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

from annotator.model.operations import Edit, Replacement
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.dialogs import Confirm
from annotator.workflow.adjudication import open_adjudication
from annotator.workflow.adjudication_queue import claim
from annotator.workflow.ports import LayerEdit, LayerKey, Person

Open = Callable[..., Any]
OTHER = "زار أحمد دمشق.\n"


async def test_undo_follows_to_another_document(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, document=None)
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot, "second")
        await pilot.press("1", "n")
        screen = await its.opened(pilot, "made")
        await pilot.press("u")  # beginning the second adjudication is a step too
        await pilot.press("u")
        await its.opened(pilot, "second")
        assert len(screen.session.adjudication.open) == 1


async def test_documents(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)})
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot, "made")
        await pilot.press("f2")
        await its.until(pilot, its.is_listed)
        its.app.screen.dismiss("second")
        await its.opened(pilot, "second")
        await pilot.press("f2")
        await its.until(pilot, its.is_listed)
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is its.screen)


async def test_nothing_submitted(desk: Open) -> None:
    its = desk(extra={"empty": ("نص", {})}, document="empty")
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.until(pilot, lambda: its.app.screen_stack[1:] and "nobody has submitted" in its.status())
        await pilot.press("1", "e", "a", "m", "o", "r", "0", "u", "l", "f", "N", "n")
        await its.opened(pilot, "made")


async def test_another_reviewers_document_is_read_only(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
        await pilot.press("1")
    store = its.app.launch.open_store().inner
    store.put_person(Person("omar", "reviewer"), "2026-01-01T00:00:00.000Z")
    claim(store, "made", "omar")
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        assert "read only: omar" in its.text()
        before = len(screen.session.adjudication.open)
        for key in ("1", "0", "e", "E", "o", "r", "a", "m"):
            await pilot.press(key)
            await pilot.pause()
            assert "read only: omar adjudicates this document, until" in its.status()
        assert len(screen.session.adjudication.open) == before


async def test_a_document_that_another_reviewer_has_left_can_be_taken_over(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.opened(pilot)
    store = its.app.launch.open_store().inner
    store.put_person(Person("omar", "reviewer"), "2026-01-01T00:00:00.000Z")
    claim(store, "made", "omar")
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        session = screen.session
        await pilot.press("n")
        here = screen.item.key
        theirs = open_adjudication(lambda: store, session.schema, "made", "omar")
        first = theirs.adjudication.items()[0]
        theirs.take(first, theirs.adjudication.versions(first)[0].outcome)
        later = claim(store, "made", "omar")
        await pilot.press("1")
        await its.until(pilot, lambda: screen.holder == later)  # the time that it says is the right one
        store.release("made", "omar")
        await pilot.press("1")
        await its.until(pilot, lambda: "omar has left" in its.status())
        assert screen.session is not session
        assert list(screen.session.adjudication.decisions) == [first.key]  # what omar did is there, and nothing else
        assert screen.item.key == here
        assert [held.who for held in store.claims()] == ["rima"]
        await pilot.press("1")
        await its.until(pilot, lambda: here in screen.session.adjudication.decisions)


async def test_the_claim_is_taken_and_given_up(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        store = its.app.store()
        assert [held.who for held in store.claims()] == ["rima"]
        screen._claimed_at = -1000.0
        await pilot.press("1")
        assert screen._claimed_at > 0
        await pilot.press("escape")
        await its.until(pilot, lambda: not store.claims())
        assert isinstance(its.app.screen, AnnotateScreen)


async def test_late_edits(desk: Open) -> None:
    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        await pilot.press("2", "l")
        await its.until(pilot, lambda: "nobody has changed" in its.status())
        inner = its.app.store().inner
        key = LayerKey("made", "ali")
        inner.set_layer_state(key, "reopened", "boss", "2026-01-02T00:00:00.000Z")
        await pilot.press("l")
        await its.until(pilot, lambda: isinstance(its.app.screen, Confirm))
        assert "ali: reopened, not submitted again" in its.text()
        await pilot.press("enter")  # not now
        await its.until(pilot, lambda: its.app.screen is screen)
        assert screen.late
        layer = inner.layer(key)
        gone = layer.annotations["sana"]
        edit = Edit("Remove", (Replacement(gone, None),))
        inner.commit("ali", "2026-01-02T00:00:00.000Z", [LayerEdit(key, layer.revision, edit)])
        inner.set_layer_state(key, "submitted", "ali", "2026-01-02T00:00:00.000Z")
        screen._touched = -1000.0
        screen.look_late()
        await its.until(pilot, lambda: screen.late)
        assert "late edits: ali (l)" in its.text()
        await pilot.press("l")
        await its.until(pilot, lambda: isinstance(its.app.screen, Confirm))
        assert "ali: 0 new, 0 changed, 1 gone" in its.text()
        await pilot.press("enter")
        await its.until(pilot, lambda: "taken in" in its.status())
        assert len(screen.ledger.items) == 10
        assert ("ORG", "وزارة") in its.gold()
        assert not screen.late


async def test_somebody_else_was_faster(desk: Open) -> None:
    from annotator.workflow.adjudication import open_adjudication

    its = desk()
    async with its.app.run_test(size=(120, 40)) as pilot:
        screen = await its.opened(pilot)
        inner = its.app.store().inner
        other = open_adjudication(lambda: inner, its.app.schema, "made", "boss")
        other.take(other.adjudication.items()[1], ())
        await pilot.press("2")
        assert "somebody else was faster" in its.status()
        assert len(screen.session.adjudication.open) == 10
        await pilot.press("home", "2")
        assert ("ORG", "وزارة") in its.gold()


@pytest.mark.parametrize("role", ["annotator", "reviewer", "manager"])
async def test_who_may(desk: Open, role: str) -> None:
    its = desk(who="nur", role=role, start="annotate")
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f2")
        if role == "annotator":
            await pilot.pause()
            assert "only reviewers" in its.app.screen._message[0]
        else:
            await its.opened(pilot, "made")
            await pilot.press("escape")
            await its.until(pilot, lambda: isinstance(its.app.screen, AnnotateScreen))


async def test_from_the_documents_screen(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)}, start="annotate")
    async with its.app.run_test(size=(120, 40)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("f2")
        await its.until(pilot, its.is_listed)
        wanted = its.app.screen.here()
        await pilot.press("shift+f2")
        await its.opened(pilot, wanted)


async def test_no_key_waits_for_a_walk_through_what_was_loaded(desk: Open, other: Any) -> None:
    its = desk(extra={"second": (OTHER, other)})
    async with its.app.run_test(size=(80, 24)) as pilot:
        screen = await its.opened(pilot, "made")
        screen.open_document("second")
        await its.opened(pilot, "second")
        items = screen.session.adjudication.comparison.items
        assert not any(found is items for found in gc.get_objects())  # it is frozen
