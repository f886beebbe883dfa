"""Gamma is an extra: said plainly when it is not there, imported by nothing else, right when it is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from annotator.agreement.gamma import gamma
from annotator.agreement.measures import MEASURES
from annotator.agreement.opinions import Opinion, Page, Pairing
from annotator.agreement.spans import Mention
from annotator.errors import UsageError
from annotator.model.annotations import Annotations, Entity, Fragment
from annotator.model.schema_file import read_schema


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, c_a: list[Mention]) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    with pytest.raises(UsageError, match=r"arabic-annotator\[gamma\]"):
        gamma({"A": c_a, "B": c_a})


def test_a_study_says_what_to_install(monkeypatch: pytest.MonkeyPatch, c_a: list[Mention]) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)
    schema = read_schema('name = "x"\nversion = "1"\n[entities.PERS]\n')
    opinions = [
        Opinion(page, Annotations([Entity("e", "PERS", (Fragment(0, 3),))]), schema) for page in [Page("d", 9)] * 2
    ]
    with pytest.raises(UsageError) as caught:
        MEASURES["gamma"].tally(Pairing(*opinions))
    assert str(caught.value) == (
        "gamma needs the library pygamma-agreement. Install it: pip install 'arabic-annotator[gamma]'"
    )
    assert caught.value.exit_status == 2


def test_nothing_else_imports_it() -> None:
    program = (
        "import pkgutil, sys, importlib, annotator.agreement as a\n"
        "for m in pkgutil.iter_modules(a.__path__): importlib.import_module(f'annotator.agreement.{m.name}')\n"
        "print([m for m in ('pygamma_agreement', 'numpy', 'pyannote') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.filterwarnings("ignore")  # the library's own
def test_pinned(c_a: list[Mention], c_b: list[Mention]) -> None:
    pytest.importorskip("pygamma_agreement", reason="the extra 'gamma' is not installed")
    found = gamma({"A": c_a, "B": c_b})
    assert found.observed == pytest.approx(0.7559172)
    assert found.value == pytest.approx(0.4431402, abs=0.05)
    assert gamma({"A": c_a, "B": c_a}).value == pytest.approx(1)
    assert gamma({"A": c_a, "B": []}).value is None
