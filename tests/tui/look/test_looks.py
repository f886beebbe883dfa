"""Whether every look can be read: contrasts by WCAG 2.2, for every colour a schema can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from itertools import combinations
from math import dist

import pytest
from rich.style import Style

from annotator.model.colours import NAMED
from annotator.tui.look import LOOKS, PLAIN, SAFE_DARK, SAFE_LIGHT, Look, label_style, lane_style, span_style

CHOICES = [pytest.param(look, id=look.name) for look in LOOKS.values()]


def luminance(channels: tuple[int, int, int]) -> float:
    """Relative luminance as WCAG defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.triplet is not None
    assert style.bgcolor.triplet is not None
    one, other = luminance(style.color.triplet), luminance(style.bgcolor.triplet)
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def styles(look: Look) -> dict[str, Style]:
    found = {each.name: getattr(look, each.name) for each in fields(look)}
    return {name: style for name, style in found.items() if isinstance(style, Style)}


def wanted(look: Look) -> tuple[float, float]:
    """The least contrast of text and of labels' names."""
    return (7.0, 4.5) if look.name.startswith("contrast") else (4.5, 3.0)


@pytest.mark.parametrize("look", CHOICES)
def test_text_can_be_read(look: Look) -> None:
    least = wanted(look)[0]
    assert {name: contrast(style) for name, style in styles(look).items() if contrast(style) < least} == {}


@pytest.mark.parametrize("look", CHOICES)
@pytest.mark.parametrize("current", [False, True])
def test_the_text_of_spans_can_be_read(look: Look, current: bool) -> None:
    found = {name: contrast(span_style(look.name, colour, current=current)) for name, colour in NAMED.items()}
    assert {name: ratio for name, ratio in found.items() if ratio < wanted(look)[0]} == {}


@pytest.mark.parametrize("look", CHOICES)
def test_names_of_labels_can_be_read(look: Look) -> None:
    least = wanted(look)[1]
    grounds = {style.bgcolor.name for style in (look.base, look.panel, look.bar) if style.bgcolor is not None}
    for colour in NAMED.values():
        for style in (lane_style(look.name, colour, current=False), lane_style(look.name, colour, current=True)):
            assert contrast(style) >= least
        for ground in grounds:
            assert contrast(label_style(look.name, colour, ground)) >= least


@pytest.mark.parametrize("look", CHOICES)
def test_the_current_span_is_not_like_the_others(look: Look) -> None:
    for colour in NAMED.values():
        assert span_style(look.name, colour, current=True) != span_style(look.name, colour, current=False)
        assert span_style(look.name, colour, current=False).bgcolor != look.base.bgcolor


SIMULATED = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


def seen(channels: tuple[int, int, int], matrix: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """A colour in CIELAB (D65) as an eye with this MATRIX sees it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in channels)]
    eye = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in matrix]
    to_xyz = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8728))  # white is (1, 1, 1)
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (sum(a * b for a, b in zip(row, eye, strict=True)) for row in to_xyz)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("look", [SAFE_DARK, SAFE_LIGHT], ids=lambda look: look.name)
@pytest.mark.parametrize("eye", SIMULATED)
def test_colour_blind_eyes_tell_labels_apart(look: Look, eye: str) -> None:
    inks = [label_style(look.name, colour, look.ground).color for colour in NAMED.values()]
    found = [seen(ink.triplet, SIMULATED[eye]) for ink in inks if ink is not None and ink.triplet is not None]
    assert len(found) == len(NAMED)
    assert min(dist(one, other) for one, other in combinations(found, 2)) > 20


def test_high_contrast_underlines_spans() -> None:
    for look in LOOKS.values():
        style = span_style(look.name, NAMED["blue"], current=False)
        assert bool(style.underline) is look.name.startswith("contrast")


def test_without_colours_attributes_tell_things_apart() -> None:
    assert all(style.color is None and style.bgcolor is None for style in styles(PLAIN).values())
    span = span_style("plain", NAMED["blue"], current=False)
    assert len({PLAIN.base, span, PLAIN.unit, PLAIN.caret}) == 4
    assert lane_style("plain", NAMED["blue"], current=True) != lane_style("plain", NAMED["blue"], current=False)
    assert label_style("plain", NAMED["blue"], "#000000") == PLAIN.panel


def test_no_style_makes_a_part_of_a_word_bold() -> None:
    """Bold letters of another font would not join with their neighbours."""
    for look in (*LOOKS.values(), PLAIN):
        inside = [look.base, look.caret, look.unit, look.match, span_style(look.name, NAMED["red"], current=True)]
        assert not any(style.bold for style in inside)
