"""Gamma (Mathet, Widlöcher & Métivier 2015, *Computational Linguistics* 41:3), by the library pygamma-agreement.

gamma = 1 - observed / expected disorder of the best alignment of all annotators' spans, overlapping ones too. The
expected disorder is sampled, hence the seed. The library is an extra of this package and large; it is imported when
`gamma` is called and never otherwise. It keeps sets of units: equal spans of one annotator count once, and a
discontinuous span is the stretch from its first to its last code point.

Gamma is a number of one document. There are no tallies of it; over documents take the mean, weighted by `units`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.agreement.spans import Mention
from annotator.errors import UsageError

NOTHING = "fewer than two annotators marked anything"


@dataclass(frozen=True, slots=True)
class Gamma:
    """The value, None when it is undefined (`why`), the two disorders behind it, and how many spans there were.

    `categories` is gamma-cat: how far the labels of aligned spans agree.
    """

    value: float | None
    observed: float = 0
    expected: float = 0
    categories: float | None = None
    units: int = 0
    why: str = ""


def gamma(annotators: Mapping[str, Iterable[Mention]], *, seed: int = 0, samples: int = 30) -> Gamma:
    """Gamma of one document's spans by annotator, with the expected disorder of so many SAMPLES.

    Boundaries and labels weigh the same (alpha = beta = delta = 1). UsageError when the library is not installed.
    Seeds the generator of numpy, which the library draws from.
    """
    library = _library()
    layers = {
        who: {(m.fragments[0].start, m.fragments[-1].end, m.type) for m in spans} for who, spans in annotators.items()
    }
    marked = {who: spans for who, spans in layers.items() if spans}
    units = sum(map(len, marked.values()))
    if len(marked) < 2:
        return Gamma(None, units=units, why=NOTHING)
    continuum = library.Continuum()
    for who, spans in sorted(marked.items()):
        for start, end, label in sorted(spans):
            continuum.add(who, library.Segment(start, end), label)
    library.seed(seed)
    found = continuum.compute_gamma(library.Dissimilarity(delta_empty=1.0, alpha=1.0, beta=1.0), n_samples=samples)
    return Gamma(
        float(found.gamma),
        float(found.observed_disorder),
        float(found.expected_disorder),
        float(found.gamma_cat),
        units,
    )


@dataclass(frozen=True, slots=True)
class _Library:
    """What is used of pygamma-agreement and of what it stands on."""

    Continuum: Any
    Segment: Any
    Dissimilarity: Any
    seed: Any


def _library() -> _Library:
    try:
        import numpy  # noqa: ICN001, PLC0415 - an extra, and slow to import
        import pygamma_agreement  # noqa: PLC0415 - the same
        from pyannote.core import Segment  # noqa: PLC0415 - the same
    except ImportError:
        raise UsageError(
            "gamma needs the library pygamma-agreement", hint="Install it: pip install 'arabic-annotator[gamma]'"
        ) from None
    dissimilarity = pygamma_agreement.CombinedCategoricalDissimilarity
    return _Library(pygamma_agreement.Continuum, Segment, dissimilarity, numpy.random.seed)
