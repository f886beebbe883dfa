"""Editing by the keys of annotating what one annotator has as one span and another as several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.model.annotations import Annotation, Argument, Entity, Event, Relation, make_fragments, quoted

Open = Callable[..., Any]
Where = Callable[[str], tuple[int, int]]

WORDS = "اللواء بشير اسماعيل"


@pytest.fixture
def layers(where: Where) -> dict[str, list[Annotation]]:
    """ali has the general as one span, badr as two; both have him killed, and related to the troops."""

    def person(id: str, words: str) -> Entity:
        return Entity(id, "PERS", make_fragments([where(words)]))

    rest: list[Annotation] = [Entity("troops", "ARMED", make_fragments([where("القوات")]))]
    trigger = make_fragments([where("وقتل")])
    one: list[Annotation] = [person("all", WORDS), Event("die", "Die", trigger, (Argument("Victim", "all"),))]
    two: list[Annotation] = [person("rank", "اللواء بشير"), person("name", "اسماعيل")]
    return {
        "ali": [*rest, *one, Relation("r", "MemberOf", "all", "troops")],
        "badr": [
            *rest,
            *two,
            Event("die", "Die", trigger, (Argument("Victim", "name"),)),
            Relation("r", "MemberOf", "name", "troops"),
        ],
    }


def people(its: Any) -> set[tuple[str, str]]:
    """The words of those in gold, and the levels of their mentions."""
    session = its.screen.session
    found = (one for one in session.annotations.values() if isinstance(one, Entity) and one.type == "PERS")
    return {(quoted(session.document.text, one.fragments), str(dict(one.attributes).get("level", ""))) for one in found}


def victims(its: Any) -> list[str]:
    """The words of what fills the event's role."""
    session = its.screen.session
    (event,) = session.annotations.events
    return [quoted(session.document.text, session.annotations[one.target].fragments) for one in event.arguments]


async def test_all_keys_of_annotating_on_pieces(desk: Open, layers: Any, where: Where) -> None:
    its = desk(layers=layers)
    async with its.app.run_test(size=(140, 40)) as pilot:
        screen = await its.opened(pilot)
        session = screen.session
        await its.go_to(pilot, "split")
        number = next(n for n, version in enumerate(screen.versions()) if version.names == ("badr",))
        screen.show_item(screen._place, number)
        first = session.annotations, set(session.adjudication.open), dict(session.adjudication.decisions)
        key = screen.item.key

        await pilot.press("e")
        await its.until(pilot, lambda: people(its) == {("اللواء بشير", ""), ("اسماعيل", "")})
        assert victims(its) == ["اسماعيل"]
        done = 1

        async def after(wanted: set[tuple[str, str]], *keys: str) -> None:
            nonlocal done
            before = session.decisions_revision
            await pilot.press(*keys)
            await its.until(pilot, lambda: people(its) == wanted)
            assert "not done" not in its.status()
            done += session.decisions_revision - before
            assert session.adjudication.decisions[key].who == "rima"
            assert screen.item.key == key

        await pilot.press("b")
        await its.until(pilot, lambda: screen._mode is not None)
        level = next(choice.key for choice in screen._mode.choices if choice.title.startswith("level"))
        value = next(one for one in screen._app.schema.attribute["level"].values if one != "NAM")
        await after({("اللواء بشير", value), ("اسماعيل", "")}, level)
        await its.until(pilot, lambda: f"PERS {value}" in its.text())
        await pilot.press("escape")
        await after({("اللواء", value), ("اسماعيل", "")}, "left_square_bracket")
        await after({("اللوا", value), ("اسماعيل", "")}, "less_than_sign")
        await after({("اللواء", value), ("اسماعيل", "")}, "greater_than_sign")
        screen.pane.select(*where("بشير"))
        await after({("اللواء", value), ("بشير", ""), ("اسماعيل", "")}, "p")
        (third,) = (one for one in session.annotations.entities if "بشير" in quoted(screen.pane.text, one.fragments))
        assert session.adjudication.key_of(third) == key
        assert screen.pane.state.current == third.id
        assert not third.provenance.derived_from
        assert victims(its) == ["اسماعيل"]
        screen.pane.select(*where("القوات"))
        await pilot.press("vertical_line")
        await its.until(pilot, lambda: screen._mode is not None)
        hint = next(hint.keys for hint in screen._mode.hints if hint.thing == third.id)
        await after({("اللواء", value), ("بشير القوات", ""), ("اسماعيل", "")}, *hint)
        screen.pane.select(*where("القوات"), current=third.id)
        await after({("اللواء", value), ("بشير", ""), ("اسماعيل", "")}, "backslash")
        await after({("اللواء", value), ("اسماعيل", "")}, "x")
        for _ in range(done):
            revision = session.decisions_revision
            await pilot.press("u")
            await its.until(pilot, lambda before=revision: session.decisions_revision != before)
        await its.until(
            pilot,
            lambda: (session.annotations, session.adjudication.open, session.adjudication.decisions) == first,
        )
