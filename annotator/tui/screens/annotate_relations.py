"""Relations between two annotations, and chains of mentions: letters on the things on screen that the schema allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from annotator.lazy import lazy_module
from annotator.model.annotations import Chain, Entity, Event, Relation, fragments_of
from annotator.tui.hints import give_hints
from annotator.tui.modes import Choice, Mode, Target, keys_for
from annotator.tui.screens.annotate_repeat import Repeatable
from annotator.tui.screens.annotate_targets import OnScreen
from annotator.workflow.session import new_id

if TYPE_CHECKING:
    from annotator.model import operations
    from annotator.model.operations import Operation
    from annotator.model.schema import RelationType
else:
    operations = lazy_module("annotator.model.operations")


class RelationActions(OnScreen):
    """Mixed into the annotate screen."""

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
        if not isinstance(source, Entity | Event):
            return None
        backwards = kind.symmetric and source.type not in kind.source
        fits = kind.source if backwards else kind.target

        def take(target: Target) -> Mode | None:
            ends = (str(target), id) if backwards else (id, str(target))
            old = self._relation(kind, ends)
            if old is not None:
                self._submit(operations.Remove((old.id,)), f"{kind.name} to {self._quote(str(target))} taken away")
            else:
                self._add_relation(kind, ends, str(target))
            return None

        things = self._targets(lambda item: item.type in fits, id)
        ends = ((str(target), (str(target), id) if backwards else (id, str(target))) for _, target in things)
        taken = {target for target, both in ends if self._relation(kind, both) is not None}
        title = f"{kind.name}: to which?  again takes away" if things else f"{kind.name}: nothing on screen fits"
        hints = give_hints(things, self.pane.state.caret)
        return Mode(title, hints=hints, take=take, taken=taken, renew=lambda: self._relate(id, kind))

    def _relation(self, kind: RelationType, ends: tuple[str, str]) -> Relation | None:
        """The relation of this KIND between ENDS that is there already, in either direction where it holds in both."""
        session = self.session
        same = {ends, ends[::-1]} if kind.symmetric else {ends}
        referrers = session.annotations.referrers(ends[0]) if session is not None else ()
        found = (item for item in referrers if isinstance(item, Relation) and item.type == kind.name)
        return next((item for item in found if (item.source, item.target) in same), None)

    def _add_relation(self, kind: RelationType, ends: tuple[str, str], other: str) -> None:
        """Relate ENDS; OTHER is the one of them that stays the same when it is done again."""
        session = self.session
        if session is None:
            return
        made = Relation(new_id("relation"), kind.name, *ends, provenance=session.provenance())
        name = f"{kind.name} {'↔' if kind.symmetric else '→'} {self._quote(other)}"
        again = Repeatable(name, lambda: self._relate_again(kind, other))
        self._submit(operations.Add(made), f"{self._quote(ends[0])} {kind.name} {self._quote(ends[1])}", again)

    def _relate_again(self, kind: RelationType, other: str) -> str:
        session, current = self.session, self._current()
        if session is None or current is None:
            return ""
        end = session.annotations.get(other)
        if not isinstance(end, Entity | Event):
            return "the other end is not in this document"
        if current.id == other:
            return "that is the other end itself"
        forwards = current.type in kind.source and end.type in kind.target
        if not forwards and not (kind.symmetric and end.type in kind.source and current.type in kind.target):
            return f"the schema has none from {current.type}"
        ends = (current.id, other) if forwards else (other, current.id)
        if self._relation(kind, ends) is not None:
            return f"{self._quote(current.id)} has it already"
        self._add_relation(kind, ends, other)
        return ""

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

        hints = give_hints(things, self.pane.state.caret)
        return Mode(title, hints=hints, take=take, taken=members, renew=lambda: self._chain_mode(id))

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
        again = Repeatable(f"the same as {self._quote(id)}", lambda: self._same_again(id, other))
        self._submit(operation, f"{name} is in the chain of {len(members)}", again)

    def _same_again(self, *mentions: str) -> str:
        """Put the current annotation into the chain of the first of MENTIONS that is still there."""
        session, current = self.session, self._current()
        if session is None or current is None:
            return ""
        known = next((item for id in mentions if (item := session.annotations.get(id)) is not None), None)
        if known is None:
            return "nothing of the chain is in this document"
        if type(known) is not type(current):
            return f"{current.type} is {'an event' if isinstance(current, Event) else 'an entity'}"
        chain = self._chain_of(known.id)
        if current.id == known.id or (chain is not None and current.id in chain.members):
            return f"{self._quote(current.id)} is in the chain already"
        self._same(known.id, current.id)
        return ""

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
