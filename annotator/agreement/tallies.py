"""What a pair of opinions on one document contributes to each measure, and how to read such a tally."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from annotator.agreement.alpha import Coincidences, coincidences
from annotator.agreement.attributes import attributes, identifiers
from annotator.agreement.codings import Coding, Units, margins, ratings
from annotator.agreement.coreference import Coreference, of_clusters
from annotator.agreement.counts import Counts, LabelCounts, Sums, common
from annotator.agreement.events import argument_kappa
from annotator.agreement.gamma import NOTHING, gamma
from annotator.agreement.kappa import Aligned, Contingency, Fleiss, Margins, Scope, fleiss
from annotator.agreement.opinions import Opinion, Page, Pairing, Together
from annotator.agreement.semeval import Mode, Semeval
from annotator.agreement.spans import Mention, dice
from annotator.agreement.unitizing import Unitizing, per_type, unitizing
from annotator.model.annotations import Annotations, Event
from annotator.text.tokens import sentences

NOBODY: Final = "neither has any"


def items(tally: Any) -> int:
    """How many units are in TALLY: items of both sides, or units that both looked at."""
    if type(tally) is Counts:  # by far the most frequent
        return int(tally.left + tally.right)
    match tally:
        case Coreference():
            return int(tally.b3.left + tally.b3.right)
        case Unitizing():
            return int(tally.length)
        case Coincidences():
            return int(sum(tally.totals.values()))
        case Contingency() | Margins() | Fleiss() | OneLabel() | WeightedGamma():
            return int(tally.units)
        case _:
            return int(tally.counts.left + tally.counts.right)


def left_out(tally: Any) -> tuple[int, str, str] | None:
    """How many things TALLY leaves out, what they are, and why; None when it leaves nothing out."""
    if type(tally) is Counts:  # by far the most frequent
        return None
    match tally:
        case Candidates():
            why = "their trigger or filler is not an entity or event of both"
            return (int(tally.excluded), "arguments", why) if tally.excluded else None
        case Contingency() | Margins() if tally.excluded:
            return int(tally.excluded), "units", "no label of either, or nothing to compare with"
        case Unitizing() if tally.excluded:
            return tally.excluded, "mentions", _COVERED
        case WeightedGamma() if tally.undefined:
            return tally.undefined, "mentions", "of documents in which only one annotator has any"
        case Fleiss() if tally.incomplete:
            return int(tally.incomplete), "units", "not everybody worked on the document"
        case Coincidences() if tally.unpaired:
            return int(tally.unpaired), "units", "fewer than two annotators worked on the document"
        case _:
            return None


def unseen(coding: str, opinions: Iterable[Opinion]) -> Iterator[tuple[int, str, str]]:
    """As `left_out`, of the mentions of OPINIONS that their codings called CODING do not show."""
    codings: list[Coding] = [getattr(opinion, coding) for opinion in opinions]
    untouching = sum(each.untouching for each in codings)
    if untouching:
        yield untouching, "mentions", _NOT_THERE[coding]
    if covered := sum(len(each.excluded) for each in codings) - untouching:
        yield covered, "mentions", _COVERED


_COVERED: Final = "inside or across a longer one of the same annotator"
_NOT_THERE: Final = {
    "characters": "where only white space is",
    "tokens": "where no token is",
    "bio": "where no token is",
}


# -- spans ---------------------------------------------------------------------------------------------------------


def _key(mention: Mention) -> object:
    return mention.fragments


def dice_labels(pair: Pairing) -> LabelCounts:
    """As `Meeting.overlaps`, a pair counting for the part that is shared."""
    left, right = pair.left.spans, pair.right.spans
    both = {name: dice(mine, right.by_type.get(name, ())).both for name, mine in left.by_type.items()}
    return LabelCounts(both, left.bags.sizes, right.bags.sizes)


def of_all_labels(labels: Callable[[Pairing], LabelCounts], pair: Pairing) -> Counts:
    """What LABELS says of each label, added."""
    return labels(pair).total


def boundary(pair: Pairing) -> Counts:
    """Mentions with the same code points, whatever their labels."""
    return common(map(_key, pair.left.entities), map(_key, pair.right.entities))


def semeval(mode: Mode, pair: Pairing) -> Semeval:
    """The pairs of mentions as MODE counts them."""
    return pair.semeval[mode]


# -- units ---------------------------------------------------------------------------------------------------------


def table(name: str, scope: Scope, pair: Pairing) -> Contingency | Margins:
    """Which labels met over the units NAME (`characters`, `tokens`, `bio`) of SCOPE."""
    if scope == "both":
        found: Contingency = getattr(pair, name)
        return found.labelled(scope)
    left, right = pair.left.stretches(name), pair.right.stretches(name)
    return margins(left, right, _units(name, pair.page).count, outside=scope == "all")


def _units(name: str, page: Page) -> Units:
    return page.characters if name == "characters" else page.tokens


@dataclass(frozen=True, slots=True)
class OneLabel:
    """Units that one label covers for both, for the left side, for the right, of how many; all else is one other label.

    The value is Cohen's kappa of that table (see `annotator.agreement.codings.of_type`).
    """

    both: float = 0
    left: float = 0
    right: float = 0
    units: float = 0

    def __add__(self, other: OneLabel, /) -> OneLabel:
        return OneLabel(
            self.both + other.both, self.left + other.left, self.right + other.right, self.units + other.units
        )

    @property
    def value(self) -> float | None:
        """Cohen's kappa; None when neither side uses the label."""
        left, right, units = self.left, self.right, self.units
        if not left and not right:
            return None
        chance = left * right + (units - left) * (units - right)
        room = units * units - chance
        return ((units - left - right + 2 * self.both) * units - chance) / room if room > 0 else 1.0

    @property
    def why(self) -> str:
        """Why there is no value."""
        return "" if self.left or self.right else NOBODY

    def sums(self) -> Sums:
        """The four numbers."""
        return {"both": self.both, "left": self.left, "right": self.right, "units": self.units}

    @classmethod
    def of_sums(cls, sums: Sums) -> OneLabel:
        """The same again."""
        return cls(sums["both"], sums["left"], sums["right"], sums["units"])


