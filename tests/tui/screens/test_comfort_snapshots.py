"""Pictures of the guideline and the schema browser, in more looks than one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.tui.look import CONTRAST_DARK, CONTRAST_LIGHT, DARK, Look
from annotator.tui.screens.guideline import GuidelineScreen
from annotator.tui.screens.schema_browser import SchemaBrowser

Make = Callable[..., Any]
SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]


@pytest.mark.parametrize("size", SIZES)
def test_guideline(stand: Make, snap_compare: Any, size: tuple[int, int]) -> None:
    app = stand()
    app._first = lambda: GuidelineScreen(app.schema, "Attack")
    assert snap_compare(app, terminal_size=size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", [pytest.param(look, id=look.name) for look in (DARK, CONTRAST_DARK, CONTRAST_LIGHT)])
def test_schema_browser(stand: Make, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    app = stand()
    app.look = look
    app._first = lambda: SchemaBrowser(app.schema, "Bombard")
    assert snap_compare(app, terminal_size=size)
