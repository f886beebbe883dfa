"""The signs of the states of layers: what a narrow column shows, so that no state is known by its colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from annotator.workflow.states import State

SIGNS: Final[Mapping[State, str]] = {
    "new": "○",
    "in progress": "◐",
    "submitted": "●",
    "reopened": "↺",
    "in adjudication": "◆",
    "done": "✓",
}


def titled(state: State, count: int | None = None) -> str:
    """The sign of STATE and its name; between them how many layers are in it, where COUNT says so."""
    return f"{SIGNS[state]} {state}" if count is None else f"{SIGNS[state]} {count:,} {state}"
