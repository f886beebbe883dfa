"""Write a study into files: a report to read, tables for a spreadsheet, or JSON for programs."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic

from textual import work

from annotator.agreement.study import encode
from annotator.errors import AnnotatorError
from annotator.tui.host import host
from annotator.tui.screens.framed import Framed, Result
from annotator.tui.widgets.pieces import counted
from annotator.workflow.agreement import write_csv, write_html
from annotator.workflow.files import WrittenFile, write_atomically

if TYPE_CHECKING:
    from annotator.agreement.study import Study
    from annotator.model.schema import Schema
    from annotator.tui.screens.agreement_run import Made


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a study: `place` is where it goes in the folder of exports unless somebody says otherwise."""

    title: str
    about: str
    place: str
    write: Callable[[Study, Schema, Path], Sequence[WrittenFile]]
    folder: bool = False

    def there(self, path: Path) -> list[str]:
        """The names of files that writing to PATH would replace; none in a folder that may not be looked into."""
        targets = [path / f"{name}.csv" for name in _TABLES] if self.folder else [path]
        return [target.name for target in targets if os.path.exists(target)]  # noqa: PTH110 - it never raises


def _html(study: Study, schema: Schema, path: Path) -> Sequence[WrittenFile]:
    return (write_html(study, schema, path),)


def _csv(study: Study, _schema: Schema, path: Path) -> Sequence[WrittenFile]:
    return write_csv(study, path)


def _json(study: Study, _schema: Schema, path: Path) -> Sequence[WrittenFile]:
    data = json.dumps(encode(study), ensure_ascii=False, indent=1)
    return (write_atomically(path, f"{data}\n".encode("utf-8", "replace")),)


FORMS: Final = (
    Form("HTML", "a report with plots", "agreement.html", _html),
    Form("CSV", "tables, in a folder", "agreement", _csv, folder=True),
    Form("JSON", "everything, for programs", "agreement.json", _json),
)
_TABLES: Final = ("agreement", "confusion", "excluded")


def path_of(root: Path, typed: str) -> Path:
    """The place that somebody TYPED, relative to the project's folder ROOT. RuntimeError for the home of nobody."""
    return (root / Path(typed).expanduser()).absolute()


class Exporting(Framed[Result], Generic[Result]):
    """A screen from which a study can be written into files."""

    made: Made | None = None
    """The study on screen."""

    @work(exclusive=True, group="dialog")
    async def action_export(self) -> None:
        """Write all numbers into files: a form, then a place."""
        from annotator.tui.screens.adjudicate_dialogs import Choose, Row  # noqa: PLC0415 - only when asked for
        from annotator.tui.screens.prompt import Prompt  # noqa: PLC0415 - as above

        app, made = host(self), self.made
        if made is None or not made.study.documents:
            self.say("there are no numbers to export", "bad")
            return
        rows = [Row(form.title, form.about) for form in FORMS]
        chosen = await self.app.push_screen_wait(Choose("Export the numbers as", rows))
        if chosen is None:
            return
        form = FORMS[chosen]
        folder = (app.project.root / app.project.settings.export.output).resolve()
        title = "Folder to write to" if form.folder else "File to write"

        async def write(typed: str) -> str:
            return await self._write(form, typed.strip(), made) if typed.strip() else ""

        await self.app.push_screen_wait(Prompt(title, str(folder / form.place), rtl=False, keep=write))

    async def _write(self, form: Form, typed: str, made: Made) -> str:
        """Write the files. What speaks against it; empty where they are written, or nobody wants them any more."""
        from annotator.tui.screens.dialogs import Confirm  # noqa: PLC0415 - only when asked for
        from annotator.tui.widgets.buttons import Button  # noqa: PLC0415 - as above

        app = host(self)
        try:
            path = path_of(app.project.root, typed)
            if there := form.there(path):
                lines = [f"{', '.join(there)} in {path if form.folder else path.parent}"]
                buttons = [Button("write", "Replace"), Button("cancel", "Cancel")]
                if (
                    await self.app.push_screen_wait(Confirm("Replace what is there?", lines, buttons, chosen=1))
                    != "write"
                ):
                    return ""
            files = await asyncio.to_thread(form.write, made.study, app.schema, path)
        except (AnnotatorError, RuntimeError, ValueError) as error:  # a home of nobody, NUL in a name
            self.say(str(error), "bad")
            return str(error)
        size = sum(file.size for file in files)
        self.say(f"written: {path} ({counted(len(files), 'file')}, {counted(size, 'byte')})")
        return ""
