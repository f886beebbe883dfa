"""Export a layer: format, layer, options and place, with a live look at the first lines and at what would be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual import work
from textual.containers import Horizontal

from annotator import formats
from annotator.errors import AnnotatorError
from annotator.text.display import display
from annotator.tui.background import Progress
from annotator.tui.commands import first_keys
from annotator.tui.host import host
from annotator.tui.key_titles import key_title
from annotator.tui.screens.dialogs import Message
from annotator.tui.screens.export_choices import LISTED, Setting, layer_setting, report_of, unfinished_setting
from annotator.tui.screens.framed import Framed
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.buttons import Button, Buttons
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.pieces import Piece, counted, fit, width_of, wrapped
from annotator.tui.widgets.rows import Part, Rows, columns
from annotator.workflow.ports import GOLD

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.formats.interface import Annotated
    from annotator.workflow.export import ExportOutcome, ExportRequest, Preview

_ON_CHOICES: Final = {"export.next-value", "export.previous-value"}
"""Commands whose keys count only where the choices are; elsewhere they move."""


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
        self._format = Setting("format", "Format", {}, "")
        self._layer = Setting("layer", "Layer", {}, "")
        self._unfinished = unfinished_setting(0, 0)
        self._options: list[Setting] = []
        """Those of the chosen format."""
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
        yield Buttons(())

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
        self._offer_buttons()
        self._load()

    def look_changed(self) -> None:
        """All lines."""
        super().look_changed()
        look = host(self).look
        self.query_one("#folder-title", Line).show([("  Folder", look.bar)])
        self._show_preview_title()
        keys = {id: key_title(key) for id, key in first_keys(self.keys).items()}
        change = "".join(keys.get(f"export.{name}-value", "") for name in ("previous", "next"))
        said = [f"{change} change a choice" if change else "", "Tab to the next part"]
        said.append(f"{keys['export.start']} exports" if "export.start" in keys else "")
        self.say(" · ".join(part for part in said if part), "busy")

    # Choices.

    @property
    def _settings(self) -> list[Setting]:
        """What can be chosen now; nothing before the layers are known."""
        if not self._format.value:
            return []
        return [self._format, self._layer, *([self._unfinished] if self._layer.value == GOLD else []), *self._options]

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        app = host(self)
        try:
            counts, undone = await asyncio.to_thread(self._count)
        except AnnotatorError as error:
            self.query_one("#settings", Rows).empty = str(error)
            self.query_one("#settings", Rows).refresh_rows()
            self.say(error.what, "bad")
            return
        defaults = app.project.settings.export
        writers = {name: info.title for name, info in formats.FORMATS.items() if info.writes}
        chosen = defaults.format if defaults.format in writers else next(iter(writers))
        self._format = Setting("format", "Format", writers, chosen)
        self._layer = layer_setting(counts, (defaults.layer, app.who))
        self._unfinished = unfinished_setting(undone, counts.get(GOLD, 0))
        self._offer()

    def _count(self) -> tuple[dict[str, int], int]:
        """How many documents have each layer, and of how many the gold is not done; in a thread."""
        from annotator.workflow.export import layer_counts, undone_gold  # noqa: PLC0415 - only when asked for

        tally = host(self).store().tally()
        return layer_counts(tally), undone_gold(tally)

    def _offer(self) -> None:
        """Show the choices that the chosen format and layer have."""
        chosen = self._chosen()
        self._options = [
            Setting(option.name, option.name.capitalize(), dict(option.choices), option.default)
            for option in formats.get(self._format.value).options
        ]
        for setting in self._options:
            setting.value = chosen[setting.name] if chosen.get(setting.name) in setting.values else setting.value
        rows, count = self.query_one("#settings", Rows), len(self._settings)
        rows.styles.height = min(count, max(3, self.size.height // 3))
        rows.set_source(count, self._setting_row, keep_cursor=rows.cursor is not None)
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
        if setting is self._format or setting is self._layer:
            self._offer()
        else:
            rows.refresh_row(rows.cursor)
            self._preview()

    def _chosen(self) -> dict[str, str]:
        return {setting.name: setting.value for setting in self._options}

    # Preview.

    @work(exclusive=True, group="preview")
    async def _preview(self) -> None:
        name, layer = self._format.value, self._layer.value
        try:
            shown = await asyncio.to_thread(self._sample, layer, name, self._chosen())
        except AnnotatorError as error:
            document = self._samples[layer].document.id if layer in self._samples else ""
            self._show_preview(document, [(error.what, "bad"), (error.hint, "faint")])
            return
        if shown is None:
            self._show_preview("", [("There is nothing to export: no document has annotations yet.", "plain")])
            return
        report = shown.report
        lines = [(line, "file") for line in shown.lines]
        lines += [("", "plain"), ("What the format cannot hold", "strong"), (formats.get(name).loses, "faint")]
        lines += [("", "plain"), *((line, "plain") for line in report.lines(LISTED))]
        effects = sum(report.effects.values())
        what = (
            f"{report.lost:,} of {report.read:,} lost, {counted(effects, 'remark')}"
            if effects
            else "nothing is lost of it"
        )
        self._show_preview(f"{shown.file}, from {self._samples[layer].document.id}", lines, what)

    def _sample(self, layer: str, name: str, options: dict[str, str]) -> Preview | None:
        """The preview, of the first document that has LAYER, if one has; in a thread, since it may be long."""
        from annotator.formats.interface import Annotated  # noqa: PLC0415 - only when asked for
        from annotator.workflow.export import preview, role_of  # noqa: PLC0415 - only when asked for
        from annotator.workflow.ports import LayerKey  # noqa: PLC0415 - only when asked for

        item = self._samples.get(layer)
        if item is None:
            app = host(self)
            store = app.store()
            document = next(iter(store.documents_with(layer, most=1)), None) if layer else None
            if document is None:
                return None
            found = store.layer(LayerKey(document, layer))
            role = role_of(layer, found.annotations)
            item = Annotated(store.document(document), layer, found.annotations, app.schema, role, found.revision)
            self._samples[layer] = item
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

    def on_resize(self) -> None:
        """Remarks are wrapped anew."""
        super().on_resize()
        if self._about:
            self._show_preview_title()
            self._arrange_preview()

    # Keys and buttons.

    def _offer_buttons(self) -> None:
        """What can be pressed now: before the work, and while it goes on."""
        keys = first_keys(self.keys)
        start, back = keys.get("export.start", ""), keys.get("export.back", "")
        ask = (Button("export", "Export", start), Button("close", "Close", back))
        self.query_one(Buttons).set_buttons(ask if self._progress is None else (Button("stop", "Stop", back),))

    def on_key(self, event: events.Key) -> None:
        """Choices are changed only where they are; every other key is the frame's."""
        command = self.keys.get(event.key)
        if command is not None and command.id in _ON_CHOICES and not self.query_one("#settings").has_focus:
            event.prevent_default()

    def action_next_value(self) -> None:
        """The next value of the choice."""
        self.change(1)

    def action_previous_value(self) -> None:
        """The value before."""
        self.change(-1)

    def action_start(self) -> None:
        """Write the files."""
        self._start()

    def action_back(self) -> None:
        """Stop the work, or leave."""
        if self._progress is not None:
            self._progress.stop()
        else:
            self.dismiss(None)

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
        if event.button.id == "export":
            self._start()
        else:
            self.action_back()

    # Working.

    def _start(self) -> None:
        folder = self.query_one(ArabicInput).value.strip()
        if self._busy or not self._settings:
            return
        if not self._layer.value:
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
        self._offer_buttons()
        self.query_one(Buttons).focus()
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
        return ExportRequest(
            self._format.value,
            self._layer.value,
            path.absolute(),
            options=self._chosen(),
            unfinished=self._unfinished.value == "yes",
        )

    def _run(self, request: ExportRequest, progress: Progress) -> ExportOutcome:
        from annotator.workflow.export import UnfinishedError, export  # noqa: PLC0415 - only when asked for

        app = host(self)
        try:
            return export(app.store(), app.schema, request, progress.report)
        except UnfinishedError as error:
            error.hint = f"Decide what is open, or set {self._unfinished.title} to yes: {error.counts}"
            raise

    def _show_progress(self) -> None:
        if self._progress is not None:
            look = host(self).look
            self.query_one("#status", Line).show(self._progress.pieces(look, self.size.width))

    def _stop_showing(self) -> None:
        self._progress = None
        if self._timer is not None:
            self._timer.stop()
        self._offer_buttons()

    def on_unmount(self) -> None:
        """The program ends: so does the work."""
        if self._progress is not None:
            self._progress.stop()


class _Settings(Rows):
    """The choices; a click takes the next value."""

    DEFAULT_CSS = "_Settings { height: 3; }"

    def __init__(self, *, id: str, empty: str) -> None:
        super().__init__(id=id, empty=empty, click_chooses=True)
