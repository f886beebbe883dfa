"""The whole document's labels; and its notes and flags: written, from one to the next, or as a list."""

from __future__ import annotations

import contextlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.worker import WorkerError

from annotator.lazy import lazy_module
from annotator.model.annotations import DocumentLabel, Entity, Event, Fragment, Note, fragments_of, quoted
from annotator.tui.key_titles import key_title
from annotator.tui.screens.annotate_repeat import Repeatable
from annotator.tui.screens.annotate_targets import OnScreen
from annotator.workflow.session import new_id

if TYPE_CHECKING:
    from textual import events
    from textual.worker import Worker

    from annotator.model import operations
    from annotator.model.operations import Operation
    from annotator.tui.commands import Command
    from annotator.workflow.document_labels import LabelValue
    from annotator.workflow.notes import Remark
else:
    operations = lazy_module("annotator.model.operations")


class NoteActions(OnScreen):
    """Mixed into the annotate screen, which opens documents too."""

    _noted = ""
    """The id of the note gone to last."""
    _keys: dict[str, Command]
    _message: tuple[str, str]

    def _show_state(self) -> None:
        raise NotImplementedError

    def open_document(self, id: str, at: int | None = None, *, said: str = "") -> Worker[None]:
        """Open the document ID at offset AT, and SAY what led there."""
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

    # -- writing notes ---------------------------------------------------------------------------------------------

    def _exact_notes(self) -> list[Note]:
        """The notes on the current annotation, or on exactly its place; else on selection, word or document."""
        session, target = self.session, self.pane.target()
        if session is None:
            return []
        current = session.annotations.get(self.pane.state.current)
        place = fragments_of(current) if current is not None else (Fragment(*target),) if target is not None else ()
        every = (item for item in session.annotations.values() if isinstance(item, Note))
        return [
            note
            for note in every
            if (note.fragments == place if not note.target else current is not None and note.target == current.id)
        ]

    def _notes_here(self) -> list[Note]:
        """Those, or else the notes on a place around the caret, the tightest first; the one gone to last before all."""
        session, state = self.session, self.pane.state
        found = self._exact_notes()
        if session is not None and not found and not state.current and state.selection is None:
            every = (item for item in session.annotations.values() if isinstance(item, Note))
            around = [note for note in every if any(s <= state.caret < e for s, e in note.fragments)]
            found = sorted(around, key=lambda note: sum(end - start for start, end in note.fragments))
        return sorted(found, key=lambda note: note.id != self._noted)

    @work(exclusive=True, group="dialog")
    async def action_note(self) -> None:
        """Write the note on the current annotation or the word under the caret: the one that is there, or a new one."""
        await self._write_note(self._notes_here())

    @work(exclusive=True, group="dialog")
    async def action_another_note(self) -> None:
        """Write one more note on it."""
        await self._write_note([])

    async def _write_note(self, there: Sequence[Note]) -> None:
        """Change the first note of THERE, or write a new one."""
        from annotator.tui.screens.prompt import Prompt  # noqa: PLC0415 - only when asked for

        session, target = self.session, self.pane.target()
        if session is None:
            return
        old = there[0] if there else None
        current = session.annotations.get(self.pane.state.current)
        about = self._quote(current.id) if current is not None else self.pane.text[slice(*target)] if target else ""
        if old is not None and old.fragments:
            about = quoted(self.pane.text, old.fragments)
        title = f"{f'Note 1 of {len(there)}' if len(there) > 1 else 'Note'} on {about[:40] or 'the document'}"
        if old is not None:
            key = key_title(next((key for key, c in self._keys.items() if c.id == "annotate.another-note"), ""))
            title += f" · {key} writes another one" if key else ""

        async def keep(text: str) -> str:
            return self.refused(lambda: self._keep_note(old, text))

        await self._app.push_screen_wait(Prompt(title, old.text if old is not None else "", keep=keep))

    def _keep_note(self, old: Note | None, text: str) -> None:
        if old is None:
            self._add_note(text)
            return
        kept = text.strip() or old.flagged
        operation: Operation = operations.SetNote(old.id, text, old.flagged) if kept else operations.Remove((old.id,))
        self._submit(operation, *self._noting(text))

    def _add_note(self, text: str) -> None:
        session, target = self.session, self.pane.target()
        if session is None or not text.strip():
            return
        current = session.annotations.get(self.pane.state.current)
        place = (Fragment(*target),) if current is None and target is not None else ()
        id = current.id if current is not None else ""
        made = Note(new_id("note"), text, id, place, provenance=session.provenance())
        self._submit(operations.Add(made), *self._noting(text))

    def _noting(self, text: str) -> tuple[str, Repeatable | None]:
        """What is said after TEXT was written, and how to write it elsewhere."""
        if not text.strip():
            return "note deleted", None
        return f"note: {text[:40]}", Repeatable(f"note {text[:20]}", lambda: self._note_again(text))

    def _note_again(self, text: str) -> str:
        if any(note.text == text for note in self._exact_notes()):
            return "it has this note already"
        self._add_note(text)
        return ""

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
            if not self.reread():  # notes may have been changed from there
                return
            self._show_state()
            if remark is not None:
                self._visit(remark)

        self._app.push_screen(NotesScreen(here=session.document.id, note=self._note_here()), back)

    def _note_here(self) -> str:
        """The note on what is under the caret, else the one gone to last."""
        found = self._notes_here()
        return found[0].id if found else self._noted

    @work(exclusive=True, group="visit")
    async def _visit(self, remark: Remark) -> None:
        """Go to REMARK, in another document if need be."""
        if self.session is None or self.session.document.id != remark.document:
            with contextlib.suppress(WorkerError):  # another document was asked for meanwhile
                await self.open_document(remark.document, remark.start).wait()
        session = self.session
        if session is not None and session.document.id == remark.document:
            self._show_note(remark, "note" if remark.fragments else "note on the document")
