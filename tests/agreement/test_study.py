"""From opinions on documents to a study: pinned numbers, what is left out, means, days, intervals, JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement import tallies
from annotator.agreement.gamma import Gamma
from annotator.agreement.measures import BY_LABEL, DEFAULT, MEASURES, measures_of
from annotator.agreement.opinions import Page
from annotator.agreement.spans import Mention
from annotator.agreement.study import Excluded, Exclusion, Number, Settings, Study, decode, encode
from annotator.agreement.studying import Collector
from annotator.errors import FormatError
from annotator.model.annotations import (
    Annotation,
    Annotations,
    Argument,
    Chain,
    Entity,
    Event,
    Fragment,
    Relation,
    make_fragments,
)
from annotator.model.schema_file import read_schema

SCHEMA = read_schema(
    """
name = "x"
version = "1"
[attributes.level]
values = ["NAM", "NOM"]
default = "NAM"
[entities.PERS]
attributes = ["level"]
[entities.ORG]
[entities.GPE]
[entities.LOC]
[entities.DATE]
[events.Meet]
roles.Who = { fillers = ["PERS"] }
roles.Place = { fillers = ["GPE", "LOC"] }
[events.Die]
roles.Victim = { fillers = ["PERS"] }
[relations.IN]
source = ["PERS"]
target = ["GPE"]
[relations.NEAR]
source = ["GPE"]
target = ["GPE"]
symmetric = true
"""
)
TWELVE = " ".join("ابتثجحخدذرزس")  # token i is the code point 2i

ALL = [id for id in MEASURES if id != "gamma"]  # which needs a library that need not be there

Layers = Mapping[str, Sequence[Annotation]]


def mention(label: str, first: int, last: int, **rest: object) -> Entity:
    """A mention from token FIRST to token LAST."""
    made = Entity(f"{label}{first}", label, (Fragment(2 * first, 2 * last + 1),))
    return replace(made, **rest)  # type: ignore[arg-type]  # fields of an entity


A = [mention("PERS", 0, 1), mention("ORG", 3, 5), mention("GPE", 7, 7), mention("DATE", 9, 10)]
B = [mention("PERS", 0, 1), mention("ORG", 4, 5), mention("LOC", 7, 7), mention("GPE", 11, 11)]
Z = [mention("PERS", 0, 1), mention("ORG", 3, 5), mention("LOC", 7, 7), mention("GPE", 11, 11)]


def study(
    documents: Sequence[Layers],
    measures: Sequence[str] = DEFAULT,
    *,
    text: str = TWELVE,
    reference: str = "",
    settings: Settings | None = None,
    days: Mapping[str, str] | None = None,
    who: Sequence[str] = (),
) -> Study:
    known = measures_of(SCHEMA)
    names = who or sorted({name for layers in documents for name in layers} - {reference})
    collector = Collector([known[id] for id in measures], names, reference, SCHEMA, settings or Settings())
    for number, layers in enumerate(documents):
        held = {name: Annotations(items) for name, items in layers.items()}
        collector.add(Page(f"d{number}", len(text), text), held, {name: (days or {}).get(name, "") for name in held})
    return collector.study("p", "2026-01-01T00:00:00Z")


def value(found: Study, measure: str, one: str = "a", other: str = "b") -> float | None:
    result = found.result(measure)
    assert result is not None
    number = result.pair(one, other)
    assert number is not None
    return number.value


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("span-exact", 0.25),
        ("span-boundary", 0.5),
        ("semeval-partial", 0.625),
        ("semeval-type", 0.5),
        ("span-overlap", 0.5),
        ("token-kappa", 0.4495412844036697),
        ("token-kappa-labelled", 0.32835820895522394),
        ("token-kappa-both", 0.7058823529411765),
        ("bio-kappa", 0.368421052631579),
        ("token-fleiss", 0.43661971830985924),
        ("token-alpha", 0.460093896713615),
    ],
)
def test_pinned_pair(measure: str, expected: float) -> None:
    assert value(study([{"a": A, "b": B}], [measure]), measure) == pytest.approx(expected)


def test_pinned_unitizing() -> None:
    left = [("PERS", 0, 10), ("ORG", 15, 30), ("GPE", 40, 45), ("DATE", 50, 58)]
    right = [("PERS", 0, 10), ("ORG", 19, 30), ("LOC", 40, 45), ("GPE", 62, 66)]
    layers = {
        name: [Entity(f"e{start}", label, (Fragment(start, end),)) for label, start, end in spans]
        for name, spans in (("a", left), ("b", right))
    }
    found = study([layers], ["alpha-u"], text="ا" * 70)
    assert value(found, "alpha-u") == pytest.approx(0.5705694760820046)


def test_pairs_mean_and_all_together() -> None:
    found = study([{"a": A, "b": B, "z": Z}], ["span-exact", "token-fleiss", "token-alpha", "alpha-u"])
    exact = found.results[0]
    assert [(cell.left, cell.right, cell.number.value) for cell in exact.pairs] == [
        ("a", "b", 0.25),
        ("a", "z", 0.5),
        ("b", "z", 0.75),
    ]
    assert exact.mean.value == 0.5
    assert exact.together is None
    together = [result.together.value for result in found.results[1:] if result.together is not None]
    assert together[:2] == pytest.approx([0.6226415094339622, 0.6331236897274632])
    assert len(together) == 3


def test_counts_are_added_over_documents_before_anything_is_divided() -> None:
    found = study([{"a": A, "b": B}, {"a": A[:1], "b": A[:1]}], ["span-exact"])
    assert value(found, "span-exact") == pytest.approx(2 * 2 / 10)
    assert [cell.number.value for cell in found.results[0].documents] == [0.25, 1.0]
    assert found.results[0].mean.items == 10


def test_a_number_says_what_it_leaves_out() -> None:
    found = study([{"a": A, "b": B}, {"a": A}, {"b": B, "z": Z}], ["span-exact", "token-kappa-labelled"])
    number = found.results[0].pair("b", "a")
    assert number == Number(0.25, items=8, documents=1, excluded=(Exclusion(2, "documents", "not worked on by both"),))
    apart = found.results[0].pair("a", "z")
    assert apart is not None
    assert (apart.value, apart.why, apart.documents) == (None, "no document that both worked on", 0)
    mean = found.results[0].mean
    assert mean.value == pytest.approx((0.25 + 0.75) / 2)
    assert mean.excluded == (Exclusion(1, "pairs", "without a value"),)
    kappa = found.results[1].pair("a", "b")
    assert kappa is not None
    assert Exclusion(3, "units", "no label of either, or nothing to compare with") in kappa.excluded
    assert str(kappa.excluded[0]) == "2 documents: not worked on by both"


def test_mentions_that_touch_no_unit_are_counted() -> None:
    space = Entity("s", "PERS", (Fragment(1, 2),))
    inner = mention("GPE", 4, 4)
    layers: Layers = {"a": [*A, space], "b": [*A, inner], "c": A}
    ids = ["char-kappa", "token-kappa-labelled", "bio-kappa", "char-fleiss", "token-alpha", "span-exact"]
    found = {result.measure: result for result in study([layers], ids).results}
    white, nowhere = (
        Exclusion(1, "mentions", "where only white space is"),
        Exclusion(1, "mentions", "where no token is"),
    )
    for id, named in (("char-kappa", white), ("char-fleiss", white), ("token-alpha", nowhere)):
        assert [named in cell.number.excluded for cell in found[id].pairs] == [True, True, False]
    for id, named in (("char-fleiss", white), ("token-alpha", nowhere)):
        together = found[id].together
        assert together is not None
        assert named in together.excluded
    assert nowhere in found["token-kappa-labelled"].pairs[0].number.excluded
    assert {it.what for it in found["token-kappa-labelled"].pairs[0].number.excluded} == {"units", "mentions"}
    covered = Exclusion(1, "mentions", "inside or across a longer one of the same annotator")
    assert set(found["bio-kappa"].pairs[0].number.excluded) == {nowhere, covered}
    assert found["span-exact"].pairs[0].number.excluded == ()
    assert str(white) == "1 mention: where only white space is"


def test_nothing_is_no_agreement_but_an_empty_document_is_one() -> None:
    found = study([{"a": [], "b": []}], ["span-exact", "relation"])
    exact = found.results[0]
    assert (exact.mean.value, exact.mean.why) == (None, "neither has any")
    assert exact.documents[0].number.value == 1.0
    assert exact.documents[0].number.why == "neither side has any: 1 by convention"


def test_labels() -> None:
    found = study([{"a": A, "b": B}], ["span-exact", "token-kappa", "alpha-u", "span-boundary"])
    assert found.labels == ("PERS", "ORG", "GPE", "LOC", "DATE")
    exact, kappa, unitizing, boundary = found.results
    assert {cell.name: cell.mean.value for cell in exact.labels} == {
        "PERS": 1.0,
        "ORG": 0.0,
        "GPE": 0.0,
        "LOC": 0.0,
        "DATE": 0.0,
    }
    (org,) = [cell for cell in kappa.labels if cell.name == "ORG"]
    assert org.mean.value == pytest.approx(0.75)  # tokens 3-5 and 4-5 of 12
    assert org.pairs[0].number.items == 12
    assert len(unitizing.labels) == 5
    assert unitizing.labels[0].mean.value == 1.0
    assert boundary.labels == ()


def test_one_label_alone_is_its_column() -> None:
    everything = study([{"a": A, "b": B, "z": Z}] * 2, ALL)
    for label in ("ORG", "GPE"):
        alone = study([{"a": A, "b": B, "z": Z}] * 2, ALL, settings=Settings(label=label))
        assert alone.labels == (label,)
        for result, whole in zip(alone.results, everything.results, strict=True):
            assert result.labels == ()
            for cell in whole.labels:
                if cell.name == label:
                    assert result.mean.value == pytest.approx(cell.mean.value), result.measure


def events(shift: int) -> list[Annotation]:
    """Two events, a relation and a chain; SHIFT moves the second person and their event's place."""
    return [
        mention("PERS", 0, 0, id="p"),
        mention("GPE", 2, 2, id="g"),
        mention("PERS", 8 + shift, 8 + shift, id="q"),
        Event("m", "Meet", (Fragment(8, 9),), (Argument("Who", "p"), Argument("Place", "g"), Argument("Who", "q"))),
        Event("d", "Die" if not shift else "Meet", (Fragment(12, 13),), (Argument("Victim", "q"),)),
        Relation("r", "IN", *(("p", "g") if not shift else ("g", "p"))),
        Chain("c", ("p", "q")),
    ]


