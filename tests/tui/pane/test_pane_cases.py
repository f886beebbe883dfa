"""Cases that the laws of the text pane once failed, or that are too rare for them to meet."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.model.annotations import Entity, Fragment
from annotator.model.operations import Add
from annotator.text.caret import Unit


@pytest.mark.parametrize("width", range(12, 40))
def test_a_split_lam_alef_moves_the_lines_below(bench: Any, width: int) -> None:
    """A boundary between lam and alef takes a cell more: words go to the next line, the number of rows stays."""
    text = "سلام عليكم ورحمة الله وبركاته " * 8
    pane = bench.pane(text, (width, 30))
    pane.session.submit(Add(Entity("e-1", "PERS", (Fragment(0, text.index("لا") + 1),))))
    pane.update()
    assert pane.shown == pane.from_scratch().shown
    pane.session.undo()
    pane.update()
    assert pane.shown == pane.from_scratch().shown