def one_label(name: str, pair: Pairing) -> dict[str, OneLabel]:
    """For each label of the schema: which of the units NAME it covers."""
    met: Contingency = getattr(pair, name)
    both: dict[str, float] = {}
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    units: float = 0
    for (ours, theirs), count in met.cells.items():
        units += count
        for label in ours:
            left[label] = left.get(label, 0) + count
            if label in theirs:
                both[label] = both.get(label, 0) + count
        for label in theirs:
            right[label] = right.get(label, 0) + count
    names = {**pair.schema.entity, **left, **right}
    return {label: OneLabel(both.get(label, 0), left.get(label, 0), right.get(label, 0), units) for label in names}


def _ratings(name: str, scope: Scope, opinions: Together, page: Page) -> Any:
    codings = [None if opinion is None else getattr(opinion, name) for opinion in opinions]
    return ratings(codings, _units(name, page).count, scope)


def fleiss_of(name: str, scope: Scope, opinions: Together, page: Page) -> Fleiss:
    """Everybody's labels of the units NAME of SCOPE."""
    return fleiss(_ratings(name, scope, opinions, page)[0], len(opinions))


def alpha_of(name: str, scope: Scope, opinions: Together, page: Page) -> Coincidences:
    """The labels of the units NAME of SCOPE, of those who gave any."""
    return coincidences(_ratings(name, scope, opinions, page)[0])


def alpha_of_two(name: str, scope: Scope, pair: Pairing) -> Coincidences:
    """The same for two."""
    return alpha_of(name, scope, (pair.left, pair.right), pair.page)


def alpha_u(pair: Pairing) -> Unitizing:
    """The mentions of two as units of a continuum."""
    return unitizing((pair.left.units, pair.right.units), pair.page.length)


def alpha_u_of_all(opinions: Together, page: Page) -> Unitizing:
    """The mentions of all who have an opinion as units of a continuum."""
    return unitizing([opinion.units for opinion in opinions if opinion is not None], page.length)


def alpha_u_labels(pair: Pairing) -> dict[str, Unitizing]:
    """The mentions of each label of the schema by itself, all others being gaps."""
    both = pair.left.units_by_type, pair.right.units_by_type
    return per_type(both, pair.page.length, {**pair.schema.entity, **both[0], **both[1]})


@dataclass(frozen=True, slots=True)
class WeightedGamma:
    """Gammas of documents, each with the weight of its units: the sum of (1 - gamma)·units, which is never negative.

    `undefined` units are those of documents without a gamma.
    """

    disorder: float = 0
    units: float = 0
    undefined: int = 0

    def __add__(self, other: WeightedGamma, /) -> WeightedGamma:
        return WeightedGamma(self.disorder + other.disorder, self.units + other.units, self.undefined + other.undefined)

    @property
    def value(self) -> float | None:
        """The mean gamma."""
        return 1 - self.disorder / self.units if self.units else None

    @property
    def why(self) -> str:
        """Why there is no value."""
        return "" if self.units else NOTHING

    def sums(self) -> Sums:
        """The two that the value needs."""
        return {"disorder": self.disorder, "units": self.units}

    @classmethod
    def of_sums(cls, sums: Sums) -> WeightedGamma:
        """The same without the number of undefined units."""
        return cls(sums.get("disorder", 0), sums.get("units", 0))


