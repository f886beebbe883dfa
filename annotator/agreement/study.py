"""A study: every number about how far people agree, with what is needed to read it. A plain value.

For each measure there is a number for each pair of annotators, their mean, the same for each label, for each document
and for each day, and for each annotator against the reference. JSON is this value one to one (`encode`, `decode`);
`VERSION` says which.

*Mean* is the mean over the pairs that have a value. The number of a label, a document or a day is such a mean too,
over what the pairs have of it. Intervals come from resampling documents (see `annotator.agreement.bootstrap`): they
say how much a number would move with other documents of the same kind, not with other annotators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from annotator.agreement.counts import counted
from annotator.errors import FormatError

VERSION: Final = 1
"""The version of the JSON form; a reader refuses others."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """So many things (`what`, in the plural) that a number leaves out, and why."""

    count: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"{counted(self.count, self.what)}: {self.why}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number; without a `value` it says `why`, and with one `why` may hold what to keep in mind.

    `low` and `high` are the confidence interval, None where there is none. `items` counts the measure's units that are
    in it, `documents` the documents; of a mean over pairs, the sum of the items and the most documents of a pair.
    """

    value: float | None
    why: str = ""
    low: float | None = None
    high: float | None = None
    items: int = 0
    documents: int = 0
    excluded: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class PairCell:
    """How far two annotators agree; `left` stands before `right` in the study's `annotators`."""

    left: str
    right: str
    number: Number


@dataclass(frozen=True, slots=True)
class Cell:
    """The number of a label, a document or a day (`YYYY-MM-DD`)."""

    name: str
    number: Number


@dataclass(frozen=True, slots=True)
class LabelCell:
    """The mean over pairs for one label, and each pair's."""

    name: str
    mean: Number
    pairs: tuple[PairCell, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceCell:
    """An annotator against the reference. Precision and recall are None for measures that do not have them."""

    name: str
    number: Number
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one measure says. `unit` is what it counts (in the plural), `included` which of them are in it.

    `together` is the number for all annotators at once, for measures that have one; the pairs of those are theirs too.
    """

    measure: str
    title: str
    unit: str
    included: str
    mean: Number
    pairs: tuple[PairCell, ...] = ()
    together: Number | None = None
    labels: tuple[LabelCell, ...] = ()
    documents: tuple[Cell, ...] = ()
    reference: tuple[ReferenceCell, ...] = ()
    days: tuple[Cell, ...] = ()

    def pair(self, one: str, other: str) -> Number | None:
        """The number of two annotators, in either order; None where there is none."""
        return next((cell.number for cell in self.pairs if {cell.left, cell.right} == {one, other}), None)


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often what LEFT calls one label RIGHT calls another: `counts[row][column]`, rows are LEFT's.

    The last label is empty: nothing there. Without names it is the sum over all pairs, each counted both ways.
    """

    left: str
    right: str
    unit: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """A layer that the study does not look at, or with an empty `layer` a whole document, and why."""

    document: str
    layer: str
    why: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How the study was made. `layers` is `submitted` or `all`; `label` is empty unless it is about one label only.

    `resamples` is how often documents were drawn again for the intervals, 0: no intervals; `confidence` is theirs.
    """

    layers: str = "submitted"
    label: str = ""
    resamples: int = 0
    seed: int = 0
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Study:
    """How far `annotators` agree over `documents`. `reference` is the layer that is taken for right, or empty.

    `labels` are those that somebody used, in the schema's order. `made_at` is an RFC 3339 UTC time.
    """

    project: str
    made_at: str
    settings: Settings
    annotators: tuple[str, ...]
    reference: str
    documents: tuple[str, ...]
    labels: tuple[str, ...]
    results: tuple[Result, ...]
    confusions: tuple[Confusion, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    version: int = field(default=VERSION)

    def result(self, measure: str) -> Result | None:
        """What the measure with that id says, None when the study does not have it."""
        return next((result for result in self.results if result.measure == measure), None)


# -- JSON ----------------------------------------------------------------------------------------------------------


def encode(value: Any) -> Any:
    """VALUE, a study or a part of one, as values that JSON knows: classes become objects, tuples arrays."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: encode(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return value


def decode(data: Any) -> Study:
    """The study that `encode` gave DATA for. FormatError when it is none, or of another version."""
    version = data.get("version") if isinstance(data, Mapping) else None
    if version != VERSION:
        raise FormatError(f"this is no study of version {VERSION}", hint="Make it again with 'annotator agreement'")
    try:
        study: Study = _decoded(Study, data)
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"this study cannot be read ({error!r})") from None
    return study


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _decoded(hint: Any, data: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{name: _decoded(hints[name], data[name]) for name in _names(hint)})
    if get_origin(hint) is tuple:
        return tuple(_decoded(get_args(hint)[0], item) for item in data)
    options = get_args(hint)
    if options:  # something or None
        return None if data is None else _decoded(options[0], data)
    if not isinstance(data, int if hint is int else float | int if hint is float else hint):
        raise TypeError(f"{data!r} is no {hint.__name__}")
    return data
