"""What screens and widgets ask of the app they run in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from annotator.model.schema import Schema
    from annotator.tui.look import Look
    from annotator.workflow.match_pool import Crew
    from annotator.workflow.ports import Person, Store
    from annotator.workflow.project import Project


class Host(Protocol):
    """The program, as far as a screen needs it. `store` may take its time when first called: call it in a thread."""

    look: Look
    project: Project
    schema: Schema
    who: str
    user_keys: dict[str, tuple[str, ...]]
    remembered: dict[str, str]

    @property
    def person(self) -> Person:
        """Who is at work, and in which role. It may take its time when first asked for: ask in a thread."""

    def store(self) -> Store:
        """The database."""

    @property
    def crew(self) -> Crew:
        """What waits for the next search of the database."""

    def remember(self, key: str, value: str) -> None:
        """Keep a value of this person's view for the next start; `remembered` holds them."""

    def run_command(self, id: str) -> None:
        """Do what the command ID does, on the screen it belongs to."""


def host(node: DOMNode) -> Host:
    """The app that NODE runs in."""
    return cast("Host", node.app)
