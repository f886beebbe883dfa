"""All documents as the documents screen sorts, filters and counts them, however many: read some at a time.

What is read of a document for that lies in columns of plain values. A row for each would be hundreds of thousands of
objects for the garbage collector to walk through, and no key counts meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from annotator.text.normalise import fold
from annotator.tui.screens.document_table import Item, items_of
from annotator.tui.state_signs import titled
from annotator.workflow.people import reviews
from annotator.workflow.states import STATES, progress_of, taking_part

if TYPE_CHECKING:
    from annotator.workflow.ports import Person, Store
    from annotator.workflow.states import Progress, State

AT_ONCE: Final = 250
"""Documents that are read in one step."""
_RUN: Final = 4096
"""Documents that are sorted in one step: nothing else of the program runs meanwhile."""
_CODES: Final = {state: code for code, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class StateFilter:
    """Documents in `state`; where `name` is given, those whose layer of that person is."""

    state: State
    name: str = ""

    @property
    def title(self) -> str:
        """What it is called on screen."""
        return f"{titled(self.state)}{' · ' if self.name else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort the table; documents whose `key` is the same stay in the order in which they were added.

    `reviewing` when only those who see all layers have something to sort by.
    """

    name: str
    title: str
    key: Callable[[Item], Any]
    reverse: bool = False
    reviewing: bool = False


ORDERS: Final = (
    Order("added", "order of import", lambda item: item.number),
    Order("title", "title", lambda item: item.folded),
    Order("id", "id", lambda item: item.summary.id),
    Order("length", "length, longest first", lambda item: item.summary.length, reverse=True),
    Order("count", "annotations, most first", lambda item: item.count, reverse=True),
    Order("state", "state, new ones first", lambda item: STATES.index(item.state)),
    Order("edited", "last edit, newest first", lambda item: item.edited_at, reverse=True),
    Order("finished", "people who have finished, most first", lambda item: item.finished, reverse=True, reviewing=True),
    Order("open", "open items of adjudication, most first", lambda item: item.open, reverse=True, reviewing=True),
)


def orders_for(*, reviewing: bool) -> list[Order]:
    """The ways to sort that somebody has who sees all layers, or who does not."""
    return [order for order in ORDERS if reviewing or not order.reviewing]


class Catalogue:
    """The documents as the person `me` may see them: the `ids` of all, and what the first `read` are sorted by.

    `names` are those of the people with a part in the project, `people` how far each is, once that is counted. One
    thread reads (`read_on`); any other may look meanwhile.
    """

    def __init__(self, me: Person, ids: Sequence[str], everybody: Sequence[Person]) -> None:
        """EVERYBODY has a part in the project, as far as ME may know."""
        self.me = me
        self.ids = ids
        self.everybody = everybody
        self.people: Sequence[Progress] = ()
        self.adjudicated = 0
        self.read = 0
        self.places = {id: number for number, id in enumerate(ids)}
        self._keys: dict[str, list[Any]] = {order.name: [] for order in ORDERS}
        self._states = {name: bytearray() for name in ("", *(person.name for person in everybody))}
        self._late: dict[int, Item] = {}

    @property
    def reviewing(self) -> bool:
        """Whether there are others whose layers are shown."""
        return reviews(self.me) and any(person.name != self.me.name for person in self.everybody)

    @property
    def names(self) -> tuple[str, ...]:
        """Whose states have a column."""
        return tuple(person.name for person in self.everybody) if self.reviewing else ()

    @property
    def complete(self) -> bool:
        """Whether all are read."""
        return self.read == len(self.ids)

    # -- reading -------------------------------------------------------------------------------------------------------

    def items(self, store: Store, numbers: Iterable[int]) -> list[Item]:
        """The documents with these NUMBERS as rows, as they are now."""
        ids = [self.ids[number] for number in numbers]
        names = [person.name for person in self.everybody]
        return items_of(store.summaries(ids), self.me, names, store.adjudications_of(ids), self.places)

    def read_on(self, store: Store) -> None:
        """Read the next documents."""
        items = self.items(store, range(self.read, min(self.read + AT_ONCE, len(self.ids))))
        for order in ORDERS:
            self._keys[order.name] += map(order.key, items)
        for name, codes in self._states.items():
            codes.extend(_CODES[_state(item, name)] for item in items)
        self.read += len(items)
        self._settle()

    def renew(self, items: Iterable[Item]) -> None:
        """Documents have changed: ITEMS are what they are now. For the thread of the screen."""
        self._late.update({item.number: item for item in items})
        self._settle()

    def _settle(self) -> None:
        """Take over what was renewed while it was read; what is not read yet waits."""
        for number in [number for number in tuple(self._late) if number < self.read]:
            item = self._late.pop(number, None)
            if item is not None:
                for order in ORDERS:
                    self._keys[order.name][number] = order.key(item)
                for name, codes in self._states.items():
                    codes[number] = _CODES[_state(item, name)]

    def count(self, store: Store) -> None:
        """See how far everybody is."""
        tally = store.tally()
        self.people = [one for one in progress_of(tally, self.everybody) if one.person is not None]
        self.adjudicated = tally.adjudicated

    # -- looking -------------------------------------------------------------------------------------------------------

    def filters(self) -> list[tuple[StateFilter, int]]:
        """Every filter that leaves one of the documents read, with how many: of documents, then of each person."""
        found = []
        for name in ("", *self.names):
            counts = [(StateFilter(state, name), self._states[name].count(code)) for state, code in _CODES.items()]
            found += [(one, count) for one, count in counts if count]
        return found

    def arranged(self, order: Order, query: str = "", only: StateFilter | None = None) -> Sequence[int]:
        """The numbers of documents that have every word of QUERY in title or id, however spelt, and are as ONLY says.

        They are sorted as ORDER says once all are read; until then those that are read come in the order in which
        they were added, and without a filter all do.
        """
        words = fold(query).text.split()
        found: Sequence[int] = range(len(self.ids))
        if only is not None:
            codes, wanted = self._states[only.name], _CODES[only.state]
            found = [number for number in range(self.read) if codes[number] == wanted]
        if words:
            folded = self._keys["title"]
            found = [n for n in found if n < self.read and all(word in folded[n] for word in words)]
        if order is ORDERS[0] or not self.complete:
            return found
        return _sorted(found, self._keys[order.name].__getitem__, reverse=order.reverse)


def opened(store: Store, me: Person) -> Catalogue:
    """The documents of STORE for the person ME; no more is read yet than their ids."""
    people = store.people() if reviews(me) else [me]
    return Catalogue(me, store.document_ids(), taking_part(people, store.layer_names()))


def _state(item: Item, name: str) -> State:
    return item.states[name] if name else item.state


def _sorted(numbers: Sequence[int], key: Callable[[int], Any], *, reverse: bool) -> list[int]:
    """NUMBERS sorted in steps, between which other threads run: one call of `sorted` would let none of them."""
    runs = [sorted(numbers[at : at + _RUN], key=key, reverse=reverse) for at in range(0, len(numbers), _RUN)]
    while len(runs) > 1:  # what is sorted already is only merged
        pairs = (runs[at : at + 2] for at in range(0, len(runs), 2))
        runs = [sorted(chain.from_iterable(pair), key=key, reverse=reverse) for pair in pairs]
    return runs[0] if runs else []
