"""The last link again somewhere else: a filler, a relation, a chain, an identifier, a set of arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from annotator.model.annotations import Chain, Relation
from annotator.tui.commands import BY_ID
from annotator.tui.screens.prompt import Prompt

MakeDesk = Callable[..., Any]
SIZE = (120, 40)
TEXT = "قصف الجيش مدينة حلب أمس وقتل أحمد في حلب"
AGAIN = BY_ID["annotate.repeat"].keys[0]


async def test_identifiers_for_another_mention_or_its_chain(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words in ("الجيش", "مدينة", "حلب", "أحمد"):
            desk.go(words)
            await pilot.press("o")
        base = desk.app.schema.knowledge_bases[0]
        assert base.prefix == "Q"
        desk.go("حلب")
        await pilot.press("number_sign")
        await pilot.pause()
        assert isinstance(desk.app.screen, Prompt)
        await pilot.press(*"Q:Q41183", "enter")
        await pilot.pause()
        desk.go("أحمد")
        await pilot.press(AGAIN)
        assert getattr(desk.on("أحمد"), "identifiers", ()) == ("Q:Q41183",)
        await pilot.press(AGAIN)
        assert desk.said == ("link to Q:Q41183: أحمد is that already", True)
        desk.go("قصف")
        await pilot.press("B", "u", "u")  # the label is remembered now
        desk.go("أحمد")
        assert getattr(desk.on("أحمد"), "identifiers", ()) == ()
        desk.go("مدينة")
        await pilot.press("equals_sign")
        await desk.press_hint(pilot, "الجيش")
        await pilot.press("escape")
        desk.go("أحمد")
        await pilot.press("number_sign")
        await pilot.pause()
        await pilot.press(*"Q:Q1 +", "enter")
        await pilot.pause()
        desk.go("مدينة")
        await pilot.press(AGAIN)
        assert len(desk.layer.of(Chain)) == 1
        assert [entity.identifiers for entity in desk.layer.entities].count(("Q:Q1",)) == 3
        await pilot.press("u")
        assert [entity.identifiers for entity in desk.layer.entities].count(("Q:Q1",)) == 1


async def test_identifiers_are_for_entities(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("قصف")
        await pilot.press("B")
        desk.go("حلب")
        await pilot.press("g", "number_sign")
        await pilot.pause()
        await pilot.press(*"Q:Q41183", "enter")
        await pilot.pause()
        desk.go("قصف")
        await pilot.press(AGAIN)
        assert desk.said == ("link to Q:Q41183: only entities have identifiers", True)


async def test_another_filler_of_the_same_role(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("حلب", "g"), ("مدينة", "g"), ("أحمد", "p"), ("أمس", "d")):
            desk.go(words)
            await pilot.press(key)
        desk.go("قصف")
        await desk.fill(pilot, "Place", "حلب")
        desk.go("مدينة")
        await pilot.press(AGAIN)
        role = desk.app.schema.event["Bombard"].role("Place")
        assert role is not None
        assert role.multiple
        assert sorted(desk.fillers("قصف")) == [("Place", "حلب"), ("Place", "مدينة")]
        await pilot.press(AGAIN)
        assert desk.said == ("Place of قصف: مدينة fills it already", True)
        desk.go("أمس")
        await pilot.press(AGAIN)
        assert desk.said == ("Place of قصف: DATE cannot fill it", True)
        desk.go("في")
        await pilot.press(AGAIN)
        assert desk.said == ("Place of قصف: there is no annotation here; label it first", True)
        await pilot.press("u")
        assert desk.fillers("قصف") == [("Place", "حلب")]
        desk.screen.pane.select(TEXT.index("مدينة"), TEXT.index("مدينة") + len("مدينة"))
        await pilot.press(AGAIN)
        assert sorted(desk.fillers("قصف")) == [("Place", "حلب"), ("Place", "مدينة")]
        desk.go("قصف")
        await pilot.press("delete")
        desk.go("حلب")
        await pilot.press(AGAIN)
        assert desk.said == ("Place of قصف: this event is not in the document any more", True)


async def test_another_event_asks_what_fills_its_role(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("حلب", "g"), ("وقتل", "D"), ("أحمد", "p")):
            desk.go(words)
            await pilot.press(key)
        desk.go("قصف")
        await desk.fill(pilot, "Place", "حلب")
        desk.go("وقتل")
        await pilot.press(AGAIN)
        await desk.press_hint(pilot, "حلب")
        await pilot.press("escape")
        assert desk.fillers("وقتل") == [("Place", "حلب")]
        desk.go("وقتل")
        await desk.fill(pilot, "Victim", "أحمد")
        desk.go("قصف")
        await pilot.press(AGAIN)
        if desk.app.schema.event["Bombard"].role("Victim") is None:
            assert desk.said == ("Victim of وقتل: Bombard has no such role", True)


async def test_a_word_becomes_a_filler_of_the_same_type(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        desk.go("قصف")
        await pilot.press("B")
        kind = desk.app.schema.event["Bombard"].role("Place")
        assert kind is not None
        await pilot.press("e", kind.hotkey, "asterisk")
        await desk.press_hint(pilot, "حلب")
        await pilot.press("g", "escape")
        desk.go("مدينة")
        await pilot.press(AGAIN)
        assert desk.spans() == [("قصف", "Bombard"), ("مدينة", "GPE"), ("حلب", "GPE")]
        assert sorted(desk.fillers("قصف")) == [("Place", "حلب"), ("Place", "مدينة")]
        await pilot.press("u")
        assert desk.spans() == [("قصف", "Bombard"), ("حلب", "GPE")]
        desk.go("قصف")
        await pilot.press("delete")
        desk.go("مدينة")
        await pilot.press(AGAIN)
        assert desk.said == ("Place of قصف: this event is not in the document any more", True)


async def test_a_relation_to_the_same_other_end(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words, key in (("الجيش", "a"), ("حلب", "g"), ("مدينة", "o")):
            desk.go(words)
            await pilot.press(key)
        kind = next(
            kind for kind in desk.app.schema.relations if {"ARMED", "ORG"} <= {*kind.source} and not kind.symmetric
        )
        assert "GPE" in kind.target
        desk.go("الجيش")
        await pilot.press("i")
        mode = desk.screen._mode
        assert mode is not None
        await pilot.press(next(choice.key for choice in mode.choices if choice.title.startswith(kind.name)))
        await desk.press_hint(pilot, "حلب")
        desk.go("مدينة")
        await pilot.press(AGAIN)
        found = [item for item in desk.layer.values() if isinstance(item, Relation)]
        assert {(item.type, item.source, item.target) for item in found} == {
            (kind.name, desk.on("الجيش").id, desk.on("حلب").id),
            (kind.name, desk.on("مدينة").id, desk.on("حلب").id),
        }
        assert "undoes" in desk.said[0]
        await pilot.press(AGAIN)
        assert desk.said == (f"{kind.name} → حلب: مدينة has it already", True)
        await pilot.press("u")
        assert len(list(desk.layer.of(Relation))) == 1
        desk.go("حلب")
        await pilot.press(AGAIN)
        assert desk.said == (f"{kind.name} → حلب: that is the other end itself", True)
        await pilot.press("delete")
        desk.go("مدينة")
        await pilot.press(AGAIN)
        assert desk.said[1]


async def test_a_mention_joins_the_same_chain(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words in ("مدينة", "حلب", "أحمد", "الجيش"):
            desk.go(words)
            await pilot.press("g")
        desk.go("أمس")
        await pilot.press("B")
        desk.go("مدينة")
        await pilot.press("equals_sign")
        await desk.press_hint(pilot, "حلب")
        await pilot.press("escape")
        desk.go("أحمد")
        await pilot.press(AGAIN)
        (chain,) = desk.layer.of(Chain)
        assert isinstance(chain, Chain)
        assert chain.members == tuple(desk.on(words).id for words in ("مدينة", "حلب", "أحمد"))
        await pilot.press(AGAIN)
        assert desk.said == ("the same as مدينة: أحمد is in the chain already", True)
        await pilot.press("u")
        (chain,) = desk.layer.of(Chain)
        assert isinstance(chain, Chain)
        assert len(chain.members) == 2
        desk.go("أمس")
        await pilot.press(AGAIN)
        assert desk.said[1]
        assert len(list(desk.layer.of(Chain))) == 1


async def test_the_same_set_of_arguments(make_desk: MakeDesk) -> None:
    desk = make_desk()
    async with desk.app.run_test(size=SIZE) as pilot:
        for words, key in (("قصف", "B"), ("وقتل", "B"), ("في", "B"), ("أمس", "D"), ("الجيش", "a"), ("حلب", "g")):
            desk.go(words)
            await pilot.press(key)
        desk.go("قصف")
        roles = desk.app.schema.event["Bombard"].roles
        first = next(role for role in roles if "ARMED" in role.fillers)
        second = next(role for role in roles if "GPE" in role.fillers and role is not first)
        await desk.fill(pilot, first.name, "الجيش")
        await desk.fill(pilot, second.name, "حلب")
        desk.go("وقتل")
        await pilot.press("ampersand")
        await desk.press_hint(pilot, "قصف")
        desk.go("في")
        await pilot.press(AGAIN)
        assert desk.fillers("في") == desk.fillers("قصف") == [(first.name, "الجيش"), (second.name, "حلب")]
        await pilot.press(AGAIN)
        assert desk.said == ("as in قصف: في has all of it already", True)
        await pilot.press("u")
        assert desk.fillers("في") == []
        desk.go("أمس")
        await pilot.press(AGAIN)
        assert desk.said == ("as in قصف: Die is no Bombard", True)