def gamma_of(pair: Pairing) -> WeightedGamma:
    """The gamma of two."""
    return gamma_of_all((pair.left, pair.right), pair.page)


def gamma_of_all(opinions: Together, page: Page) -> WeightedGamma:  # noqa: ARG001 - as every measure of all
    """The gamma of all who have an opinion. UsageError when the library for it is not installed."""
    found = gamma({str(at): opinion.entities for at, opinion in enumerate(opinions) if opinion is not None})
    if found.value is None:
        return WeightedGamma(undefined=found.units)
    return WeightedGamma((1 - found.value) * found.units, found.units)


# -- events, relations, coreference, attributes --------------------------------------------------------------------


def event(name: str, pair: Pairing) -> Counts:
    """The field NAME of `EventCounts`, over all types; no two of different types are compared."""
    return pair.events(name).total


def event_labels(name: str, pair: Pairing) -> LabelCounts:
    """The same for each type of event."""
    return pair.events(name)


def trigger_places(pair: Pairing) -> Counts:
    """Triggers with the same code points, whatever the event's type."""
    return pair.left.triggers.places.common(pair.right.triggers.places)


class Candidates(Contingency):
    """The roles that both give a trigger and an entity; `excluded` counts arguments that are no candidate's."""

    __slots__ = ()

    def __add__(self, other: Contingency, /) -> Candidates:
        both = Contingency.__add__(self, other)
        return Candidates(both.cells, both.excluded)


def candidates(pair: Pairing) -> Candidates:
    """Roles of the entities in the sentence of a trigger, both of which both have; with a label of its events only."""
    left, right = (_with_events_of(side.annotations, pair.label) for side in (pair.left, pair.right))
    return _candidates(left, right, pair)


def candidates_labels(pair: Pairing) -> dict[str, Candidates]:
    """The same for each type of event that one of the two used."""
    left, right = pair.left.annotations, pair.right.annotations
    names = dict.fromkeys(event.type for side in (left, right) for event in side.events)
    return {name: _candidates(_with_events_of(left, name), _with_events_of(right, name), pair) for name in names}


def _candidates(left: Annotations, right: Annotations, pair: Pairing) -> Candidates:
    found = argument_kappa(left, right, _sentences(pair.page.text))
    return Candidates(found.cells, found.excluded)


@lru_cache(maxsize=1)  # every pair asks for those of one document
def _sentences(text: str) -> Sequence[tuple[int, int]]:
    return sentences(text)


def _with_events_of(layer: Annotations, label: str) -> Annotations:
    """LAYER without the events that are not of the type LABEL, where it is not empty."""
    if not label:
        return layer
    return Annotations(item for item in layer.values() if not isinstance(item, Event) or item.type == label)


def relations_of(pair: Pairing) -> Counts:
    """Relations that both have, directed as the schema says."""
    return _labelled(pair.relations, pair.label)


def undirected(pair: Pairing) -> Counts:
    """Relations that both have, whichever end is which."""
    return _labelled(pair.left.undirected.common(pair.right.undirected), pair.label)


def _labelled(found: LabelCounts, label: str) -> Counts:
    return found.get(label, Counts()) if label else found.total


def chains(pair: Pairing) -> Coreference:
    """The coreference chains of two."""
    return of_clusters(pair.left.chains, pair.right.chains)


def attribute(name: str, pair: Pairing) -> Contingency:
    """The values of the attribute NAME of mentions that both have."""
    kind = pair.schema.attribute[name]
    types = [item.name for item in pair.schema.labels() if name in item.attributes]
    if pair.label:
        types = [pair.label] if pair.label in types else []
    return attributes(pair.left.annotations, pair.right.annotations, name, types=types, default=kind.default)


def identifiers_of(pair: Pairing) -> Contingency:
    """The knowledge base ids of mentions that both have."""
    return identifiers(pair.left.wanted, pair.right.wanted)


def pi(tally: Any) -> float | None:
    """Scott's pi of two, Fleiss' kappa of all."""
    value: float | None = tally.pi if isinstance(tally, Contingency | Margins | Aligned) else tally.value
    return value
