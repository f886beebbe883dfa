"""What the annotate screen does to annotations: label, relabel, resize, delete, undo, jump."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from textual import work

from annotator.errors import AnnotatorError, StaleRevisionError
from annotator.lazy import lazy_module
from annotator.model.annotations import Annotations, Entity, Event, Fragment, Fragments, make_fragments, quoted
from annotator.model.schema import EventType
from annotator.text import caret as motions
from annotator.text.caret import Unit
from annotator.tui.failures import in_the_way
from annotator.tui.key_titles import title_of, undoes
from annotator.tui.screens.annotate_repeat import Repeatable
from annotator.tui.undone import edit_words, place_of
from annotator.workflow.session import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotator.model import operations
    from annotator.model.operations import Operation
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.widgets.text_pane import State, TextPane
    from annotator.workflow.ports import Entry
    from annotator.workflow.session import Session
else:
    operations = lazy_module("annotator.model.operations")


class LabelActions:
    """Mixed into the annotate screen, which has the session and the pane and defines the first methods."""

    session: Session | None
    pane: TextPane
    _repeatable: Repeatable | None
    _message: tuple[str, str]
    _left: State | None = None
    """The state after the current annotation was worked on: until it changes, the next annotation is the one after."""

    @property
    def _app(self) -> AnnotatorApp:
        raise NotImplementedError

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    def guarded(self, what: str, error: AnnotatorError) -> None:
        """Say why WHAT was not done."""
        raise NotImplementedError

    def open_document(self, id: str, at: int | None = None, *, said: str = "") -> object:
        """Open the document ID at offset AT, and SAY what led there."""
        raise NotImplementedError

    def reread(self, what: str = "this document cannot be read anew") -> bool:
        """Show what the database has now. False: it cannot be read, and after WHAT it is said why."""
        try:
            if self.session is not None:
                self.session.reload()
        except AnnotatorError as error:
            self.say(f"{what}: {error.brief}", bad=True)
            return False
        return True

    def refused(self, act: Callable[[], object]) -> str:
        """What is said against what ACT does; empty where it was done, or there was nothing to do."""
        self._message = ("", "")
        act()
        text, kind = self._message
        return text if kind == "bad" else ""

    # -- label -----------------------------------------------------------------------------------------------------

    def label(self, name: str, *, add: bool = False) -> None:
        """Label the selection, or the word under the caret, as NAME.

        What is labelled already gets the new label instead, unless a second one is to be added (see `_labelled`).
        """
        session, target = self.session, self.pane.target()
        kind = self._app.schema.label(name)
        if session is None or kind is None:
            return
        if target is None:
            self.say("put the caret on a word, or select text, then press the label's key", bad=True)
            return
        found = None if add else self._labelled(session, target, is_event=isinstance(kind, EventType))
        words = session.document.text[target[0] : target[1]]
        if found is not None:
            words = quoted(session.document.text, found.fragments)
            if found.type == name:
                self.say(f"{words} is {name} already")
            else:
                self._relabel(found.id, found.type, name, words)
            return
        fragments = (Fragment(*target),)
        id = new_id("event" if isinstance(kind, EventType) else "entity")
        made: Entity | Event
        if isinstance(kind, EventType):
            made = Event(id, name, fragments, provenance=session.provenance())
        else:
            made = Entity(id, name, fragments, provenance=session.provenance())
        again = Repeatable(f"label {name}", lambda: self._label_again(name, add=add))
        self._submit(operations.Add(made), f"{name}: {words}", again, stay=id)

    def _label_again(self, name: str, *, add: bool) -> str:
        if self.pane.target() is None:
            return "put the caret on a word, or select text"
        self.label(name, add=add)
        return ""

    def _relabel(self, id: str, old: str, name: str, words: str) -> None:
        again = Repeatable(f"relabel as {name}", lambda: self._relabel_again(name))
        self._submit(operations.Relabel(id, name), f"{name} instead of {old}: {words}", again, stay=id)

    def _relabel_again(self, name: str) -> str:
        session = self.session
        current = session.annotations.get(self.pane.state.current) if session is not None else None
        if not isinstance(current, Entity | Event):  # what is not labelled yet gets the label
            return self._label_again(name, add=False)
        if isinstance(current, Event) is not isinstance(self._app.schema.label(name), EventType):
            return f"{current.type} is {'an event' if isinstance(current, Event) else 'an entity'}"
        words = quoted(self.pane.text, current.fragments)
        if current.type == name:
            return f"{words} is {name} already"
        self._relabel(current.id, current.type, name, words)
        return ""

    def _labelled(self, session: Session, target: tuple[int, int], *, is_event: bool) -> Entity | Event | None:
        """The annotation of this kind that a label is meant for: exactly on TARGET; or, where TARGET is only the word
        under the caret, the one that lies in the word, which has a clitic before it.
        """
        state, kind = self.pane.state, Event if is_event else Entity
        spans = [s for s in session.index.overlapping(*target) if s.is_event is is_event and s.parts == 1]
        found = [span.id for span in spans if (span.start, span.end) == target]
        if state.selection is None:
            inside = [span.id for span in spans if target[0] <= span.start and span.end <= target[1]]
            found = found or (inside if len(inside) == 1 or state.current in inside else [])
        chosen = session.annotations.get(state.current if state.current in found else found[0] if found else "")
        return chosen if isinstance(chosen, kind) else None

    def _submit(self, operation: Operation, done: str, again: Repeatable | None = None, *, stay: str = "") -> bool:
        """Commit OPERATION and say DONE, or say why not. True: something changed, and AGAIN is how to do it elsewhere.

        Without AGAIN, what could be repeated before still can. The annotation STAY becomes the current one.
        """
        session = self.session
        if session is None:
            return False
        try:
            change = session.submit(operation)
        except AnnotatorError as error:
            self.guarded("not done", error)
            return False
        if change is None:
            return False
        self._repeatable = again or self._repeatable
        warning = f" · {change.warnings[0].what}" if change.warnings else ""
        said = f"{done}{warning}{undoes('annotate.undo', self._app.user_keys)}"
        if stay:
            self._message = (said, "good")  # shown with the state
            self._stay(stay)
        else:
            self.say(said)
        return True

    def _stay(self, id: str) -> None:
        """Drop the selection; the annotation ID is the current one, and the caret stands in it."""
        self.pane.work_on(id)
        state, made = self.pane.state, self.session.annotations.get(id) if self.session is not None else None
        if isinstance(made, Entity | Event):
            caret = min(max(state.caret, made.fragments[0].start), made.fragments[-1].end - 1)
            if caret != state.caret:
                self.pane.change(replace(state, caret=caret))
        self._left = self.pane.state

    @work(exclusive=True, group="dialog")
    async def action_pick_label(self) -> None:
        """Choose a label from a list that filters as one types."""
        from annotator.tui.screens.pick_label import PickLabel  # noqa: PLC0415 - only when asked for

        if self.pane.target() is None:
            self.say("put the caret on a word, or select text, then choose a label", bad=True)
            return
        name = await self._app.push_screen_wait(PickLabel(self._app.schema))
        if name is not None:
            self.label(name)

    # -- change ----------------------------------------------------------------------------------------------------

    def _current(self) -> Entity | Event | None:
        session = self.session
        if session is None:
            return None
        found = session.annotations.get(self.pane.state.current)
        if isinstance(found, Entity | Event):
            return found
        key = title_of("annotate.next-annotation", self._app.user_keys)
        self.say(f"no annotation here{f'; {key} goes to the next one' if key else ''}", bad=True)
        return None

    def action_delete(self) -> None:
        """Delete the current annotation, and say what went with it."""
        session, current = self.session, self._current()
        if session is None or current is None:
            return
        others = len(operations.dependants(session.annotations, [current.id]))
        words = quoted(session.document.text, current.fragments)
        more = f" and what {others} other annotation{'s' if others > 1 else ''} said of it" if others else ""
        if self._submit(operations.Remove((current.id,)), f"deleted {current.type}: {words}{more}"):
            self.pane.cancel()

    def _resize(self, edge: Literal["start", "end"], unit: Unit, step: int) -> None:
        session, current = self.session, self._current()
        if session is None or current is None:
            return
        fragments = list(current.fragments)
        at = 0 if edge == "start" else len(fragments) - 1
        old = fragments[at]
        outwards = (edge == "end") == (step > 0)
        move = motions.grow if outwards else motions.shrink
        new = Fragment(*move(session.document.text, old.start, old.end, edge, unit))
        if new == old:
            self.say("the text ends here" if outwards else "it cannot get smaller by this step")
            return
        fragments[at] = new
        made: Fragments = make_fragments(fragments)
        state = self.pane.state
        if self._submit(operations.Resize(current.id, made), f"{current.type}: {quoted(session.document.text, made)}"):
            caret = min(max(state.caret, new.start), new.end - 1)
            if state.selection is not None:
                self.pane.select(new.start, new.end, current.id, caret=caret)
            else:
                self.pane.change(type(state)(caret=caret, unit=state.unit, current=current.id))
                self._left = self.pane.state

    def action_end_forward(self) -> None:
        """The end one word forward."""
        self._resize("end", Unit.WORD, 1)

    def action_end_back(self) -> None:
        """The end one word back."""
        self._resize("end", Unit.WORD, -1)

    def action_start_forward(self) -> None:
        """The start one word forward."""
        self._resize("start", Unit.WORD, 1)

    def action_start_back(self) -> None:
        """The start one word back."""
        self._resize("start", Unit.WORD, -1)

    def action_end_forward_cluster(self) -> None:
        """The end one letter forward."""
        self._resize("end", Unit.CLUSTER, 1)

    def action_end_back_cluster(self) -> None:
        """The end one letter back."""
        self._resize("end", Unit.CLUSTER, -1)

    def action_start_forward_cluster(self) -> None:
        """The start one letter forward."""
        self._resize("start", Unit.CLUSTER, 1)

    def action_start_back_cluster(self) -> None:
        """The start one letter back."""
        self._resize("start", Unit.CLUSTER, -1)

    # -- undo ------------------------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Take back this person's last edit, wherever it was."""
        self._follow("undo", "undone")

    def action_redo(self) -> None:
        """Do again what was undone."""
        self._follow("redo", "done again")

    def _follow(self, which: Literal["undo", "redo"], word: str) -> None:
        session = self.session
        if session is None:
            return
        try:
            entry = session.undo() if which == "undo" else session.redo()
        except StaleRevisionError as error:  # to try again would be refused again: it stands in the way for good
            if self.reread():
                self.say(f"no {which}: {in_the_way(error)}", bad=True)
            return
        except AnnotatorError as error:
            self.guarded(f"no {which}", error)
            return
        if entry is None:
            self.say(f"nothing to {which}")
            return
        self._show_entry(entry, word)

    def _show_entry(self, entry: Entry, word: str) -> None:
        """Go where ENTRY changed something, in another document if need be, and say what it did after WORD."""
        session, edits = self.session, entry.edits
        if session is None or not edits:
            self.say(f"{word}: {entry.name}")
            return
        here = next((edit for edit in edits if edit.key == session.key), None)
        key, edit = (here or edits[0]).key, (here or edits[0]).edit
        place = place_of(edit, session.annotations if here is not None else Annotations())
        words = f": {quoted(session.document.text, place)[:40]}" if here is not None and place else ""
        said = f"{word}: {edit_words(edit)}{words}"
        at = place[0].start if place else None
        if here is None:
            self.open_document(key.document, at, said=said)
            return
        if at is not None:
            self.pane.go_to(at)
        self.say(said)

    # -- jump ------------------------------------------------------------------------------------------------------

    def action_next_annotation(self) -> None:
        """Select the next annotation."""
        self._jump(1)

    def action_previous_annotation(self) -> None:
        """Select the previous annotation."""
        self._jump(-1)

    def _jump(self, step: int) -> None:
        session, state = self.session, self.pane.state
        if session is None:
            return
        ordered = session.index.in_order()
        if not ordered:
            self.say("no annotations in this text yet")
            return
        if state.current and (state.selection is not None or state is self._left):
            at = next((i for i, span in enumerate(ordered) if span.id == state.current), 0) + step
        elif step > 0:
            at = bisect_left(ordered, (state.caret,))
        else:
            at = bisect_right(ordered, (state.caret,)) - 1
        span = ordered[at % len(ordered)]
        if not 0 <= at < len(ordered):
            self.say("past the end: from the start again" if step > 0 else "past the start: from the end again")
        self.pane.select(span.start, span.end, span.id)

    def action_cycle(self) -> None:
        """Select the next of the annotations that lie on each other under the caret."""
        session, state = self.session, self.pane.state
        if session is None:
            return
        stack = session.index.at(state.caret)
        if not stack:
            self.say("no annotation under the caret", bad=True)
            return
        ids = [span.id for span in stack]
        at = ids.index(state.current) if state.current in ids else 0
        if state.selection is not None:
            at = (at + 1) % len(stack)
        span = stack[at]
        self.pane.select(span.start, span.end, span.id, caret=state.caret)
        self.say(f"{at + 1} of {len(stack)}: {span.type}")
