"""What is said of one annotation: attributes, identifiers, flags, and the fragments it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from annotator.lazy import lazy_module
from annotator.model.annotations import Entity, Event, Note, attribute, make_fragments, quoted
from annotator.tui.hints import give_hints
from annotator.tui.modes import Choice, Mode, Target, keys_for
from annotator.tui.screens.annotate_repeat import Repeatable
from annotator.tui.screens.annotate_targets import OnScreen
from annotator.workflow.session import new_id

if TYPE_CHECKING:
    from annotator.model import operations
    from annotator.model.operations import Operation
    from annotator.model.schema import AttributeType
else:
    operations = lazy_module("annotator.model.operations")


class DetailActions(OnScreen):
    """Mixed into the annotate screen."""

    # -- attributes and the rest -----------------------------------------------------------------------------------

    def action_attributes(self) -> None:
        """Change the attributes of the current annotation, a key for each."""
        current = self._current()
        if current is not None:
            mode = self._attributes(current.id)
            if mode is None:
                self.say(f"{current.type} has no attributes", bad=True)
            self.enter(mode)

    def _attributes(self, id: str) -> Mode | None:
        session, schema = self.session, self._app.schema
        item = session.annotations.get(id) if session is not None else None
        kind = schema.label(item.type) if isinstance(item, Entity | Event) else None
        if not isinstance(item, Entity | Event) or kind is None or not kind.attributes:
            return None
        kinds = [schema.attribute[name] for name in kind.attributes]
        keys = keys_for([a.hotkey for a in kinds])
        by_key = dict(zip(keys, kinds, strict=True))
        choices = []
        for key, a in by_key.items():
            value = attribute(item, a.name)
            shown = a.default if value is None else value
            choices.append(Choice(key, f"{a.name}={'-' if shown is None else shown}", value is not None))

        def choose(key: str) -> Mode | None:
            a = by_key[key]
            values: Sequence[str | bool] = a.values or (True, False)
            now = attribute(item, a.name)
            now = a.default if now is None else now
            value = values[(values.index(now) + 1) % len(values) if now in values else 0]
            self._set_attribute(id, a, value)
            return self._attributes(id)

        return Mode(f"{item.type} {self._quote(id)}: each key goes to the next value, Esc ends", choices, choose)

    def _set_attribute(self, id: str, kind: AttributeType, value: str | bool) -> None:
        again = Repeatable(f"{kind.name}={value}", lambda: self._attribute_again(kind, value))
        stored = None if value == kind.default else value
        self._submit(operations.SetAttribute(id, kind.name, stored), f"{kind.name} is {value}", again)

    def _attribute_again(self, kind: AttributeType, value: str | bool) -> str:
        current = self._current()
        if current is None:
            return ""
        label = self._app.schema.label(current.type)
        if label is None or kind.name not in label.attributes:
            return f"{current.type} has no such attribute"
        now = attribute(current, kind.name)
        if value == (kind.default if now is None else now):
            return f"{self._quote(current.id)} is that already"
        self._set_attribute(current.id, kind, value)
        return ""

    @work(exclusive=True, group="dialog")
    async def action_identify(self) -> None:
        """Link the current entity to a knowledge base; all mentions of its chain on request."""
        from annotator.tui.screens.prompt import Prompt  # noqa: PLC0415 - only when asked for

        current = self._current()
        if current is None:
            return
        if not isinstance(current, Entity):
            self.say("only entities have identifiers", bad=True)
            return
        known = " ".join(f"{base.prefix}:" for base in self._app.schema.knowledge_bases)
        title = f"Identifiers of {self._quote(current.id)} ({known}), a space between; + at the end: all of its chain"

        async def keep(value: str) -> str:
            words = value.split()
            whole = bool(words) and words[-1] == "+"
            identifiers = tuple(dict.fromkeys(words[:-1] if whole else words))
            return self.refused(lambda: self._identify(current.id, identifiers, whole=whole))

        await self._app.push_screen_wait(Prompt(title, " ".join(current.identifiers), rtl=False, keep=keep))

    def _identify(self, id: str, identifiers: tuple[str, ...], *, whole: bool) -> bool:
        """Link the entity ID, or the WHOLE chain it is in, to IDENTIFIERS. False: that changes nothing."""
        session = self.session
        if session is None:
            return False
        chain = self._chain_of(id) if whole else None
        ids = chain.members if chain is not None else (id,)
        ids = tuple(id for id in ids if isinstance(session.annotations.get(id), Entity))
        steps = tuple(operations.SetIdentifiers(id, identifiers) for id in ids)
        name = f"link to {' '.join(identifiers) or 'nothing'}"
        again = Repeatable(name, lambda: self._identify_again(identifiers, whole=whole))
        done = f"{len(ids)} linked to {' '.join(identifiers) or 'nothing'}"
        return self._submit(operations.Batch("SetIdentifiers", steps), done, again)

    def _identify_again(self, identifiers: tuple[str, ...], *, whole: bool) -> str:
        current = self._current()
        if current is None:
            return ""
        if not isinstance(current, Entity):
            return "only entities have identifiers"
        if not whole and current.identifiers == identifiers:
            return f"{self._quote(current.id)} is that already"
        self._identify(current.id, identifiers, whole=whole)
        return ""

    def action_flag(self) -> None:
        """Flag the current annotation for another look, or take the flag away."""
        current = self._current()
        if current is not None:
            self._flag(current.id, flagged=not self._is_flagged(current.id))

    def _note_on(self, id: str) -> Note | None:
        session = self.session
        referrers = session.annotations.referrers(id) if session is not None else ()
        return next((item for item in referrers if isinstance(item, Note)), None)

    def _is_flagged(self, id: str) -> bool:
        note = self._note_on(id)
        return note is not None and note.flagged

    def _flag(self, id: str, *, flagged: bool) -> None:
        session, old = self.session, self._note_on(id)
        if session is None:
            return
        if old is None:
            made = Note(new_id("note"), "", id, flagged=flagged, provenance=session.provenance())
            operation: Operation = operations.Add(made)
        elif old.text or flagged:
            operation = operations.SetNote(old.id, old.text, flagged)
        else:
            operation = operations.Remove((old.id,))
        again = Repeatable("flag" if flagged else "no flag", lambda: self._flag_again(flagged=flagged))
        self._submit(operation, f"flagged: {self._quote(id)}" if flagged else "no flag any more", again)

    def _flag_again(self, *, flagged: bool) -> str:
        current = self._current()
        if current is None:
            return ""
        if self._is_flagged(current.id) is flagged:
            return f"{self._quote(current.id)} {'is flagged already' if flagged else 'has none'}"
        self._flag(current.id, flagged=flagged)
        return ""

    def action_add_fragment(self) -> None:
        """Make the selection a further fragment of an annotation on screen."""
        session, target = self.session, self.pane.target()
        if session is None or target is None:
            self.say("select the fragment first, then say what it belongs to", bad=True)
            return

        def take(chosen: Target) -> None:
            item = session.annotations.get(str(chosen))
            if isinstance(item, Entity | Event):
                fragments = make_fragments([*item.fragments, target])
                if self._submit(
                    operations.Resize(item.id, fragments), f"{item.type}: {quoted(self.pane.text, fragments)}"
                ):
                    self.pane.work_on(item.id)

        things = self._targets(lambda item: not any(s < target[1] and target[0] < e for s, e in item.fragments), "")
        title = f"{self.pane.text[slice(*target)][:40]} belongs to which?" if things else "no annotation on screen"
        self.enter(Mode(title, hints=give_hints(things, target[0]), take=take))

    def action_remove_fragment(self) -> None:
        """Take the fragment under the caret from the current annotation."""
        current = self._current()
        if current is None:
            return
        caret = self.pane.state.caret
        rest = tuple(fragment for fragment in current.fragments if not fragment.start <= caret < fragment.end)
        if len(rest) == len(current.fragments) or not rest:
            self.say("put the caret on one of several fragments of the current annotation", bad=True)
        elif self._submit(operations.Resize(current.id, rest), f"{current.type}: {quoted(self.pane.text, rest)}"):
            self.pane.work_on(current.id)
