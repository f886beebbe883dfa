"""What keys are called on screen, those that a person chose as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from annotator.tui.commands import BY_ID

_NAMES: Final[Mapping[str, str]] = {
    "question_mark": "?",
    "slash": "/",
    "asterisk": "*",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "right_parenthesis": ")",
    "left_parenthesis": "(",
    "ampersand": "&",
    "apostrophe": "'",
    "quotation_mark": '"',
    "equals_sign": "=",
    "plus": "+",
    "number_sign": "#",
    "semicolon": ";",
    "colon": ":",
    "comma": ",",
    "full_stop": ".",
    "percent_sign": "%",
    "exclamation_mark": "!",
    "vertical_line": "|",
    "backslash": "\\",
    "grave_accent": "`",
    "dollar_sign": "$",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "delete": "Del",
    "backspace": "Backspace",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "ctrl": "Ctrl",
    "shift": "Shift",
    "alt": "Alt",
}


def key_title(key: str) -> str:
    """What a key is called on screen: `ctrl+left` is `Ctrl+←`."""
    parts = [_NAMES.get(part, part.upper() if len(part) > 1 else part) for part in key.split("+")]
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts[-1] = parts[-1].upper()
    return "+".join(parts)


def title_of(id: str, own: Mapping[str, tuple[str, ...]]) -> str:
    """What the first key of the command ID is called, OWN being a person's own keys by id; empty when it has none."""
    keys = own.get(id, BY_ID[id].keys)
    return key_title(keys[0]) if keys else ""


def undoes(id: str, own: Mapping[str, tuple[str, ...]]) -> str:
    """What a message on something done ends with: which key undoes it, ID being the command that does; may be empty."""
    key = title_of(id, own)
    return f" · {key} undoes" if key else ""


def keyed(scope: str, things: Mapping[str, str], own: Mapping[str, tuple[str, ...]]) -> str:
    """THINGS that commands of SCOPE show, by the commands' names: each with its key, as in "other kinds (F5)"."""
    titles = ((title_of(f"{scope}.{name}", own), thing) for name, thing in things.items())
    return ", ".join(f"{thing} ({title})" if title else thing for title, thing in titles)
