"""The whole document's labels; and its notes and flags, from one to the next or as a list."""

from __future__ import annotations

import contextlib
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from textual import work
from textual.worker import WorkerError

from annotator.errors import AnnotatorError
from annotator.model.annotations import DocumentLabel, Entity, Event, Note
from annotator.tui.screens.annotate_targets import OnScreen

if TYPE_CHECKING:
    from textual import events
    from textual.worker import Worker

    from annotator.workflow.document_labels import LabelValue
    from annotator.workflow.notes import Remark


class NoteActions(OnScreen):
    """Mixed into the annotate screen, which opens documents too."""

    _noted = ""
    """The id of the note gone to last."""
    _message: tuple[str, str]

    def _show_state(self) -> None:
        raise NotImplementedError

    def open_document(self, id: str, at: int | None = None) -> Worker[None]:
        """Open the document ID at offset AT."""
        raise NotImplementedError

    # -- labels of the document ------------------------------------------------------------------------------------

    def _document_labels(self) -> str:
        """The values that this document has, for the title line."""
        session = self.session
        if session is None:
            return ""
        found: dict[str, list[str]] = {kind.name: [] for kind in session.schema.document_labels}
        for item in session.annotations.values():
            if isinstance(item, DocumentLabel):
                found.setdefault(item.type, []).append(item.value)
        return " · ".join(", ".join(values) for values in found.values() if values)

    def action_document_labels(self) -> None:
        """Say what the whole document is."""
        from annotator.tui.screens.document_labels import DocumentLabels  # noqa: PLC0415 - only when asked for
        from annotator.workflow.document_labels import switch  # noqa: PLC0415 - as above

        session = self.session
        if session is None:
            return

        def change(value: LabelValue) -> str:
            operation = switch(session.schema, session.annotations, value.type, value.value, session.provenance())
            done = f"{value.type} is {'not ' if value.chosen else ''}{value.value}"
            return done if self._submit(operation, done) else self._message[0]

        self._app.push_screen(DocumentLabels(session, change))

    def on_click(self, event: events.Click) -> None:
        """A click on the title, which shows the document's labels."""
        if event.widget is not None and event.widget.id == "title":
            self.action_document_labels()

    # -- notes and flags -------------------------------------------------------------------------------------------

    def action_next_note(self) -> None:
        """To the next note or flag that has a place."""
        self._hop_note(1)

    def action_previous_note(self) -> None:
        """To the one before."""
        self._hop_note(-1)

    def _hop_note(self, step: int) -> None:
        from annotator.workflow.notes import remarks_of  # noqa: PLC0415 - off the start-up path

        session, caret = self.session, self.pane.state.caret
        if session is None:
            return
        document = session.document
        found = remarks_of(document.id, document.title, document.text, session.annotations)
        placed = [remark for remark in found if remark.fragments]
        if not placed:
            self.say(f"no notes and no flags{' on places of' if found else ' in'} this text", bad=True)
            return
        starts = [remark.fragments[0].start for remark in placed]
        last = next((index for index, remark in enumerate(placed) if remark.note.id == self._noted), None)
        if last is not None and starts[last] == caret:  # several may lie on one place
            at = last + step
        else:
            at = bisect_left(starts, caret) if step > 0 else bisect_right(starts, caret) - 1
        around = "" if 0 <= at < len(placed) else " · past the end" if step > 0 else " · past the start"
        at %= len(placed)
        self._show_note(placed[at], f"note {at + 1} of {len(placed)}{around}")

    def _show_note(self, remark: Remark, where: str) -> None:
        self._noted = remark.note.id
        session = self.session
        target = session.annotations.get(remark.note.target) if session is not None else None
        if remark.fragments:
            start, end = remark.fragments[0]
            self.pane.select(start, end, target.id if isinstance(target, Entity | Event) else "")
        flag = "! " if remark.note.flagged else ""
        self.say(f"{where}: {flag}{remark.note.text or 'flagged'}")

    def action_notes(self) -> None:
        """List all notes and flags."""
        from annotator.tui.screens.notes import NotesScreen  # noqa: PLC0415 - only when asked for

        session = self.session
        if session is None:
            return

        def back(remark: Remark | None) -> None:
            try:
                session.reload()  # notes may have been changed from there
            except AnnotatorError as error:
                self.say(str(error), bad=True)
                return
            self._show_state()
            if remark is not None:
                self._visit(remark)

        self._app.push_screen(NotesScreen(here=session.document.id, note=self._note_here()), back)

    def _note_here(self) -> str:
        """The note on what is under the caret, else the one gone to last."""
        session, state = self.session, self.pane.state
        if session is None:
            return ""
        on = session.annotations.referrers(state.current) if state.current else []
        return next((item.id for item in on if isinstance(item, Note)), self._noted)

    @work(exclusive=True, group="visit")
    async def _visit(self, remark: Remark) -> None:
        """Go to REMARK, in another document if need be."""
        if self.session is None or self.session.document.id != remark.document:
            with contextlib.suppress(WorkerError):  # another document was asked for meanwhile
                await self.open_document(remark.document, remark.start).wait()
        session = self.session
        if session is not None and session.document.id == remark.document:
            self._show_note(remark, "note" if remark.fragments else "note on the document")