def test_events_relations_and_chains() -> None:
    found = study([{"a": events(0), "b": events(1)}], ALL)
    assert value(found, "trigger-id") == 1.0
    assert value(found, "trigger") == 0.5
    assert value(found, "argument-id") == pytest.approx(2 * 2 / 7)  # b has q in Meet once, as ACE counts
    assert value(found, "argument") == pytest.approx(2 * 2 / 8)
    assert value(found, "argument-strict") == pytest.approx(2 * 2 / 8)
    assert value(found, "relation") == 0.0
    assert value(found, "relation-undirected") == 1.0
    assert value(found, "conll") == pytest.approx((0 + 1 / 4 + 1 / 2) / 3)  # MUC, B³, CEAFe
    trigger = found.result("trigger")
    assert trigger is not None
    assert {cell.name: cell.mean.value for cell in trigger.labels} == {"Meet": pytest.approx(2 / 3), "Die": 0.0}


def test_attributes_and_identifiers() -> None:
    ours = [mention("PERS", 0, 0), mention("PERS", 2, 2, attributes=(("level", "NOM"),)), mention("PERS", 4, 5)]
    theirs = [mention("PERS", 0, 0, attributes=(("level", "NAM"),)), mention("PERS", 2, 2), mention("PERS", 4, 4)]
    found = study([{"a": ours, "b": theirs}], ["attribute-level", "identifiers"])
    number = found.results[0].pairs[0].number
    assert (number.value, number.items) == (0.0, 2)  # one agrees, as the one who has one label for all expects
    assert number.excluded == (Exclusion(2, "units", "no label of either, or nothing to compare with"),)
    assert found.results[1].mean.value is None


