"""What one annotator says of a document, and two of them: what measures derive from it, each made once.

Everything is derived when it is first asked for, and kept: several measures ask for the same, and an opinion is in as
many pairs as there are other annotators.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias

from annotator.agreement.codings import Characters, Coding, Tokens, coding, contingency
from annotator.agreement.coreference import Clusters, clusters
from annotator.agreement.counts import Bag, Counts
from annotator.agreement.events import EventKeys, compare_keys, event_keys
from annotator.agreement.kappa import Contingency
from annotator.agreement.matching import most_pairs
from annotator.agreement.relations import per_relation_type
from annotator.agreement.semeval import Mode, Semeval, semeval
from annotator.agreement.spans import Kind, Mention, by_type, mentions, partners, touching
from annotator.agreement.unitizing import Cut, cut, cut_per_type
from annotator.model.annotations import Annotations, Entity, Event, Fragments, Relation
from annotator.model.schema import Schema
from annotator.text.tokens import tokens

_ENTITIES: Final[tuple[Kind, ...]] = ("entity",)
_EVENTS: Final[tuple[Kind, ...]] = ("event",)


Whole: TypeAlias = tuple[str, Fragments]
"""A mention without its id: label and code points."""


class Page:
    """A document: its `length` in code points, and its text where a measure reads it (`Measure.reads_text`)."""

    def __init__(self, id: str, length: int, text: str = "") -> None:
        self.id = id
        self.length = length
        self.text = text

    @cached_property
    def characters(self) -> Characters:
        """The code points that are no white space."""
        return Characters(self.text)

    @cached_property
    def tokens(self) -> Tokens:
        """The words, numbers and marks of punctuation."""
        return Tokens(tokens(self.text))


class Opinion:
    """What one annotator says of PAGE; with LABEL only what has that label."""

    def __init__(self, page: Page, annotations: Annotations, schema: Schema, label: str = "") -> None:
        self.page = page
        self.annotations = annotations
        self.schema = schema
        self.label = label

    @cached_property
    def entities(self) -> list[Mention]:
        """Entity mentions in text order."""
        return self._wanted(mentions(self.annotations, _ENTITIES))

    @cached_property
    def triggers(self) -> list[Mention]:
        """Triggers of events in text order."""
        return self._wanted(mentions(self.annotations, _EVENTS))

    def _wanted(self, found: list[Mention]) -> list[Mention]:
        return [mention for mention in found if mention.type == self.label] if self.label else found

    @cached_property
    def by_type(self) -> dict[str, list[Mention]]:
        """The entity mentions of each type."""
        return by_type(self.entities)

    @cached_property
    def counted(self) -> Counter[Whole]:
        """How often each label is on the same code points."""
        return Counter([(mention.type, mention.fragments) for mention in self.entities])

    @cached_property
    def wholes(self) -> dict[Whole, int]:
        """Which entity mention has a label on some code points: the number of the last."""
        return {(mention.type, mention.fragments): at for at, mention in enumerate(self.entities)}

    @cached_property
    def different(self) -> frozenset[Whole]:
        """Labels with the code points they are on, each once."""
        return frozenset(self.wholes)

    @cached_property
    def tangled(self) -> frozenset[str]:
        """Labels of which two mentions overlap, or may: between the pieces of one is another."""
        found: set[str] = set()
        reach: dict[str, int] = {}
        for mention in self.entities:
            if mention.fragments:
                if mention.fragments[0][0] < reach.get(mention.type, 0):
                    found.add(mention.type)
                reach[mention.type] = max(reach.get(mention.type, 0), mention.fragments[-1][1])
        return frozenset(found)

    @cached_property
    def trigger_places(self) -> Bag:
        """The code points of triggers."""
        return Bag([mention.fragments for mention in self.triggers])

    @cached_property
    def events(self) -> dict[str, EventKeys]:
        """What is said in the events of each type."""
        found = event_keys(self.annotations) if self.has_events else {}
        return {name: keys for name, keys in found.items() if self.label in ("", name)}

    @cached_property
    def has_events(self) -> bool:
        """Whether there is any event."""
        return any(isinstance(item, Event) for item in self.annotations.values())

    @cached_property
    def has_relations(self) -> bool:
        """Whether there is any relation."""
        return any(isinstance(item, Relation) for item in self.annotations.values())

    @cached_property
    def characters(self) -> Coding:
        """The entity types that cover each character."""
        return coding(self.entities, self.page.characters)

    @cached_property
    def tokens(self) -> Coding:
        """The entity types that cover each token."""
        return coding(self.entities, self.page.tokens)

    @cached_property
    def bio(self) -> Coding:
        """The tag of each token, of outermost mentions."""
        return coding(self.entities, self.page.tokens, "bio")

    @cached_property
    def units(self) -> Cut:
        """Entity mentions as units of a continuum."""
        return cut(self.entities)

    @cached_property
    def units_by_type(self) -> dict[str, Cut]:
        """The same for each type by itself."""
        return cut_per_type(self.entities)

    @cached_property
    def chains(self) -> Clusters:
        """Coreference chains."""
        return clusters(self.wanted)

    @cached_property
    def wanted(self) -> Annotations:
        """The annotations without the entities and events of other labels."""
        items = self.annotations.values()
        if not self.label:
            return self.annotations
        return Annotations(it for it in items if not isinstance(it, Entity | Event) or it.type == self.label)


class Pairing:
    """Two opinions on one page; the left one is the reference, where there is one."""

    def __init__(self, left: Opinion, right: Opinion) -> None:
        self.left = left
        self.right = right
        self.page = left.page
        self.label = left.label
        self.schema = left.schema
        self._events: dict[str, dict[str, Counts]] = {}

    @cached_property
    def semeval(self) -> dict[Mode, Semeval]:
        """Entity mentions as SemEval-2013 scores them."""
        return semeval(self.left.entities, self.right.entities)

    @cached_property
    def characters(self) -> Contingency:
        """Which types met over the characters."""
        return contingency(self.left.characters, self.right.characters, self.page.characters.count)

    @cached_property
    def tokens(self) -> Contingency:
        """Which types met over the tokens."""
        return contingency(self.left.tokens, self.right.tokens, self.page.tokens.count)

    @cached_property
    def bio(self) -> Contingency:
        """Which tags met over the tokens."""
        return contingency(self.left.bio, self.right.bio, self.page.tokens.count)

    @cached_property
    def same(self) -> frozenset[Whole]:
        """Labels that both have on the same code points, each once."""
        return self.left.different & self.right.different

    @cached_property
    def is_distinct(self) -> bool:
        """Whether neither side has a label twice on the same code points."""
        return all(len(side.different) == len(side.entities) for side in (self.left, self.right))

    @cached_property
    def rest(self) -> tuple[list[Mention], list[Mention]]:
        """Mentions of each side that the other has not, in text order; of equal ones one."""
        left, right = (
            [side.entities[at] for at in sorted(map(side.wholes.__getitem__, side.different - self.same))]
            for side in (self.left, self.right)
        )
        return left, right

    @cached_property
    def exact(self) -> dict[str, Counts]:
        """Mentions with the same code points, for each label that one of the two used."""
        both: dict[str, int] = {}
        counted = None if self.is_distinct else (self.left.counted, self.right.counted)
        for key in self.same:
            count = 1 if counted is None else min(counted[0][key], counted[1][key])
            both[key[0]] = both.get(key[0], 0) + count
        return self._counts(both)

    @cached_property
    def overlaps(self) -> dict[str, Counts]:
        """Mentions that share a code point, for each label that one of the two used: the most pairs possible.

        Where nobody's mentions of a label overlap each other, equal ones have no other partner and are not matched.
        """
        both: dict[str, int] = {}
        for name, _ in self.same:
            both[name] = both.get(name, 0) + 1
        tangled = self.left.tangled | self.right.tangled
        ours, theirs = map(by_type, self.rest)
        for name in ours.keys() & theirs.keys() - tangled:
            both[name] = both.get(name, 0) + most_pairs(touching(ours[name], theirs[name], typed=False))
        for name in tangled:
            left, right = self.left.by_type.get(name, ()), self.right.by_type.get(name, ())
            both[name] = most_pairs(touching(left, right, typed=False))
        return self._counts(both)

    def _counts(self, both: Mapping[str, int]) -> dict[str, Counts]:
        """Counts of mentions by label, of which the two have BOTH."""
        ours, theirs = self.left.by_type, self.right.by_type
        return {
            name: Counts(both.get(name, 0), len(ours.get(name, ())), len(theirs.get(name, ())))
            for name in {**ours, **theirs}
        }

    @cached_property
    def partners(self) -> list[tuple[str, str]]:
        """The labels of partners, of entities and of triggers; empty for one that has no partner."""
        left, right = self.left, self.right
        found: list[tuple[str, str]] = []
        if self.is_distinct:  # equal mentions are partners anyway
            found += [(label, label) for label, _ in self.same]
            found += _labels(*self.rest)
        else:
            found += _labels(left.entities, right.entities)
        return [*found, *_labels(left.triggers, right.triggers)]

    def events(self, name: str) -> dict[str, Counts]:
        """The field NAME of `EventCounts` for each type of event that one of the two used."""
        if name not in self._events:
            self._events[name] = compare_keys(name, self.left.events, self.right.events)
        return self._events[name]

    @cached_property
    def relation_types(self) -> dict[str, Counts]:
        """Relations of each type, their direction as the schema has it."""
        if not self.left.has_relations and not self.right.has_relations:
            return {}
        return per_relation_type(self.left.annotations, self.right.annotations, symmetric=self.symmetric)

    @property
    def symmetric(self) -> list[str]:
        """Types of relations that have no direction."""
        return [item.name for item in self.schema.relations if item.symmetric]


Together = Sequence[Opinion | None]
"""Everybody's opinion on one page, in the study's order; None where somebody has none. At least one has one."""


def _labels(left: Sequence[Mention], right: Sequence[Mention]) -> Iterator[tuple[str, str]]:
    found = partners(left, right)
    taken = set(found.values())
    yield from ((mention.type, right[found[i]].type if i in found else "") for i, mention in enumerate(left))
    yield from (("", mention.type) for j, mention in enumerate(right) if j not in taken)
