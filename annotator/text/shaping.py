"""Letters to presentation forms: what a terminal has to be sent so that Arabic looks joined.

The forms come from the tables of arabic-reshaper; which form a letter takes is decided by `annotator.text.joining`. A
letter without a presentation form for its place is drawn as its plain code point. The only ligature is lam-alef (four
alefs, two forms each); in particular the name of God stays letter by letter, so that every letter keeps its cell.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final, NamedTuple

from wcwidth import wcwidth

from annotator.text.joining import Form
from annotator.text.standins import JOINERS, is_ignorable_mark, stand_in

__all__ = ["ALEFS", "LAM", "Pieces", "ligature", "pieces"]

LAM: Final = "\u0644"
ALEFS: Final = "\u0622\u0623\u0625\u0627"
"""The letters that make a ligature with a lam before them."""

_FORM_LIMIT: Final = 0x4000  # drawn characters kept; a text with every code point there is must not fill the memory


class _Forms(NamedTuple):
    isolated: str
    initial: str
    medial: str
    final: str


class Pieces(dict[str, str]):
    """What one code point contributes to its glyph when it has one joining form; "" for nothing.

    A dictionary that fills itself, so that a line is one C loop over `table[ch]`.
    """

    __slots__ = ("_form",)

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, ch: str) -> str:
        piece = _piece(ch, self._form)
        if len(self) < _FORM_LIMIT:
            self[ch] = piece
        return piece


@cache
def pieces() -> tuple[Pieces, ...]:
    """Tables of pieces, indexed by `Form`."""
    return tuple(map(Pieces, sorted(Form)))


@cache
def _letters() -> dict[str, _Forms]:
    from arabic_reshaper.letters import LETTERS_ARABIC  # noqa: PLC0415 - 11 ms that a text without Arabic need not pay

    return {letter: _Forms(*forms) for letter, forms in LETTERS_ARABIC.items()}


@cache
def _ligatures() -> dict[str, _Forms]:
    from arabic_reshaper.ligatures import LETTERS_LIGATURES  # noqa: PLC0415 - see above

    pairs = {letters: forms for _, (letters, forms) in LETTERS_LIGATURES}
    return {alef: _Forms(*pairs[LAM + alef]) for alef in ALEFS}


def _piece(ch: str, form: Form) -> str:
    if form is not Form.NONE and (forms := _letters().get(ch)):
        shaped = {
            Form.ISOLATED: forms.isolated,
            Form.INITIAL: forms.initial,
            Form.MEDIAL: forms.medial,
            Form.FINAL: forms.final,
        }[form]
        return shaped or ch
    if ch in JOINERS or is_ignorable_mark(ch):
        return ""
    if unicodedata.category(ch) == "Zs" and ch != "\u1680":  # the Ogham space is a visible stroke
        return " " * wcwidth(ch)
    return stand_in(ch) or ch


def ligature(alef: str, lam_form: Form) -> str:
    """Give the ligature of lam and `alef`, by the form that the lam would have without it."""
    forms = _ligatures()[alef]
    return forms.final if lam_form in {Form.MEDIAL, Form.FINAL} else forms.isolated
