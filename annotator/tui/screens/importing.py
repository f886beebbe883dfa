"""Import files: name a file or a folder, see what is there, watch the work, read what became of it."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.commands import COMMANDS, Command, first_keys, key_map
from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.screens.dialogs import Dialog, Message
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.buttons import Button, Buttons
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import counted
from annotator.tui.widgets.text_block import TextBlock, Tone, faint, plain, strong

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.workflow.importing import ImportOutcome

_COUNTED: Final = 5000
_LISTED: Final = 200


def path_of(typed: str) -> Path:
    """The file or folder that TYPED names: `~` is the home folder, surrounding quotes go."""
    typed = typed.strip()
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "\"'":
        typed = typed[1:-1]
    return Path(typed).expanduser()


def look_at(typed: str) -> tuple[bool, str]:
    """Whether what TYPED names can be imported, and what is there. Reads folders: for a thread."""
    from annotator.workflow.importing import suffixes  # noqa: PLC0415 - reads every format's description
    from annotator.workflow.sources import Unread, endings, find_files, may_be_there  # noqa: PLC0415 - as above

    if not typed.strip():
        return False, "Name a text file, a file with annotations, or a folder of them."
    try:
        path = path_of(typed)
        if not may_be_there(path):
            return False, "There is no such file or folder."
        if not os.path.isdir(path):  # noqa: PTH112 - never raises
            return True, f"One file of {counted(path.stat().st_size, 'byte')}."
        passed: list[Path] = []
        found = list(islice(find_files([path], suffixes(), passed), _COUNTED + 1))
    except PermissionError:
        return False, "You are not permitted to look there. Change the permissions of the folder that it is in."
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: no such user's home
        return False, str(getattr(error, "strerror", "") or error)
    kinds = Counter(item.suffix.lower() for item in found if not isinstance(item, Unread))
    if not kinds:
        unread = next((item.message for item in found if isinstance(item, Unread)), "there is nothing in it")
        return False, f"{unread[:1].upper()}{unread[1:]}."
    many = len(found) > _COUNTED
    total = f"more than {_COUNTED:,} files" if many else counted(sum(kinds.values()), "file")
    others = f"; {len(passed):,} passed over ({endings(passed)})" if passed and not many else ""
    return True, f"{total}: " + ", ".join(f"{count:,} {suffix}" for suffix, count in kinds.most_common()) + others


def completed(typed: str) -> str:
    """TYPED with the file name at its end completed as far as only one way is left. Reads a folder."""
    head, name = os.path.split(typed)
    try:
        entries = [entry for entry in os.scandir(path_of(head) if head else ".") if entry.name.startswith(name)]
    except (OSError, ValueError, RuntimeError):
        return typed
    if not name:
        entries = [entry for entry in entries if not entry.name.startswith(".")]
    if not entries:
        return typed
    first, last = min(entry.name for entry in entries), max(entry.name for entry in entries)
    common = first[: next((at for at, ch in enumerate(first) if last[at : at + 1] != ch), len(first))]
    end = os.sep if len(entries) == 1 and entries[0].is_dir() else ""
    return os.path.join(head, common + end)  # noqa: PTH118 - what was typed stays as it was


def report_of(outcome: ImportOutcome) -> list[tuple[str, Tone]]:
    """What became of each file, as paragraphs."""
    parts: list[tuple[str, Tone]] = [(f"{len(outcome.added):,} imported", strong)]
    sections = (
        ("failed", [f"{item.path}: {item.message}" for item in outcome.failed]),
        ("skipped", [f"{item.path}: {item.reason}" for item in outcome.skipped]),
        ("passed over, their endings tell no format", outcome.passed_over),
        ("repaired or left out by the reader", [f"{item.path}: {item.text}" for item in outcome.remarks]),
        ("added", [f"{item.path} as {item.id}" for item in outcome.added]),
    )
    for title, lines in sections:
        if lines:
            parts += [("", plain), (f"{len(lines):,} {title}", strong), *((line, plain) for line in lines[:_LISTED])]
        if len(lines) > _LISTED:
            parts.append((f"and {len(lines) - _LISTED:,} more", faint))
    return parts


class ImportScreen(Dialog["ImportOutcome | None"]):
    """Asks for a path, imports in a thread, and reports. The result is what was done, None when nothing was."""

    SCOPE = "import"
    AUTO_FOCUS = "ArabicInput"
    DEFAULT_CSS = """
    ImportScreen #found { height: 3; }
    ImportScreen #progress { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__("Import files")
        self._keys: dict[str, Command] = {}
        self._progress: Progress | None = None
        self._timer: Timer | None = None
        self._possible = False
        self._busy = False
        self.failed = False
        """Whether an import was begun that did not come to its end."""

    def content(self) -> Iterable[Widget]:
        """The path, what is there, how far it is, and what to press."""
        yield TextBlock([("", plain), ("File or folder", strong)])
        yield ArabicInput(placeholder="path, Tab completes", rtl=False)
        yield TextBlock(id="found")
        yield Line(id="progress")
        yield Buttons(())

    def hints(self) -> Sequence[tuple[str, str]]:
        """What can be done now."""
        keys = {id: key_title(key) for id, key in first_keys(self._keys).items()}
        back, complete = keys.get("import.back", ""), keys.get("import.complete", "")
        if self._progress is not None:
            return ((back, "stop"),) if back else ()
        shown = ((complete, "complete"), ("Enter", "import"), (back, "cancel"))
        return [(key, word) for key, word in shown if key]

    def on_mount(self) -> None:
        """Say what is wanted."""
        own = [command for command in COMMANDS if command.scope == self.SCOPE]
        self._keys = key_map(own, host(self).user_keys)
        super().on_mount()
        self._offer_buttons()
        self._look("")

    def look_changed(self) -> None:
        """The progress line too."""
        super().look_changed()
        self._show_progress()

    # Asking.

    @work(exclusive=True, group="look")
    async def _look(self, typed: str) -> None:
        await asyncio.sleep(0.05 if typed else 0)  # not for every letter of a path typed fast
        self._possible, about = await asyncio.to_thread(look_at, typed)
        self.query_one("#found", TextBlock).show(("", plain), (about, plain if self._possible else faint))

    def on_arabic_input_changed(self, event: ArabicInput.Changed) -> None:
        """Another path."""
        event.stop()
        self._possible = False
        self._look(event.value)

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """Import it."""
        event.stop()
        self._start()

    def on_buttons_pressed(self, event: Buttons.Pressed) -> None:
        """Import, cancel or stop."""
        event.stop()
        if event.button.id == "import":
            self._start()
        else:
            self.cancel()

    def _offer_buttons(self) -> None:
        """What can be pressed now: before the work, and while it goes on."""
        ask = (Button("import", "Import", first_keys(self._keys).get("import.start", "")), Button("cancel", "Cancel"))
        self.query_one(Buttons).set_buttons(ask if self._progress is None else (Button("stop", "Stop"),))

    def press(self, key: str) -> bool:
        """Run the command of KEY."""
        command = self._keys.get(key)
        return command is not None and getattr(self, f"action_{command.action}")() is not False

    def action_complete(self) -> bool:
        """Complete the path. False: there is nothing to complete, and the key goes to the next field."""
        field = self.query_one(ArabicInput)
        if not field.has_focus or (longer := completed(field.value)) == field.value:
            return False
        field.value = longer
        self._look(longer)
        return True

    def action_start(self) -> None:
        """Import."""
        self._start()

    def action_back(self) -> None:
        """Stop the work, or leave."""
        self.cancel()

    # Working.

    def _start(self) -> None:
        if not self._busy:
            self._busy = True
            self._work(self.query_one(ArabicInput).value)

    @work(group="import")
    async def _work(self, typed: str) -> None:
        self._possible, about = await asyncio.to_thread(look_at, typed)
        if not self._possible:
            self.query_one("#found", TextBlock).show(("", plain), (about, strong))
            self._busy = False
            return
        progress = self._set_running(Progress())
        try:
            outcome = await asyncio.to_thread(self._run, path_of(typed), progress)
        except AnnotatorError as error:
            self.failed = True
            await self._tell(Message.of(error, "The import stopped"))
            self._set_running(None)
            self._busy = False
        else:
            title = "Import stopped; import again to add the rest" if outcome.cancelled else "Imported"
            await self._tell(Message(title, report_of(outcome)))
            self.dismiss(outcome)

    def _run(self, path: Path, progress: Progress) -> ImportOutcome:
        from annotator.workflow.importing import import_files  # noqa: PLC0415 - only when asked for

        app = host(self)
        return import_files(app.store(), [path], schema=app.schema, who=app.who, progress=progress.report)

    async def _tell(self, message: Message) -> None:
        if self._timer is not None:
            self._timer.stop()
        await self.app.push_screen_wait(message)

    def _set_running(self, progress: Progress | None) -> Progress:
        self._progress = progress
        self.query_one(ArabicInput).disabled = progress is not None
        self._offer_buttons()
        self.query_one(ArabicInput if progress is None else Buttons).focus()
        if progress is not None:
            self._timer = self.set_interval(0.1, self._show_progress)
        self._show_progress()
        self.show_hints()
        return progress or Progress()

    def _show_progress(self) -> None:
        line = self.query_one("#progress", Line)
        look = host(self).look
        line.show(self._progress.pieces(look, self.size.width) if self._progress is not None else [(" ", look.bar)])

    def cancel(self) -> None:
        """Stop the work, or leave."""
        if self._progress is None:
            self.dismiss(None)
        else:
            self._progress.stop()
            self._show_progress()

    def on_unmount(self) -> None:
        """The program ends: so does the work."""
        if self._progress is not None:
            self._progress.stop()
