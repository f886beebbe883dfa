"""What lanes look like: `pytest --snapshot-update` accepts a change that was meant."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult

from annotator.model.annotations import Annotation, Argument, Entity, Event, make_fragments
from annotator.model.operations import Add
from annotator.tui.look import LOOKS, PLAIN
from annotator.tui.widgets.text_pane import TextPane
from annotator.workflow.session import Session

NESTED = "قال نائب رئيس مجلس إدارة شركة النفط الوطنية في مدينة حلب السورية أمس"
CROSSING = "استهدف قصف جوي عنيف مواقع الجيش في ريف حمص الشرقي فجر الثلاثاء"
LONG = (
    "أعلنت المنظمة الدولية في تقرير أن عدد النازحين من مناطق شمال غرب سوريا تجاوز مئتي ألف شخص خلال الأسابيع الماضية "
    "وأن معظمهم من النساء والأطفال الذين يعيشون في مخيمات مؤقتة قرب الحدود التركية"
)
DISCONTINUOUS = "وصل وزيرا الخارجية والدفاع في تركيا وروسيا إلى أنقرة"
ISLAND = "نشرت وكالة Reuters World News العالمية صورا عن مركز Al-Tanf Base العسكري"
LATIN = "The minister said that قوات النظام السوري entered Palmyra (تدمر) on Monday."
Label = tuple[str, ...]
NEST: tuple[Label, ...] = (
    *(("ORG", " ".join(NESTED.split()[1 : 1 + count])) for count in range(2, 9)),
    *(("OCC", "نائب"), ("GPE", "حلب"), ("NORP", "السوري")),
)
CROSS: tuple[Label, ...] = (
    *(("*Attack", "قصف"), ("ARMED", "عنيف مواقع الجيش"), ("FAC", "مواقع الجيش في ريف"), ("LOC", "ريف حمص الشرقي")),
    *(("GPE", "حمص"), ("DATE", "فجر الثلاثاء"), ("TIME", "فجر")),
)
LINES: tuple[Label, ...] = (
    ("NORP", LONG[LONG.index("النازحين") : LONG.index(" مؤقتة")]),
    ("GPE", "سوريا"),
    ("LOC", "مناطق شمال"),
)
PIECES: tuple[Label, ...] = (
    *(("OCC", "وزيرا الخارجية"), ("OCC", "وزيرا", "والدفاع"), ("GPE", "تركيا"), ("ORG", "وزيرا", "روسيا")),
    *(("MEDIA", "وكالة Reuters World"), ("ORG", "World News"), ("MEDIA", "Reuters World News العالمية")),
    *(("FAC", "مركز Al-Tanf"), ("LOC", "Tanf"), ("FAC", "Base العسكري")),
    *(("OCC", "minister"), ("ARMED", "قوات النظام السوري"), ("ARMED", "that قوات النظام"), ("GPE", "تدمر")),
)


def labelled(text: str, labels: tuple[Label, ...]) -> list[Annotation]:
    """An entity, or an event where the name has a star, over the pieces of TEXT that each of LABELS names."""
    made: list[Annotation] = []
    for number, (name, *pieces) in enumerate(labels):
        fragments = make_fragments([(text.index(piece), text.index(piece) + len(piece)) for piece in pieces])
        kind = Event if name[0] == "*" else Entity
        made.append(kind(f"a-{number}", name.removeprefix("*"), fragments))
    return made


class Shown(App[None]):
    """The pane alone, over a session."""

    def __init__(self, session: Session, look: str = "dark", current: str = "") -> None:
        super().__init__()
        self.session = session
        self.look = LOOKS.get(look, PLAIN)
        self._current = current

    def compose(self) -> ComposeResult:
        yield TextPane()

    def on_mount(self) -> None:
        pane = self.query_one(TextPane)
        pane.open(self.session)
        if self._current:
            pane.work_on(self._current)


@pytest.fixture
def show(bench: Any) -> Any:
    def make(lines: str, labels: tuple[Label, ...], look: str = "dark", current: str = "") -> Shown:
        session = bench.session(lines)
        for made in labelled(lines, labels):
            session.submit(Add(made))
        return Shown(session, look, current)

    return make


@pytest.mark.parametrize("size", [(50, 20), (90, 14)])
def test_eight_levels(snap_compare: Any, show: Any, size: tuple[int, int]) -> None:
    assert snap_compare(show(NESTED, NEST), terminal_size=size)


def test_crossing(snap_compare: Any, show: Any) -> None:
    assert snap_compare(show(CROSSING, CROSS), terminal_size=(76, 6))


def test_over_three_lines(snap_compare: Any, show: Any) -> None:
    assert snap_compare(show(LONG, LINES), terminal_size=(60, 18))


@pytest.mark.parametrize("look", ["light", "plain"])
def test_pieces(snap_compare: Any, show: Any, look: str) -> None:
    text = f"{DISCONTINUOUS}\n{ISLAND}\n{LATIN}"
    assert snap_compare(show(text, PIECES, look), terminal_size=(84, 16))


def test_roles(snap_compare: Any, bench: Any) -> None:
    session = bench.session(CROSSING)
    filled = (Argument("Attacker", "a-1"), Argument("Place", "a-3"), Argument("Time", "a-5"))
    for made in labelled(CROSSING, CROSS):
        session.submit(Add(made))
    session.submit(Add(Event("v", "Attack", make_fragments([(0, 6)]), arguments=filled)))
    assert snap_compare(Shown(session, current="v"), terminal_size=(76, 6))