def test_the_reference() -> None:
    found = study([{"a": A[:2], "b": B, "gold": A}], ["span-exact"], reference="gold")
    assert found.annotators == ("a", "b")
    one, other = found.results[0].reference
    assert one.number.value == pytest.approx(2 / 3)
    assert (one.name, one.precision, one.recall) == ("a", 1.0, 0.5)
    assert (other.name, other.number.value, other.precision, other.recall) == ("b", 0.25, 0.25, 0.25)
    assert len(found.results[0].pairs) == 1


def test_one_annotator_and_the_reference() -> None:
    found = study(
        [{"a": A[:2], "gold": A}], ["span-exact"], reference="gold", days={"a": "2026-02-01", "gold": "2026-01-01"}
    )
    (result,) = found.results
    assert result.pairs == ()
    assert result.mean.value == pytest.approx(2 / 3)
    assert [cell.name for cell in result.labels] == ["PERS", "ORG", "GPE", "DATE"]
    assert [cell.name for cell in result.days] == ["2026-02-01"]
    assert result.documents[0].number.value == pytest.approx(2 / 3)


def test_days_are_those_on_which_the_later_of_two_was_done() -> None:
    collector = Collector([MEASURES["span-exact"]], ["a", "b"], "", SCHEMA, Settings())
    for number, (one, other, right) in enumerate(
        [("2026-01-01", "2026-01-02", A), ("2026-01-02", "2026-01-01", B), ("2026-01-03", "2026-01-03", B), ("", "", A)]
    ):
        layers = {"a": Annotations(A), "b": Annotations(right)}
        collector.add(Page(f"d{number}", len(TWELVE), TWELVE), layers, {"a": one, "b": other})
    (result,) = collector.study("p", "").results
    assert [(cell.name, cell.number.value, cell.number.documents) for cell in result.days] == [
        ("2026-01-02", pytest.approx(5 / 8), 2),
        ("2026-01-03", 0.25, 1),
    ]


