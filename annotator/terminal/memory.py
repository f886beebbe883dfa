"""What the person said reads right, per terminal: one small JSON file in the user's state folder.

The file is a convenience. When it cannot be read, or holds anything unexpected, the terminal counts as never asked;
only saving reports a problem.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from annotator.errors import UnwritableError, UsageError
from annotator.terminal.strategies import STRATEGIES

_KEEP = 200  # terminals; every new version is a new one, and the oldest are forgotten first


def memory_path() -> Path:
    """`terminals.json` in the user's state folder (XDG_STATE_HOME and its like on other systems)."""
    from platformdirs import user_state_path  # noqa: PLC0415  # kept off the start-up path of other commands

    return Path(user_state_path("arabic-annotator", appauthor=False)) / "terminals.json"


class TerminalMemory:
    """The remembered strategy of each terminal, by the key that `detect.identify` gives."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        """The file the answers are kept in."""
        return self._path

    def recall(self, terminal: str) -> str | None:
        """The name of the strategy remembered for `terminal`, None when there is none that still exists."""
        name = self._read().get(terminal)
        return name if name in STRATEGIES else None

    def remember(self, terminal: str, strategy: str) -> None:
        """Keep `strategy` for `terminal`, replacing the file in one step.

        Raises:
            UsageError: the folder or the file cannot be written.
        """
        answers = self._read()
        answers.pop(terminal, None)
        answers[terminal] = strategy
        self._write(answers)

    def forget(self, terminal: str) -> None:
        """Drop what is remembered for `terminal`.

        Raises:
            UsageError: the file cannot be written.
        """
        answers = self._read()
        if answers.pop(terminal, None) is not None:
            self._write(answers)

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        terminals = content.get("terminals") if isinstance(content, dict) else None
        if not isinstance(terminals, dict):
            return {}
        return {key: value for key, value in terminals.items() if isinstance(value, str)}

    def _write(self, answers: Mapping[str, str]) -> None:
        kept = dict(list(answers.items())[-_KEEP:])
        text = json.dumps({"version": 1, "terminals": kept}, ensure_ascii=True, indent=2) + "\n"
        from annotator.workflow.files import write_atomically  # noqa: PLC0415  # kept off the start-up path

        try:
            write_atomically(self._path, text.encode())
        except UnwritableError as error:
            raise UsageError(
                f"the answer could not be saved: {error.what}",
                where=error.where,
                hint="It holds for this run; set ANNOTATOR_RTL to keep it",
            ) from error
