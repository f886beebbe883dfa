"""Looks: dark and light, with more contrast, for colour-blind eyes, without colours; labels' colours are mixed in.

Text has a contrast of at least 4.5 : 1 with its ground, with more contrast 7 : 1, and the names of labels 3 : 1 and
4.5 : 1 (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11), whatever colour of `annotator.model.colours` a schema gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from rich.style import Style

from annotator.model.colours import NAMED

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """Every style the screens use, for one ground. `ground` and `ink` are the colours everything is mixed from."""

    name: str
    dark: bool
    ground: str
    ink: str
    base: Style
    dim: Style
    bar: Style
    """Title and status lines."""
    bar_dim: Style
    bar_strong: Style
    key: Style
    """A key's name in a hint."""
    panel: Style
    panel_dim: Style
    panel_title: Style
    cursor: Style
    """The chosen row of the list that has the focus."""
    cursor_blurred: Style
    caret: Style
    unit: Style
    """What a label would take: the word under the caret, or the selection."""
    match: Style
    """What was found, and the letters that choose something."""
    chosen: Style
    """Such a letter on what is chosen already."""
    good: Style
    bad: Style
    warn: Style
    field: Style
    """An input field's ground."""
    tints: tuple[float, float]
    """How much of a label's colour lies behind its spans, and behind the current one."""
    label: float
    """How much of a label's colour its name has; the rest is white or black."""
    underlined: bool = False
    """Whether spans are underlined too."""
    palette: Mapping[str, str] | None = None
    """Colours instead of those a schema names; others stay what they are."""
    colours: bool = True
    """Whether it has colours at all."""


def _style(ink: str, ground: str, **more: bool) -> Style:
    return Style(color=ink, bgcolor=ground, **more)  # type: ignore[arg-type]  # rich takes only flags here


