"""The arguments of events: a key for each role, and letters on the things on screen that the schema lets fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annotator.lazy import lazy_module
from annotator.model.annotations import Argument, Entity, Event, Fragment, make_fragments
from annotator.tui.hints import give_hints
from annotator.tui.modes import Choice, Mode, Target, keys_for
from annotator.tui.screens.annotate_relations import RelationActions
from annotator.tui.screens.annotate_repeat import Repeatable
from annotator.workflow.session import new_id

if TYPE_CHECKING:
    from annotator.model import operations
    from annotator.model.operations import Operation
    from annotator.model.schema import EventType, Role
else:
    operations = lazy_module("annotator.model.operations")

_GONE: Final = "this event is not in the document any more"


class LinkActions(RelationActions):
    """Mixed into the annotate screen, with relations and chains."""

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
        near, found = self._event_offset(id), self._event(id)
        fillers = found[0].arguments if found is not None else ()
        return Mode(
            f"{role.name}: a letter links, again takes away" if things else f"{role.name}: nothing on screen fits",
            [Choice("*", "a plain word")],
            lambda _key: self._word_fillers(id, role),
            give_hints(things, near),
            lambda target: self._link(id, role, str(target)),
            {argument.target for argument in fillers if argument.role == role.name},
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
            found = self._event(str(target))
            if found is not None:
                self._copy(found[0], self._quote(found[0].id), current)

        things = self._targets(lambda item: isinstance(item, Event) and item.type == current.type, current.id)
        title = "as in which event?" if things else f"no other {current.type} on screen"
        self.enter(Mode(title, hints=give_hints(things, self.pane.state.caret), take=take))

    def _copy(self, source: Event, words: str, event: Event) -> bool:
        """Give EVENT the arguments and attributes of SOURCE, whose trigger is WORDS. False: it has them all."""
        session = self.session
        arguments = [
            argument
            for argument in source.arguments
            if session is not None
            and argument.target in session.annotations
            and argument.target != event.id
            and argument not in event.arguments
        ]
        steps: list[Operation] = [operations.SetArgument(event.id, argument) for argument in arguments]
        steps += [
            operations.SetAttribute(event.id, *pair) for pair in source.attributes if pair not in event.attributes
        ]
        again = Repeatable(f"as in {words}", lambda: self._copy_again(source, words))
        return self._submit(operations.Batch("CopyArguments", tuple(steps)), f"as in {words}", again)

    def _copy_again(self, source: Event, words: str) -> str:
        """What was copied once is copied as it was then."""
        current = self._current()
        if current is None:
            return ""
        if not isinstance(current, Event) or current.type != source.type:
            return f"{current.type} is no {source.type}"
        return "" if self._copy(source, words, current) else f"{self._quote(current.id)} has all of it already"
