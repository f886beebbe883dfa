"""An independent implementation of the bidirectional algorithm, asked whether it puts a text into the same order.

python-bidi gives a string and no offsets, so it cannot draw text here; but where it orders a paragraph otherwise, one
of the two is wrong, and a person should look. It is asked off every path of a key: by `annotator check`.
"""

from __future__ import annotations

from annotator.text.bidi import resolve
from annotator.text.bidi.explicit import REMOVED
from annotator.text.paragraphs import Paragraphs
from annotator.text.ucd import bidi_codes

_LONGEST = 100_000
"""Code points of a paragraph; a longer one is not asked about."""


def orders_otherwise(text: str) -> int | None:
    """The offset of the first paragraph of TEXT that python-bidi puts into another order; None where it agrees."""
    paragraphs = Paragraphs(text)
    for start, end in map(paragraphs.range, range(len(paragraphs))):
        if end - start <= _LONGEST and not _agrees(text[start:end]):
            return start
    return None


def _agrees(paragraph: str) -> bool:
    """Whether both order PARAGRAPH alike, but for what X9 removes, which may stand anywhere."""
    from bidi import get_display  # noqa: PLC0415 - 18 ms that only who asks should pay

    resolved = resolve(paragraph)
    if not any(level % 2 for level in set(resolved.levels)):
        return True
    order = resolved.visual_order(0, len(paragraph))
    try:
        mine, theirs = "".join([paragraph[index] for index in order]), get_display(paragraph)
    except UnicodeEncodeError:  # a lone surrogate is no text to it
        return True
    return mine == theirs or _without_removed(mine) == _without_removed(theirs)


def _without_removed(text: str) -> str:
    return "".join([ch for ch, code in zip(text, bidi_codes(text), strict=True) if code not in REMOVED])
