"""What a key can change in the text pane: caret, selection, current annotation; and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from textual.widget import Widget

from annotator.model.annotations import Event, fragments_of
from annotator.text import caret as motions
from annotator.text.caret import Unit
from annotator.text.layout import Options, VisualLine
from annotator.tui.look import Look

if TYPE_CHECKING:
    from annotator.workflow.session import Session

Range: TypeAlias = tuple[int, int]
"""Offsets `[start, end)`, or columns."""
_RETURNS: Final = ("\r", "\r\n")
"""Behind a line's end: a caret in or behind one shows at that end where nothing follows."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a person is: `caret` an offset, `selection` a range, `current` the id of the annotation worked on.

    `unit` is what the caret last moved by; `anchor` the range a growing selection started from; `marked` says that it
    grows with every motion, not only with those that extend.
    """

    caret: int = 0
    selection: Range | None = None
    anchor: Range | None = None
    unit: Unit = Unit.WORD
    current: str = ""
    marked: bool = False


class Looks(NamedTuple):
    """The ranges of offsets that a state paints differently: caret, target, and the current annotation.

    `id` is the current annotation's, since another may lie on the same ranges; `roles` are those of its arguments.
    """

    caret: Range
    target: Range | None
    current: Sequence[Range]
    id: str
    roles: Mapping[str, str]


class PaneState(Widget):
    """The session shown, its state, and what both say about the screen. `on_state` is called after every change."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.session: Session | None = None
        self.state = State()
        self.on_state: Callable[[], None] = lambda: None
        self.hits: Sequence[Range] = ()
        self.options = Options()
        self._colours: dict[str, str] = {}
        self._letters: Sequence[tuple[int, str, bool]] = ()
        self._roles: Mapping[str, str] = {}
        self._target: Range | None = None
        self._current: Sequence[Range] = ()

    @property
    def text(self) -> str:
        """The document's text."""
        return self.session.document.text if self.session is not None else ""

    @property
    def look(self) -> Look:
        """The look of the program."""
        return self.app.look  # type: ignore[attr-defined, no-any-return]  # every app of this package has one

    def target(self) -> Range | None:
        """What a label would take: the selection, or else the word (or clitic segment) under the caret."""
        return self._target

    def _unit_range(self, state: State) -> Range | None:
        if not self.text:
            return None
        unit = Unit.CLITIC if state.unit is Unit.CLITIC else Unit.WORD
        start, end = motions.unit_range(self.text, min(state.caret, len(self.text) - 1), unit)
        return (start, end) if start < end and not self.text[start:end].isspace() else None

    def _with_current(self, state: State) -> State:
        """STATE with the innermost annotation under its caret as the current one, unless it has one."""
        stack = self.session.index.at(state.caret) if self.session is not None and not state.current else ()
        return replace(state, current=min(stack, key=lambda s: (s.end - s.start, s.id)).id) if stack else state

    def _derive(self) -> None:
        """Work out what follows from the state: what a label would take, and where the current annotation is."""
        state, session = self.state, self.session
        self._target = state.selection or self._unit_range(state)
        current = session.annotations.get(state.current) if session is not None else None
        self._current = fragments_of(current) if current is not None else ()
        self._roles = {}
        if isinstance(current, Event) and current.arguments and session is not None:
            self._roles = {argument.target: argument.role for argument in current.arguments}
            fillers = [fragments_of(session.annotations[id]) for id in self._roles]
            self._current = (*self._current, *(fragment for fragments in fillers for fragment in fragments))

    def _looks(self) -> Looks:
        """The ranges that are painted differently from plain text."""
        caret = self.state.caret
        return Looks((caret, caret + 1), self._target, self._current, self.state.current, self._roles)

    def _is_touched(self, line: VisualLine) -> bool:
        """Whether caret, target or current annotation show on LINE."""
        start, end, caret = line.start, line.end, self.state.caret
        if start <= caret <= end or (end < caret <= end + 2 and self.text[end:caret] in _RETURNS):
            return True
        target = self._target
        if target is not None and target[0] < end and start < target[1]:
            return True
        if self._letters and any(start <= at < end for at, _, _ in self._letters):
            return True
        return any(first < end and start < last for first, last in self._current)
