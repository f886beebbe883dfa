"""The commands of the program that lead from a screen to others, and back to the text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from annotator.tui.host import host
from annotator.tui.screens.annotate import AnnotateScreen

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.app import App

    from annotator.tui.launch import Launch
    from annotator.tui.screens.agreement_run import Studies
    from annotator.tui.screens.documents import DocumentsScreen

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

    def _offered(self) -> tuple[str, Collection[str]]:
        """The scope of the screen's commands, and those of them that it does not have now."""
        return getattr(self.screen, "SCOPE", "annotate"), getattr(self.screen, "elsewhere", ())

    def action_help(self) -> None:
        """Show the keys of the screen below; the same key closes them again."""
        from annotator.tui.screens.help import HelpScreen  # noqa: PLC0415 - only when asked for

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
        else:
            live = getattr(self.screen, "live_keys", None), getattr(self.screen, "live_schema", None)
            self.push_screen(HelpScreen(*self._offered(), *live))

    def action_palette(self) -> None:
        """Search all commands of the screen below; the same key closes it again."""
        from annotator.tui.screens.palette import PaletteScreen  # noqa: PLC0415 - only when asked for

        def run(id: str | None) -> None:
            if id is not None:
                self.call_later(self.run_command, id)

        if isinstance(self.screen, PaletteScreen):
            self.screen.dismiss(None)
        else:
            self.push_screen(PaletteScreen(*self._offered(), getattr(self.screen, "live_keys", None)), run)

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
        """See where gold differs from what this person said, in the document open or under the cursor of the list."""
        from annotator.tui.screens.documents import DocumentsScreen  # noqa: PLC0415 - only when asked for
        from annotator.tui.screens.feedback import FeedbackScreen  # noqa: PLC0415 - as above

        ground, screen = self.screen_stack[0], self.screen
        if not isinstance(ground, AnnotateScreen):
            return
        session = ground.session

        def go(at: int | None) -> None:
            if at is not None:
                ground.pane.go_to(at)

        if isinstance(screen, DocumentsScreen) and self.screen_stack[:-1] == [ground]:
            self._feedback_in_list(ground, screen)
        elif screen is ground and session is not None:
            self.push_screen(FeedbackScreen(session.document), go)

    @work(exclusive=True, group="feedback")
    async def _feedback_in_list(self, ground: AnnotateScreen, listed: DocumentsScreen) -> None:
        """See that of the document under the cursor; then go to a place in it."""
        from annotator.errors import AnnotatorError  # noqa: PLC0415 - only when asked for
        from annotator.tui.screens.feedback import FeedbackScreen  # noqa: PLC0415 - as above

        here = listed.here()
        if not here:
            self._tell("no document is listed", bad=True)
            return
        try:
            document = await asyncio.to_thread(lambda: host(self).store().document(here))
        except AnnotatorError as error:
            self._explain(error)
            return
        at = await self.push_screen_wait(FeedbackScreen(document))
        if at is not None:
            listed.dismiss(None)  # were the document its result, the feedback would be shown again
            ground.open_document(here, at)

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
