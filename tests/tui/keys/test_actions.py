"""Every command in the key map of a screen is something that the screen does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from annotator.tui.app import AnnotatorApp
from annotator.tui.commands import COMMANDS, commands_of
from annotator.tui.screens.adjudicate import AdjudicateScreen
from annotator.tui.screens.adjudicate_edit import _ELSEWHERE
from annotator.tui.screens.adjudicate_queue import QueueScreen
from annotator.tui.screens.agreement import AgreementScreen
from annotator.tui.screens.agreement_list import DifferencesScreen
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.concordance import ConcordanceScreen
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.screens.export import ExportScreen
from annotator.tui.screens.feedback import FeedbackScreen
from annotator.tui.screens.guideline import GuidelineScreen
from annotator.tui.screens.importing import ImportScreen
from annotator.tui.screens.notes import NotesScreen
from annotator.tui.screens.palette import PaletteScreen
from annotator.tui.screens.people import PeopleScreen
from annotator.tui.screens.pick_label import PickLabel
from annotator.tui.screens.schema_browser import SchemaBrowser

SCREENS = {
    "adjudicate": AdjudicateScreen,
    "agreement": AgreementScreen,
    "annotate": AnnotateScreen,
    "app": AnnotatorApp,
    "concordance": ConcordanceScreen,
    "differences": DifferencesScreen,
    "documents": DocumentsScreen,
    "export": ExportScreen,
    "feedback": FeedbackScreen,
    "guideline": GuidelineScreen,
    "import": ImportScreen,
    "notes": NotesScreen,
    "palette": PaletteScreen,
    "people": PeopleScreen,
    "pick-label": PickLabel,
    "queue": QueueScreen,
    "schema": SchemaBrowser,
}


def missing(screen: type, scope: str, but: frozenset[str] = frozenset()) -> list[str]:
    wanted = [command for command in COMMANDS if command.scope == scope and command.id not in but]
    assert wanted
    found: Callable[[str], object] = lambda action: getattr(screen, f"action_{action}", None)  # noqa: E731 - typed
    return [command.id for command in wanted if not callable(found(command.action))]


def test_all_scopes_are_looked_at() -> None:
    assert {command.scope for command in COMMANDS} == set(SCREENS)


@pytest.mark.parametrize("scope", SCREENS)
def test_a_screen_does_all_its_commands(scope: str) -> None:
    assert missing(SCREENS[scope], scope) == []
    assert scope == "app" or scope == SCREENS[scope].SCOPE  # type: ignore[attr-defined]  # every screen has one


def test_editing_gold_does_all_of_annotating_that_is_not_elsewhere() -> None:
    assert missing(AdjudicateScreen, "annotate", _ELSEWHERE) == []
    assert {command.id for command in commands_of("annotate")} >= _ELSEWHERE