def random_layers(generator: random.Random) -> Layers:
    def one() -> list[Annotation]:
        starts = generator.sample(range(12), generator.randrange(1, 8))
        return [
            mention(generator.choice(["PERS", "ORG", "GPE"]), at, min(at + generator.randrange(2), 11)) for at in starts
        ]

    return {"a": one(), "b": one(), "c": one()}


def test_intervals_hold_the_value_and_come_from_the_seed() -> None:
    generator = random.Random(4)
    documents = [random_layers(generator) for _ in range(30)]
    ids = [*DEFAULT, "token-kappa", "token-fleiss", "token-alpha", "span-dice"]
    found = study(documents, ids, settings=Settings(resamples=200, seed=7))
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
    assert study(documents, ids, settings=Settings(resamples=200, seed=7)) == found
    assert study(documents, ids, settings=Settings(resamples=200, seed=8)) != found


def test_identical_documents_leave_no_doubt() -> None:
    found = study([{"a": A, "b": B}] * 5, ["span-exact", "alpha-u", "span-dice"], settings=Settings(resamples=100))
    for result in found.results:
        assert result.mean.value == pytest.approx(result.mean.low)
        assert result.mean.value == pytest.approx(result.mean.high)


def test_one_document_has_no_interval() -> None:
    found = study([{"a": A, "b": B}], ["span-exact"], settings=Settings(resamples=100))
    assert (found.results[0].mean.low, found.results[0].mean.high) == (None, None)


def test_confusions() -> None:
    found = study([{"a": A, "b": B}, {"a": A, "b": A}], ["span-exact"])
    whole, pair = found.confusions
    assert (whole.left, whole.right, pair.left, pair.right) == ("", "", "a", "b")
    assert pair.labels == ("PERS", "ORG", "GPE", "LOC", "DATE", "")
    counts = {
        (row, column): count
        for row, line in zip(pair.labels, pair.counts, strict=True)
        for column, count in zip(pair.labels, line, strict=True)
        if count
    }
    assert counts == {
        ("PERS", "PERS"): 2,
        ("ORG", "ORG"): 2,
        ("GPE", "LOC"): 1,
        ("GPE", "GPE"): 1,
        ("DATE", ""): 1,
        ("DATE", "DATE"): 1,
        ("", "GPE"): 1,
    }
    assert all(whole.counts[i][j] == pair.counts[i][j] + pair.counts[j][i] for i in range(6) for j in range(6))


