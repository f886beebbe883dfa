"""The panel of the current item as lines: its kind, what it is about, the versions, who gave them, what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.adjudication.decisions import REASONS
from annotator.tui.look import label_style
from annotator.tui.paint import UNKNOWN_COLOUR
from annotator.tui.screens.adjudicate_words import Told, part_name, subjects, told
from annotator.tui.widgets.pieces import Piece, counted, fit, fit_ends, width_of, wrapped
from annotator.tui.widgets.versions import CardLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style

    from annotator.adjudication.decisions import Decision
    from annotator.adjudication.gold import Adjudication
    from annotator.adjudication.items import Item, Version
    from annotator.tui.look import Look
    from annotator.workflow.adjudication import Comment

WIDE = 64
"""Cells from which a version has room for everything in one line."""


@dataclass(frozen=True, slots=True)
class CardMaker:
    """Makes the card of `item`. `who` says how a person is called on it."""

    made: Adjudication
    text: str
    item: Item
    look: Look
    colours: Mapping[str, str]
    who: Callable[[str], str]
    comments: Sequence[Comment] = ()
    note: str = ""
    """What is said instead of versions when nobody has a say."""

    def lines(self, width: int) -> list[CardLine]:
        """The lines in WIDTH cells."""
        if width < 1:
            return []
        made, item = self.made, self.item
        grouped = made.versions(item)
        decision = made.decisions.get(item.key)
        found = [*self._head(width), CardLine()] if width < WIDE else list(self._head(width))
        if decision is not None and all(version.outcome != decision.outcome for version in grouped):
            found += self._made_by_hand(decision, width)  # before the versions, or it might be below the fold
        for number, version in enumerate(grouped):
            taken = decision is not None and decision.outcome == version.outcome
            found += self._version(number, version, width, taken=taken)
        found += self._silent(grouped, width)
        if decision is not None:
            found += self._decided(decision, width)
        for comment in sorted(self.comments, key=lambda comment: self.who(comment.name)):
            flag = "! " if comment.flagged else ""
            found += self._wrapped(f"{flag}{self.who(comment.name)}: {comment.text or 'flagged'}", width)
        return found

    # -- the item --------------------------------------------------------------------------------------------------

    def _head(self, width: int) -> Iterator[CardLine]:
        made, item, look = self.made, self.item, self.look
        kind: list[Piece] = [(item.kind or item.aspect, look.panel_title)]
        if name := part_name(item):
            kind.append((f" {fit(name, width // 2)}", look.panel))
        about = subjects(made, self.text, item) if item.aspect != "label" else []
        agreement: list[Piece] = [(f"agreement {made.agreement(item):.0%}", look.panel_dim)]
        if width >= WIDE and len(about) == 1:
            left = [*kind, ("  ", look.panel), *self._label(about[0])]
            room = width - sum(width_of(text) for text, _ in left) - width_of(agreement[0][0]) - 6
            yield CardLine(left, [*self._words(about[0], max(8, room)), ("   ", look.panel), *agreement])
            return
        yield CardLine(kind, agreement)
        for one in about:
            left = self._label(one)
            yield CardLine(left, self._words(one, width - sum(width_of(text) for text, _ in left) - 1))

    def _label(self, one: Told) -> list[Piece]:
        return [
            (fit(one.label, 16), self._ink(one.type)),
            (f" {one.place[:18]}" if one.place else "", self.look.panel_dim),
        ]

    def _words(self, one: Told, room: int) -> list[Piece]:
        return [(fit_ends(one.words, max(1, room)), self.look.panel)]

    def _ink(self, type_name: str) -> Style:
        look = self.look
        if not type_name:
            return look.panel
        ground = look.panel.bgcolor.name if look.panel.bgcolor is not None else look.ground
        return label_style(look.name, self.colours.get(type_name, UNKNOWN_COLOUR), ground)

    # -- versions --------------------------------------------------------------------------------------------------

    def _version(self, number: int, version: Version, width: int, *, taken: bool) -> Iterator[CardLine]:
        look = self.look
        key = str(number + 1) if number < 9 else " "
        sign: list[Piece] = [(f"{key} ", look.panel_title), ("✓ " if taken else "  ", look.panel_title)]
        blank: list[Piece] = [("    ", look.panel)]
        names = ", ".join(sorted(map(self.who, version.names)))  # the order of letters must not tell who they are
        for order, one in enumerate(told(self.made, self.text, self.item, version.outcome)):
            lead = blank if order else sign
            label = self._label(one)
            used = 4 + sum(width_of(text) for text, _ in label)
            if width >= WIDE:
                who = fit(names, width // 3) if not order else ""
                words = fit_ends(one.words, max(1, width - used - width_of(who) - 4))
                left = [*lead, *label, ("  ", look.panel), (who, look.panel_dim)]
                yield CardLine(left, [(words, look.panel)], number)
                continue
            room = max(4, width - used - 1)
            yield CardLine([*lead, *label], [(fit(names, room), look.panel_dim)] if not order else (), number)
            if one.words:
                yield CardLine(blank, self._words(one, width - 4), number)

    def _silent(self, grouped: Sequence[Version], width: int) -> Iterator[CardLine]:
        """How many have no say any more since what it is a part of was decided."""
        silent = len(self.item.opinions) - sum(len(version.names) for version in grouped)
        if not grouped:
            yield from self._wrapped(
                "Nothing is left to decide here: what it is a part of was decided otherwise.", width
            )
        elif silent:
            yield from self._wrapped(f"{counted(silent, 'other')} had no say: another label", width)

    # -- what was decided ------------------------------------------------------------------------------------------

    def _made_by_hand(self, decision: Decision, width: int) -> Iterator[CardLine]:
        for one in told(self.made, self.text, self.item, decision.outcome):
            left: list[Piece] = [("  ✓ ", self.look.panel_title), *self._label(one)]
            yield CardLine(left, self._words(one, width - sum(width_of(text) for text, _ in left) - 1))

    def _decided(self, decision: Decision, width: int) -> Iterator[CardLine]:
        by = f"rule: {decision.rule}" if decision.rule else f"decided by {decision.who}"
        reason = f" · {REASONS.get(decision.reason, decision.reason)}" if decision.reason else ""
        yield from self._wrapped(f"{by}{reason}", width)
        if decision.note:
            yield from self._wrapped(decision.note, width)

    def _wrapped(self, text: str, width: int) -> Iterator[CardLine]:
        for ready, rtl in wrapped(text, width):
            pieces: list[Piece] = [(ready, self.look.panel_dim)]
            yield CardLine((), pieces) if rtl else CardLine(pieces)
