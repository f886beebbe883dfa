"""What one person has chosen for themselves: how the text is shown, and where a file with keys of their own is.

How the text is shown is kept with the project, per person, as texts by name (`Store.set_state`). This is on the way to
the first frame: nothing here that a start does not need.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["SPACINGS", "Style", "View", "keys_path"]

KEYS_VARIABLE: Final = "ANNOTATOR_KEYS"

Style: TypeAlias = Literal["arrows", "vi"]
"""What moves the caret: arrows alone, or letters too."""

SPACINGS: Final = 3
"""A line is followed by 0 to SPACINGS - 1 blank rows."""
_PREFIX: Final = "view-"
_SAID: Final = {"yes": True, "no": False}


class View(NamedTuple):
    """How the text is shown. `panel` None: as the width of the terminal allows; `spacing` is in rows after a line."""

    lanes: bool = True
    panel: bool | None = None
    marks: bool = True
    controls: bool = True
    islands: bool = False
    spacing: int = 0

    @classmethod
    def read(cls, state: Mapping[str, str]) -> View:
        """The view kept in STATE; whatever is missing there or makes no sense is as it is by default."""
        found: dict[str, bool | int] = {}
        for name in cls._fields:
            said = state.get(_PREFIX + name, "")
            if name == "spacing":
                if said in map(str, range(SPACINGS)):
                    found[name] = int(said)
            elif said in _SAID:
                found[name] = _SAID[said]
        return cls(**found)  # type: ignore[arg-type]  # each has the type of its field

    def changes(self, before: View) -> dict[str, str]:
        """What of it to keep, by name, because BEFORE was otherwise."""
        return {
            _PREFIX + name: str(value) if name == "spacing" else "yes" if value else "no"
            for name in self._fields
            if (value := getattr(self, name)) != getattr(before, name)
        }


def keys_path(environment: Mapping[str, str]) -> Path:
    """The person's file of keys, whether or not there is one: what $ANNOTATOR_KEYS names, or the default place."""
    named = environment.get(KEYS_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path  # noqa: PLC0415 - not where the file is named

    return Path(user_config_path("arabic-annotator", appauthor=False)) / "keys.toml"