def test_gamma_is_weighted_by_mentions(monkeypatch: pytest.MonkeyPatch) -> None:
    def made_up(annotators: Mapping[str, Sequence[Mention]]) -> Gamma:
        units = sum(map(len, annotators.values()))
        return Gamma(None, units=units, why="none") if units < 3 else Gamma(-0.5 if units == 8 else 1.0, units=units)

    monkeypatch.setattr(tallies, "gamma", made_up)
    documents: list[Layers] = [{"a": A, "b": B}, {"a": A[:2], "b": A[:2]}, {"a": A[:1], "b": A[:1]}]
    (result,) = study(documents, ["gamma"], settings=Settings(resamples=50)).results
    number = result.pairs[0].number
    assert number.value == pytest.approx((8 * -0.5 + 4 * 1) / 12)
    assert number.low == pytest.approx(-0.5)
    assert number.high == pytest.approx(1.0)
    assert (number.items, number.excluded[0].count) == (12, 2)
    assert [cell.number.value for cell in result.documents] == [-0.5, 1.0, None]


def test_nobody_and_nothing() -> None:
    empty = study([], DEFAULT, who=["a", "b"], settings=Settings(resamples=10))
    assert empty.documents == ()
    assert all(result.mean.value is None for result in empty.results)
    alone = study([{"a": A}], DEFAULT)
    assert all((result.mean.value, result.pairs) == (None, ()) for result in alone.results)


def test_every_default_measure_is_there() -> None:
    assert set(DEFAULT) <= set(MEASURES)
    assert {id for id in DEFAULT if MEASURES[id].labels is not None} >= BY_LABEL
    for id, measure in measures_of(SCHEMA).items():
        assert measure.id == id
        assert measure.included.endswith(".")
        assert measure.things
        assert measure.kinds


def test_measures_that_read_text_say_so() -> None:
    text = {id for id, measure in MEASURES.items() if measure.reads_text}
    text.remove("argument-kappa")  # it reads where sentences end, and here are neither sentences nor events
    with_text, without = (study([{"a": A, "b": B}] * 2, ALL, text=text) for text in (TWELVE, " " * 23))
    differing = {
        one.measure for one, other in zip(with_text.results, without.results, strict=True) if one.mean != other.mean
    }
    assert differing == text


def test_json_is_the_value() -> None:
    generator = random.Random(1)
    found = study(
        [{**random_layers(generator), "gold": A} for _ in range(4)],
        ALL,
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
def test_json_that_is_no_study(change: dict[str, object]) -> None:
    data = encode(study([{"a": A, "b": B}]))
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
def test_who_is_left_and_who_is_right_does_not_matter(documents: list[tuple[list[Entity], list[Entity]]]) -> None:
    ids = [id for id in ALL if not id.startswith(("trigger", "argument", "relation"))]
    one = study([{"a": left, "b": right} for left, right in documents], ids)
    other = study([{"a": right, "b": left} for left, right in documents], ids)
    for result, turned in zip(one.results, other.results, strict=True):
        assert turned.mean.value == pytest.approx(result.mean.value), result.measure
        assert turned.mean.items == result.mean.items


@given(st.lists(spans, min_size=1, max_size=3))
def test_whoever_says_the_same_agrees(documents: list[list[Entity]]) -> None:
    found = study([{"a": items, "b": list(reversed(items))} for items in documents], ALL)
    for result in found.results:
        assert result.mean.value in (None, pytest.approx(1.0)), result.measure


@given(spans, spans)
def test_mentions_by_label_are_the_numbers_of_the_pure_metrics(left: list[Entity], right: list[Entity]) -> None:
    from annotator.agreement.spans import exact, mentions, overlap, per_label

    found = study([{"a": left, "b": right}], ["span-exact", "span-overlap"])
    sides = mentions(Annotations(left)), mentions(Annotations(right))
    for result, measure in zip(found.results, (exact, overlap), strict=True):
        expected = {name: counts.f1 for name, counts in per_label(*sides, measure).items()}
        assert {cell.name: cell.mean.value for cell in result.labels} == pytest.approx(expected)
        if expected:
            assert result.mean.value == pytest.approx(measure(*sides).f1)
