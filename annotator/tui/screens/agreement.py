"""How far people agree: a matrix of annotators and other views of a measure, with what stands behind each number."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from textual import work

from annotator.agreement.measures import DEFAULT
from annotator.errors import AnnotatorError
from annotator.tui.background import Progress
from annotator.tui.commands import first_keys
from annotator.tui.host import host
from annotator.tui.key_titles import key_title, title_of
from annotator.tui.screens.agreement_export import Exporting
from annotator.tui.screens.agreement_list import DifferencesScreen, Place
from annotator.tui.screens.agreement_run import Made, Studies
from annotator.tui.screens.agreement_tabs import Tabs
from annotator.tui.screens.agreement_views import VIEWS, figure, interval, left_out, view
from annotator.tui.screens.dialogs import Message
from annotator.tui.widgets.lines import Line
from annotator.tui.widgets.matrix import NOTHING, Matrix
from annotator.tui.widgets.pieces import counted, fit, width_of
from annotator.tui.widgets.text_block import TextBlock, faint, plain, strong
from annotator.workflow.people import reviews

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from annotator.tui.screens.agreement_views import View
    from annotator.tui.widgets.pieces import Piece

_BUSY: Final = "Comparing …"
_STOPPED: Final = "Stopped: there are no numbers yet. r computes them."
_NOBODYS: Final = (
    "Only reviewers and managers compare annotators. You can see how your own layer compares with gold once a document "
    "of yours is decided; none is yet."
)
CONFUSION: Final = "Labels, each with what another one says"
_MEASURE: Final = "agreement-measure"
_NAMED: Final = 200  # what is left out, named one by one


class AgreementScreen(Exporting[Place | None]):
    """The result is a place in one's own layer to go to, None to go back."""

    SCOPE = "agreement"
    AUTO_FOCUS = "Matrix"
    DEFAULT_CSS = """
    AgreementScreen Matrix { height: 1fr; }
    AgreementScreen TextBlock { height: 5; }
    AgreementScreen.tall TextBlock { height: 8; }
    """

    def __init__(self, studies: Studies) -> None:
        """STUDIES are those that were computed in this run of the program."""
        super().__init__()
        self._studies = studies
        self._measure = DEFAULT[0]
        self._view_name = "pairs"  # of the view
        self._whose = 0
        self._all_layers = False
        self._own_only = False
        self._view: View | None = None
        self._cursors: dict[str, tuple[int, int]] = {}
        self._progress: Progress | None = None
        self._timer: Timer | None = None

    def content(self) -> Iterable[Widget]:
        """Views, what the measure counts, what is compared; the table; all about the number under the cursor."""
        yield Tabs(id="views")
        yield Line(id="measure")
        yield Line(id="scope")
        yield Matrix(empty=_BUSY)
        yield TextBlock()

    def on_mount(self) -> None:
        """Compute, or show what is known; Textual calls the handler of `Framed` too."""
        wanted = host(self).remembered.get(_MEASURE, "")
        self._measure = wanted if wanted in DEFAULT else self._measure
        self.compute()

    def on_unmount(self) -> None:
        """Nobody waits for the numbers any more."""
        if self._progress is not None:
            self._progress.stop()

    def on_resize(self) -> None:
        """More can be told where there is room."""
        super().on_resize()
        self.set_class(self.app.size.height >= 32, "tall")
        self._show_lines()

    def look_changed(self) -> None:
        """All lines."""
        super().look_changed()
        self._show_lines()

    # Computing.

    @work(exclusive=True, group="study")
    async def compute(self, measure: str = "", *, again: bool = False, all_layers: bool | None = None) -> None:
        """Compute what is not known yet, for MEASURE too, and show it; AGAIN: also what is known."""
        app, studies = host(self), self._studies
        progress = self._progress = Progress()
        wanted, every = measure or self._measure, self._all_layers if all_layers is None else all_layers
        self._timer = self._timer or self.set_interval(0.1, self._show_progress)
        self._timer.resume()
        matrix = self.query_one(Matrix)

        def run() -> tuple[Made | None, bool]:
            store, by_itself = app.store(), "" if wanted in DEFAULT and not measure else wanted
            made = studies.made(
                store,
                app.project.settings.name,
                app.schema,
                progress.report,
                measure=by_itself,
                all_layers=every,
                again=again,
            )
            return made, not reviews(app.person)

        try:
            made, own_only = await asyncio.to_thread(run)
        except AnnotatorError as error:
            self._end()
            matrix.empty = f"{error.what[0].upper()}{error.what[1:]}."
            self._refresh(self.made)
            self.say(str(error), "bad")
            return
        self._end()
        if made is None:
            matrix.empty = _STOPPED
            self._refresh(self.made)
            self.say("stopped", "bad")
            return
        self._measure, self._all_layers, self._own_only = wanted, every, own_only
        app.remember(_MEASURE, wanted)
        if own_only:
            self._view_name = "gold" if self._view_name == "pairs" else self._view_name
        self._refresh(made)
        out = self._left_out()
        self.say(out if width_of(self._scope()) > self.size.width - 2 else "", "busy")  # cut off above

    def _end(self) -> None:
        self._progress = None
        if self._timer is not None:
            self._timer.pause()

    def _show_progress(self) -> None:
        if (progress := self._progress) is not None:
            look = host(self).look
            pieces = progress.pieces(look, self.size.width - 14)
            if progress.total and progress.done >= progress.total and not progress.stopping:
                pieces.append((", adding up …", look.bar_dim))
            self.query_one("#status", Line).show(pieces)

    # What is shown.

    def _refresh(self, made: Made | None) -> None:
        """Show MADE in the view that was chosen; the cursor of each view stays where it was."""
        self.made = made
        matrix = self.query_one(Matrix)
        self._view = None
        if made is not None:
            key = title_of(f"{self.SCOPE}.whose", host(self).user_keys)
            self._view = view(self._view_name, made, self._measure, self._whose, key)
            matrix.empty = _NOBODYS if self._own_only and not made.study.reference else self._view.empty
        matrix.show(self._view.table if self._view is not None else NOTHING, self._cursors.get(self._view_name, (0, 0)))
        self._tell()
        self.show_title()
        self._show_lines()

    def _tell(self) -> None:
        cursor = self.query_one(Matrix).cursor
        about = list(self._view.about(*cursor)) if self._view is not None and cursor is not None else []
        if about and width_of(included := self._included()) > self.size.width - 2:  # cut off above
            about.append((included, faint))
        self.query_one(TextBlock).show(*about)

    def _included(self) -> str:
        """What the measure counts, and which of that."""
        if self.made is None or self._view_name == "confusion":  # which says so itself
            return ""
        result = self.made.study.result(self._measure)
        return f"{result.unit}: {result.included}" if result is not None else ""

    def title_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        """The measure, and its number as a whole."""
        look, made = host(self).look, self.made
        result = made.study.result(self._measure) if made is not None else None
        confusion = self._view_name == "confusion"
        title = CONFUSION if confusion else result.title if result is not None else ""
        left = [(" agreement ", look.bar_strong), (f" {fit(title, max(10, self.size.width - 50))}", look.bar)]
        if result is None or confusion:
            return left, []
        said = " ".join(filter(None, (figure(result.mean.value), interval(result.mean))))
        return left, [("mean ", look.bar_dim), (f"{said} ", look.bar_strong)]

    def _show_lines(self) -> None:
        app, made, width = host(self), self.made, self.size.width
        look = app.look
        keys = first_keys(self.keys)
        self.query_one(Tabs).offer(
            self._view_name, {name: key_title(keys[id]) for name in VIEWS if (id := f"{self.SCOPE}.{name}") in keys}
        )
        self.query_one("#measure", Line).show([(f" {fit(self._included(), max(1, width - 2))}", look.bar_dim)])
        scope = self._scope() if made is not None else ""
        self.query_one("#scope", Line).show([(f" {fit(scope, max(1, width - 2))}", look.bar_dim)])

    def _scope(self) -> str:
        """What is compared, and what is not."""
        assert self.made is not None  # noqa: S101 - the caller has looked
        found = self.made.study
        which = "submitted only" if found.settings.layers == "submitted" else "all layers"
        if self._own_only:
            which = "your own layer, against gold that is decided"
        people = counted(len(found.annotators), "annotator")
        said = (counted(len(found.documents), "document"), people, which, self._left_out())
        return " · ".join(filter(None, said))

    def _left_out(self) -> str:
        """What is not compared, and why."""
        out = left_out(self.made.study) if self.made is not None else []
        return f"left out: {'; '.join(out)} (x names them)" if out else ""

    # Keys and mouse.

    def on_matrix_moved(self, event: Matrix.Moved) -> None:
        """About another number."""
        event.stop()
        cursor = self.query_one(Matrix).cursor
        if cursor is not None:
            self._cursors[self._view_name] = cursor
        self._tell()

    def on_matrix_chosen(self, event: Matrix.Chosen) -> None:
        """Enter, or a double click."""
        event.stop()
        self.action_open()

    def on_tabs_picked(self, event: Tabs.Picked) -> None:
        """A click on a view."""
        event.stop()
        self.show_view(event.view)

    # Commands.

    def show_view(self, name: str) -> None:
        """Show the view called NAME."""
        self._view_name = name
        self._refresh(self.made)

    def action_pairs(self) -> None:
        """Annotators against each other."""
        self.show_view("pairs")

    def action_labels(self) -> None:
        """Each label by itself."""
        self.show_view("labels")

    def action_documents(self) -> None:
        """Each document by itself, lowest first."""
        self.show_view("documents")

    def action_gold(self) -> None:
        """Each annotator against gold."""
        self.show_view("gold")

    def action_days(self) -> None:
        """Day by day."""
        self.show_view("days")

    def action_confusion(self) -> None:
        """Which labels are taken for which."""
        self.show_view("confusion")

    def action_next_view(self) -> None:
        """The next view."""
        self._step_view(1)

    def action_previous_view(self) -> None:
        """The view before."""
        self._step_view(-1)

    def _step_view(self, way: int) -> None:
        names = list(VIEWS)
        self.show_view(names[(names.index(self._view_name) + way) % len(names)])

    def action_next_measure(self) -> None:
        """The next measure of those that are computed."""
        self._step_measure(1)

    def action_previous_measure(self) -> None:
        """The one before."""
        self._step_measure(-1)

    def _step_measure(self, way: int) -> None:
        if self.made is not None:
            ids = [result.measure for result in self.made.study.results]
            self._show_measure(ids[(ids.index(self._measure) + way) % len(ids)])

    def _show_measure(self, id: str) -> None:
        self._measure = id
        host(self).remember(_MEASURE, id)
        self._cursors = {name: at for name, at in self._cursors.items() if name in {"pairs", "gold", "confusion"}}
        self._refresh(self.made)

    @work(exclusive=True, group="dialog")
    async def action_pick_measure(self) -> None:
        """Choose a measure from the list of all; one that is not computed yet is."""
        from annotator.tui.screens.agreement_measures import PickMeasure  # noqa: PLC0415 - only when asked for

        computed = [result.measure for result in self.made.study.results] if self.made is not None else []
        chosen = await self.app.push_screen_wait(PickMeasure(host(self).schema, self._measure, computed))
        if chosen is not None and chosen in computed:
            self._show_measure(chosen)
        elif chosen is not None:
            self.compute(chosen)

    def action_whose(self) -> None:
        """The confusion matrix of the next pair, after the last one that of all."""
        if self.made is not None and self.made.study.confusions:
            self._whose = (self._whose + 1) % len(self.made.study.confusions)
            self.show_view("confusion")

    def action_layers(self) -> None:
        """Submitted layers only, or all."""
        if self._own_only:
            self.say("your own layer counts once it is submitted and its document decided", "busy")
        else:
            self.compute(all_layers=not self._all_layers)

    def action_recompute(self) -> None:
        """Compute everything again."""
        self.compute(self._measure if self._measure not in DEFAULT else "", again=True)

    def action_excluded(self) -> None:
        """Name what is left out, and say why."""
        if self.made is None:
            return
        found = self.made.study.excluded
        parts = [(line, strong) for line in left_out(self.made.study)] or [("Nothing.", plain)]
        parts += [(f"{it.document}{f', {it.layer}' if it.layer else ''}: {it.why}", plain) for it in found[:_NAMED]]
        if len(found) > _NAMED:
            parts.append((f"and {len(found) - _NAMED:,} more; the CSV export names all", faint))
        self.app.push_screen(Message("Left out", parts))

    def action_open(self) -> None:
        """List the differences behind the number; where labels are not computed yet, compute them."""
        made, cursor = self.made, self.query_one(Matrix).cursor
        if made is None or self._view is None:
            return
        if cursor is None:
            if self._view_name == "labels" and not made.has_labels(self._measure):
                self.compute(self._measure)
            return
        behind = self._view.behind(*cursor)
        if behind is None:
            self.say("no document that both worked on stands behind this", "busy")
            return
        result = made.study.result(self._measure)
        title = result.title if result is not None and behind.labels is None else CONFUSION
        self.app.push_screen(DifferencesScreen(behind, title, made.titles), self._returned)

    def _returned(self, place: Place | None) -> None:
        """Go on to PLACE; else say so when something was changed meanwhile."""
        if place is not None:
            self.dismiss(place)
        else:
            self._look_again()

    @work(exclusive=True, group="look")
    async def _look_again(self) -> None:
        app, made = host(self), self.made
        if made is None:
            return
        try:
            changed = await asyncio.to_thread(lambda: self._studies.changed(app.store(), made))
        except AnnotatorError as error:
            self.say(str(error), "bad")
            return
        if changed:
            self.say("layers or decisions have changed since these numbers; r computes them again", "busy")

    def action_back(self) -> None:
        """Stop computing, or go back."""
        if self._progress is not None and not self._progress.stopping:
            self._progress.stop()
        else:
            self.dismiss(None)
