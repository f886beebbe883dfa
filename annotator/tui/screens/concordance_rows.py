"""What the concordance shows of a hit, and says of what was done to many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rich.style import Style

from annotator.tui.key_titles import undoes
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR
from annotator.tui.widgets.kwic import Kwic, KwicStyles, kwic_pieces
from annotator.tui.widgets.pieces import Piece, counted
from annotator.tui.widgets.rows import Part, columns
from annotator.workflow.occurrences import Outcome, State, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotator.text.layout import Base
    from annotator.tui.look import Look
    from annotator.workflow.search import Hit

_SIGNS: Final[dict[State, str]] = {"new": "+", "same": "=", "overlaps": "!"}
_STATES: Final[dict[State, str]] = {"new": "new", "same": "labelled so already", "overlaps": "touch another label"}


class HitRow:
    """Paints hits: box, state, labels, context, document. `label` is what is being labelled, None for a search."""

    def __init__(self, look: Look, colours: Mapping[str, str], direction: Base, label: str | None) -> None:
        """COLOURS are those of the schema's labels; DIRECTION that of the project's paragraphs."""
        self._look = look
        self._colours = colours
        self._direction = direction
        self._label = label

    def pieces(self, hit: Hit, width: int, *, ticked: bool) -> list[Piece]:
        """HIT in exactly WIDTH cells."""
        look = self._look
        wide = width >= 100
        code_cells, id_cells = (12, 20) if wide else (7, 10)
        names = list(dict.fromkeys(f"{'*' if span.is_event else ''}{span.type}" for span in hit.labels))
        colour = self._colours.get(hit.labels[0].type, UNKNOWN_COLOUR) if hit.labels else UNKNOWN_COLOUR
        sign, tone = self._sign(hit)
        left = columns(
            code_cells + 6,
            Part("■" if ticked else "□", look.base, 1),
            Part(sign, tone, 1),
            Part(",".join(names), label_style(look.name, colour, look.ground), code_cells + 1),
            blank=look.base,
        )
        context = Kwic(hit.before, hit.words, hit.after, self._direction)
        room = max(1, width - code_cells - id_cells - 7)
        middle = kwic_pieces(context, room, KwicStyles(look.match, look.base))
        right = columns(id_cells, Part(hit.document, look.dim, id_cells, right=True), blank=look.base)
        return [*left, *middle, (" ", look.base), *right]

    def _sign(self, hit: Hit) -> tuple[str, Style]:
        look = self._look
        if self._label is None:
            return " ", look.base
        state = state_of(hit, self._label)
        ink = {"new": look.good, "same": look.bar_dim, "overlaps": look.warn}[state].color
        return _SIGNS[state], look.base + Style(color=ink)


def states(hits: Iterable[Hit], label: str) -> str:
    """How many hits are new, labelled so, or under other labels, with the signs of the rows."""
    counts = Counter(state_of(hit, label) for hit in hits)
    return " · ".join(f"{_SIGNS[state]} {counts[state]:,} {name}" for state, name in _STATES.items() if counts[state])


def summary(outcome: Outcome, label: str | None, own: Mapping[str, tuple[str, ...]]) -> str:
    """What was done, for the status line; LABEL is None for deleting, OWN holds a person's own keys."""
    entry = outcome.entry
    counts = [
        f"{count:,} {word}"
        for count, word in (
            (outcome.added, f"labelled {label}"),
            (outcome.relabelled, f"relabelled {label}"),
            (outcome.removed, "deleted"),
        )
        if count
    ]
    if entry is not None:
        counts[-1:] = [f"{counts[-1]} in {counted(len(entry.edits), 'document')}"] if counts else []
    if outcome.unchanged:
        counts.append(f"{outcome.unchanged:,} {'have no annotation' if label is None else 'were so already'}")
    if outcome.refused:
        counts.append(f"{len(outcome.refused):,} not done: {outcome.refused[0].what}")
    undo = undoes("concordance.undo", own) if entry is not None else ""
    return (" · ".join(counts) or "nothing to do") + undo
