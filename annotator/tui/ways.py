"""The commands of the program that lead from a screen to others, and back to the text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from annotator.tui.host import host
from annotator.tui.screens.annotate import AnnotateScreen

if TYPE_CHECKING:
    from textual.app import App

    from annotator.tui.launch import Launch
    from annotator.tui.screens.agreement_run import Studies

    Base = App[None]
else:
    Base = object


class Ways(Base):
    """Mixed into the program, which has the rest."""

    launch: Launch
    _studies: Studies | None

    if TYPE_CHECKING:

        def run_command(self, id: str) -> None:
            """Do what the command ID does."""

        def remember(self, key: str, value: str) -> None:
            """Keep a value of this person's view."""

        def _explain(self, error: Exception) -> None: ...

        def _tell(self, text: str, *, bad: bool = False) -> None: ...

    def action_help(self) -> None:
        """Show the keys of the screen below; the same key closes them again."""
        from annotator.tui.screens.help import HelpScreen  # noqa: PLC0415 - only when asked for

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
        else:
            self.push_screen(HelpScreen(getattr(self.screen, "SCOPE", "annotate")))

    def action_palette(self) -> None:
        """Search all commands of the screen below; the same key closes it again."""
        from annotator.tui.screens.palette import PaletteScreen  # noqa: PLC0415 - only when asked for

        def run(id: str | None) -> None:
            if id is not None:
                self.call_later(self.run_command, id)

        if isinstance(self.screen, PaletteScreen):
            self.screen.dismiss(None)
        else:
            self.push_screen(PaletteScreen(getattr(self.screen, "SCOPE", "annotate")), run)

    def action_adjudicate(self) -> None:
        """Settle what annotators differ on, in the document that is open, or under the cursor of the list."""
        from annotator.tui.screens.documents import DocumentsScreen  # noqa: PLC0415 - only when asked for

        ground, screen = self.screen_stack[0], self.screen
        if isinstance(screen, DocumentsScreen):
            self._adjudicate(screen.here())
        elif screen is ground and isinstance(ground, AnnotateScreen):
            session = ground.session
            self._adjudicate(session.document.id if session is not None else "")

    def _adjudicate(self, document: str) -> None:
        """Adjudicate DOCUMENT, or the first of the queue."""
        from annotator.tui.screens.adjudicate import AdjudicateScreen  # noqa: PLC0415 - only for reviewers

        person = self.launch.first.person if self.launch.first is not None else None
        if person is not None and person.role == "annotator":
            self._tell("only reviewers and managers adjudicate", bad=True)
        else:
            self.push_screen(AdjudicateScreen(document), self._back_to_annotating)

    def action_agreement(self) -> None:
        """See how far annotators agree, over the text or the list of documents; then go to a place of one's own."""
        from annotator.tui.screens.agreement import AgreementScreen  # noqa: PLC0415 - only when asked for
        from annotator.tui.screens.agreement_run import Studies  # noqa: PLC0415 - as above
        from annotator.tui.screens.documents import DocumentsScreen  # noqa: PLC0415 - as above

        ground, screen = self.screen_stack[0], self.screen
        if not isinstance(ground, AnnotateScreen) or not (screen is ground or isinstance(screen, DocumentsScreen)):
            return

        def go(place: tuple[str, int] | None) -> None:
            if place is None:
                return
            document, at = place
            if ground.session is not None and ground.session.document.id == document:
                ground.pane.go_to(at)
            if isinstance(screen, DocumentsScreen):
                self.remember(f"place:{document}", str(at))
                screen.dismiss(document)
            else:
                ground.open_document(document, at)

        self._studies = self._studies or Studies(self.launch.reopen)
        self.push_screen(AgreementScreen(self._studies), go)

    def action_feedback(self) -> None:
        """See where gold differs from what this person said."""
        from annotator.tui.screens.feedback import FeedbackScreen  # noqa: PLC0415 - only when asked for

        ground = self.screen_stack[0]
        if self.screen is not ground or not isinstance(ground, AnnotateScreen) or ground.session is None:
            return

        def go(at: int | None) -> None:
            if at is not None:
                ground.pane.go_to(at)

        self.push_screen(FeedbackScreen(ground.session.document), go)

    @work(exclusive=True, group="people")
    async def action_people(self) -> None:
        """See who works on the project, and change it; for managers."""
        from annotator.tui.screens.dialogs import Message  # noqa: PLC0415 - only when asked for
        from annotator.tui.screens.people import PeopleScreen, refusal  # noqa: PLC0415 - as above

        if isinstance(self.screen, PeopleScreen):
            return
        refused = await asyncio.to_thread(refusal, host(self))
        self.push_screen(PeopleScreen() if refused is None else Message.of(refused, "People"))

    def _back_to_annotating(self, _result: None) -> None:
        from annotator.errors import AnnotatorError  # noqa: PLC0415 - as above

        ground = self.screen_stack[0]
        if not isinstance(ground, AnnotateScreen):
            return
        if ground.session is None and len(self.screen_stack) == 1:
            ground.action_documents()
        elif ground.session is not None:
            try:
                ground.session.reload()  # something may have been undone meanwhile
            except AnnotatorError as error:
                self._explain(error)
