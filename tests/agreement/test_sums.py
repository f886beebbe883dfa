"""Sums of many columns: their resamples are those of each column by itself, whatever lanes they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

import pytest

from annotator.agreement.bootstrap import Bootstrap
from annotator.agreement.codings import CodedMargins
from annotator.agreement.counts import Counts, LabelCounts, Tally, total
from annotator.agreement.kappa import OUTSIDE, Margins
from annotator.agreement.sums import Columns
from annotator.agreement.unitizing import Unitizing

DOCUMENTS: Final = 9
PAIRS: Final = (("a", "b"), ("a", "c"), ("d", "b"))
"""Two with a left side in common, and one that some documents lack, with a right side of the first."""

Pair = tuple[str, str]


def columns(made: Mapping[Pair, Sequence[Any]], documents: Sequence[int] = range(DOCUMENTS)) -> Columns:
    found = Columns()
    for document in documents:
        given = ((pair, tallies[document]) for pair, tallies in made.items())
        found.add([(pair, tally) for pair, tally in given if tally is not None])
    return found


def test_documents_that_some_pair_covers() -> None:
    one = Counts(1, 1, 1)
    found = columns({("a", "b"): [one, one, None, None], ("a", "c"): [None, one, one, None]}, range(4))
    found.extend(columns({("a", "c"): [one]}, range(1)))
    assert [found.covered(of) for of in ([("a", "b")], [("a", "c")], PAIRS, [("d", "b")], [])] == [2, 3, 4, 0, 0]


def own(name: str, document: int) -> dict[Any, float]:
    """How many of each label somebody has in a document; not every label in each."""
    random = Random(f"{name}{document}")
    found: dict[Any, float] = {(label,): random.randrange(1, 9) for label in "XYZ"[: random.randrange(1, 4)]}
    return found | {("W",): 70_000 * found[("X",)]}


def tallies(kind: str) -> dict[Pair, list[Any]]:
    random = Random(kind)
    found: dict[Pair, list[Any]] = {pair: [] for pair in PAIRS}
    for document in range(DOCUMENTS):
        for pair, all_of_them in found.items():
            ours, theirs = (own(name, document) for name in pair)
            both = random.randrange(8)
            tally: Any
            if kind == "counts":
                tally = Counts(both, len(ours), len(theirs))
            elif kind == "halves":
                tally = Counts(both / 2 + 0.1, len(ours), len(theirs))
            elif kind == "margins":
                tally = Margins(both, ours, theirs)
            elif kind == "coded":
                tally = CodedMargins(both, {**ours, OUTSIDE: both + 5}, theirs)
            else:
                tally = Unitizing(both / 4, {"A": both, "": 9}, {"A": both * both, "": 9})
            all_of_them.append(tally if pair != PAIRS[2] or document % 3 else None)
    return found


def by_label() -> dict[Pair, list[LabelCounts | None]]:
    found: dict[Pair, list[LabelCounts | None]] = {pair: [] for pair in PAIRS}
    for document in range(DOCUMENTS):
        for pair, all_of_them in found.items():
            sides = [{name[0]: n for name, n in own(name, document).items()} for name in pair]
            both = {label: min(n, sides[1].get(label, 0)) for label, n in sides[0].items()}
            all_of_them.append(LabelCounts(both, *sides) if pair != PAIRS[2] or document % 3 else None)
    return found


@pytest.mark.parametrize("kind", ["counts", "halves", "margins", "coded", "unitizing"])
def test_every_column_as_if_it_were_alone(kind: str) -> None:
    made = tallies(kind)
    bootstrap = Bootstrap(DOCUMENTS, samples=50)
    found = columns(made)
    draws = found.draws(bootstrap, lambda tally: tally.value)
    for pair, of_one in made.items():
        assert draws[pair] == pytest.approx(bootstrap.values(of_one))
        present = [tally for tally in of_one if tally is not None]
        assert found.totals()[pair].value == total(present[1:], present[0]).value
        assert found.documents()[pair] == len(present)


@pytest.mark.parametrize("kind", ["counts", "coded", "unitizing"])
def test_some_documents_alone(kind: str) -> None:
    made = tallies(kind)
    rows = [1, 4, 8]
    for pair, of_one in made.items():
        some: list[Tally] = [of_one[row] for row in rows]
        assert columns(made).total(pair, rows).value == total(some[1:], some[0]).value


def test_counts_by_label_are_those_of_each_label() -> None:
    made = by_label()
    bootstrap = Bootstrap(DOCUMENTS, samples=50)
    found = columns(made)
    draws = found.draws(bootstrap, lambda tally: tally.value)
    for pair, of_one in made.items():
        for label in "WXYZ":
            alone = [None if it is None else it.get(label) for it in of_one]
            present = [it for it in alone if it is not None]
            assert draws[pair, label] == bootstrap.values(alone)
            assert found.totals()[pair, label] == total(present, Counts())
            assert found.documents()[pair, label] == len(present)
    assert not found.documents().keys() - {*made, *draws}


def test_what_is_ones_own_is_kept_once() -> None:
    """Two pairs with a left side in common need fewer lanes than one pair and the other."""
    made = tallies("coded")
    del made[PAIRS[2]]
    bootstrap = Bootstrap(DOCUMENTS, samples=1)
    widths: list[int] = []

    class Seen(Bootstrap):
        def sums(self, packed: Sequence[int]) -> Any:
            widths.append(max(packed).bit_length())
            return bootstrap.sums(packed)

    seen = Seen(DOCUMENTS, samples=1)
    columns(made).draws(seen, lambda tally: tally.value)
    for pair, of_one in made.items():
        columns({pair: of_one}).draws(seen, lambda tally: tally.value)
    whole, *alone = widths
    assert whole < sum(alone)


def test_columns_of_two_parts_are_those_of_the_whole() -> None:
    for made in (tallies("counts"), tallies("coded"), by_label()):
        reverse = dict(reversed(made.items()))
        whole, first, second = columns(made), columns(reverse, range(4)), columns(reverse, range(4, DOCUMENTS))
        first.extend(second)
        bootstrap = Bootstrap(DOCUMENTS, samples=20)
        assert first.draws(bootstrap, lambda it: it.value) == whole.draws(bootstrap, lambda it: it.value)
        assert first.documents() == whole.documents()
        assert len(first) == len(whole) == DOCUMENTS


def test_without_resamples_there_are_no_draws() -> None:
    assert columns(tallies("counts")).draws(Bootstrap(DOCUMENTS, samples=0), lambda it: it.value) == {
        pair: [] for pair in PAIRS
    }
