"""How far people agree, on the screen: numbers, views, what stands behind them, who may see what, files."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from annotator.agreement.study import decode
from annotator.errors import StoreError
from annotator.model.annotations import Annotation, Argument, Entity, Event, Record, make_fragments
from annotator.model.documents import Document
from annotator.model.operations import Edit, Replacement
from annotator.store import open_store
from annotator.store.first import read_first
from annotator.tui.app import AnnotatorApp
from annotator.tui.launch import Launch
from annotator.tui.look import LIGHT, PLAIN
from annotator.tui.screens import agreement_run
from annotator.tui.screens.adjudicate import AdjudicateScreen
from annotator.tui.screens.agreement import AgreementScreen
from annotator.tui.screens.agreement_list import DifferencesScreen
from annotator.tui.screens.agreement_measures import PickMeasure
from annotator.tui.screens.annotate import AnnotateScreen
from annotator.tui.screens.dialogs import Message
from annotator.tui.screens.documents import DocumentsScreen
from annotator.tui.widgets.arabic_input import ArabicInput
from annotator.tui.widgets.matrix import Matrix
from annotator.tui.widgets.rows import Rows
from annotator.workflow import agreement as workflow
from annotator.workflow.access import Guarded
from annotator.workflow.adjudication import begin
from annotator.workflow.agreement_pool import Pool
from annotator.workflow.people import at_work
from annotator.workflow.ports import BASIS, DECISIONS, LayerEdit, LayerKey, Person, Role, Store
from annotator.workflow.project import Project

NOW = "2026-01-0{}T00:00:00.000Z"
TEXT = "أعلنت وزارة الدفاع أن الجيش هاجم مدينة حلب.\nوقال بشير إن القوات دخلت المدينة.\n"
OTHER = "زار الرئيس دمشق اليوم.\n"
Layers = Mapping[str, Sequence[Annotation]]
PEOPLE: Mapping[str, Role] = {
    "boss": "manager",
    "rima": "reviewer",
    "ali": "annotator",
    "badr": "annotator",
    "sara": "annotator",
}


def entity(id: str, label: str, words: str, text: str = TEXT) -> Entity:
    start = text.index(words)
    return Entity(id, label, make_fragments([(start, start + len(words))]))


def opinion(name: str) -> list[Annotation]:
    """All have حلب and بشير; badr has the ministry shorter, sara calls the army something else and misses the city."""
    start = TEXT.index("هاجم")
    role = "Target" if name == "sara" else "Attacker"
    return [
        entity("m", "ORG", "وزارة" if name == "badr" else "وزارة الدفاع"),
        entity("j", "ORG" if name == "sara" else "ARMED", "الجيش"),
        entity("h", "GPE", "حلب"),
        entity("b", "PERS", "بشير"),
        *([] if name == "sara" else [entity("c", "GPE", "دخلت المدينة")]),
        Event("e", "Attack", make_fragments([(start, start + 4)]), (Argument(role, "j"),)),
    ]


THREE: Layers = {name: opinion(name) for name in ("ali", "badr", "sara")}
SECOND: Layers = {
    "ali": [entity("p", "PERS", "الرئيس", OTHER), entity("d", "GPE", "دمشق", OTHER)],
    "badr": [entity("d", "GPE", "دمشق", OTHER)],
}


class Desk:
    """The program over a database, and its agreement screen."""

    def __init__(self, app: AnnotatorApp, project: Project) -> None:
        self.app = app
        self.project = project

    @property
    def screen(self) -> AgreementScreen:
        """The agreement screen, whatever lies over it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, AgreementScreen))

    def text(self) -> str:
        """The screen as text, without its colours."""
        return "\n".join("".join(part.text for part in line) for line in self.app.screen._compositor.render_strips())

    def status(self) -> str:
        """What the screen on top says."""
        return str(self.app.screen._message[0])  # type: ignore[attr-defined]  # every framed screen says something

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for what a thread does."""
        for _ in range(800):
            if holds():
                return
            await asyncio.sleep(0.0125)
        assert holds(), self.text()

    async def opened(self, pilot: Pilot[None]) -> AgreementScreen:
        """Wait for the numbers."""
        await self.until(lambda: isinstance(self.app.screen, AgreementScreen))
        await self.until(lambda: self.screen.made is not None)
        await pilot.pause()
        return self.screen

    async def differences(self, pilot: Pilot[None], *keys: str) -> DifferencesScreen:
        """Press KEYS, which open the differences, and wait for all of them."""
        await pilot.press(*keys)
        await self.until(lambda: isinstance(self.app.screen, DifferencesScreen))
        screen = self.app.screen
        assert isinstance(screen, DifferencesScreen)
        await self.until(lambda: not screen._busy)
        await pilot.pause(0.05)
        return screen

    async def chosen(self, pilot: Pilot[None], kind: type[Any]) -> Any:
        """Wait until a screen of KIND is on top."""
        await self.until(lambda: isinstance(self.app.screen, kind))
        await pilot.pause()
        return self.app.screen


Open = Callable[..., Desk]


@pytest.fixture
def desk(project: Project) -> Iterator[Open]:
    """The program as the person `who` beginning with agreement; `documents` have texts, and layers by name.

    A layer whose name ends in `_` is not submitted.
    """
    opened: list[Store] = []

    def make(
        documents: Mapping[str, tuple[str, Layers]] | None = None,
        who: str = "rima",
        *,
        start: str = "agreement",
        document: str | None = "made",
        reopen: Callable[[], Store] | None = None,
    ) -> Desk:
        path = Path(project.database)
        store = open_store(path, create=True)
        for name, role in PEOPLE.items():
            store.put_person(Person(name, role), NOW.format(1))
        given = documents if documents is not None else {"made": (TEXT, THREE), "two": (OTHER, SECOND)}
        for day, (id, (text, layers)) in enumerate(given.items(), 1):
            store.add_documents([Document.of(text, id=id, title=f"خبر {id}")], NOW.format(day))
            for name, items in layers.items():
                put(store, id, name.rstrip("_"), items, day, submit=not name.endswith("_"))
        store.close()

        def opener() -> Store:
            inner = open_store(path)
            opened.append(Guarded(inner, at_work(inner, who)))
            return opened[-1]

        first = read_first(path, who, who, document)
        launch = Launch(project, who, opener, first, document=document, start=start, reopen=reopen)  # type: ignore[arg-type]  # a name
        return Desk(AnnotatorApp(launch), project)

    yield make
    for store in opened:
        store.close()


def put(
    store: Store, document: str, name: str, items: Iterable[Annotation], day: int = 1, *, submit: bool = False
) -> None:
    """Add ITEMS to a layer, which is at revision 0, and submit it."""
    key = LayerKey(document, name)
    replacements = tuple(Replacement(None, item) for item in items)
    if replacements:
        store.commit("boss", NOW.format(day), [LayerEdit(key, 0, Edit("Add", replacements))])
    if submit:
        store.set_layer_state(key, "submitted", "boss", NOW.format(day))


def matrix(desk: Desk) -> Matrix:
    return desk.screen.query_one(Matrix)


def number(desk: Desk, row: int, column: int) -> str:
    return matrix(desk).table.cell(row, column).text


# -- numbers and views ---------------------------------------------------------------------------------------------


async def test_annotators_against_each_other(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert matrix(made).table.rows == ("ali", "badr", "sara")
        # ali and badr: 4 of 5 and 5, 1 of 2 and 1.
        assert number(made, 0, 1) == number(made, 1, 0) == f"{2 * 5 / 13:.3f}"
        assert number(made, 0, 0) == "·"
        assert "Mean over the pairs" in made.text()
        assert "submitted only" in made.text()
        await pilot.press("right")
        assert f"ali and badr: {2 * 5 / 13:.3f}" in made.text()
        assert "13 entity mentions of both sides in 2 documents" in made.text()
        await pilot.press("right")
        assert "Left out: 1 document: not worked on by both" in made.text()


async def test_every_view_shows_what_the_study_says(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(120, 40)) as pilot:
        screen = await made.opened(pilot)
        result = screen.made.study.result("span-exact") if screen.made is not None else None
        assert result is not None
        await pilot.press("2")
        assert list(matrix(made).table.rows) == [cell.name for cell in result.labels]
        assert matrix(made).table.columns == ["mean", "ali–badr", "ali–sara", "badr–sara"]
        assert "PERS, mean" in made.text()
        await pilot.press("3")
        values = [float(number(made, row, 0)) for row in range(2)]
        assert values == sorted(values)
        await pilot.press("4")
        assert "There is no gold to compare with" in made.text()
        await pilot.press("5")
        assert matrix(made).table.rows == ["2026-01-01", "2026-01-02"]
        await pilot.press("6")
        assert matrix(made).table.rows[-1] == "nothing"
        assert "Matrix 1 of 4" in made.text()
        await pilot.press("w")
        assert "ali ↓ badr →" in made.text()
        await pilot.press("tab")
        assert screen._view_name == "pairs"
        await pilot.press("shift+tab")
        assert screen._view_name == "confusion"
        await pilot.click("#views", offset=(13, 0))
        assert screen._view_name == "labels"


async def test_measures_are_stepped_through_and_chosen(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        screen = await made.opened(pilot)
        await pilot.press("n")
        assert "Mentions, overlap F1" in made.text()
        await pilot.press("p", "p")
        assert "Relations, F1" in made.text()
        await pilot.press("m")
        dialog = await made.chosen(pilot, PickMeasure)
        rows = dialog.query_one(Rows)
        ids = [measure.id for measure in dialog._measures]
        assert rows.cursor == ids.index("relation")
        rows.move_cursor(ids.index("argument-kappa"))
        await pilot.press("enter")
        await made.until(lambda: screen._measure == "argument-kappa")
        await pilot.pause()
        assert "Cohen's kappa, roles of candidates" in made.text()
        assert number(made, 0, 1) == "1.000"
        await pilot.press("2")
        assert matrix(made).table.rows == ["Attack"]  # what was asked for by itself has its labels
        await pilot.press("m")
        await made.chosen(pilot, PickMeasure)
        await pilot.press("home", "enter")
        await made.until(lambda: screen._measure == "span-exact")


async def test_labels_that_are_not_computed_yet_are_on_demand(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        await pilot.press("n", "n", "2")
        assert "Not computed for each label yet" in made.text()
        await pilot.press("enter")
        await made.until(lambda: "PERS" in list(matrix(made).table.rows))


# -- behind a number -----------------------------------------------------------------------------------------------


async def test_enter_lists_the_differences_behind_a_pair(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        kinds = [(one.difference.kind, one.difference.document) for one in screen._found]
        assert kinds == [("boundary", "made"), ("missed", "two")]
        await made.until(lambda: "different boundaries" in made.text())
        assert "missed 1" in made.text()
        await pilot.press("down")
        await made.until(lambda: "only one has it" in made.text())
        assert "badr: nothing" in made.text()
        await pilot.press("escape")
        await made.chosen(pilot, AgreementScreen)
        assert matrix(made).cursor == (0, 1)


async def test_behind_labels_documents_days_and_confusions(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        await pilot.press("2")
        armed = list(matrix(made).table.rows).index("ARMED")
        matrix(made).move_cursor(armed, 0)
        screen = await made.differences(pilot, "enter")
        assert {one.difference.labels for one in screen._found} == {("ARMED", "ORG")}
        assert len(screen._found) == 2
        await pilot.press("escape", "3")
        screen = await made.differences(pilot, "enter")
        assert len({one.difference.document for one in screen._found}) == 1
        await pilot.press("escape", "5", "down")
        screen = await made.differences(pilot, "enter")
        assert [one.difference.document for one in screen._found] == ["two"]
        await pilot.press("escape", "6")
        labels = list(matrix(made).table.rows)
        matrix(made).move_cursor(labels.index("ORG"), labels.index("ARMED"))
        screen = await made.differences(pilot, "enter")
        assert len(screen._found) == 2
        await pilot.press("escape")
        matrix(made).move_cursor(labels.index("PERS"), labels.index("PERS"))
        await made.differences(pilot, "enter")
        assert "They differ on nothing here." in made.text()


async def test_a_reviewer_goes_into_the_adjudication(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(120, 40)) as pilot:
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        await pilot.press("enter")
        await made.until(lambda: "is not in adjudication" in made.status())
        await pilot.press("a")
        adjudicate = await made.chosen(pilot, AdjudicateScreen)
        await made.until(lambda: adjudicate.session is not None)
        assert adjudicate.item is not None
        assert adjudicate.item.start == screen._found[0].difference.start
        made.app.pop_screen()
        await made.until(lambda: made.app.screen is screen)
        await pilot.press("enter")
        await made.chosen(pilot, AdjudicateScreen)
        made.app.pop_screen()
        await made.until(lambda: made.app.screen is screen)
        await pilot.press("escape")
        await made.until(lambda: "have changed since" in made.screen._message[0])


async def test_next_document(desk: Open) -> None:
    made = desk()
    async with made.app.run_test(size=(120, 40)) as pilot:
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        await pilot.press("n")
        assert screen.current is not None
        assert screen.current.difference.document == "two"


# -- who may see what ----------------------------------------------------------------------------------------------


def gold_done(store: Store, document: str, items: Iterable[Annotation]) -> None:
    put(store, document, "gold", items)
    basis = Record(BASIS, BASIS, '{"items":1,"layers":{"ali":1,"badr":1},"open":0}')
    edit = LayerEdit(LayerKey(document, DECISIONS), 0, Edit("Begin", (Replacement(None, basis),)))
    store.commit("rima", NOW.format(3), [edit])


async def test_annotators_are_told_what_they_can_see(desk: Open) -> None:
    made = desk(who="ali")
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert "Only reviewers and managers compare annotators" in made.text()
        for name in ("badr", "sara"):
            assert name not in made.text()
        await pilot.press("1", "enter", "l", "f4", "6")
        assert "badr" not in made.text()


async def test_annotators_see_their_own_layer_against_gold(desk: Open) -> None:
    made = desk(who="ali")
    with_gold = open_store(Path(made.project.database))
    gold_done(with_gold, "two", SECOND["badr"])
    with_gold.close()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)
        assert matrix(made).table.rows == ["ali"]
        assert number(made, 0, 1) == "0.500"  # precision: one of two
        assert "your own layer, against gold that is decided" in made.text()
        assert "badr" not in made.text()
        screen = await made.differences(pilot, "enter")
        assert [one.difference.kind for one in screen._found] == ["missed"]
        await pilot.press("a")
        await made.until(lambda: "only reviewers" in made.status())
        await pilot.press("enter")
        ground = await made.chosen(pilot, AnnotateScreen)
        await made.until(lambda: ground.session is not None and ground.session.document.id == "two")
        await made.until(lambda: ground.pane.state.caret == OTHER.index("الرئيس"))


async def test_a_place_of_ones_own_from_the_list_of_documents(desk: Open) -> None:
    documents = {"made": (TEXT, {"rima": opinion("ali"), "badr": opinion("badr")})}
    made = desk(documents, start="annotate")
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.until(lambda: made.app._person is not None or made.app.launch.first is not None)
        await pilot.press("f2")
        await made.chosen(pilot, DocumentsScreen)
        await made.until(lambda: made.app.screen.query_one(Rows).count)
        await pilot.press("g")
        await made.opened(pilot)
        screen = await made.differences(pilot, "right", "enter")
        place = screen._found[0].difference.start
        await pilot.press("enter")
        ground = await made.chosen(pilot, AnnotateScreen)
        await made.until(lambda: ground.pane.state.caret == place)


# -- empty states, stopping, keeping -------------------------------------------------------------------------------


async def test_nobody_has_submitted_anything(desk: Open) -> None:
    made = desk({"made": (TEXT, {f"{name}_": items for name, items in THREE.items()})})
    async with made.app.run_test(size=(80, 24)) as pilot:
        screen = await made.opened(pilot)
        assert "No layer is submitted" in made.text()
        assert "left out: 3 layers: not submitted" in made.text()
        await pilot.press("enter", "f4")
        assert "no numbers to export" in made.status()
        await pilot.press("x")
        message = await made.chosen(pilot, Message)
        assert "made, ali: not submitted" in made.text()
        message.dismiss(None)
        await made.chosen(pilot, AgreementScreen)
        await pilot.press("l")
        await made.until(lambda: screen._all_layers)
        await pilot.pause()
        assert matrix(made).table.rows == ("ali", "badr", "sara")
        assert "all layers" in made.text()
        await pilot.press("l")
        await made.until(lambda: not screen._all_layers)


async def test_one_annotator_only(desk: Open) -> None:
    made = desk({"made": (TEXT, {"ali": opinion("ali")})})
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert "agreement needs two annotators" in " ".join(made.text().split()).lower()
        for key in "23456":
            await pilot.press(key)
            assert matrix(made).cursor is None
            assert matrix(made).empty


async def test_no_documents_at_all(desk: Open) -> None:
    made = desk({}, document=None)
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert "there is nothing to compare" in made.text()


async def test_escape_stops_and_the_next_one_leaves(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    going = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(*given: Any, **_more: Any) -> None:
        loop.call_soon_threadsafe(going.set)
        while given[4](1, 10):
            pass

    monkeypatch.setattr(agreement_run, "study", endless)
    made = desk()
    async with made.app.run_test(size=(80, 24)) as pilot:
        await asyncio.wait_for(going.wait(), 10)
        await made.until(lambda: "1 of 10" in made.text())
        await pilot.press("escape")
        await made.until(lambda: "Stopped: there are no numbers yet" in made.text())
        monkeypatch.undo()
        await pilot.press("r")
        await made.opened(pilot)
        await pilot.press("escape")
        await made.chosen(pilot, AnnotateScreen)


async def test_large_studies_are_made_by_processes(
    desk: Open, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "_LARGE", 1)
    pools: list[Pool] = []

    def remembered(*given: Any) -> Pool:
        pools.append(Pool(*given))
        return pools[-1]

    monkeypatch.setattr(workflow, "Pool", remembered)
    made = desk(reopen=partial(open_store, project.database))
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        assert number(made, 0, 1) == f"{2 * 5 / 13:.3f}"
        (pool,) = pools
        assert all(worker._process.returncode is not None for worker in pool._workers)


async def test_escape_ends_processes_that_do_not_answer(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "_LARGE", 1)
    pools: list[Pool] = []

    def remembered(*given: Any) -> Pool:
        pools.append(Pool(*given))
        return pools[-1]

    monkeypatch.setattr(workflow, "Pool", remembered)
    made = desk(reopen=partial(time.sleep, 600))
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.until(lambda: pools and "0 of 2" in made.text())
        await pilot.press("escape")
        await made.until(lambda: "Stopped: there are no numbers yet" in made.text())
        assert all(worker._process.returncode is not None for worker in pools[0]._workers)


async def test_numbers_are_kept_until_something_changes(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk()
    calls: list[object] = []
    study = workflow.study

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return study(*given, **more)

    monkeypatch.setattr(agreement_run, "study", counted)
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.opened(pilot)
        await pilot.press("escape")
        await made.chosen(pilot, AnnotateScreen)
        await pilot.press("shift+f6")
        await made.opened(pilot)
        assert len(calls) == 1
        await pilot.press("r")
        await made.until(lambda: len(calls) == 2)
        await pilot.press("escape")
        await made.until(lambda: made.app.screen is made.app.screen_stack[0] or made.screen._progress is None)
        if not isinstance(made.app.screen, AnnotateScreen):
            await pilot.press("escape")
        await made.chosen(pilot, AnnotateScreen)
        beside = open_store(Path(made.project.database))
        put(beside, "two", "sara", SECOND["badr"], 3, submit=True)
        beside.close()
        before = len(calls)
        await pilot.press("shift+f6")
        await made.opened(pilot)
        assert len(calls) == before + 1
        assert number(made, 1, 2) != ""


async def test_a_database_that_says_no_is_told(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        raise StoreError("the database is locked", hint="Try again")

    monkeypatch.setattr(agreement_run, "study", broken)
    made = desk()
    async with made.app.run_test(size=(80, 24)) as pilot:
        await made.until(lambda: "The database is locked." in made.text())
        await pilot.press("enter", "n", "m", "escape")


# -- files ---------------------------------------------------------------------------------------------------------


async def test_export(desk: Open, tmp_path: Path) -> None:
    made = desk()
    async with made.app.run_test(size=(100, 30)) as pilot:
        await made.opened(pilot)

        async def write(form: str, name: str) -> None:
            await pilot.press("f4")
            await made.until(lambda: "Export the numbers as" in made.text())
            await pilot.press(form)
            await made.until(lambda: bool(made.app.screen.query(ArabicInput)))
            field = made.app.screen.query_one(ArabicInput)
            assert "/exports/agreement" in field.value
            field.value = str(tmp_path / name)
            await pilot.press("enter")

        await write("1", "report.html")
        await made.until(lambda: "written" in made.status())
        assert "</html>" in (tmp_path / "report.html").read_text(encoding="utf-8")
        await write("3", "study.json")
        await made.until(lambda: "study.json" in made.status())
        study = decode(json.loads((tmp_path / "study.json").read_text(encoding="utf-8")))
        assert study.annotators == ("ali", "badr", "sara")
        await write("2", "tables")
        await made.until(lambda: "3 files" in made.status())
        assert (tmp_path / "tables" / "excluded.csv").exists()
        (tmp_path / "report.html").write_text("mine", encoding="utf-8")
        await write("1", "report.html")
        await made.until(lambda: "Replace what is there?" in made.text())
        await pilot.press("escape")
        assert (tmp_path / "report.html").read_text(encoding="utf-8") == "mine"
        await write("1", "report.html/below.html")
        await made.until(lambda: "✗" in made.text())


# -- sizes, looks, pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (250, 80), (40, 10)])
async def test_every_size(desk: Open, size: tuple[int, int]) -> None:
    made = desk()
    async with made.app.run_test(size=size) as pilot:
        await made.opened(pilot)
        for look in (LIGHT, PLAIN):
            made.app.look = look
            made.screen.look_changed()
            for key in "654321":
                await pilot.press(key, "right", "down")
        await made.differences(pilot, "enter")
        await pilot.press("down", "escape")


async def test_it_comes_from_the_palette_and_its_keys_are_in_the_help(desk: Open) -> None:
    made = desk(start="annotate")
    async with made.app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        made.app.run_command("app.agreement")
        await made.opened(pilot)
        made.app.run_command("app.agreement")
        await pilot.press("f1")
        await made.until(lambda: "Annotators against each other" in made.text())


def shown(*keys: str) -> Callable[[Pilot[None]], Any]:
    async def run(pilot: Pilot[None]) -> None:
        app: Any = pilot.app
        desk = Desk(app, app.project)
        await desk.opened(pilot)
        await pilot.press(*keys)
        await pilot.pause(0.2)
        if "enter" in keys:
            await desk.until(lambda: "different" in desk.text())

    return run


@pytest.mark.parametrize("size", [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")])
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("right",), id="pairs"),
        pytest.param(("2", "down"), id="labels"),
        pytest.param(("3",), id="documents"),
        pytest.param(("6", "down", "right"), id="confusion"),
        pytest.param(("right", "enter"), id="differences"),
        pytest.param(("m",), id="measures"),
    ],
)
def test_pictures(desk: Open, snap_compare: Any, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    assert snap_compare(desk().app, terminal_size=size, run_before=shown(*keys))


def test_picture_in_light(desk: Open, snap_compare: Any) -> None:
    made = desk()
    made.app.look = LIGHT
    assert snap_compare(made.app, terminal_size=(100, 30), run_before=shown("2"))


def test_begin_is_what_adjudication_begins_with(desk: Open) -> None:
    made = desk()
    store = open_store(Path(made.project.database))
    begin(store, made.project.schema, "made", "rima")
    before = agreement_run.mark_of(store.documents(), {})
    assert before != agreement_run.mark_of(store.documents(), store.adjudications())
    store.close()
