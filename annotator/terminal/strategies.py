"""The ways to make Arabic right: bytes at start, bytes at stop, and a filter over the output.

Whatever the strategy, the program draws visual order and presentation forms (UAX #9 and joining are done before).
A strategy only keeps one family of terminals from reordering or misplacing that a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from types import MappingProxyType
from typing import Final

from annotator.errors import UsageError
from annotator.terminal import filters
from annotator.terminal.filters import Filter
from annotator.terminal.logical import logical
from annotator.terminal.stream import strip_joined, strip_marks

# BDSM off and SCP left-to-right: ECMA-48 8.3 with the terminal working group's BiDi proposal. Harmless where unknown.
_EXPLICIT: Final = "\x1b[8l\x1b[1 k"
_IMPLICIT: Final = "\x1b[8h\x1b[0 k"


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to make Arabic right on a terminal.

    `start` is sent after the alternate screen is entered and before it is cleared (VTE keeps the mode per row, from
    the moment a row is cleared); `stop` after the alternate screen is left. `filter` changes each frame on its way
    out, None for no change. `marks` says whether harakat are sent; without them `output_filter` drops them. `joined`
    says whether emoji joined of several are sent whole; else `output_filter` keeps the first of them. `whole_rows`
    asks the painter to repaint whole rows, because the filter looks at whole words.
    """

    name: str
    title: str
    description: str
    start: str = ""
    stop: str = ""
    filter: Filter | None = None
    marks: bool = True
    joined: bool = True
    whole_rows: bool = False

    def without_marks(self) -> Strategy:
        """The same strategy for a terminal that misplaces or drops combining marks."""
        return replace(self, marks=False)

    def without_joined(self) -> Strategy:
        """The same strategy for a terminal that gets lost in a row with an emoji joined of several."""
        return replace(self, joined=False)

    @property
    def output_filter(self) -> Filter | None:
        """What each frame goes through: the filter, after what must be dropped is."""
        steps = (None if self.marks else strip_marks, None if self.joined else strip_joined, self.filter)
        given = [step for step in steps if step is not None]
        return reduce(filters.chain, given) if given else None


_ALL: Final = (
    Strategy(
        name="visual",
        title="Visual order, nothing else",
        description="For terminals that draw cells where they are told: xterm, urxvt, alacritty, foot, st, VS Code.",
        start=_EXPLICIT,
        stop=_IMPLICIT,
    ),
    Strategy(
        name="explicit",
        title="Bidirectional mode off by escape sequence (CSI 8 l)",
        description="For terminals that follow the BiDi proposal: GNOME Terminal and all of VTE, mintty, WezTerm.",
        start=_EXPLICIT,
        stop=_IMPLICIT,
    ),
    Strategy(
        name="konsole",
        title="Konsole's bidirectional rendering off (OSC 50)",
        description="For Konsole; switched on again at the end.",
        start=f"{_EXPLICIT}\x1b]50;BidiRenderingEnabled=false\x07",
        stop=f"\x1b]50;BidiRenderingEnabled=true\x07{_IMPLICIT}",
    ),
    Strategy(
        name="mlterm",
        title="mlterm's complex text layout off (OSC 5379)",
        description="For mlterm; switched on again at the end.",
        start=f"{_EXPLICIT}\x1b]5379;use_ctl=false\x07",
        stop=f"\x1b]5379;use_ctl=true\x07{_IMPLICIT}",
    ),
    Strategy(
        name="kitty",
        title="Each letter in kitty's text sizing protocol (OSC 66)",
        description="For kitty 0.40 and later; earlier versions would drop letters.",
        start=_EXPLICIT,
        stop=_IMPLICIT,
        filter=filters.kitty,
    ),
    Strategy(
        name="kitty-old",
        title="Letters inside words in logical order",
        description="For kitty before 0.40, which reverses each word; without harakat.",
        start=_EXPLICIT,
        stop=_IMPLICIT,
        filter=filters.kitty_old,
        marks=False,
        whole_rows=True,
    ),
    Strategy(
        name="lrm",
        title="A left-to-right mark after each letter (U+200E)",
        description="For tmux inside GNOME Terminal and other VTE terminals.",
        start=_EXPLICIT,
        stop=_IMPLICIT,
        filter=filters.lrm,
    ),
    Strategy(
        name="jitter",
        title="Neighbouring letters in colours that look the same",
        description="For qterminal and for terminals in a web page that draw with the browser's text.",
        start=_EXPLICIT,
        stop=_IMPLICIT,
        filter=filters.jitter,
    ),
    Strategy(
        name="logical",
        title="Logical order, the terminal does the rest",
        description="The last resort for terminals that always reorder; tables and panes may come out wrong.",
        filter=logical,
        whole_rows=True,
    ),
)

STRATEGIES: Final[Mapping[str, Strategy]] = MappingProxyType({strategy.name: strategy for strategy in _ALL})
"""Every strategy by name, the most usual first."""

AUTO: Final = "auto"
"""The name that asks for detection."""


def strategy_named(name: str, *, where: str = "--rtl") -> Strategy:
    """The strategy called `name`.

    Raises:
        UsageError: there is none; the message lists the names. `where` names the option or variable that held it.
    """
    try:
        return STRATEGIES[name]
    except KeyError:
        names = ", ".join((AUTO, *STRATEGIES))
        raise UsageError(f"unknown way to show Arabic {name!r}", where=where, hint=f"Choose one of {names}") from None
