"""Laws of the text pane for any text and any sequence of keys: nothing raises, what is shown is what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual import events

from annotator.errors import AnnotatorError
from annotator.model.annotations import Argument, Entity, Event, Fragment, make_fragments
from annotator.model.operations import (
    Add,
    Edit,
    Operation,
    Relabel,
    Remove,
    RemoveArgument,
    Replacement,
    Resize,
    SetArgument,
)
from annotator.text.caret import Unit
from annotator.text.layout import Base
from annotator.tui.look import LOOKS
from annotator.workflow.ports import LayerEdit
from annotator.workflow.preferences import SPACINGS, View

Action = tuple[Any, ...]

PIECES = [
    *("خسائر ", "لميليشيات ", "والقوات ", "أسد", "الرديفة\n", "لأورينت نت ", "لا", "ل\u064eا", "بـدرعا "),
    *["سلام عليكم ورحمة الله وبركاته "] * 4,
    *("قَالَ ", "مُحَمَّدٌ\u200f ", "\u064e" * 40, "a" + "\u0301" * 30),
    *("word ", "(C++) ", "24/11/2020 ", "[12] ", "٣٤٥ "),
    *("\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\x00", "\x7f", "\r", "\x85", "\u2028", "\ud800"),
    *("\r\n", "\n", "\n\n", "\t"),
    *("\u202e", "\u202c", "\u2067", "\u2069", "\u200e", "\u200d", "\ufeff", "\u061c"),
    *("漢字", "。", "👨\u200d👩\u200d👧", "🇸🇦", "❤\ufe0f", "क्ष", "각"),
    *(" ", "   ", "ابتثجحخدذرز" * 12, "x" * 70),
]
TEXTS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), st.characters(codec=None, exclude_categories=())),
    max_size=60,
).map("".join)
SIZES = st.one_of(
    st.tuples(st.integers(1, 12), st.integers(1, 6)),
    st.tuples(st.integers(20, 90), st.integers(1, 12)),
)
BASES: st.SearchStrategy[Base] = st.sampled_from(("auto", "auto", "ltr", "rtl"))
UNITS = st.sampled_from((Unit.WORD, Unit.CLUSTER, Unit.CLITIC, Unit.SENTENCE))
VIEWS = st.builds(
    View,
    lanes=st.booleans(),
    marks=st.booleans(),
    controls=st.booleans(),
    islands=st.booleans(),
    spacing=st.integers(0, SPACINGS - 1),
)
PLACE = st.floats(0, 1)  # a share of the text
LABELS = st.sampled_from(("PERS", "ORG", "GPE"))
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(("left", "right", "next", "previous")), UNITS, st.booleans()),
    st.tuples(st.just("move_lines"), st.integers(-3, 3), st.booleans()),
    st.tuples(st.just("move_page"), st.sampled_from((-1, 1))),
    st.tuples(st.just("move_edge"), st.booleans()),
    st.tuples(st.just("go_to"), PLACE),
    st.tuples(st.just("select"), PLACE, PLACE),
    st.tuples(st.sampled_from(("mark", "select_sentence", "cancel", "focus", "blur", "look"))),
    st.tuples(st.just("resize"), SIZES),
    st.tuples(st.just("view"), VIEWS),
    st.tuples(st.just("letters"), st.lists(st.tuples(PLACE, st.sampled_from(("a", "b", "xy"))), max_size=3)),
    st.tuples(st.just("pick"), PLACE, st.booleans()),
    st.tuples(st.just("again"), PLACE, LABELS),
    st.tuples(st.just("fill"), PLACE, PLACE, st.sampled_from(("Attacker", "Target", "Place"))),
    st.tuples(st.just("unfill"), PLACE),
    st.tuples(st.just("hits"), st.lists(st.tuples(PLACE, st.integers(1, 9)), max_size=4)),
    st.tuples(st.just("label"), LABELS),
    st.tuples(st.just("add"), LABELS, st.lists(st.tuples(PLACE, st.integers(1, 40)), min_size=1, max_size=3)),
    st.tuples(st.just("event"), PLACE, st.integers(1, 12)),
    st.tuples(st.just("relabel"), PLACE, LABELS),
    st.tuples(st.just("stretch"), PLACE, st.integers(-9, 9), st.integers(-9, 9)),
    st.tuples(st.just("remove"), PLACE),
    st.tuples(st.sampled_from(("undo", "redo"))),
    st.tuples(st.just("wheel"), st.sampled_from((-1, 1))),
    st.tuples(st.just("ahead")),
    st.tuples(st.just("elsewhere"), PLACE, st.integers(1, 40)),
    st.tuples(st.just("mouse"), st.sampled_from(("down", "move", "up", "click")), PLACE, PLACE, st.integers(1, 3)),
)

MOTIONS = {"move", "move_lines", "move_page", "move_edge", "go_to", "select_sentence"}
"""Actions after which the caret is on the screen; the wheel may leave it behind."""


class Hand:
    """Does actions to a pane as the screen would."""

    def __init__(self, pane: Any) -> None:
        self.pane = pane
        self.session = pane.session
        self.made = 0

    def do(self, action: Action) -> None:
        name, *values = action
        own = getattr(self, f"_{name}", None)
        if own is not None:
            own(*values)
        else:
            getattr(self.pane, name)(*values)

    def _offset(self, share: float) -> int:
        return round(share * len(self.pane.text))

    def _range(self, share: float, length: int) -> tuple[int, int]:
        start = min(self._offset(share), max(0, len(self.pane.text) - 1))
        return start, min(start + length, len(self.pane.text))

    def _submit(self, operation: Operation) -> None:
        try:
            self.session.submit(operation)
        except AnnotatorError:
            return
        state = self.pane.state
        self.pane.change(replace(state, selection=None, anchor=None))

    def _any(self, share: float) -> Any:
        values = list(self.session.annotations.values())
        return values[min(int(share * len(values)), len(values) - 1)] if values else None

    def _move(self, kind: str, unit: Unit, extend: bool) -> None:
        self.pane.move(kind, unit, extend=extend)

    def _move_lines(self, lines: int, extend: bool) -> None:
        self.pane.move_lines(lines, extend=extend)

    def _move_edge(self, end: bool) -> None:
        self.pane.move_edge(end=end)

    def _go_to(self, share: float) -> None:
        self.pane.go_to(self._offset(share))

    def _select(self, one: float, other: float) -> None:
        start, end = sorted((self._offset(one), self._offset(other)))
        if start < end:
            self.pane.select(start, end)

    def _look(self) -> None:
        self.pane.the_look = LOOKS["light" if self.pane.look.dark else "dark"]
        self.pane.look_changed()

    def _resize(self, size: tuple[int, int]) -> None:
        if size != self.pane.size:
            self.pane.resize(*size)

    def _view(self, view: View) -> None:
        self.pane.view = view
        self.pane.set_view(view)

    def _letters(self, letters: list[tuple[float, str]]) -> None:
        places = {self._offset(share): text for share, text in letters}
        self.pane.show_letters((at, text, at % 2 == 1) for at, text in places.items() if at < len(self.pane.text))

    def _pick(self, share: float, whole: bool) -> None:
        """Make an annotation the current one, as jumping to it or cycling through a stack does."""
        found = self._any(share)
        if found is not None:
            first = found.fragments[0]
            if whole:
                self.pane.select(first.start, first.end, found.id)
            else:
                self.pane.work_on(found.id)

    def _again(self, share: float, label: str) -> None:
        """A second annotation where there is one."""
        found = self._any(share)
        if found is not None:
            self.made += 1
            self._submit(Add(Entity(f"e-{self.made}", label, found.fragments)))

    def _fill(self, share: float, other: float, role: str) -> None:
        events = self.session.annotations.events
        filler = self._any(other)
        if events and filler is not None:
            event = events[min(int(share * len(events)), len(events) - 1)]
            self.pane.work_on(event.id)
            self._submit(SetArgument(event.id, Argument(role, filler.id)))

    def _unfill(self, share: float) -> None:
        events = [event for event in self.session.annotations.events if event.arguments]
        if events:
            event = events[min(int(share * len(events)), len(events) - 1)]
            self._submit(RemoveArgument(event.id, event.arguments[0]))

    def _hits(self, places: list[tuple[float, int]]) -> None:
        ranges = sorted(self._range(*place) for place in places)
        self.pane.show_hits([(start, end) for start, end in ranges if start < end])

    def _label(self, label: str) -> None:
        target = self.pane.target()
        if target is not None:
            self.made += 1
            self._submit(Add(Entity(f"e-{self.made}", label, (Fragment(*target),))))

    def _add(self, label: str, places: list[tuple[float, int]]) -> None:
        self.made += 1
        try:
            fragments = make_fragments([Fragment(*self._range(*place)) for place in places])
        except (AnnotatorError, ValueError):
            return
        self._submit(Add(Entity(f"e-{self.made}", label, fragments)))

    def _event(self, share: float, length: int) -> None:
        self.made += 1
        self._submit(Add(Event(f"e-{self.made}", "Attack", (Fragment(*self._range(share, length)),))))

    def _relabel(self, share: float, label: str) -> None:
        if isinstance(found := self._any(share), Entity):
            self._submit(Relabel(found.id, label))

    def _stretch(self, share: float, first: int, last: int) -> None:
        found = self._any(share)
        if isinstance(found, Entity | Event) and len(found.fragments) == 1:
            (old,) = found.fragments
            start, end = max(0, old.start + first), min(len(self.pane.text), old.end + last)
            if start < end:
                self._submit(Resize(found.id, (Fragment(start, end),)))

    def _remove(self, share: float) -> None:
        if (found := self._any(share)) is not None:
            self._submit(Remove((found.id,)))

    def _undo(self) -> None:
        self.session.undo()

    def _redo(self) -> None:
        self.session.redo()

    def _ahead(self) -> None:
        viewport = self.pane._viewport
        if viewport is not None:
            for step in range(-3, 12):
                self.pane._paint_line(viewport, viewport.next(viewport.top, step))

    def _elsewhere(self, share: float, length: int) -> None:
        """Another program edits the layer, and the session takes it over."""
        self.made += 1
        start, end = self._range(share, length)
        if start < end:
            made = Replacement(None, Entity(f"e-{self.made}", "DATE", (Fragment(start, end),)))
            base = self.session.revision
            edit = LayerEdit(self.session.key, base, Edit("Add", (made,)))
            self.session._store().commit("other", "", [edit])
            self.session.reload()

    def _wheel(self, lines: int) -> None:
        event = events.MouseScrollDown(self.pane, 0, 0, 0, 0, 0, shift=False, meta=False, ctrl=False)
        (self.pane.on_mouse_scroll_down if lines > 0 else self.pane.on_mouse_scroll_up)(event)

    def _mouse(self, kind: Literal["down", "move", "up", "click"], across: float, down: float, times: int) -> None:
        x, y = round(across * (self.pane.size.width + 4)) - 2, round(down * (self.pane.size.height + 4)) - 2
        at: Any = {"widget": self.pane, "x": x, "y": y, "delta_x": 0, "delta_y": 0, "button": 1}
        at.update(shift=False, meta=False, ctrl=False)
        match kind:
            case "down":
                self.pane.on_mouse_down(events.MouseDown(**at))
            case "move":
                self.pane.on_mouse_move(events.MouseMove(**at))
            case "up":
                self.pane.on_mouse_up()
            case "click":
                self.pane.on_click(events.Click(**at, chain=times))


@settings(max_examples=300)
@given(TEXTS, SIZES, BASES, st.lists(ACTIONS, max_size=25))
@example("x\r\n", (4, 2), "auto", [("go_to", 0.0), ("go_to", 1.0), ("go_to", 0.0)])
@example("\r\r\n", (4, 2), "auto", [("go_to", 0.7)])
def test_what_is_shown_is_a_full_repaint(
    bench: Any, text: str, size: tuple[int, int], base: Base, actions: list[Action]
) -> None:
    pane = bench.pane(text, size, direction=base)
    hand = Hand(pane)
    for action in actions:
        hand.do(action)
        pane.update()
        whole = pane.from_scratch()
        assert pane._viewport is None or pane._viewport.top == whole._viewport.top
        assert pane.shown == whole.shown
        assert [row for row in pane.render_lines(pane.size.region) if row.cell_length != pane.size.width] == []


@settings(max_examples=300)
@given(TEXTS, SIZES, BASES, st.lists(ACTIONS, max_size=25))
def test_the_caret_stays_in_the_text_and_on_the_screen(
    bench: Any, text: str, size: tuple[int, int], base: Base, actions: list[Action]
) -> None:
    pane = bench.pane(text, size, direction=base)
    hand = Hand(pane)
    for action in actions:
        hand.do(action)
        state = pane.state
        assert 0 <= state.caret <= len(text)
        for found in (state.selection, state.anchor):
            assert found is None or 0 <= found[0] <= found[1] <= len(text)
        viewport = pane._viewport
        if viewport is not None and text and action[0] in MOTIONS:
            assert viewport.row_of(viewport.line_at(state.caret)) is not None


@given(TEXTS, SIZES)
@example("", (80, 24))
@example("\n" * 50, (20, 5))
def test_every_row_has_the_width_of_the_pane(bench: Any, text: str, size: tuple[int, int]) -> None:
    pane = bench.pane(text, size)
    assert [len(row) for row in pane.shown] == [size[0]] * size[1]
