"""What an annotator sees of a decided document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator.adjudication.answers import Rule
from annotator.model.annotations import Chain, Entity, Relation, make_fragments
from annotator.tui.screens.feedback import FeedbackScreen
from annotator.tui.widgets.rows import Rows
from annotator.workflow.adjudication import begin, open_adjudication

Open = Callable[..., Any]


def decide(its: Any, *, all_of_it: bool = True) -> None:
    """Let the manager decide the document: everything as ali has it, but for the first."""
    store = its.app.launch.open_store().inner
    begin(store, its.app.schema, "made", "boss")
    session = open_adjudication(lambda: store, its.app.schema, "made", "boss")
    first = session.adjudication.items()[0]
    version = session.adjudication.versions(first)[0]
    session.take(first, version.outcome, version.names, reason="unclear", note="the whole name")
    if all_of_it:
        session.adopt("ali")


async def test_differences_and_why(desk: Open) -> None:
    its = desk(who="ali", role="annotator", start="annotate")
    decide(its)
    async with its.app.run_test(size=(120, 30)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        ground = its.app.screen
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: isinstance(its.app.screen, FeedbackScreen))
        await its.until(pilot, lambda: its.app.screen.query_one(Rows).count == 1)
        assert "1 difference" in its.text()
        assert "the guidelines are unclear" in its.text()
        assert "the whole name" in its.text()
        await pilot.press("down", "enter")
        await its.until(pilot, lambda: its.app.screen is ground)
        assert ground.pane.state.caret == 6


async def test_many_differences(desk: Open) -> None:
    its = desk(who="badr", role="annotator", start="annotate")
    decide(its)
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: isinstance(its.app.screen, FeedbackScreen))
        await its.until(pilot, lambda: its.app.screen.query_one(Rows).count > 5)
        for _ in range(its.app.screen.query_one(Rows).count):
            await pilot.press("down")
            assert "Gold says" in its.text()
        assert "sara" not in its.text()
        await pilot.press("escape")
        await its.until(pilot, lambda: not isinstance(its.app.screen, FeedbackScreen))


async def test_names_where_the_project_wants_them(desk: Open) -> None:
    its = desk(who="badr", role="annotator", start="annotate", names=True)
    decide(its)
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: isinstance(its.app.screen, FeedbackScreen))
        rows = its.app.screen.query_one(Rows)
        await its.until(pilot, lambda: rows.count > 5)
        shown = []
        for _ in range(rows.count):
            shown.append(its.text())
            await pilot.press("down")
        assert all("Decided by boss." in text for text in shown)
        assert any("Said so: ali, sara." in text for text in shown)
        assert any("Said so: ali." in text for text in shown)
        assert not any("badr." in text for text in shown)


async def test_a_rule_names_nobody(desk: Open) -> None:
    its = desk(who="ali", role="annotator", start="annotate")
    store = its.app.launch.open_store().inner
    begin(store, its.app.schema, "made", "boss")
    session = open_adjudication(lambda: store, its.app.schema, "made", "boss")
    session.merge(Rule(4, {"sara": 5}))
    assert not session.adjudication.open
    async with its.app.run_test(size=(120, 30)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: "Nobody decided it by hand; at least 4." in its.text())
        assert "sara" not in its.text()


async def test_what_one_said_is_told_in_ones_own_annotations(desk: Open, where: Any) -> None:
    def saying(ministry: str, *more: Any) -> list[Any]:
        spans = {"ministry": ministry, "army": "الجيش"}
        return [*(Entity(id, "ORG", make_fragments([where(words)])) for id, words in spans.items()), *more]

    rest = saying("وزارة الدفاع")
    mine = saying("وزارة", Chain("c", ("ministry", "army")), Relation("r", "PartOf", "ministry", "army"))
    its = desk(who="ali", role="annotator", start="annotate", layers={"ali": mine, "badr": rest, "sara": rest})
    store = its.app.launch.open_store().inner
    begin(store, its.app.schema, "made", "boss")
    open_adjudication(lambda: store, its.app.schema, "made", "boss").adopt("badr")
    async with its.app.run_test(size=(120, 30)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: "3 differences" in its.text())
        screen = its.app.screen
        said = {found.item.aspect: screen._words(found, found.mine, found.name) for found in screen._found}
        assert said["chain"] == "chain of 2 وزارة = الجيش"
        assert said["relation"] == "PartOf وزارة ← الجيش"


async def test_from_the_list_of_documents(desk: Open, other: Any) -> None:
    its = desk(who="ali", role="annotator", start="annotate", extra={"second": ("زار أحمد دمشق.\n", other)})
    decide(its)
    async with its.app.run_test(size=(120, 30)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        ground = its.app.screen
        ground.open_document("second")
        await its.until(pilot, lambda: ground.session.document.id == "second")
        await pilot.press("f2")
        await its.until(pilot, its.is_listed)
        listed = its.app.screen
        await its.until(pilot, lambda: listed.here() == "second")
        await pilot.press("home")
        await its.until(pilot, lambda: listed.here() == "made")
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: "1 difference" in its.text())
        await pilot.press("escape")
        await its.until(pilot, lambda: its.app.screen is listed)
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: "1 difference" in its.text())
        await pilot.press("enter")
        await its.until(pilot, lambda: its.app.screen is ground and ground.session.document.id == "made")
        await its.until(pilot, lambda: ground.pane.state.caret == 6)


async def test_not_decided_yet(desk: Open) -> None:
    its = desk(who="ali", role="annotator", start="annotate")
    decide(its, all_of_it=False)
    async with its.app.run_test(size=(80, 24)) as pilot:
        await its.until(pilot, lambda: its.app.screen.session is not None)
        await pilot.press("shift+f3")
        await its.until(pilot, lambda: "not adjudicated yet" in its.text())
        await pilot.press("enter", "escape")
        await its.until(pilot, lambda: not isinstance(its.app.screen, FeedbackScreen))
