"""From opinions on documents to a study: pinned numbers, what is left out, means, days, labels, confusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from annotator.agreement.measures import MEASURES
from annotator.agreement.opinions import Page
from annotator.agreement.study import Exclusion, Number, Settings
from annotator.agreement.studying import Collector
from annotator.model.annotations import Annotation, Annotations, Entity, Fragment

Layers = Mapping[str, Sequence[Annotation]]


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
def test_pinned_pair(its: Any, measure: str, expected: float) -> None:
    assert its.value(its.study([{"a": its.a, "b": its.b}], [measure]), measure) == pytest.approx(expected)


def test_pinned_unitizing(its: Any) -> None:
    left = [("PERS", 0, 10), ("ORG", 15, 30), ("GPE", 40, 45), ("DATE", 50, 58)]
    right = [("PERS", 0, 10), ("ORG", 19, 30), ("LOC", 40, 45), ("GPE", 62, 66)]
    layers = {
        name: [Entity(f"e{start}", label, (Fragment(start, end),)) for label, start, end in spans]
        for name, spans in (("a", left), ("b", right))
    }
    found = its.study([layers], ["alpha-u"], text="ا" * 70)
    assert its.value(found, "alpha-u") == pytest.approx(0.5705694760820046)


def test_pairs_mean_and_all_together(its: Any) -> None:
    found = its.study([{"a": its.a, "b": its.b, "z": its.z}], ["span-exact", "token-fleiss", "token-alpha", "alpha-u"])
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


def test_counts_are_added_over_documents_before_anything_is_divided(its: Any) -> None:
    found = its.study([{"a": its.a, "b": its.b}, {"a": its.a[:1], "b": its.a[:1]}], ["span-exact"])
    assert its.value(found, "span-exact") == pytest.approx(2 * 2 / 10)
    assert [cell.number.value for cell in found.results[0].documents] == [0.25, 1.0]
    assert found.results[0].mean.items == 10


def test_a_number_says_what_it_leaves_out(its: Any) -> None:
    found = its.study(
        [{"a": its.a, "b": its.b}, {"a": its.a}, {"b": its.b, "z": its.z}], ["span-exact", "token-kappa-labelled"]
    )
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


def test_mentions_that_touch_no_unit_are_counted(its: Any) -> None:
    space = Entity("s", "PERS", (Fragment(1, 2),))
    inner = its.mention("GPE", 4, 4)
    layers: Layers = {"a": [*its.a, space], "b": [*its.a, inner], "c": its.a}
    ids = ["char-kappa", "token-kappa-labelled", "bio-kappa", "char-fleiss", "token-alpha", "span-exact"]
    found = {result.measure: result for result in its.study([layers], ids).results}
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


def test_nothing_is_no_agreement_but_an_empty_document_is_one(its: Any) -> None:
    found = its.study([{"a": [], "b": []}], ["span-exact", "relation"])
    exact = found.results[0]
    assert (exact.mean.value, exact.mean.why) == (None, "neither has any")
    assert exact.documents[0].number.value == 1.0
    assert exact.documents[0].number.why == "neither side has any: 1 by convention"


def test_labels(its: Any) -> None:
    found = its.study([{"a": its.a, "b": its.b}], ["span-exact", "token-kappa", "alpha-u", "span-boundary"])
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


def test_events_relations_and_chains(its: Any) -> None:
    found = its.study([{"a": its.events(0), "b": its.events(1)}], its.all)
    assert its.value(found, "trigger-id") == 1.0
    assert its.value(found, "trigger") == 0.5
    assert its.value(found, "argument-id") == pytest.approx(2 * 2 / 7)  # b has q in Meet once, as ACE counts
    assert its.value(found, "argument") == pytest.approx(2 * 2 / 8)
    assert its.value(found, "argument-strict") == pytest.approx(2 * 2 / 8)
    assert its.value(found, "relation") == 0.0
    assert its.value(found, "relation-undirected") == 1.0
    assert its.value(found, "conll") == pytest.approx((0 + 1 / 4 + 1 / 2) / 3)  # MUC, B³, CEAFe
    trigger = found.result("trigger")
    assert trigger is not None
    assert {cell.name: cell.mean.value for cell in trigger.labels} == {"Meet": pytest.approx(2 / 3), "Die": 0.0}


def test_attributes_and_identifiers(its: Any) -> None:
    ours = [
        its.mention("PERS", 0, 0),
        its.mention("PERS", 2, 2, attributes=(("level", "NOM"),)),
        its.mention("PERS", 4, 5),
    ]
    theirs = [
        its.mention("PERS", 0, 0, attributes=(("level", "NAM"),)),
        its.mention("PERS", 2, 2),
        its.mention("PERS", 4, 4),
    ]
    found = its.study([{"a": ours, "b": theirs}], ["attribute-level", "identifiers"])
    number = found.results[0].pairs[0].number
    assert (number.value, number.items) == (0.0, 2)  # one agrees, as the one who has one label for all expects
    assert number.excluded == (Exclusion(2, "units", "no label of either, or nothing to compare with"),)
    assert found.results[1].mean.value is None


def test_the_reference(its: Any) -> None:
    found = its.study([{"a": its.a[:2], "b": its.b, "gold": its.a}], ["span-exact"], reference="gold")
    assert found.annotators == ("a", "b")
    one, other = found.results[0].reference
    assert one.number.value == pytest.approx(2 / 3)
    assert (one.name, one.precision, one.recall) == ("a", 1.0, 0.5)
    assert (other.name, other.number.value, other.precision, other.recall) == ("b", 0.25, 0.25, 0.25)
    assert len(found.results[0].pairs) == 1


def test_one_annotator_and_the_reference(its: Any) -> None:
    found = its.study(
        [{"a": its.a[:2], "gold": its.a}],
        ["span-exact"],
        reference="gold",
        days={"a": "2026-02-01", "gold": "2026-01-01"},
    )
    (result,) = found.results
    assert result.pairs == ()
    assert result.mean.value == pytest.approx(2 / 3)
    assert [cell.name for cell in result.labels] == ["PERS", "ORG", "GPE", "DATE"]
    assert [cell.name for cell in result.days] == ["2026-02-01"]
    assert result.documents[0].number.value == pytest.approx(2 / 3)


def test_days_are_those_on_which_the_later_of_two_was_done(its: Any) -> None:
    collector = Collector([MEASURES["span-exact"]], ["a", "b"], "", its.schema, Settings())
    for number, (one, other, right) in enumerate(
        [
            ("2026-01-01", "2026-01-02", its.a),
            ("2026-01-02", "2026-01-01", its.b),
            ("2026-01-03", "2026-01-03", its.b),
            ("", "", its.a),
        ]
    ):
        layers = {"a": Annotations(its.a), "b": Annotations(right)}
        collector.add(Page(f"d{number}", len(its.text), its.text), layers, {"a": one, "b": other})
    (result,) = collector.study("p", "").results
    assert [(cell.name, cell.number.value, cell.number.documents) for cell in result.days] == [
        ("2026-01-02", pytest.approx(5 / 8), 2),
        ("2026-01-03", 0.25, 1),
    ]


def test_confusions(its: Any) -> None:
    found = its.study([{"a": its.a, "b": its.b}, {"a": its.a, "b": its.a}], ["span-exact"])
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
