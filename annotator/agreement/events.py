"""Agreement on events: triggers and arguments, by the conventions of ACE (as in Li, Ji & Huang 2013, ACL).

==========================  ==========================================================================================
trigger identification      the trigger's code points
trigger classification      and the event's type
argument identification     the argument's code points and the event's type; the trigger is not compared
argument classification     and the role
strict (of both)            the trigger's code points too
==========================  ==========================================================================================

Triggers and strict arguments are multisets. The arguments of ACE are sets: two events of one type that share an
argument have it once. An argument that is an event is its trigger.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import product
from typing import NamedTuple

from annotator.agreement.counts import Bags, Counts, LabelCounts, common
from annotator.agreement.kappa import OUTSIDE, Contingency
from annotator.agreement.once import once
from annotator.model.annotations import Annotations, Entity, Event, Fragments


class ArgumentKey(NamedTuple):
    """An argument as it is compared: by places and names, not by ids."""

    trigger: Fragments
    type: str
    fragments: Fragments
    role: str


@dataclass(frozen=True, slots=True)
class EventCounts:
    """The counts of the four measures, and of the two strict ones; the left side is the reference."""

    trigger_identification: Counts = field(default_factory=Counts)
    trigger_classification: Counts = field(default_factory=Counts)
    argument_identification: Counts = field(default_factory=Counts)
    argument_classification: Counts = field(default_factory=Counts)
    strict_identification: Counts = field(default_factory=Counts)
    strict_classification: Counts = field(default_factory=Counts)

    def __add__(self, other: EventCounts, /) -> EventCounts:
        return EventCounts(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(self)))


def events(left: Annotations, right: Annotations) -> EventCounts:
    """All counts of two annotators of one document."""
    ours, theirs = left.events, right.events
    return _counts(ours, list(arguments(left)), theirs, list(arguments(right)))


class EventKeys:
    """What one annotator says in events, as it is compared: bags by type for each field of `EventCounts`.

    With LABEL only events of that type count.
    """

    def __init__(self, annotations: Annotations, label: str = "") -> None:
        events = [event for event in annotations.events if label in ("", event.type)]
        self._triggers = [(event.type, event.fragments) for event in events]
        self._arguments = [key for event in events for key in _arguments_of(event, annotations)]

    @once
    def trigger_identification(self) -> Bags:
        """Code points of triggers."""
        return Bags(self._triggers)

    @property
    def trigger_classification(self) -> Bags:
        """The same: the type is one."""
        return self.trigger_identification

    @once
    def argument_identification(self) -> Bags:
        """Code points of fillers, each once."""
        return Bags({(key.type, key.fragments) for key in self._arguments})

    @once
    def argument_classification(self) -> Bags:
        """And roles, each pair once."""
        return Bags({(key.type, (key.fragments, key.role)) for key in self._arguments})

    @once
    def strict_identification(self) -> Bags:
        """Code points of triggers and fillers."""
        return Bags([(key.type, (key.trigger, key.fragments)) for key in self._arguments])

    @once
    def strict_classification(self) -> Bags:
        """And roles."""
        return Bags([(key.type, key) for key in self._arguments])

    def common(self, name: str, other: EventKeys) -> LabelCounts:
        """The field NAME of `EventCounts` for each type of event that this, the left side, or OTHER has."""
        ours: Bags = getattr(self, name)
        theirs: Bags = getattr(other, name)
        return ours.common(theirs)


def per_event_type(left: Annotations, right: Annotations) -> dict[str, EventCounts]:
    """The counts for the events of each type by themselves, the types sorted."""
    ours, theirs = EventKeys(left), EventKeys(right)
    tables = {item.name: ours.common(item.name, theirs) for item in fields(EventCounts)}
    names, none = sorted(tables["trigger_identification"]), Counts()
    return {label: EventCounts(**{name: table.get(label, none) for name, table in tables.items()}) for label in names}


def per_role(left: Annotations, right: Annotations, *, strict: bool = False) -> dict[str, Counts]:
    """Argument classification for each role by itself, the roles sorted."""
    ours, theirs = list(arguments(left)), list(arguments(right))
    compare = common if strict else _common_sets
    names = sorted({key.role for key in (*ours, *theirs)})
    return {name: compare(_only(ours, name, strict=strict), _only(theirs, name, strict=strict)) for name in names}


def arguments(annotations: Annotations) -> Iterator[ArgumentKey]:
    """The arguments of every event; one whose target is missing or has no place is left out."""
    for event in annotations.events:
        yield from _arguments_of(event, annotations)


def _arguments_of(event: Event, annotations: Annotations) -> Iterator[ArgumentKey]:
    for argument in event.arguments:
        target = annotations.get(argument.target)
        if isinstance(target, Entity | Event):
            yield ArgumentKey(event.fragments, event.type, target.fragments, argument.role)


def argument_kappa(
    left: Annotations, right: Annotations, sentences: Sequence[tuple[int, int]] | None = None
) -> Contingency:
    """What both say of each candidate, a trigger that both have (place and type) with an entity that both have (place).

    A label is the sorted roles, empty (`OUTSIDE`) when the entity fills none. With SENTENCES, `(start, end)` offsets,
    only entities that start in the trigger's sentence are candidates, and those somebody has as an argument anyway.
    `excluded` counts the arguments, of both sides, whose trigger or filler is not a candidate's.
    """
    roles_left, roles_right = _roles(left), _roles(right)
    triggers = _triggers(left) & _triggers(right)
    fillers = {e.fragments for e in left.entities} & {e.fragments for e in right.entities}
    sentence = _sentence_of(sentences)
    cells: dict[tuple[tuple[str, ...], tuple[str, ...]], float] = {}
    for (trigger, name), filler in product(sorted(triggers), sorted(fillers)):
        key = (trigger, name, filler)
        pair = roles_left.get(key, OUTSIDE), roles_right.get(key, OUTSIDE)
        if pair != (OUTSIDE, OUTSIDE) or sentence(trigger) == sentence(filler):
            cells[pair] = cells.get(pair, 0) + 1
    excluded = sum(
        len(roles)
        for table in (roles_left, roles_right)
        for (trigger, name, filler), roles in table.items()
        if (trigger, name) not in triggers or filler not in fillers
    )
    return Contingency(cells, excluded)


def _counts(
    ours: Iterable[Event], our_arguments: list[ArgumentKey], theirs: Iterable[Event], their_arguments: list[ArgumentKey]
) -> EventCounts:
    ours, theirs = list(ours), list(theirs)
    sides = (our_arguments, their_arguments)
    return EventCounts(
        common([e.fragments for e in ours], [e.fragments for e in theirs]),
        common([(e.fragments, e.type) for e in ours], [(e.fragments, e.type) for e in theirs]),
        _common_sets(*([(key.fragments, key.type) for key in side] for side in sides)),
        _common_sets(*([key[1:] for key in side] for side in sides)),
        common(*([key[:3] for key in side] for side in sides)),
        common(*sides),
    )


def _common_sets(left: Iterable[Hashable], right: Iterable[Hashable]) -> Counts:
    return common(set(left), set(right))


def _only(keys: Iterable[ArgumentKey], role: str, *, strict: bool) -> list[Hashable]:
    return [key if strict else key[1:] for key in keys if key.role == role]


def _triggers(annotations: Annotations) -> set[tuple[Fragments, str]]:
    return {(event.fragments, event.type) for event in annotations.events}


def _roles(annotations: Annotations) -> dict[tuple[Fragments, str, Fragments], tuple[str, ...]]:
    """The roles of each filler of each trigger; two equal events are taken together."""
    found: dict[tuple[Fragments, str, Fragments], set[str]] = {}
    for trigger, name, filler, role in arguments(annotations):
        found.setdefault((trigger, name, filler), set()).add(role)
    return {key: tuple(sorted(roles)) for key, roles in found.items()}


def _sentence_of(sentences: Sequence[tuple[int, int]] | None) -> Callable[[Fragments], int]:
    """The number of the sentence a span starts in; one and the same without SENTENCES."""
    if sentences is None:
        return lambda _: 0
    starts = [start for start, _ in sentences]
    return lambda fragments: bisect_right(starts, fragments[0].start) if fragments else 0
