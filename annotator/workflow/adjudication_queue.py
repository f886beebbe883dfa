"""The queue of adjudication: the documents to be adjudicated, what differs in each, and who is at it."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, Literal

from annotator.adjudication.feedback import label_of
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import KINDS, Item, Kind
from annotator.adjudication.revising import late_edits
from annotator.errors import BusyError, UnwritableError
from annotator.model.schema import Schema
from annotator.workflow.adjudication import names_submitted, read_opinions
from annotator.workflow.adjudication_standing import Damaged, Progress, Standing, choose, read_standings
from annotator.workflow.comparison_port import Compared, OpenAs, Place
from annotator.workflow.each_document import pages
from annotator.workflow.ports import Claim, Store
from annotator.workflow.session import now

QueueState = Literal["ready", "begun", "done"]

CLAIM_MINUTES: Final = 15
"""How long a reviewer has a document to themselves after their last step in it."""
_STEP: Final = 0.2
"""Seconds of comparing after which what was found is kept and shown."""
_PATIENCE: Final = 0.5
"""Seconds that the way to the next document compares others first, lest one of them come before it."""
_PAGE: Final = 500
"""Documents compared before that come in one step."""
_COMPARED_AS: Final = 2
"""Counts the ways in which this program has compared layers: what another way gave is not to be kept."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which documents and items a reviewer wants to see; empty conditions always hold.

    `label` is the label an item is about, `name` a person who is in the minority on it; `most` the highest agreement
    of the documents wanted, 0 to 1. `least_people` is how many must have submitted a document that is not begun.
    """

    label: str = ""
    kind: str = ""
    name: str = ""
    most: float = 1.0
    least_people: int = 2

    def wants(self, adjudication: Adjudication, item: Item) -> bool:
        """Whether ITEM is one of those."""
        if self.kind and item.kind != self.kind:
            return False
        if self.name and self.name not in minority(adjudication, item):
            return False
        return not self.label or label_of(adjudication, item) == self.label

    def count(self, open_as: OpenAs) -> Counter[Kind]:
        """How many of these open items are such, by kind."""
        found: Counter[Kind] = Counter()
        for kind in KINDS:
            labels = open_as.get(kind, {}) if self.kind in {"", kind} else {}
            wanted = (labels.get(self.label, {}),) if self.label else labels.values()
            if number := sum(of.get(self.name, 0) for of in wanted):
                found[kind] = number
        return found


def minority(adjudication: Adjudication, item: Item) -> Iterator[str]:
    """Those who say something else on ITEM than most people do."""
    return (name for version in adjudication.versions(item)[1:] for name in version.names)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A document to adjudicate: who submitted it, on how many items they differ, and what of these is still open.

    `kinds` counts the open items that were asked for. `agreement` is the mean over all items of the part of people
    who give the most frequent answer.
    """

    document: str
    title: str
    people: tuple[str, ...]
    items: int
    open: int
    kinds: Counter[Kind]
    agreement: float
    state: QueueState
    claim: Claim | None = None
    number: int = 0
    """The place of the document among all, in the order they were added."""


def queue(
    store: Store,
    schema: Schema,
    wanted: QueueFilter | None = None,
    progress: Progress | None = None,
    *,
    extra: Collection[str] = (),
) -> list[QueueEntry]:
    """The documents that can be adjudicated: what is open first, lowest agreement first; done ones at the end.

    EXTRA names layers that are nobody's, which are opinions on the documents that are not begun.
    """
    wanted = wanted or QueueFilter()
    if extra:  # what is kept does not tell
        chosen, _ = choose(store, wanted.least_people, (), extra)
        numbers = {id: number for number, id in enumerate(chosen)}
        found = list(_compared(read_standings(store, schema, chosen, progress, extra, []), numbers))
    else:
        found = compare_all(store, schema, wanted.least_people, progress)
    return sorted(_entries(store, wanted, found), key=rank)


