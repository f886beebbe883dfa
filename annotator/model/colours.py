"""The colours a schema may name. For colour-blind eyes the colour-blind looks put other colours in their place."""

from __future__ import annotations

import re
from typing import Final

NAMED: Final[dict[str, str]] = {
    "blue": "#3b8ee0",
    "orange": "#e08a1e",
    "green": "#1fa67a",
    "yellow": "#c9b01c",
    "sky": "#45b4d8",
    "vermilion": "#dd5b26",
    "purple": "#c06fb0",
    "violet": "#8c7ae6",
    "red": "#e0524d",
    "teal": "#17a2a2",
    "lime": "#7cab2f",
    "pink": "#e77fa8",
    "brown": "#b07a4a",
    "olive": "#9a9a3a",
    "steel": "#7f9bb3",
    "grey": "#8f8f8f",
}
_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


def to_hex(colour: str) -> str | None:
    """`#rrggbb` for a name of `NAMED` or for six hexadecimal digits after `#`; None for anything else."""
    return colour.lower() if _HEX.match(colour) else NAMED.get(colour)
