"""What ties annotations together: arguments, relations, chains, attributes, identifiers, notes and fragments.

Each works in a `Mode`: keys in the hint bar, letters on the things on screen that the schema allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual import work

from annotator.lazy import lazy_module
from annotator.model.annotations import (
    Argument,
    Chain,
    Entity,
    Event,
    Fragment,
    Note,
    Relation,
    attribute,
    fragments_of,
    make_fragments,
    quoted,
)
from annotator.text.tokens import tokens_between
from annotator.tui.hints import give_hints
from annotator.tui.modes import Choice, Mode, Target, keys_for
from annotator.workflow.session import new_id

if TYPE_CHECKING:
    from annotator.model import operations
    from annotator.model.operations import Operation
    from annotator.model.schema import EventType, RelationType, Role
    from annotator.tui.app import AnnotatorApp
    from annotator.tui.widgets.text_pane import TextPane
    from annotator.workflow.session import Session
else:
    operations = lazy_module("annotator.model.operations")


class LinkActions:
    """Mixed into the annotate screen, which has the session and the pane and defines the first five methods."""

    session: Session | None
    pane: TextPane

    @property
    def _app(self) -> AnnotatorApp:
        raise NotImplementedError

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show TEXT in the status line until the next key."""
        raise NotImplementedError

    def enter(self, mode: Mode | None) -> None:
        """Let keys mean what MODE says; None: what they always mean."""
        raise NotImplementedError

    def _submit(self, operation: Operation, done: str) -> bool:
        raise NotImplementedError

    def _current(self) -> Entity | Event | None:
        raise NotImplementedError

    # -- what is on the screen -------------------------------------------------------------------------------------

    def _targets(self, allowed: Callable[[Entity | Event], bool], but: str) -> list[tuple[int, Target]]:
        """The annotations on screen that are ALLOWED, by their first offset there; not BUT itself."""
        session = self.session
        if session is None:
            return []
        first, last = self.pane.visible_range()
        found: dict[str, int] = {}
        for span in session.index.overlapping(first, last):
            item = session.annotations[span.id]
            if span.id != but and isinstance(item, Entity | Event) and allowed(item):
                found.setdefault(span.id, max(span.start, first))
        return [(at, id) for id, at in found.items()]

    def _words(self) -> list[tuple[int, Target]]:
        text = self.pane.text
        first, last = self.pane.visible_range()
        return [(start, (start, end)) for start, end in tokens_between(text, first, last) if text[start].isalnum()]

    def _quote(self, id: str) -> str:
        session = self.session
        item = session.annotations.get(id) if session is not None else None
        return quoted(self.pane.text, fragments_of(item))[:40] if item is not None else ""

    # -- arguments -------------------------------------------------------------------------------------------------

    def action_arguments(self) -> None:
        """Fill the roles of the current event."""
        current = self._current()
        if current is None:
            return
        if not isinstance(current, Event):
            self.say("this is no event; label its trigger with a capital letter first", bad=True)
            return
        self.enter(self._roles(current.id))

    def _event(self, id: str) -> tuple[Event, EventType] | None:
        session = self.session
        event = session.annotations.get(id) if session is not None else None
        kind = self._app.schema.event.get(event.type) if isinstance(event, Event) else None
        return (event, kind) if isinstance(event, Event) and kind is not None else None

    def _roles(self, id: str) -> Mode | None:
        found = self._event(id)
        if found is None:
            return None
        event, kind = found
        keys = keys_for([role.hotkey for role in kind.roles])
        choices = []
        for key, role in zip(keys, kind.roles, strict=True):
            count = sum(argument.role == role.name for argument in event.arguments)
            need = "*" if role.required and not count else f"({count})" if count else ""
            choices.append(Choice(key, f"{role.name}{need}", bool(count)))
        by_key = dict(zip(keys, kind.roles, strict=True))
        title = f"{event.type} {self._quote(id)}: which role?  (* is required)"
        return Mode(title, choices, lambda key: self._role(id, by_key[key]), renew=lambda: self._roles(id))

    def _role(self, id: str, role: Role) -> Mode | None:
        """What fills ROLE: the selection when there is one, else something on screen."""
        selection = self.pane.state.selection
        found = self._event(id)
        if found is None:
            return None
        if selection is not None and make_fragments([selection]) != found[0].fragments:
            return self._fill_range(id, role, selection)
        return self._fillers(id, role)

    def _fillers(self, id: str, role: Role) -> Mode:
        things = self._targets(lambda item: item.type in role.fillers, id)
        near = self._event_offset(id)
        return Mode(
            f"{role.name}: a letter links, again takes away" if things else f"{role.name}: nothing on screen fits",
            [Choice("*", "a word that is no annotation yet")],
            lambda _key: self._word_fillers(id, role),
            give_hints(things, near),
            lambda target: self._link(id, role, str(target)),
            back=self._roles(id),
            renew=lambda: self._fillers(id, role),
        )

    def _word_fillers(self, id: str, role: Role) -> Mode:
        def take(target: Target) -> Mode | None:
            return self._fill_range(id, role, target) if isinstance(target, tuple) else None

        return Mode(
            f"{role.name}: which word becomes it?",
            hints=give_hints(self._words(), self._event_offset(id)),
            take=take,
            back=self._fillers(id, role),
            renew=lambda: self._word_fillers(id, role),
        )

    def _event_offset(self, id: str) -> int:
        found = self._event(id)
        return found[0].fragments[0].start if found is not None else self.pane.state.caret

    def _link(self, id: str, role: Role, target: str) -> Mode | None:
        found = self._event(id)
        if found is None:
            return None
        event, argument = found[0], Argument(role.name, target)
        operation: Operation
        if argument in event.arguments:
            operation, done = (
                operations.RemoveArgument(id, argument),
                f"{self._quote(target)} is no {role.name} any more",
            )
        else:
            operation, done = operations.SetArgument(id, argument), f"{role.name}: {self._quote(target)}"
            others = [old for old in event.arguments if old.role == role.name]
            if others and not role.multiple:
                removals = tuple(operations.RemoveArgument(id, old) for old in others)
                operation = operations.Batch("SetArgument", (*removals, operation))
        self._submit(operation, done)
        return self._roles(id)

    def _fill_range(self, id: str, role: Role, target: tuple[int, int]) -> Mode | None:
        """Link what is on exactly this range, or make a new entity of it."""
        session, schema = self.session, self._app.schema
        if session is None:
            return None
        for span in session.index.overlapping(*target):
            if (span.start, span.end) == target and span.type in role.fillers and span.parts == 1:
                return self._link(id, role, span.id)
        types = [schema.entity[name] for name in role.fillers if name in schema.entity]
        if len(types) == 1:
            return self._new_filler(id, role, target, types[0].name)
        keys = keys_for([kind.hotkey for kind in types])
        names = dict(zip(keys, (kind.name for kind in types), strict=True))
        words = self.pane.text[slice(*target)]
        return Mode(
            f"{role.name}: what is {words[:40]}?",
            [Choice(key, name) for key, name in names.items()],
            lambda key: self._new_filler(id, role, target, names[key]),
            back=self._roles(id),
        )

    def _new_filler(self, id: str, role: Role, target: tuple[int, int], type_name: str) -> Mode | None:
        session = self.session
        if session is None:
            return None
        entity = Entity(new_id("entity"), type_name, (Fragment(*target),), provenance=session.provenance())
        link = operations.SetArgument(id, Argument(role.name, entity.id))
        words = self.pane.text[slice(*target)]
        if self._submit(
            operations.Batch("AddFiller", (operations.Add(entity), link)), f"{role.name}: {type_name} {words}"
        ):
            self.pane.cancel()
            self.pane.work_on(id)
        return self._roles(id)

    def action_copy_arguments(self) -> None:
        """Give the current event the arguments and attributes of another one on screen."""
        current = self._current()
        if not isinstance(current, Event):
            self.say("this is no event", bad=True)
            return

        def take(target: Target) -> None:
            session = self.session
            other = session.annotations.get(str(target)) if session is not None else None
            if isinstance(other, Event):
                steps: list[Operation] = [
                    operations.SetArgument(current.id, argument)
                    for argument in other.arguments
                    if argument not in current.arguments and argument.target != current.id
                ]
                steps += [operations.SetAttribute(current.id, name, value) for name, value in other.attributes]
                self._submit(operations.Batch("CopyArguments", tuple(steps)), f"as in {self._quote(other.id)}")

        things = self._targets(lambda item: isinstance(item, Event) and item.type == current.type, current.id)
        title = "as in which event?" if things else f"no other {current.type} on screen"
        self.enter(Mode(title, hints=give_hints(things, self.pane.state.caret), take=take))

    # -- relations -------------------------------------------------------------------------------------------------

    def action_relation(self) -> None:
        """Relate the current annotation to another one."""
        current = self._current()
        if current is None:
            return
        kinds = [
            kind
            for kind in self._app.schema.relations
            if current.type in kind.source or (kind.symmetric and current.type in kind.target)
        ]
        if not kinds:
            self.say(f"the schema has no relation from {current.type}", bad=True)
            return
        keys = keys_for([kind.hotkey for kind in kinds])
        by_key = dict(zip(keys, kinds, strict=True))
        choices = [Choice(key, f"{kind.name}{' ↔' if kind.symmetric else ' →'}") for key, kind in by_key.items()]
        title = f"{current.type} {self._quote(current.id)}: which relation?"
        self.enter(Mode(title, choices, lambda key: self._relate(current.id, by_key[key])))

    def _relate(self, id: str, kind: RelationType) -> Mode | None:
        session = self.session
        source = session.annotations.get(id) if session is not None else None
        if session is None or not isinstance(source, Entity | Event):
            return None
        backwards = kind.symmetric and source.type not in kind.source
        fits = kind.source if backwards else kind.target

        def take(target: Target) -> Mode | None:
            ends = (str(target), id) if backwards else (id, str(target))
            same = {ends, ends[::-1]} if kind.symmetric else {ends}
            old = next(
                (
                    r
                    for r in session.annotations.referrers(id)
                    if isinstance(r, Relation) and r.type == kind.name and (r.source, r.target) in same
                ),
                None,
            )
            if old is not None:
                self._submit(operations.Remove((old.id,)), f"{kind.name} to {self._quote(str(target))} taken away")
            else:
                made = Relation(new_id("relation"), kind.name, *ends, provenance=session.provenance())
                self._submit(operations.Add(made), f"{self._quote(ends[0])} {kind.name} {self._quote(ends[1])}")
            return None

        things = self._targets(lambda item: item.type in fits, id)
        title = f"{kind.name}: to which?  again takes away" if things else f"{kind.name}: nothing on screen fits"
        return Mode(
            title, hints=give_hints(things, self.pane.state.caret), take=take, renew=lambda: self._relate(id, kind)
        )

    # -- chains ----------------------------------------------------------------------------------------------------

    def _chain_of(self, id: str) -> Chain | None:
        session = self.session
        if session is None:
            return None
        return next((item for item in session.annotations.referrers(id) if isinstance(item, Chain)), None)

    def action_chain(self) -> None:
        """Say which other mentions speak of the same thing."""
        current = self._current()
        if current is not None:
            self.enter(self._chain_mode(current.id))

    def _chain_mode(self, id: str) -> Mode | None:
        session = self.session
        current = session.annotations.get(id) if session is not None else None
        if not isinstance(current, Entity | Event):
            return None
        chain = self._chain_of(id)
        members = chain.members if chain is not None else ()
        things = self._targets(lambda item: isinstance(item, type(current)), id)
        title = f"{self._quote(id)} ({len(members) or 1} in its chain): the same as? again takes it out, Esc ends"

        def take(target: Target) -> Mode | None:
            self._same(id, str(target))
            return self._chain_mode(id)

        return Mode(
            title, hints=give_hints(things, self.pane.state.caret), take=take, renew=lambda: self._chain_mode(id)
        )

    def _same(self, id: str, other: str) -> None:
        session = self.session
        if session is None:
            return
        here, there = self._chain_of(id), self._chain_of(other)
        name = self._quote(other)
        if here is not None and other in here.members:
            rest = tuple(member for member in here.members if member != other)
            self._submit(operations.SetMembers(here.id, rest), f"{name} is out of the chain")
            return
        members = self._in_text_order({*(here.members if here else (id,)), *(there.members if there else (other,))})
        steps: list[Operation] = (
            [] if here is not None else [operations.Add(Chain(new_id("chain"), members, session.provenance()))]
        )
        if here is not None:
            steps.append(operations.SetMembers(here.id, members))
        if there is not None:
            steps.append(operations.Remove((there.id,)))
        operation = steps[0] if len(steps) == 1 else operations.Batch("MergeChains", tuple(steps))
        self._submit(operation, f"{name} is in the chain of {len(members)}")

    def _in_text_order(self, ids: Iterable[str]) -> tuple[str, ...]:
        session = self.session
        assert session is not None  # noqa: S101 - asked only with an open session
        return tuple(sorted(ids, key=lambda id: (fragments_of(session.annotations[id])[0].start, id)))

    def action_chain_next(self) -> None:
        """To the next mention of the same thing."""
        session, current = self.session, self._current()
        if session is None or current is None:
            return
        chain = self._chain_of(current.id)
        if chain is None:
            self.say("it is in no chain; = puts it in one", bad=True)
            return
        at = (chain.members.index(current.id) + 1) % len(chain.members)
        found = fragments_of(session.annotations[chain.members[at]])[0]
        self.pane.select(found.start, found.end, chain.members[at])
        self.say(f"{at + 1} of {len(chain.members)} in the chain")

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
            self._submit(
                operations.SetAttribute(id, a.name, None if value == a.default else value), f"{a.name} is {value}"
            )
            return self._attributes(id)

        return Mode(f"{item.type} {self._quote(id)}: each key goes to the next value, Esc ends", choices, choose)

    @work(exclusive=True, group="dialog")
    async def action_identify(self) -> None:
        """Link the current entity to a knowledge base; all mentions of its chain on request."""
        from annotator.tui.screens.prompt import Prompt  # noqa: PLC0415 - only when asked for

        session, current = self.session, self._current()
        if session is None or current is None:
            return
        if not isinstance(current, Entity):
            self.say("only entities have identifiers", bad=True)
            return
        known = " ".join(f"{base.prefix}:" for base in self._app.schema.knowledge_bases)
        title = f"Identifiers of {self._quote(current.id)} ({known}), a space between; + at the end: all of its chain"
        value = await self._app.push_screen_wait(Prompt(title, " ".join(current.identifiers), rtl=False))
        if value is None:
            return
        words = value.split()
        whole = bool(words) and words[-1] == "+"
        identifiers = tuple(words[:-1] if whole else words)
        chain = self._chain_of(current.id) if whole else None
        ids = [
            id
            for id in (chain.members if chain is not None else (current.id,))
            if isinstance(session.annotations[id], Entity)
        ]
        steps = tuple(operations.SetIdentifiers(id, identifiers) for id in ids)
        self._submit(
            operations.Batch("SetIdentifiers", steps), f"{len(ids)} linked to {' '.join(identifiers) or 'nothing'}"
        )

    @work(exclusive=True, group="dialog")
    async def action_note(self) -> None:
        """Write a note on the current annotation, or on the word under the caret."""
        from annotator.tui.screens.prompt import Prompt  # noqa: PLC0415 - only when asked for

        session, target = self.session, self.pane.target()
        if session is None:
            return
        current = session.annotations.get(self.pane.state.current)
        about = self._quote(current.id) if current is not None else self.pane.text[slice(*target)] if target else ""
        old = (
            next((n for n in session.annotations.referrers(current.id) if isinstance(n, Note)), None)
            if current
            else None
        )
        text = await self._app.push_screen_wait(
            Prompt(f"Note on {about[:40] or 'the document'}", old.text if old else "")
        )
        if text is None:
            return
        if old is not None:
            operation: Operation = (
                operations.SetNote(old.id, text, old.flagged) if text.strip() else operations.Remove((old.id,))
            )
        elif text.strip():
            place = (Fragment(*target),) if current is None and target is not None else ()
            made = Note(new_id("note"), text, current.id if current else "", place, provenance=session.provenance())
            operation = operations.Add(made)
        else:
            return
        self._submit(operation, f"note: {text[:40]}")

    def action_flag(self) -> None:
        """Flag the current annotation for another look, or take the flag away."""
        session, current = self.session, self._current()
        if session is None or current is None:
            return
        old = next((n for n in session.annotations.referrers(current.id) if isinstance(n, Note)), None)
        if old is None:
            made = Note(new_id("note"), "", current.id, flagged=True, provenance=session.provenance())
            self._submit(operations.Add(made), f"flagged: {self._quote(current.id)}")
        elif old.flagged and not old.text:
            self._submit(operations.Remove((old.id,)), "no flag any more")
        else:
            self._submit(
                operations.SetNote(old.id, old.text, not old.flagged), "no flag any more" if old.flagged else "flagged"
            )

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
