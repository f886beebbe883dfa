"""What one annotator says of a document, and two of them: what measures derive from it, each made once.

Everything is derived when it is first asked for, and kept: several measures ask for the same, and an opinion is in as
many pairs as there are other annotators.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from annotator.agreement.codings import Characters, Coding, Stretches, Tokens, coding, contingency
from annotator.agreement.coreference import Clusters, clusters
from annotator.agreement.counts import Bags, LabelCounts
from annotator.agreement.events import EventKeys
from annotator.agreement.kappa import Contingency
from annotator.agreement.meeting import Meeting, Met, Spans
from annotator.agreement.once import once
from annotator.agreement.relations import relation_keys
from annotator.agreement.semeval import Mode, Semeval, semeval
from annotator.agreement.spans import Kind, Mention, mentions
from annotator.agreement.unitizing import Continuum, cut, cut_per_type
from annotator.model.annotations import Annotations, Entity, Event
from annotator.model.schema import Schema
from annotator.text.tokens import tokens

_ENTITIES: Final[tuple[Kind, ...]] = ("entity",)
_EVENTS: Final[tuple[Kind, ...]] = ("event",)


class Page:
    """A document: its `length` in code points, and its text where a measure reads it (`Measure.reads_text`)."""

    def __init__(self, id: str, length: int, text: str = "") -> None:
        self.id = id
        self.length = length
        self.text = text

    @once
    def characters(self) -> Characters:
        """The code points that are no white space."""
        return Characters(self.text)

    @once
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
        self._stretches: dict[str, Stretches] = {}

    @once
    def spans(self) -> Spans:
        """Entity mentions, to be compared."""
        return Spans(self._wanted(mentions(self.annotations, _ENTITIES)))

    @property
    def entities(self) -> Sequence[Mention]:
        """Entity mentions in text order."""
        return self.spans.mentions

    @once
    def triggers(self) -> Spans:
        """Triggers of events, to be compared."""
        return Spans(self._wanted(mentions(self.annotations, _EVENTS)))

    def _wanted(self, found: list[Mention]) -> list[Mention]:
        return [mention for mention in found if mention.type == self.label] if self.label else found

    @once
    def events(self) -> EventKeys:
        """What is said in events."""
        return EventKeys(self.annotations, self.label)

    @once
    def relations(self) -> Bags:
        """Relations, to be compared; their direction counts where the schema says so."""
        return relation_keys(self.annotations, symmetric=[it.name for it in self.schema.relations if it.symmetric])

    @once
    def undirected(self) -> Bags:
        """Relations, to be compared whichever end is which."""
        return relation_keys(self.annotations, directed=False)

    @once
    def characters(self) -> Coding:
        """The entity types that cover each character."""
        return coding(self.entities, self.page.characters)

    @once
    def tokens(self) -> Coding:
        """The entity types that cover each token."""
        return coding(self.entities, self.page.tokens)

    @once
    def bio(self) -> Coding:
        """The tag of each token, of outermost mentions."""
        return coding(self.entities, self.page.tokens, "bio")

    def stretches(self, name: str) -> Stretches:
        """The runs of the coding NAME (`characters`, `tokens`, `bio`), to be compared."""
        if name not in self._stretches:
            found: Coding = getattr(self, name)
            self._stretches[name] = Stretches(found.runs)
        return self._stretches[name]

    @once
    def units(self) -> Continuum:
        """Entity mentions as units of a continuum."""
        return Continuum(cut(self.entities))

    @once
    def units_by_type(self) -> dict[str, Continuum]:
        """The same for each type by itself."""
        return {name: Continuum(found) for name, found in cut_per_type(self.entities).items()}

    @once
    def chains(self) -> Clusters:
        """Coreference chains."""
        return clusters(self.wanted)

    @once
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
        self._events: dict[str, LabelCounts] = {}

    @once
    def semeval(self) -> dict[Mode, Semeval]:
        """Entity mentions as SemEval-2013 scores them."""
        return semeval(self.left.entities, self.right.entities)

    @once
    def characters(self) -> Contingency:
        """Which types met over the characters."""
        return contingency(self.left.characters, self.right.characters, self.page.characters.count)

    @once
    def tokens(self) -> Contingency:
        """Which types met over the tokens."""
        return contingency(self.left.tokens, self.right.tokens, self.page.tokens.count)

    @once
    def bio(self) -> Contingency:
        """Which tags met over the tokens."""
        return contingency(self.left.bio, self.right.bio, self.page.tokens.count)

    @once
    def entities(self) -> Meeting:
        """How the entity mentions of the two meet."""
        return Meeting(self.left.spans, self.right.spans)

    @once
    def triggers(self) -> Meeting:
        """How their triggers do."""
        return Meeting(self.left.triggers, self.right.triggers)

    @property
    def partners(self) -> Iterator[tuple[Met, int]]:
        """How often which labels are those of partners, of entities and of triggers."""
        yield from self.entities.partners.items()
        yield from self.triggers.partners.items()

    def events(self, name: str) -> LabelCounts:
        """The field NAME of `EventCounts` for each type of event that one of the two used."""
        if name not in self._events:
            self._events[name] = self.left.events.common(name, self.right.events)
        return self._events[name]

    @once
    def relations(self) -> LabelCounts:
        """Relations of each type, their direction as the schema has it."""
        return self.left.relations.common(self.right.relations)


Together = Sequence[Opinion | None]
"""Everybody's opinion on one page, in the study's order; None where somebody has none. At least one has one."""
