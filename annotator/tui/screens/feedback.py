"""What an annotator learns once a document is decided: where gold is not what they said, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.adjudication.decisions import REASONS
from annotator.errors import AnnotatorError
from annotator.tui.host import host
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR, colours_of
from annotator.tui.screens.adjudicate_items import region_of
from annotator.tui.screens.adjudicate_words import part_name, subjects, told
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.pieces import Piece, counted, fit, is_rtl
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import TextBlock, faint, plain, strong
from annotator.workflow.access import Guarded
from annotator.workflow.adjudication_feedback import agreed, feedback

if TYPE_CHECKING:
    from textual.widget import Widget

    from annotator.adjudication.feedback import Difference
    from annotator.adjudication.gold import Adjudication
    from annotator.adjudication.items import Outcome
    from annotator.model.documents import Document

_ROOMY: Final = 100
_REASON: Final = max(map(len, REASONS.values()))


class FeedbackScreen(Framed[int | None]):
    """The result is an offset to go to in the text, None to go back."""

    SCOPE = "feedback"
    AUTO_FOCUS = "Rows"
    DEFAULT_CSS = """
    FeedbackScreen Rows { height: 1fr; }
    FeedbackScreen TextBlock { height: 8; }
    """

    def __init__(self, document: Document) -> None:
        """DOCUMENT is one that the person annotated."""
        super().__init__()
        self._document = document
        self._made: Adjudication | None = None
        self._found: Sequence[Difference] = ()
        self._colours = colours_of(host(self).schema)

    def content(self) -> Iterable[Widget]:
        """The differences, and all about the one under the cursor."""
        yield Rows(empty="Reading …")
        yield TextBlock()

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """How many there are."""
        app = host(self)
        look = app.look
        count = counted(len(self._found), "difference") if self._made is not None else "…"
        left = [(" feedback ", look.bar_strong), (f" {count} ", look.bar_dim), (f" {fit(app.who, 20)}", look.bar_dim)]
        return left, [(fit(self._document.title, max(10, self.size.width - 50)), look.bar), (" ", look.bar)]

    def on_mount(self) -> None:
        """Compare."""
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Compare gold with what the person said, in a thread."""
        app, rows = host(self), self.query_one(Rows)

        def read() -> tuple[Adjudication, list[Difference]]:
            store = app.store()
            if isinstance(store, Guarded):
                return store.feedback(app.schema, self._document.id, app.who)
            return feedback(store, app.schema, self._document.id, app.who)

        try:
            self._made, self._found = await asyncio.to_thread(read)
        except AnnotatorError as error:
            rows.empty = f"{error.what[0].upper()}{error.what[1:]}."
            rows.refresh_rows()
            return
        rows.empty = "Gold says what you said, everywhere."
        rows.set_source(len(self._found), self._row)
        self.show_title()
        self._explain()

    def _words(self, difference: Difference, outcome: Outcome, by: str = "") -> str:
        assert self._made is not None  # noqa: S101 - differences exist only for an adjudication
        said = told(self._made, self._document.text, difference.item, outcome, by)
        return " + ".join(" ".join(filter(None, (one.label, one.words))) for one in said)

    def _row(self, index: int, width: int) -> Sequence[Piece]:
        look, found = host(self).look, self._found[index]
        assert self._made is not None  # noqa: S101 - as above
        about = subjects(self._made, self._document.text, found.item)[-1]
        mine, gold = self._words(found, found.mine, found.name), self._words(found, found.gold)
        name = part_name(found.item) or about.label
        colour = self._colours.get(about.type, UNKNOWN_COLOUR)
        style = label_style(look.name, colour, look.ground) if about.type else look.base
        reason = found.decision.reason if found.decision is not None else ""
        parts = [
            Part(found.item.kind or found.item.aspect, look.dim, 12),
            Part(name, style, 10),
            Part(about.words, look.base, width // 5, right=is_rtl(about.words)),
            Part(f"you: {mine}", look.base),
            Part(f"gold: {gold}", look.base),
        ]
        if width >= _ROOMY:
            parts.append(Part(REASONS.get(reason, reason), look.dim, _REASON))
        return columns(width, *parts, blank=look.base)

    def _explain(self) -> None:
        cursor = self.query_one(Rows).cursor
        if cursor is None or cursor >= len(self._found):
            return
        found = self._found[cursor]
        lines = [
            ("You said", strong),
            (self._words(found, found.mine, found.name), plain),
            ("Gold says", strong),
            (self._words(found, found.gold), plain),
        ]
        decision = found.decision
        if decision is not None and decision.reason:
            lines.append((f"Why: {REASONS.get(decision.reason, decision.reason)}", plain))
        lines += [(text, faint) for text in self._who(found)]
        if decision is not None and decision.note:
            lines.append((decision.note, plain))
        self.query_one(TextBlock).show(*lines)

    def _who(self, found: Difference) -> Iterator[str]:
        """How it was decided; who decided and who agreed where the project wants that told."""
        app, decision = host(self), found.decision
        names = app.project.settings.feedback_names
        if decision is None or decision.rule:
            yield f"Nobody decided it by hand; {decision.rule if decision else 'all others agreed'}."
        elif names:
            yield f"Decided by {decision.who}."
        if names and (others := agreed(found, app.who)):
            yield f"Said so: {', '.join(others)}."

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """All about another one."""
        event.stop()
        self._explain()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter, or a double click."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """To the place in the text."""
        cursor = self.query_one(Rows).cursor
        if cursor is None or self._made is None or cursor >= len(self._found):
            return
        region = region_of(self._made, self._found[cursor].item)
        self.dismiss(region[0][0] if region else 0)

    def action_back(self) -> None:
        """Back to the text."""
        self.dismiss(None)
