"""A text pane without an app: size, focus and screen are plain values, so that a key costs microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
from rich.console import Console
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from wcwidth import wcswidth

from annotator.errors import StaleRevisionError
from annotator.model.annotations import Annotations
from annotator.model.documents import Document
from annotator.model.operations import Edit, apply
from annotator.model.schema import Schema
from annotator.text.layout import Base
from annotator.tui.look import LOOKS
from annotator.tui.widgets.text_pane import TextPane
from annotator.workflow.ports import Entry, Layer, LayerEdit, LayerKey
from annotator.workflow.preferences import View
from annotator.workflow.project import init_project
from annotator.workflow.session import Session

CONSOLE = Console(color_system="truecolor", force_terminal=True)
Cell = tuple[str, Style | None]
"""What one cell shows; the cells behind the first of a wide character show an empty string."""


class MemoryStore:
    """A store of one layer that forgets everything; it keeps what undo needs."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._done: list[Edit] = []
        self._undone: list[Edit] = []

    def layer(self, key: LayerKey) -> Layer:
        return self._layer

    def _apply(self, edit: Edit) -> Entry:
        base = self._layer.revision
        self._layer = Layer(self._layer.key, base + 1, apply(self._layer.annotations, edit))
        return Entry(base + 1, "", "sara", edit.name, "do", 0, (LayerEdit(self._layer.key, base, edit),))

    def commit(self, who: str, at: str, edits: Sequence[LayerEdit]) -> Entry:
        (change,) = edits
        if change.base != self._layer.revision:
            raise StaleRevisionError("the layer was changed elsewhere")
        self._done.append(change.edit)
        self._undone.clear()
        return self._apply(change.edit)

    def undo(self, who: str, at: str) -> Entry | None:
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._apply(self._undone[-1].inverse())

    def redo(self, who: str, at: str) -> Entry | None:
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._apply(self._done[-1])


class Pane(TextPane):
    """The pane, its app and the screen: `shown` holds what a person sees, cell by cell, after `update`.

    Only the regions that the pane asked to be painted are copied to `shown`, as Textual's compositor does.
    """

    def __init__(self, session: Session, size: tuple[int, int], caret: int = 0, direction: Base = "auto") -> None:
        super().__init__()
        self._now = Size(*size)
        self._focused = True
        self._asked: list[Region] = []
        self.the_look = LOOKS["dark"]
        self.view = View()
        self.shown: list[list[Cell]] = []
        session.listeners.append(lambda change: self.edited(change.touched))
        self.open(session, caret, direction)
        self.refresh()
        self.update()

    @property
    def size(self) -> Size:
        return self._now

    @property
    def app(self) -> Any:  # type: ignore[override]  # what the pane asks of one, no more
        return SimpleNamespace(look=self.the_look, whole_rows=False, console=CONSOLE)

    @property
    def has_focus(self) -> bool:  # type: ignore[override]  # a plain value instead of Textual's reactive one
        return self._focused

    def refresh(self, *regions: Region, **_: object) -> Self:
        self._asked.extend(regions or (self._now.region,))
        return self

    def focus(self, scroll_visible: bool = True) -> Self:
        if not self._focused:
            self._focused = True
            self.on_focus()
        return self

    def blur(self) -> Self:
        if self._focused:
            self._focused = False
            self.on_blur()
        return self

    def capture_mouse(self, capture: bool = True) -> None:
        """There is nothing to capture it from."""

    def release_mouse(self) -> None:
        """There is nothing to release it to."""

    def resize(self, width: int, height: int) -> None:
        """What Textual does when the terminal is resized."""
        from textual.events import Resize

        self._now = Size(width, height)
        self.refresh()
        self.on_resize(Resize(self._now, self._now))

    def update(self) -> None:
        """Show what was asked for."""
        asked, self._asked = self._asked, []
        blank: Cell = ("?", None)
        width, height = self._now
        if len(self.shown) != height or any(len(row) != width for row in self.shown):
            self.shown = [[blank] * width for _ in range(height)]
            assert self._now.region in asked, "a new size shows nothing before a full repaint"
        for region in asked:
            crop = region.intersection(self._now.region)
            if not crop:
                continue
            for y, strip in zip(range(crop.y, crop.bottom), self.render_lines(crop), strict=True):
                assert strip.cell_length == crop.width
                self.shown[y][crop.x : crop.right] = cells(strip)

    def from_scratch(self) -> Pane:
        """Another pane in the same state which has never shown anything else."""
        assert self.session is not None
        twin = Pane.__new__(Pane)
        TextPane.__init__(twin)
        twin._now, twin._focused, twin._asked, twin.shown = self._now, self._focused, [], []
        twin.session, twin.the_look, twin.state, twin.view = self.session, self.the_look, self.state, self.view
        twin.direction, twin.hits, twin._letters = self.direction, self.hits, self._letters
        twin._colours = self._colours
        twin.set_view(self.view)
        twin._prepare(twin.size)
        if twin._viewport is not None and self._viewport is not None:
            twin._viewport.top = self._viewport.top
            twin._viewport.fill()
        twin.refresh()
        twin.update()
        return twin


def cells(strip: Strip) -> list[Cell]:
    """The cells of STRIP as a terminal counts them.

    A segment holds either single code points of one cell each, or one cluster.
    """
    found: list[Cell] = []
    for text, style, _ in strip:
        width = wcswidth(text)
        if width == len(text):
            found += [(character, style) for character in text]
        else:
            found += [(text, style), *[("", style)] * (width - 1)]
    return found


class Bench:
    """Makes panes over texts."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def session(self, text: str) -> Session:
        """A session on TEXT whose edits are kept in memory."""
        document = Document.of(text, id="d")
        layer = Layer(LayerKey("d", "sara"), 0, Annotations())
        store = MemoryStore(layer)
        return Session(lambda: store, self.schema, document, layer, "sara")  # type: ignore[arg-type, return-value]  # the methods that a session calls

    def pane(self, text: str, size: tuple[int, int] = (80, 24), caret: int = 0, direction: Base = "auto") -> Pane:
        """A pane over TEXT that has shown its first frame."""
        return Pane(self.session(text), size, caret, direction)


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder: Path = tmp_path_factory.mktemp("bench")
    return Bench(init_project(folder / "project").schema)
