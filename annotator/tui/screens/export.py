"""Export a layer: format, layer, options and place, with a live look at the first lines and at what would be lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import work
from textual.containers import Horizontal

from annotator import formats
from annotator.errors import AnnotatorError
from annotator.text.display import display
from annotator.tui.background import Progress
from annotator.tui.host import host
from annotator.tui.screens.dialogs import Message
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.buttons import Button, Buttons
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted, fit, width_of, wrapped
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.tui.widgets.text_block import Tone, faint, plain, strong

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.formats.interface import Annotated
    from annotator.workflow.export import ExportOutcome, ExportRequest, Preview
    from annotator.workflow.ports import DocumentSummary

_ASK: Final = (Button("export", "Export", "ctrl+s"), Button("close", "Close", "escape"))
_RUN: Final = (Button("stop", "Stop", "escape"),)
_LOSSES: Final = 20


@dataclass(slots=True)
class Setting:
    """A choice: `values` are what it can be, each with what that means."""

    name: str
    title: str
    values: dict[str, str]
    value: str

    def step(self, way: int) -> None:
        """Choose the next value, or the one before."""
        names = list(self.values)
        if names:
            at = names.index(self.value) if self.value in names else -1
            self.value = names[(at + way) % len(names)]


def layer_setting(summaries: Sequence[DocumentSummary], wanted: Sequence[str]) -> Setting:
    """The layers there are, with how many documents have each; the first of WANTED that exists is chosen."""
    counts = Counter(layer.key.name for summary in summaries for layer in summary.layers)
    values = {name: counted(count, "document") for name, count in sorted(counts.items())}
    chosen = next((name for name in (*wanted, *values) if name in values), "")
    return Setting("layer", "Layer", values, chosen)


def report_of(outcome: ExportOutcome) -> list[tuple[str, Tone]]:
    """What was written, and what was not, as paragraphs."""
    parts: list[tuple[str, Tone]] = []
    if outcome.files:
        parts.append((f"{counted(outcome.documents, 'document')} in {counted(len(outcome.files), 'file')}", strong))
        parts += [(f"{file.path} ({file.size:,} bytes)", plain) for file in outcome.files[:_LOSSES]]
        if len(outcome.files) > _LOSSES:
            parts.append((f"and {counted(len(outcome.files) - _LOSSES, 'more file')}", faint))
    if outcome.skipped:
        parts.append((f"{counted(len(outcome.skipped), 'document')} without this layer", faint))
    parts += [("", plain), *((line, plain) for line in outcome.report.lines(_LOSSES))]
    if outcome.losses is not None:
        parts.append((f"every one is named in {outcome.losses}", faint))
    return parts


class ExportScreen(Framed[None]):
    """Choices above, the preview below. Nothing is written before Export is pressed."""

    SCOPE = "export"
    AUTO_FOCUS = "#settings"
    DEFAULT_CSS = """
    ExportScreen #folder { height: 1; }
    ExportScreen #folder Line { width: 12; }
    ExportScreen #preview { height: 1fr; }
    ExportScreen Buttons { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._settings: list[Setting] = []
        self._summaries: Sequence[DocumentSummary] = ()
        self._samples: dict[str, Annotated] = {}
        self._about: list[tuple[str, str]] = []  # the file's lines, then remarks: text and tone
        self._lines: list[tuple[str, str, bool]] = []  # the same, ready for the screen: text, tone, right-to-left
        self._preview_title = ("", "")
        self._progress: Progress | None = None
        self._timer: Timer | None = None
        self._busy = False

    def content(self) -> Iterable[Widget]:
        """Choices, folder, preview, buttons."""
        yield _Settings(id="settings", empty="Opening the database …")
        with Horizontal(id="folder"):
            yield Line(id="folder-title")
            yield ArabicInput(placeholder="folder to write to", rtl=False)
        yield Line(id="preview-title")
        yield Rows(id="preview", panel=True)
        yield Buttons(_ASK)

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """What this is, of which project."""
        app = host(self)
        look = app.look
        room = max(10, self.size.width - 30)
        return [(" export ", look.bar_strong)], [(fit(app.project.title, room), look.bar_strong), (" ", look.bar)]

    def on_mount(self) -> None:
        """Offer the formats, and ask for the layers."""
        app = host(self)
        defaults = app.project.settings.export
        self.query_one(ArabicInput).value = str((app.project.root / defaults.output).resolve())
        super().on_mount()
        self._load()

    def look_changed(self) -> None:
        """All lines."""
        super().look_changed()
        look = host(self).look
        self.query_one("#folder-title", Line).show([("  Folder", look.bar)])
        self._show_preview_title()
        self.say("←→ change a choice · Tab to the next part · Ctrl+S exports", "busy")

    # Choices.

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        app = host(self)
        try:
            self._summaries = await asyncio.to_thread(lambda: app.store().documents())
        except AnnotatorError as error:
            self.query_one("#settings", Rows).empty = str(error)
            self.query_one("#settings", Rows).refresh_rows()
            self.say(error.what, "bad")
            return
        defaults = app.project.settings.export
        writers = {name: info.title for name, info in formats.FORMATS.items() if info.writes}
        chosen = defaults.format if defaults.format in writers else next(iter(writers))
        layer = layer_setting(self._summaries, (defaults.layer, app.who))
        self._settings = [Setting("format", "Format", writers, chosen), layer]
        self._offer()

    def _offer(self) -> None:
        """Show the choices that the chosen format has."""
        chosen = {setting.name: setting.value for setting in self._settings[2:]}
        self._settings[2:] = [
            Setting(option.name, option.name.capitalize(), dict(option.choices), option.default)
            for option in formats.get(self._settings[0].value).options
        ]
        for setting in self._settings[2:]:
            setting.value = chosen[setting.name] if chosen.get(setting.name) in setting.values else setting.value
        rows = self.query_one("#settings", Rows)
        rows.styles.height = min(len(self._settings), max(3, self.size.height // 3))
        rows.set_source(len(self._settings), self._setting_row, keep_cursor=rows.cursor is not None)
        self._preview()

    def _setting_row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        setting = self._settings[index]
        meaning = setting.values.get(setting.value, "Nothing has been annotated yet")
        value = f"◂ {setting.value} ▸" if len(setting.values) > 1 else f"  {setting.value}"
        return columns(
            width,
            Part(setting.title, look.dim, 13),
            Part(value, look.base, 16 if width < 90 else 24),
            Part(meaning, look.dim),
            blank=look.base,
        )

    def change(self, way: int) -> None:
        """Choose the next value of the setting under the cursor, or the one before."""
        rows = self.query_one("#settings", Rows)
        if rows.cursor is None or self._progress is not None:
            return
        setting = self._settings[rows.cursor]
        setting.step(way)
        if setting.name == "format":
            self._offer()
        else:
            rows.refresh_row(rows.cursor)
            self._preview()

    def _chosen(self) -> dict[str, str]:
        return {setting.name: setting.value for setting in self._settings[2:]}

    # Preview.

    @work(exclusive=True, group="preview")
    async def _preview(self) -> None:
        name, layer = self._settings[0].value, self._settings[1].value
        document = next(
            (summary for summary in self._summaries if any(item.key.name == layer for item in summary.layers)), None
        )
        if document is None:
            self._show_preview("", [("There is nothing to export: no document has annotations yet.", "plain")])
            return
        try:
            shown = await asyncio.to_thread(self._sample, document.id, layer, name, self._chosen())
        except AnnotatorError as error:
            self._show_preview(document.id, [(error.what, "bad"), (error.hint, "faint")])
            return
        report = shown.report
        lines = [(line, "file") for line in shown.lines]
        lines += [("", "plain"), ("What the format cannot hold", "strong"), (formats.get(name).loses, "faint")]
        lines += [("", "plain"), *((line, "plain") for line in report.lines(_LOSSES))]
        effects = sum(report.effects.values())
        what = (
            f"{report.lost:,} of {report.read:,} lost, {counted(effects, 'remark')}"
            if effects
            else "nothing is lost of it"
        )
        self._show_preview(f"{shown.file}, from {document.id}", lines, what)

    def _sample(self, document: str, layer: str, name: str, options: dict[str, str]) -> Preview:
        """The preview; in a thread, since a document may be long."""
        from annotator.formats.interface import Annotated  # noqa: PLC0415 - only when asked for
        from annotator.workflow.export import preview, role_of  # noqa: PLC0415 - only when asked for
        from annotator.workflow.ports import LayerKey  # noqa: PLC0415 - only when asked for

        key = f"{document}\0{layer}"
        item = self._samples.get(key)
        if item is None:
            app = host(self)
            store = app.store()
            found = store.layer(LayerKey(document, layer))
            role = role_of(layer, found.annotations)
            item = Annotated(store.document(document), layer, found.annotations, app.schema, role, found.revision)
            self._samples[key] = item
        return preview(item, name, options)

    def _show_preview(self, title: str, about: list[tuple[str, str]], what: str = "") -> None:
        self._about = about
        self._preview_title = (title, what)
        self._show_preview_title()
        self._arrange_preview()

    def _show_preview_title(self) -> None:
        look = host(self).look
        title, what = self._preview_title
        left = [(" Preview ", look.bar_strong), (fit(title, max(1, self.size.width - 50)), look.bar_dim)]
        self.query_one("#preview-title", Line).show(left, [(f"{what} ", look.bar)])

    def _arrange_preview(self) -> None:
        """Lines of the file stay one row each, in the order of their columns whatever script they begin with."""
        rows = self.query_one("#preview", Rows)
        width = max(20, self.size.width - 4)
        self._lines = []
        for text, tone in self._about:
            if tone == "file":
                self._lines.append((display(text, "ltr"), "plain", False))
            else:
                self._lines += [(ready, tone, rtl) for ready, rtl in wrapped(text, width)]
        rows.set_source(len(self._lines), self._preview_row, keep_cursor=rows.cursor is not None)

    def _preview_row(self, index: int, width: int) -> Sequence[Piece]:
        look = host(self).look
        ready, tone, rtl = self._lines[index]
        style = {"faint": look.panel_dim, "strong": look.panel_title, "bad": look.panel_title}.get(tone, look.panel)
        gap = [(" " * (width - width_of(ready)), look.panel)] if rtl else []
        return [*gap, (ready, style)]

    def on_resize(self, event: events.Resize) -> None:
        """Remarks are wrapped anew."""
        super().on_resize(event)
        if self._about:
            self._show_preview_title()
            self._arrange_preview()

    # Keys and buttons.

    def on_key(self, event: events.Key) -> None:
        """Change choices, press buttons."""
        if event.key in {"left", "right"} and self.query_one("#settings").has_focus:
            self.change(1 if event.key == "right" else -1)
        elif not self.query_one(Buttons).press(event.key if event.key in {"ctrl+s", "escape"} else ""):
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter or a click on a choice takes its next value."""
        event.stop()
        if event.rows.id == "settings":
            self.change(1)

    def on_arabic_input_submitted(self, event: ArabicInput.Submitted) -> None:
        """The folder is named: on to the buttons."""
        event.stop()
        self.query_one(Buttons).focus()

    def on_buttons_pressed(self, event: Buttons.Pressed) -> None:
        """Export, stop or leave."""
        event.stop()
        match event.button.id:
            case "export":
                self._start()
            case "stop" if self._progress is not None:
                self._progress.stop()
            case _:
                self.dismiss(None)

    # Working.

    def _start(self) -> None:
        folder = self.query_one(ArabicInput).value.strip()
        if self._busy or not self._settings:
            return
        if not self._settings[1].value:
            self.say("there is nothing to export yet: no document has annotations", "bad")
        elif not folder:
            self.say("name a folder to write to", "bad")
            self.query_one(ArabicInput).focus()
        else:
            self._busy = True
            self._work(folder)

    @work(group="export")
    async def _work(self, folder: str) -> None:
        progress = self._progress = Progress()
        buttons = self.query_one(Buttons)
        buttons.set_buttons(_RUN)
        buttons.focus()
        self._timer = self.set_interval(0.1, self._show_progress)
        try:
            request = self._request(folder)
            outcome = await asyncio.to_thread(self._run, request, progress)
        except (AnnotatorError, RuntimeError, ValueError) as error:  # a home that does not exist, NUL in a name
            self._stop_showing()
            self.say(str(error), "bad")
            await self.app.push_screen_wait(Message.of(error, "The export stopped; nothing was written"))
        else:
            self._stop_showing()
            if outcome.cancelled:
                self.say("stopped: nothing was written", "bad")
            else:
                self.say(f"{counted(outcome.documents, 'document')} exported to {request.output}")
                await self.app.push_screen_wait(Message("Exported", report_of(outcome)))
        self._busy = False

    def _request(self, folder: str) -> ExportRequest:
        """What is asked for; a relative FOLDER is one of the project's. RuntimeError for the home of nobody."""
        from annotator.workflow.export import ExportRequest  # noqa: PLC0415 - only when asked for

        path = host(self).project.root / Path(folder).expanduser()
        return ExportRequest(self._settings[0].value, self._settings[1].value, path.absolute(), options=self._chosen())

    def _run(self, request: ExportRequest, progress: Progress) -> ExportOutcome:
        from annotator.workflow.export import export  # noqa: PLC0415 - only when asked for

        app = host(self)
        return export(app.store(), app.schema, request, progress.report)

    def _show_progress(self) -> None:
        if self._progress is not None:
            look = host(self).look
            self.query_one("#status", Line).show(self._progress.pieces(look, self.size.width))

    def _stop_showing(self) -> None:
        self._progress = None
        if self._timer is not None:
            self._timer.stop()
        self.query_one(Buttons).set_buttons(_ASK)

    def on_unmount(self) -> None:
        """The program ends: so does the work."""
        if self._progress is not None:
            self._progress.stop()


class _Settings(Rows):
    """The choices; a click takes the next value."""

    DEFAULT_CSS = "_Settings { height: 3; }"

    def __init__(self, *, id: str, empty: str) -> None:
        super().__init__(id=id, empty=empty, click_chooses=True)
