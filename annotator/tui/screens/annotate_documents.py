"""From the open document to others: the one asked for, its neighbours, the list of all; and an export."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.screens.annotate_targets import OnScreen
from annotator.workflow.people import reviews
from annotator.workflow.ports import LayerKey

if TYPE_CHECKING:
    from annotator.model.documents import Document
    from annotator.workflow.ports import Adjudication, Layer
    from annotator.workflow.states import State


class DocumentActions(OnScreen):
    """Mixed into the annotate screen, which defines the first methods."""

    _message: tuple[str, str]
    _documents: int
    """How many there are."""

    def show_document(self, document: Document, layer: Layer, adjudication: Adjudication | None = None) -> None:
        """Show DOCUMENT and LAYER where this person left them; ADJUDICATION is the document's."""
        raise NotImplementedError

    def _show_title(self) -> None:
        raise NotImplementedError

    def _show_state(self) -> None:
        raise NotImplementedError

    if TYPE_CHECKING:  # other parts of the screen have them

        @property
        def standing(self) -> State | None:
            """The state of the open layer, as far as it is one to know of."""

        def _first_words(self) -> tuple[str, bool]: ...

    @work(exclusive=True, group="open")
    async def open_document(self, id: str, at: int | None = None, *, learn: bool = False, said: str = "") -> None:
        """Load the document ID off the screen's thread, show it, go to offset AT, and SAY what led there.

        With LEARN an annotator sees what gold says instead where that is decided.
        """
        app = self._app
        self.keep_place()

        def load() -> tuple[Document, Layer, Adjudication | None, int]:
            store = app.store()
            place = store.get_state(app.who, f"place:{id}")
            if place is not None:
                app.remembered.setdefault(f"place:{id}", place)
            layer = store.layer(LayerKey(id, app.who))
            found = store.adjudications(id).get(id) if layer.state else None
            return store.document(id), layer, found, store.document_count()

        self.say(f"opening {id} …")
        try:
            document, layer, found, self._documents = await asyncio.to_thread(load)
        except AnnotatorError as error:
            self.say(str(error), bad=True)
            return
        self._message = ("", "")
        self.show_document(document, layer, found)
        app.remember("last_document", id)
        if at is not None:
            self.pane.go_to(at)
        if said:
            self.say(said)
        if learn and self.standing == "done" and not reviews(app.person):
            app.run_command("app.feedback")

    def keep_place(self) -> None:
        """Remember where the caret is in this document."""
        if self.session is not None:
            self._app.remember(f"place:{self.session.document.id}", str(self.pane.state.caret))
            self._app.remember("last_document", self.session.document.id)

    @work(exclusive=True, group="documents")
    async def action_documents(self) -> None:
        """Show all documents, then open the one chosen."""
        from annotator.tui.screens.documents import DocumentsScreen  # noqa: PLC0415 - not on the start-up path

        starting = self.session is None
        screen = DocumentsScreen(*self._first_words() if starting else (), lowest=starting)
        chosen = await self._app.push_screen_wait(screen)
        if chosen is not None:
            self.open_document(chosen, learn=True)
        elif self.session is not None:
            self.reread()  # something may have been undone, or reopened, from there
            self._show_title()
            self._show_state()

    def action_export(self) -> None:
        """Export this person's layers."""
        from annotator.tui.screens.export import ExportScreen  # noqa: PLC0415 - not on the start-up path

        self._app.push_screen(ExportScreen())

    def action_previous_document(self) -> None:
        """Open the document before this one."""
        self._neighbour(-1)

    def action_next_document(self) -> None:
        """Open the document after this one."""
        self._neighbour(1)

    @work(exclusive=True, group="open")
    async def _neighbour(self, step: Literal[-1, 1]) -> None:
        if self.session is None:
            return
        here = self.session.document.id
        try:
            found = await asyncio.to_thread(lambda: self._app.store().neighbour(here, step))
        except AnnotatorError as error:
            self.say(str(error), bad=True)
            return
        if found is not None:
            self.open_document(found)
        else:
            self.say("this is the last document" if step > 0 else "this is the first document")
