"""Sums of many columns: their resamples are those of each column by itself, whatever lanes they share."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from annotator.agreement.bootstrap import Bootstrap
from annotator.agreement.counts import Counts, Tally, total
from annotator.agreement.kappa import Margins
from annotator.agreement.sums import Columns
from annotator.agreement.unitizing import Unitizing

DOCUMENTS = 9


def columns(made: dict[str, list[Tally | None]]) -> Columns:
    found = Columns()
    for document in range(DOCUMENTS):
        given = ((name, tallies[document]) for name, tallies in made.items())
        found.add([(name, tally) for name, tally in given if tally is not None])
    return found


def margins(random: Random, left: dict[Any, float]) -> Margins:
    units = int(sum(left.values()))
    right = {label: random.randrange(1, 9) for label in "XYZ"[: random.randrange(1, 3)]}
    right["W"] = units
    return Margins(min(units, 3), left, right)


def tallies(kind: str) -> dict[str, list[Tally | None]]:
    """Two columns that have their left sides in common, and one that some documents lack."""
    random = Random(kind)
    found: dict[str, list[Tally | None]] = {"one": [], "two": [], "some": []}
    for document in range(DOCUMENTS):
        size = random.randrange(1, 9)
        left: dict[Any, float] = {"X": size, "V": 70_000 * size}
        for name, all_of_them in found.items():
            tally: Tally
            if kind == "counts":
                tally = Counts(random.randrange(size), size, random.randrange(9))
            elif kind == "margins":
                tally = margins(random, left)
            else:
                tally = Unitizing(size / 4, {"A": size, "": 2 * size}, {"A": size * size, "": size})
            all_of_them.append(tally if name != "some" or document % 3 else None)
    return found


@pytest.mark.parametrize("kind", ["counts", "margins", "unitizing"])
def test_every_column_as_if_it_were_alone(kind: str) -> None:
    made = tallies(kind)
    bootstrap = Bootstrap(DOCUMENTS, samples=50)
    found = columns(made)
    draws = found.draws(bootstrap, lambda tally: tally.value)
    for name, of_one in made.items():
        assert draws[name] == pytest.approx(bootstrap.values(of_one))
        present = [tally for tally in of_one if tally is not None]
        assert found.totals()[name].value == total(present[1:], present[0]).value
        assert found.documents[name] == len(present)


def test_lanes_with_the_same_numbers_are_one() -> None:
    found = columns(tallies("margins"))
    _, width = found._order()
    alone = [columns({name: of_one})._order()[1] for name, of_one in tallies("margins").items()]
    assert width < sum(alone)
    fractions = columns(tallies("unitizing"))
    assert fractions._order() == (list(range(fractions._count)), fractions._count)


def test_columns_of_two_parts_are_those_of_the_whole() -> None:
    made = tallies("counts")
    whole, first, second = columns(made), Columns(), Columns()
    for document in range(DOCUMENTS):
        given = [(name, of_one[document]) for name, of_one in reversed(made.items())]
        part = first if document < 4 else second
        part.add([(name, tally) for name, tally in given if tally is not None])
    first.extend(second)
    bootstrap = Bootstrap(DOCUMENTS, samples=20)
    assert first.draws(bootstrap, lambda it: it.value) == whole.draws(bootstrap, lambda it: it.value)
    assert first.documents == whole.documents
