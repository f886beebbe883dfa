"""Colours: a look for dark and one for light grounds, and the styles of labels mixed from the schema's colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.style import Style

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
    good: Style
    bad: Style
    warn: Style
    field: Style
    """An input field's ground."""


def _style(ink: str, ground: str, **more: bool) -> Style:
    return Style(color=ink, bgcolor=ground, **more)  # type: ignore[arg-type]  # rich takes only flags here


def _make(name: str, *, dark: bool, ground: str, ink: str, dim: str, bar: str, panel: str, accent: str) -> Look:
    good, bad, warn = ("#5fc08a", "#ff7b72", "#e3b341") if dark else ("#116b3c", "#b3261e", "#8a5a00")
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
        good=_style(good, bar),
        bad=_style(bad, bar),
        warn=_style(warn, bar),
        field=_style(ink, mix(ink, ground, 0.12)),
    )


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=1024)
def mix(colour: str, ground: str, share: float) -> str:
    """COLOUR laid over GROUND with opacity SHARE, all `#rrggbb`."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(_rgb(colour), _rgb(ground), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


DARK: Final = _make(
    "dark", dark=True, ground="#121418", ink="#e6e6e3", dim="#8b9099", bar="#23272e", panel="#191c21", accent="#7cc4ff"
)
LIGHT: Final = _make(
    "light",
    dark=False,
    ground="#fbfaf7",
    ink="#1c1d20",
    dim="#6a6e75",
    bar="#e6e4de",
    panel="#f2f0ea",
    accent="#0b5cad",
)
LOOKS: Final = {look.name: look for look in (DARK, LIGHT)}


@lru_cache(maxsize=512)
def span_style(look_name: str, colour: str, *, current: bool) -> Style:
    """The text of a labelled span: the label's colour as a tint behind it, stronger for the current one."""
    look = LOOKS[look_name]
    share = (0.62 if current else 0.34) if look.dark else (0.52 if current else 0.26)
    return Style(color=look.ink, bgcolor=mix(colour, look.ground, share))


@lru_cache(maxsize=512)
def lane_style(look_name: str, colour: str, *, current: bool) -> Style:
    """The bar and name of a span on the line below the text, readable on the ground of the look."""
    look = LOOKS[look_name]
    ink = mix(colour, "#ffffff" if look.dark else "#000000", 0.85 if look.dark else 0.72)
    if current:
        return Style(color=look.ground, bgcolor=ink)
    return Style(color=ink, bgcolor=look.ground)


@lru_cache(maxsize=512)
def label_style(look_name: str, colour: str, ground: str) -> Style:
    """A label's name in a list on GROUND."""
    look = LOOKS[look_name]
    return Style(color=mix(colour, "#ffffff" if look.dark else "#000000", 0.85 if look.dark else 0.72), bgcolor=ground)
