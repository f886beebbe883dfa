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


def titled(state: State) -> str:
    """The sign of STATE and its name."""
    return f"{SIGNS[state]} {state}"
