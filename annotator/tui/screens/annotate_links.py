"""What ties annotations together: the arguments of events, relations and chains.

Each works in a `Mode`: keys in the hint bar, letters on the things on screen that the schema allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from annotator.lazy import lazy_module
from annotator.model.annotations import Argument, Chain, Entity, Event, Fragment, Relation, fragments_of, make_fragments
from annotator.tui.hints import give_hints
from annotator.tui.modes import Choice, Mode, Target, keys_for
from annotator.tui.screens.annotate_repeat import Repeatable
from annotator.tui.screens.annotate_targets import OnScreen
from annotator.workflow.session import new_id

if TYPE_CHECKING:
    from annotator.model import operations
    from annotator.model.operations import Operation
    from annotator.model.schema import EventType, RelationType, Role
else:
    operations = lazy_module("annotator.model.operations")

_GONE: Final = "this event is not in the document any more"


class LinkActions(OnScreen):
    """Mixed into the annotate screen."""

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
        again: Repeatable | None = None
        if argument in event.arguments:
            operation, done = (
                operations.RemoveArgument(id, argument),
                f"{self._quote(target)} is no {role.name} any more",
            )
        else:
            operation, done = operations.SetArgument(id, argument), f"{role.name}: {self._quote(target)}"
            again = self._role_again(id, role)
            others = [old for old in event.arguments if old.role == role.name]
            if others and not role.multiple:
                removals = tuple(operations.RemoveArgument(id, old) for old in others)
                operation = operations.Batch("SetArgument", (*removals, operation))
        self._submit(operation, done, again)
        return self._roles(id)

    def _fill_range(self, id: str, role: Role, target: tuple[int, int]) -> Mode | None:
        """Link what is on exactly this range, or make a new entity of it."""
        session, schema = self.session, self._app.schema
        if session is None:
            return None
        there = self._filler_on(role, target)
        if there:
            return self._link(id, role, there)
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
        made = operations.Batch("AddFiller", (operations.Add(entity), link))
        if self._submit(made, f"{role.name}: {type_name} {words}", self._role_again(id, role, type_name)):
            self.pane.cancel()
            self.pane.work_on(id)
        return self._roles(id)

    def _filler_on(self, role: Role, target: tuple[int, int]) -> str:
        """The id of an annotation on exactly this range that may fill ROLE, else empty."""
        spans = self.session.index.overlapping(*target) if self.session is not None else ()
        fitting = (s.id for s in spans if (s.start, s.end) == target and s.type in role.fillers and s.parts == 1)
        return next(fitting, "")

    def _role_again(self, id: str, role: Role, type_name: str = "") -> Repeatable:
        """Filling ROLE of the event ID once more; TYPE_NAME is what the filler was made, where it was made for it."""
        return Repeatable(f"{role.name} of {self._quote(id)}", lambda: self._fill_again(id, role, type_name))

    def _fill_again(self, id: str, role: Role, type_name: str) -> str:
        session, selection = self.session, self.pane.state.selection
        current = session.annotations.get(self.pane.state.current) if session is not None else None
        if not isinstance(current, Entity | Event) or (selection and Fragment(*selection) not in current.fragments):
            return self._fill_range_again(id, role, type_name)
        if isinstance(current, Event) and (current.id == id or current.type not in role.fillers):
            kind = self._app.schema.event.get(current.type)
            own = kind.role(role.name) if kind is not None else None
            if own is None:
                return f"{current.type} has no such role"
            self.enter(self._fillers(current.id, own))
            return ""
        return self._link_again(id, role, current.id)

    def _fill_range_again(self, id: str, role: Role, type_name: str) -> str:
        target = self.pane.target()
        there = self._filler_on(role, target) if target is not None else ""
        if there:
            return self._link_again(id, role, there)
        if target is None or not type_name:
            return "there is no annotation here; label it first"
        if self._event(id) is None:
            return _GONE
        self._new_filler(id, role, target, type_name)
        return ""

    def _link_again(self, id: str, role: Role, target: str) -> str:
        session, found = self.session, self._event(id)
        if session is None or found is None:
            return _GONE
        filler = session.annotations[target]
        if isinstance(filler, Entity | Event) and filler.type not in role.fillers:
            return f"{filler.type} cannot fill it"
        if Argument(role.name, target) in found[0].arguments:
            return f"{self._quote(target)} fills it already"
        self._link(id, role, target)
        return ""

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