def _make(
    name: str,
    *,
    dark: bool,
    ground: str,
    ink: str,
    dim: str,
    bar: str,
    panel: str,
    accent: str,
    signs: tuple[str, str, str],
    tints: tuple[float, float],
    label: float,
    underlined: bool = False,
) -> Look:
    """SIGNS are the inks of what went well, went wrong, and deserves a look."""
    good, bad, warn = signs
    on_accent = "#000000" if dark else "#ffffff"
    return Look(
        name=name,
        dark=dark,
        ground=ground,
        ink=ink,
        base=_style(ink, ground),
        dim=_style(dim, ground),
        bar=_style(ink, bar),
        bar_dim=_style(dim, bar),
        bar_strong=_style(ink, bar, bold=True),
        key=_style(accent, bar),
        panel=_style(ink, panel),
        panel_dim=_style(dim, panel),
        panel_title=_style(accent, panel),
        cursor=_style(on_accent, accent),
        cursor_blurred=_style(ink, bar),
        caret=_style(ground, ink),
        unit=_style(ink, mix(accent, ground, 0.38)),
        match=_style("#000000", "#e3b341"),
        chosen=_style(on_accent, accent, underline=True),
        good=_style(good, bar),
        bad=_style(bad, bar),
        warn=_style(warn, bar),
        field=_style(ink, mix(ink, ground, 0.12)),
        tints=tints,
        label=label,
        underlined=underlined,
    )


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=1024)
def mix(colour: str, ground: str, share: float) -> str:
    """COLOUR laid over GROUND with opacity SHARE, all `#rrggbb`."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(_rgb(colour), _rgb(ground), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


DARK: Final = _make(
    "dark",
    dark=True,
    ground="#121418",
    ink="#e6e6e3",
    dim="#8b9099",
    bar="#23272e",
    panel="#191c21",
    accent="#7cc4ff",
    signs=("#5fc08a", "#ff7b72", "#e3b341"),
    tints=(0.34, 0.52),
    label=0.85,
)
LIGHT: Final = _make(
    "light",
    dark=False,
    ground="#fbfaf7",
    ink="#1c1d20",
    dim="#5d6168",
    bar="#e6e4de",
    panel="#f2f0ea",
    accent="#0b5cad",
    signs=("#116b3c", "#b3261e", "#8a5a00"),
    tints=(0.26, 0.52),
    label=0.72,
)
CONTRAST_DARK: Final = _make(
    "contrast-dark",
    dark=True,
    ground="#000000",
    ink="#ffffff",
    dim="#d0d0d0",
    bar="#1c1c1c",
    panel="#000000",
    accent="#ffe14d",
    signs=("#7dffb0", "#ffb3ad", "#ffe14d"),
    tints=(0.3, 0.42),
    label=0.55,
    underlined=True,
)
CONTRAST_LIGHT: Final = _make(
    "contrast-light",
    dark=False,
    ground="#ffffff",
    ink="#000000",
    dim="#333333",
    bar="#e8e8e8",
    panel="#ffffff",
    accent="#002f8f",
    signs=("#00451f", "#8a0000", "#553300"),
    tints=(0.3, 0.5),
    label=0.42,
    underlined=True,
)


def _palette(colours: str) -> Mapping[str, str]:
    """What stands for each of the colours that a schema can name, in their order."""
    return dict(zip(NAMED.values(), colours.split(), strict=True))


# Chosen by computer: of all colours with enough contrast to the grounds those that are farthest from each other, 22 in
# CIELAB, for the usual eye and for simulated protanopia and deuteranopia (Machado, Oliveira and Fernandes 2009) alike.
SAFE_DARK: Final = replace(
    DARK,
    name="colour-blind-dark",
    good=_style("#6fb7ff", "#23272e"),
    bad=_style("#ffb000", "#23272e"),
    warn=_style("#f0e442", "#23272e"),
    tints=(0.22, 0.36),
    label=1.0,
    palette=_palette(
        "#4477aa #ccbb55 #eeffaa #ffff00 #ddeeff #aa6600 #9988ff #8844ff "
        "#996644 #557777 #cccc00 #bbbbff #ccaa88 #ffff77 #aaaabb #eeffdd"
    ),
)
SAFE_LIGHT: Final = replace(
    LIGHT,
    name="colour-blind-light",
    good=_style("#004c99", "#e6e4de"),
    bad=_style("#8a4500", "#e6e4de"),
    warn=_style("#5a5200", "#e6e4de"),
    tints=(0.22, 0.36),
    label=1.0,
    palette=_palette(
        "#4455ff #774444 #222200 #aa7700 #004488 #997788 #1111aa #0000ff "
        "#000066 #000033 #554400 #8866dd #110011 #997744 #8877bb #443355"
    ),
)
LOOKS: Final = {look.name: look for look in (DARK, LIGHT, CONTRAST_DARK, CONTRAST_LIGHT, SAFE_DARK, SAFE_LIGHT)}
"""The looks a person can choose, in the order of the key that changes them."""

_REVERSED: Final = Style(reverse=True)
_UNDERLINED: Final = Style(underline=True)
PLAIN: Final = Look(
    name="plain",
    dark=True,
    ground="#000000",
    ink="#ffffff",
    base=Style(),
    dim=Style(),
    bar=_REVERSED,
    bar_dim=_REVERSED,
    bar_strong=Style(reverse=True, bold=True),
    key=Style(reverse=True, underline=True),
    panel=Style(),
    panel_dim=Style(),
    panel_title=_UNDERLINED,
    cursor=_REVERSED,
    cursor_blurred=_UNDERLINED,
    caret=Style(reverse=True, underline=True),
    unit=_REVERSED,
    match=_REVERSED,
    chosen=Style(reverse=True, underline=True, bold=True),
    good=_REVERSED,
    bad=_REVERSED,
    warn=_REVERSED,
    field=_UNDERLINED,
    tints=(0.0, 0.0),
    label=0.0,
    underlined=True,
    colours=False,
)
"""Where colours are off ($NO_COLOR): what must be told apart is underlined or reversed, and spans have their names."""
_BY_NAME: Final = {**LOOKS, PLAIN.name: PLAIN}


@lru_cache(maxsize=512)
def span_style(look_name: str, colour: str, *, current: bool) -> Style:
    """The text of a labelled span: the label's colour as a tint behind it, stronger for the current one."""
    look = _BY_NAME[look_name]
    if not look.colours:
        return _UNDERLINED
    ground = mix(_tone(look, colour), look.ground, look.tints[current])
    return Style(color=look.ink, bgcolor=ground, underline=True if look.underlined else None)


@lru_cache(maxsize=512)
def lane_style(look_name: str, colour: str, *, current: bool) -> Style:
    """The bar and name of a span on the line below the text, readable on the ground of the look."""
    look = _BY_NAME[look_name]
    if not look.colours:
        return _REVERSED if current else look.base
    ink = _ink(look, colour)
    if current:
        return Style(color=look.ground, bgcolor=ink)
    return Style(color=ink, bgcolor=look.ground)


@lru_cache(maxsize=512)
def label_style(look_name: str, colour: str, ground: str) -> Style:
    """A label's name in a list on GROUND."""
    look = _BY_NAME[look_name]
    return Style(color=_ink(look, colour), bgcolor=ground) if look.colours else look.panel


def _tone(look: Look, colour: str) -> str:
    """What stands for COLOUR in this look."""
    return look.palette.get(colour, colour) if look.palette is not None else colour


def _ink(look: Look, colour: str) -> str:
    """COLOUR towards white or black, as the look needs it for text."""
    return mix(_tone(look, colour), "#ffffff" if look.dark else "#000000", look.label)