def late_names(store: Store, documents: Sequence[str]) -> dict[str, list[str]]:
    """By document, where there are some: who changed, or submitted, something after its adjudication took their layers.

    Layers are read only where their revisions are not those that it rests on.
    """
    found: dict[str, list[str]] = {}
    for page in pages(documents):
        begun = store.adjudications_of(page)
        for summary in store.summaries(begun):
            then = begun[summary.id].layers
            names = names_submitted(summary, then)
            if then == {layer.key.name: layer.revision for layer in summary.layers if layer.key.name in names}:
                continue
            before, after = (read_opinions(store, summary.id, layers)[1] for layers in (then, names))
            if late := [edit.name for edit in late_edits(before, after)]:
                found[summary.id] = late
    return found


def rank(entry: QueueEntry) -> tuple[bool, float, int]:
    """What the queue is sorted by: what is open first, lowest agreement first; done ones at the end."""
    return entry.state == "done", entry.agreement, entry.number


def first_open(
    store: Store,
    schema: Schema,
    who: str,
    wanted: QueueFilter,
    skipped: Collection[str],
    progress: Progress | None = None,
) -> QueueEntry | None:
    """The first document WANTED of the queue, but those SKIPPED, that WHO may have and in which work is left.

    What is not compared yet is compared before that, for a moment, or until there is one, or PROGRESS says stop: the
    queue knows no more then, either. No document is read that was compared before.
    """

    def fits(entry: QueueEntry) -> bool:
        return entry.document not in skipped and entry.open > 0 and (entry.claim is None or entry.claim.who == who)

    before = (entry for entries in _listed(store, schema, wanted) for entry in entries)
    found = list(islice(filter(fits, before), 1))
    until = time.monotonic() + _PATIENCE
    for step in _anew(store, schema, wanted, progress):
        found += filter(fits, step.entries)
        if found and time.monotonic() >= until:
            break
    return min(found, key=rank, default=None)


def taken(store: Store, schema: Schema, who: str, wanted: QueueFilter) -> list[QueueEntry]:
    """The documents WANTED, of those compared before, in which work is left that reviewers other than WHO have."""
    if all(claim.who == who for claim in running_claims(store)):
        return []
    known = (entry for entries in _listed(store, schema, wanted) for entry in entries)
    return [entry for entry in known if entry.open and entry.claim is not None and entry.claim.who != who]


@dataclass(frozen=True, slots=True)
class QueueStep:
    """Some documents of the queue, as they become known: first, in its order, those that were compared before.

    The others, `remaining` of which are still to be compared, come those with the fewest annotations first. `damaged`
    are documents, found since the step before, that are left out, each with the reason. `listed`: all that was kept
    has come.
    """

    entries: tuple[QueueEntry, ...]
    listed: bool = False
    remaining: int = 0
    damaged: tuple[tuple[str, str], ...] = ()


def queue_steps(
    store: Store, schema: Schema, wanted: QueueFilter | None = None, progress: Progress | None = None
) -> Iterator[QueueStep]:
    """As `queue`, step by step; none takes much longer than a document does. What is compared is kept at each.

    They end behind the document under way when PROGRESS says stop.
    """
    wanted = wanted or QueueFilter()
    for entries in _listed(store, schema, wanted):
        yield QueueStep(entries)
    yield from _anew(store, schema, wanted, progress)


def _listed(store: Store, schema: Schema, wanted: QueueFilter) -> Iterator[tuple[QueueEntry, ...]]:
    """What was compared before, page by page, in the order of the queue."""
    place: Place | None = None
    more = True
    while more:
        page = store.compared(_mark(schema), max(1, wanted.least_people), place, _PAGE)
        place, more = page.last, page.last is not None
        if page.found:
            yield tuple(_entries(store, wanted, page.found))


def _anew(store: Store, schema: Schema, wanted: QueueFilter, progress: Progress | None) -> Iterator[QueueStep]:
    """What was not, as it is compared and kept; the first step says how much that is."""
    mark = _mark(schema)
    missing = store.uncompared(mark, max(1, wanted.least_people))
    remaining = len(missing)
    yield QueueStep((), listed=True, remaining=remaining, damaged=tuple(store.damaged().items()))
    damaged: Damaged = []
    compared = _compared(read_standings(store, schema, list(missing), progress, damaged=damaged), missing)
    while remaining:
        some = list(_for_a_while(compared))
        _keep(store, mark, some)
        remaining = max(0, remaining - len(some) - len(damaged)) if some else 0
        yield QueueStep(tuple(_entries(store, wanted, some)), listed=True, remaining=remaining, damaged=tuple(damaged))
        damaged.clear()


