"""What the annotate screen looks like. `pytest --snapshot-update` accepts a change that was meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from annotator.tui.app import AnnotatorApp

MakeApp = Callable[..., AnnotatorApp]
LABELLED = [
    *("L", "left", "left", "alt+left", "shift+left", "a", "left", "left", "left", "shift+left", "l"),  # the headline
    *("down", "down", "left", "left", "shift+left", "a", "escape"),
]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_labelled(snap_compare: Any, make_app: MakeApp, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), press=LABELLED, terminal_size=size)


def test_light_and_without_bars(snap_compare: Any, make_app: MakeApp) -> None:
    assert snap_compare(make_app(), press=[*LABELLED, "f9", "f5"], terminal_size=(120, 40))


def test_a_selected_nested_annotation(snap_compare: Any, make_app: MakeApp) -> None:
    keys = [*LABELLED, "ctrl+home", "tab", "tab", "left", "escape", "g", "shift+tab"]
    assert snap_compare(make_app(), press=keys, terminal_size=(120, 40))


def test_find(snap_compare: Any, make_app: MakeApp) -> None:
    assert snap_compare(make_app(), press=["slash", *"البادية"], terminal_size=(100, 30))


def test_hostile_text(snap_compare: Any, make_app: MakeApp) -> None:
    text = (
        "قال \x1b[31mأحمد\x07 \u202eabc\u202c (24/11/2020) C++ مُحَمَّدٌ\tلا إله\n\u0301وحده\n"
        + "ا" * 300
        + "\n👩\u200d💻漢字"
    )
    assert snap_compare(make_app(("d", text)), press=["left"], terminal_size=(80, 24))


def test_too_small(snap_compare: Any, make_app: MakeApp) -> None:
    assert snap_compare(make_app(), terminal_size=(59, 14))
