"""The queue of adjudication: the documents to be adjudicated, what differs in each, and who is at it."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from annotator.adjudication.answers import kinds_of
from annotator.adjudication.feedback import label_of
from annotator.adjudication.gold import Adjudication
from annotator.adjudication.items import KINDS, Item, Kind
from annotator.errors import BusyError, UnwritableError
from annotator.model.schema import Schema
from annotator.workflow.adjudication_standing import Damaged, Progress, Standing, choose, read_standings
from annotator.workflow.comparison_port import Compared, Place
from annotator.workflow.ports import Claim, Store
from annotator.workflow.session import now

QueueState = Literal["ready", "begun", "done"]

CLAIM_MINUTES: Final = 15
"""How long a reviewer has a document to themselves after their last step in it."""
_STEP: Final = 0.2
"""Seconds of comparing after which what was found is kept and shown."""
_PAGE: Final = 500
"""Documents compared before that come in one step."""
_NO_MARK: Final = "-"
"""Nothing is kept under it."""
_COMPARED_AS: Final = 1
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

    @property
    def asks_items(self) -> bool:
        """Whether only the items of a document tell if it is wanted."""
        return bool(self.label or self.name)

    def wants(self, adjudication: Adjudication, item: Item) -> bool:
        """Whether ITEM is one of those."""
        if self.kind and item.kind != self.kind:
            return False
        if self.name:
            grouped = adjudication.versions(item)
            if not grouped or self.name in grouped[0].names or all(self.name not in v.names for v in grouped):
                return False
        return not self.label or label_of(adjudication, item) == self.label


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
    if wanted.asks_items or extra:  # what is kept does not tell
        chosen, _ = choose(store, wanted.least_people, (), extra)
        steps = read_standings(store, schema, chosen, progress, extra, [])
        found = [_compared(step, wanted if wanted.asks_items else QueueFilter()) for step in steps]
    else:
        found = compare_all(store, schema, wanted.least_people, progress)
    return sorted(_entries(store, wanted, found), key=lambda entry: (*rank(entry), entry.document))


def rank(entry: QueueEntry) -> tuple[bool, float]:
    """What the queue is sorted by: what is open first, lowest agreement first; done ones at the end."""
    return entry.state == "done", entry.agreement


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


def queue_steps(store: Store, schema: Schema, wanted: QueueFilter | None = None) -> Iterator[QueueStep]:
    """As `queue`, step by step; none takes much longer than a document does. What is compared is kept at each."""
    wanted = wanted or QueueFilter()
    least, mark = max(1, wanted.least_people), _mark(schema)
    if not wanted.asks_items:
        place: Place | None = None
        more = True
        while more:
            page = store.compared(mark, least, place, _PAGE)
            place, more = page.last, page.last is not None
            if page.found:
                yield QueueStep(tuple(_entries(store, wanted, page.found)))
    missing = store.uncompared(_NO_MARK if wanted.asks_items else mark, least)
    remaining = len(missing)
    yield QueueStep((), listed=True, remaining=remaining, damaged=tuple(store.damaged().items()))
    damaged: Damaged = []
    steps = read_standings(store, schema, missing, None, damaged=damaged)
    while remaining:
        some = list(_for_a_while(_compared(step, wanted if wanted.asks_items else QueueFilter()) for step in steps))
        if not wanted.asks_items:
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
    steps = read_standings(store, schema, missing, progress, damaged=[])
    while some := list(_for_a_while(_compared(step, QueueFilter()) for step in steps)):
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


def _compared(step: Standing, wanted: QueueFilter) -> Compared:
    """What is to be known of a document without reading it again; `kinds` counts what is WANTED."""
    made = step.adjudication
    kinds = kinds_of(made, (key for key in made.open if wanted.wants(made, made.comparison.items[key])))
    return Compared(
        step.summary.id,
        step.summary.title,
        step.layers,
        step.revisions[0],
        step.basis is not None,
        len(made.items()),
        len(made.open),
        {str(kind): count for kind, count in kinds.items()},
        mean_agreement(made),
    )


def _entry(found: Compared, wanted: QueueFilter, claim: Claim | None) -> QueueEntry | None:
    """FOUND as a row of the queue; None where it is not WANTED."""
    kinds: Counter[Kind] = Counter()
    for kind in KINDS:
        if found.kinds.get(kind) and wanted.kind in {"", kind}:
            kinds[kind] = found.kinds[kind]
    if found.agreement > wanted.most or (not kinds and (wanted.kind or wanted.label or wanted.name)):
        return None
    state: QueueState = "ready" if not found.begun else "begun" if found.open else "done"
    about = (found.document, found.title, tuple(sorted(found.layers)), found.items, found.open)
    return QueueEntry(*about, kinds, found.agreement, state, claim)


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