def compare_all(store: Store, schema: Schema, least_people: int, progress: Progress | None = None) -> list[Compared]:
    """What comparing gives of every document that can be adjudicated, as far as PROGRESS lets it come.

    The store keeps it: only documents that changed since are read.
    """
    least, mark = max(1, least_people), _mark(schema)
    missing = store.uncompared(mark, least)
    found = {one.document: one for one in store.compared(mark, least).found}
    compared = _compared(read_standings(store, schema, list(missing), progress, damaged=[]), missing)
    while some := list(_for_a_while(compared)):
        _keep(store, mark, some)
        found |= {one.document: one for one in some}
    return list(found.values())


def _mark(schema: Schema) -> str:
    return f"{_COMPARED_AS}:{schema.digest}"


def _for_a_while(found: Iterator[Compared]) -> Iterator[Compared]:
    """What is FOUND until some time is over, at least one."""
    begun = time.monotonic()
    for one in found:
        yield one
        if time.monotonic() - begun >= _STEP:
            return


def _keep(store: Store, mark: str, found: Sequence[Compared]) -> None:
    """Keep what was FOUND; where that cannot be it is only work lost."""
    with contextlib.suppress(UnwritableError, BusyError):  # a project that can only be read, or somebody writes
        if found:
            store.keep_compared(mark, found)


def _entries(store: Store, wanted: QueueFilter, found: Iterable[Compared]) -> Iterator[QueueEntry]:
    """What is WANTED of FOUND as rows of the queue."""
    claims = {claim.document: claim for claim in running_claims(store)}
    for one in found:
        entry = _entry(one, wanted, claims.get(one.document))
        if entry is not None:
            yield entry


def _compared(steps: Iterable[Standing], numbers: Mapping[str, int]) -> Iterator[Compared]:
    """What is to be known of documents without reading them again; their NUMBERS come by id."""
    for step in steps:
        made = step.adjudication
        yield Compared(
            step.summary.id,
            step.summary.title,
            step.layers,
            step.revisions[0],
            step.basis is not None,
            len(made.items()),
            len(made.open),
            _open_as(made),
            mean_agreement(made),
            numbers[step.summary.id],
        )


def _open_as(made: Adjudication) -> OpenAs:
    """What the open items are, so that no filter has to look at them again."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for key in made.open:
        item = made.comparison.items[key]
        if item.kind is not None:
            labels = found.setdefault(item.kind, {})
            labels.setdefault(label_of(made, item), Counter()).update(("", *minority(made, item)))
    return found


def _entry(found: Compared, wanted: QueueFilter, claim: Claim | None) -> QueueEntry | None:
    """FOUND as a row of the queue; None where it is not WANTED."""
    kinds = wanted.count(found.open_as)
    if found.agreement > wanted.most or (not kinds and (wanted.kind or wanted.label or wanted.name)):
        return None
    state: QueueState = "ready" if not found.begun else "begun" if found.open else "done"
    about = (found.document, found.title, tuple(sorted(found.layers)), found.items, found.open)
    return QueueEntry(*about, kinds, found.agreement, state, claim, found.number)


def mean_agreement(adjudication: Adjudication) -> float:
    """The mean over all items of the part of people who give the most frequent answer; 1 without items."""
    items = adjudication.comparison.items
    lost = sum(1 - adjudication.agreement(item) for item in items.values() if item.disputed)
    return 1 - lost / len(items) if items else 1.0


def claim(store: Store, document: str, who: str) -> Claim:
    """Take DOCUMENT for oneself for some minutes, or learn who has it: look at `who` of what comes back."""
    at = now()
    until = datetime.now(UTC) + timedelta(minutes=CLAIM_MINUTES)
    return store.claim(document, who, at, until.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def running_claims(store: Store) -> list[Claim]:
    """The claims that hold now."""
    at = now()
    return [claim for claim in store.claims() if claim.until > at]
