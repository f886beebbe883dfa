"""How text is laid out: the choices a person or a project makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Base", "Options"]

Base: TypeAlias = Literal["auto", "ltr", "rtl"]
"""Base direction of paragraphs: forced, or found for each from its first strong character (UAX #9, P2-P3)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is drawn of a text. None of it changes an offset.

    `tab_width` is the distance of tab stops in cells, at least 1, counted from the edge where the line starts (the
    right one in a right-to-left paragraph). Without `marks`, harakat and other combining Arabic marks are not drawn.
    Without `controls`, bidi controls and other invisible format characters are not drawn; with it each takes one cell
    with a stand-in. C0, C1, surrogates and code points without meaning always have their stand-in. With `islands`,
    Latin words and numbers in right-to-left paragraphs read as they were typed (`annotator.text.islands`).
    """

    tab_width: int = 8
    marks: bool = True
    controls: bool = True
    islands: bool = False

    def __post_init__(self) -> None:
        if self.tab_width < 1:
            raise ValueError(f"tab_width is {self.tab_width}; it must be at least 1")
