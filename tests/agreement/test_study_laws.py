"""What holds of every study: intervals, JSON, measures, and that it does not matter who is left and who is right."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import tallies
from annotator.agreement.gamma import Gamma
from annotator.agreement.measures import BY_LABEL, DEFAULT, MEASURES, measures_of
from annotator.agreement.spans import Mention, exact, mentions, overlap, per_label
from annotator.agreement.study import Excluded, Settings, decode, encode
from annotator.errors import FormatError
from annotator.model.annotations import Annotation, Annotations, Entity, make_fragments

Layers = Mapping[str, Sequence[Annotation]]


def test_one_label_alone_is_its_column(its: Any) -> None:
    everything = its.study([{"a": its.a, "b": its.b, "z": its.z}] * 2, its.all)
    for label in ("ORG", "GPE"):
        alone = its.study([{"a": its.a, "b": its.b, "z": its.z}] * 2, its.all, settings=Settings(label=label))
        assert alone.labels == (label,)
        for result, whole in zip(alone.results, everything.results, strict=True):
            assert result.labels == ()
            for cell in whole.labels:
                if cell.name == label:
                    assert result.mean.value == pytest.approx(cell.mean.value), result.measure


def test_intervals_hold_the_value_and_come_from_the_seed(its: Any) -> None:
    generator = random.Random(4)
    documents = [its.random_layers(generator) for _ in range(30)]
    ids = [*DEFAULT, "token-kappa", "token-fleiss", "token-alpha", "span-dice"]
    found = its.study(documents, ids, settings=Settings(resamples=200, seed=7))
    seen = 0
    for result in found.results:
        for number in (result.mean, *(cell.number for cell in result.pairs), *(cell.mean for cell in result.labels)):
            if number.value is not None:
                assert number.low is not None
                assert number.high is not None
                assert number.low <= number.value <= number.high, result.measure
                assert number.high - number.low > 0.01
                seen += 1
    assert seen > 40
    assert its.study(documents, ids, settings=Settings(resamples=200, seed=7)) == found
    assert its.study(documents, ids, settings=Settings(resamples=200, seed=8)) != found


def test_identical_documents_leave_no_doubt(its: Any) -> None:
    found = its.study(
        [{"a": its.a, "b": its.b}] * 5, ["span-exact", "alpha-u", "span-dice"], settings=Settings(resamples=100)
    )
    for result in found.results:
        assert result.mean.value == pytest.approx(result.mean.low)
        assert result.mean.value == pytest.approx(result.mean.high)


def test_one_document_has_no_interval(its: Any) -> None:
    found = its.study([{"a": its.a, "b": its.b}], ["span-exact"], settings=Settings(resamples=100))
    assert (found.results[0].mean.low, found.results[0].mean.high) == (None, None)


def test_gamma_is_weighted_by_mentions(its: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def made_up(annotators: Mapping[str, Sequence[Mention]]) -> Gamma:
        units = sum(map(len, annotators.values()))
        return Gamma(None, units=units, why="none") if units < 3 else Gamma(-0.5 if units == 8 else 1.0, units=units)

    monkeypatch.setattr(tallies, "gamma", made_up)
    documents: list[Layers] = [
        {"a": its.a, "b": its.b},
        {"a": its.a[:2], "b": its.a[:2]},
        {"a": its.a[:1], "b": its.a[:1]},
    ]
    (result,) = its.study(documents, ["gamma"], settings=Settings(resamples=50)).results
    number = result.pairs[0].number
    assert number.value == pytest.approx((8 * -0.5 + 4 * 1) / 12)
    assert number.low == pytest.approx(-0.5)
    assert number.high == pytest.approx(1.0)
    assert (number.items, number.excluded[0].count) == (12, 2)
    assert [cell.number.value for cell in result.documents] == [-0.5, 1.0, None]


def test_nobody_and_nothing(its: Any) -> None:
    empty = its.study([], DEFAULT, who=["a", "b"], settings=Settings(resamples=10))
    assert empty.documents == ()
    assert all(result.mean.value is None for result in empty.results)
    alone = its.study([{"a": its.a}], DEFAULT)
    assert all((result.mean.value, result.pairs) == (None, ()) for result in alone.results)


def test_every_default_measure_is_there(its: Any) -> None:
    assert set(DEFAULT) <= set(MEASURES)
    assert {id for id in DEFAULT if MEASURES[id].labels is not None} >= BY_LABEL
    for id, measure in measures_of(its.schema).items():
        assert measure.id == id
        assert measure.included.endswith(".")
        assert measure.things
        assert measure.kinds


def test_measures_that_read_text_say_so(its: Any) -> None:
    text = {id for id, measure in MEASURES.items() if measure.reads_text}
    text.remove("argument-kappa")  # it reads where sentences end, and here are neither sentences nor events
    with_text, without = (
        its.study([{"a": its.a, "b": its.b}] * 2, its.all, text=text) for text in (its.text, " " * 23)
    )
    differing = {
        one.measure for one, other in zip(with_text.results, without.results, strict=True) if one.mean != other.mean
    }
    assert differing == text


def test_json_is_the_value(its: Any) -> None:
    generator = random.Random(1)
    found = its.study(
        [{**its.random_layers(generator), "gold": its.a} for _ in range(4)],
        its.all,
        reference="gold",
        settings=Settings(resamples=20),
        days=dict.fromkeys(("a", "b", "c", "gold"), "2026-01-05"),
    )
    found = replace(found, excluded=(Excluded("d9", "a", "not submitted"),))
    assert decode(json.loads(json.dumps(encode(found)))) == found


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"version": None}, {"results": 3}, {"results": [{}]}, {"labels": [1]}, {"annotators": None}],
)
def test_json_that_is_no_study(its: Any, change: dict[str, object]) -> None:
    data = encode(its.study([{"a": its.a, "b": its.b}]))
    with pytest.raises(FormatError):
        decode({**data, **change})
    with pytest.raises(FormatError):
        decode([])


spans = st.lists(st.tuples(st.sampled_from(["PERS", "ORG"]), st.integers(0, 10), st.integers(0, 3)), max_size=6).map(
    lambda found: [
        Entity(f"e{number}", label, make_fragments([(2 * first, min(2 * (first + more) + 1, 23))]))
        for number, (label, first, more) in enumerate(found)
    ]
)


@given(st.lists(st.tuples(spans, spans), min_size=1, max_size=3))
def test_who_is_left_and_who_is_right_does_not_matter(
    its: Any, documents: list[tuple[list[Entity], list[Entity]]]
) -> None:
    ids = [id for id in its.all if not id.startswith(("trigger", "argument", "relation"))]
    one = its.study([{"a": left, "b": right} for left, right in documents], ids)
    other = its.study([{"a": right, "b": left} for left, right in documents], ids)
    for result, turned in zip(one.results, other.results, strict=True):
        assert turned.mean.value == pytest.approx(result.mean.value), result.measure
        assert turned.mean.items == result.mean.items


@given(st.lists(spans, min_size=1, max_size=3))
def test_whoever_says_the_same_agrees(its: Any, documents: list[list[Entity]]) -> None:
    found = its.study([{"a": items, "b": list(reversed(items))} for items in documents], its.all)
    for result in found.results:
        assert result.mean.value in (None, pytest.approx(1.0)), result.measure


@given(spans, spans)
def test_mentions_by_label_are_the_numbers_of_the_pure_metrics(
    its: Any, left: list[Entity], right: list[Entity]
) -> None:
    found = its.study([{"a": left, "b": right}], ["span-exact", "span-overlap"])
    sides = mentions(Annotations(left)), mentions(Annotations(right))
    for result, measure in zip(found.results, (exact, overlap), strict=True):
        expected = {name: counts.f1 for name, counts in per_label(*sides, measure).items()}
        assert {cell.name: cell.mean.value for cell in result.labels} == pytest.approx(expected)
        if expected:
            assert result.mean.value == pytest.approx(measure(*sides).f1)
