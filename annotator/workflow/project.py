"""A project: a folder with `project.toml`, `schema.toml`, `guidelines.md`, `gold/` and, by default, its database.

`project.toml`::

    format = 1
    name = "arabic-news"            # letters, digits, '_', '-', '.'
    title = "..."                   # optional
    store = "corpus.db"             # a file in this folder, or the address of a server: "postgresql+psycopg://..."
    direction = "auto"              # or "rtl", "ltr": base direction of paragraphs (UAX #9 P2-P3, or forced)
    seeds = "../seeds"              # optional: folder that the first run imports

    [export]                        # what `annotator export` does when it is told nothing else
    format = "conll"
    layer = "gold"
    output = "../exports"

    [adjudication]
    feedback_names = false          # true: feedback, and gold, tell annotators who decided, and who said what gold says

Paths are relative to the folder. Everything here is on the way to the first frame: the standard library only.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from annotator.errors import SchemaError, TextError, UsageError
from annotator.model.documents import check_id
from annotator.model.schema import Schema
from annotator.model.schema_file import read_schema
from annotator.workflow.sources import may_be_there

Direction = Literal["auto", "rtl", "ltr"]

FORMAT: Final = 1
VARIABLE: Final = "ANNOTATOR_PROJECT"
"""Environment variable that names the project's folder."""
DEFAULT_FOLDER: Final = "corpus"
"""The folder that is looked for, and made, when no other is named."""
DEFAULT_TEMPLATE: Final = "arabic-news"
DEFAULT_STORE: Final = "corpus.db"
SETTINGS_FILE: Final = "project.toml"
SCHEMA_FILE: Final = "schema.toml"
DIRECTIONS: Final[tuple[Direction, ...]] = ("auto", "rtl", "ltr")

_TEMPLATES: Final = Path(__file__).parent / "templates"
_KEYS: Final = ("format", "name", "title", "store", "direction", "seeds", "export", "adjudication")


@dataclass(frozen=True, slots=True)
class ExportDefaults:
    """What an export does when it is told nothing else; `output` is relative to the project's folder."""

    format: str = "conll"
    layer: str = "gold"
    output: str = "exports"


@dataclass(frozen=True, slots=True)
class Settings:
    """What `project.toml` says. `seeds` is empty when the first run imports nothing.

    `feedback_names` says whether annotators learn who decided otherwise than they said, and who agreed with that: from
    feedback, from gold and from its history.
    """

    name: str
    title: str = ""
    store: str = DEFAULT_STORE
    direction: Direction = "auto"
    seeds: str = ""
    export: ExportDefaults = field(default_factory=ExportDefaults)
    feedback_names: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """An open project: its folder, settings and schema. `database` is an absolute path, or a server's address."""

    root: Path
    settings: Settings
    schema: Schema
    database: str

    @property
    def database_file(self) -> Path | None:
        """The file of the database, None when a server holds it."""
        return None if is_address(self.database) else Path(self.database)

    @property
    def title(self) -> str:
        """What people read: the title, else the name."""
        return self.settings.title or self.settings.name

    @property
    def gold(self) -> Path:
        """The folder of adjudicated documents, which may be missing."""
        return self.root / "gold"

    @property
    def annotators(self) -> Path:
        """The folder of people's own files, a folder for each name; it may be missing."""
        return self.root / "annotators"

    @property
    def seeds(self) -> Path | None:
        """The folder that the first run imports, None when there is none to import."""
        return self.root / self.settings.seeds if self.settings.seeds else None


def is_address(store: str) -> bool:
    """Whether STORE is the address of a server rather than a file."""
    return "://" in store


def find_project(explicit: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """The project's folder: EXPLICIT, `$ANNOTATOR_PROJECT`, `corpus` in CWD, CWD itself; None when there is none.

    A folder that was named is returned as it is, so that `open_project` can say what it lacks.
    """
    if explicit is not None:
        return cwd / explicit
    if named := environ.get(VARIABLE):
        return cwd / named
    return next((folder for folder in (cwd / DEFAULT_FOLDER, cwd) if _may_be_file(folder / SETTINGS_FILE)), None)


def open_project(root: Path) -> Project:
    """Read the settings and the schema of the project in the folder ROOT; the database is not touched.

    UsageError when ROOT is no project or its settings are wrong; SchemaError for its schema.
    """
    place = root / SETTINGS_FILE
    if not _may_be_file(place):
        raise UsageError(
            f"there is no project here: {SETTINGS_FILE} is missing",
            where=str(root),
            hint="Name another folder with --project, or make a project with 'annotator init'",
        )
    settings = read_settings(_read(place, UsageError), str(place))
    schema_place = root / SCHEMA_FILE
    if not _may_be_file(schema_place):
        raise SchemaError(
            "the project has no label schema", where=str(schema_place), hint="Copy one from another project"
        )
    schema = read_schema(_read(schema_place, SchemaError), str(schema_place))
    store = settings.store
    return Project(root, settings, schema, store if is_address(store) else os.path.abspath(root / store))  # noqa: PTH100 - a symbolic link to the database stays the name people know


def _may_be_file(path: Path) -> bool:
    """Whether there is a file PATH, or one may be where the person may not look: reading it says what is wrong."""
    return may_be_there(path) and not os.path.isdir(path)  # noqa: PTH112 - never raises


def _read(path: Path, kind: type[UsageError | SchemaError]) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise kind(f"this is not UTF-8 (byte {error.start:,})", where=str(path), hint="Save it as UTF-8") from error
    except OSError as error:
        hint = "Check its permissions, and those of its folder" if isinstance(error, PermissionError) else ""
        raise kind(f"this file cannot be read ({error.strerror})", where=str(path), hint=hint) from error


# -- settings ------------------------------------------------------------------------------------------------------


def read_settings(content: str, where: str = SETTINGS_FILE) -> Settings:
    """The settings that CONTENT, the text of `project.toml`, holds. UsageError with every problem found."""
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"this is not valid TOML: {error}", where=where, hint="Mend that line and try again") from None
    reader = _Reader(table)
    settings = reader.read()
    if problems := reader.problems:
        count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
        hint = "\n  ".join(["Mend the file and try again", *problems])
        raise UsageError(f"the project's settings have {count}", where=where, hint=hint)
    return settings


class _Reader:
    """Reads the table once; `problems` grows, and the settings are only used when it stays empty."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table
        self.problems: list[str] = []

    def problem(self, place: str, what: str) -> None:
        self.problems.append(f"{place}: {what}")

    def read(self) -> Settings:
        self.keys("the file", self.table, _KEYS)
        if self.table.get("format", FORMAT) != FORMAT:
            self.problem("format", f"this program reads format {FORMAT}, not {self.table['format']!r}")
        if "name" not in self.table:
            self.problem("the file", "'name' is missing")
        return Settings(
            name=self.name(),
            title=self.text("title", self.table),
            store=self.text("store", self.table, DEFAULT_STORE, filled=True),
            direction=self.direction(),
            seeds=self.text("seeds", self.table),
            export=self.export(),
            feedback_names=self.feedback_names(),
        )

    def keys(self, place: str, table: Mapping[str, Any], known: Collection[str]) -> None:
        for key in table:
            if key not in known:
                self.problem(place, f"unknown key {key!r}{near(key, known) or '; known: ' + ', '.join(known)}")

    def text(
        self, key: str, table: Mapping[str, Any], default: str = "", *, prefix: str = "", filled: bool = False
    ) -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or "\0" in value:
            self.problem(prefix + key, f"this must be text, not {value!r}")
            return default
        if filled and not value.strip():
            self.problem(prefix + key, "this must not be empty")
        return value

    def name(self) -> str:
        value = self.text("name", self.table, "project")
        try:
            check_id(value)
        except TextError:
            self.problem("name", f"use letters, digits, '_', '-' and '.', not {value!r}")
        return value

    def direction(self) -> Direction:
        value = self.text("direction", self.table, "auto")
        if value not in DIRECTIONS:
            self.problem("direction", f"this must be one of {', '.join(DIRECTIONS)}, not {value!r}")
            return "auto"
        return value

    def section(self, name: str, known: Collection[str]) -> Mapping[str, Any]:
        """The table called NAME, whose keys are KNOWN; empty where there is none."""
        table = self.table.get(name, {})
        if not isinstance(table, dict):
            self.problem(name, "this must be a table")
            return {}
        self.keys(name, table, known)
        return table

    def feedback_names(self) -> bool:
        value = self.section("adjudication", ("feedback_names",)).get("feedback_names", False)
        if not isinstance(value, bool):
            self.problem("adjudication.feedback_names", f"this must be true or false, not {value!r}")
            return False
        return value

    def export(self) -> ExportDefaults:
        table = self.section("export", ("format", "layer", "output"))
        defaults = ExportDefaults()
        values = {
            key: self.text(key, table, getattr(defaults, key), prefix="export.", filled=True)
            for key in ("format", "layer", "output")
        }
        return ExportDefaults(**values)


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` where a name of KNOWN is close to WORD, else empty."""
    close = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


# -- a new project -------------------------------------------------------------------------------------------------


def templates() -> list[str]:
    """Names of the templates that a project can be made from."""
    return sorted(folder.name for folder in _TEMPLATES.iterdir() if (folder / SETTINGS_FILE).is_file())


def init_project(root: Path, template: str = DEFAULT_TEMPLATE) -> Project:
    """Make a project from TEMPLATE in the folder ROOT, which may exist: all of its files, or none.

    What a process that was killed had begun to write there is written anew. UsageError when there is no such template,
    or ROOT holds one of its files; UnwritableError when nothing can be written there.
    """
    if template not in templates():
        known = ", ".join(templates())
        raise UsageError(f"there is no template {template!r}", where="--template", hint=f"Choose one of {known}")
    contents = {path.name: path.read_bytes() for path in sorted((_TEMPLATES / template).iterdir()) if path.is_file()}
    for name, content in contents.items():
        if os.path.lexists(root / name) and not _is_begun(root, name, content):
            raise UsageError(f"{name} exists already", where=str(root), hint="Nothing was written; name another folder")
    try:
        _write_all(root, contents)
    except OSError as error:
        from annotator.workflow.files import unwritable  # noqa: PLC0415 - off the way to the first frame

        raise unwritable(error, root) from error
    return open_project(root)


def _is_begun(root: Path, name: str, content: bytes) -> bool:
    """Whether the file is no more than the beginning of CONTENT, in a folder that did not become a project."""
    path = root / name
    if name == SETTINGS_FILE or os.path.lexists(root / SETTINGS_FILE) or path.is_symlink() or not path.is_file():
        return False
    with contextlib.suppress(OSError):
        return path.stat().st_size <= len(content) and content.startswith(path.read_bytes())
    return False


def _write_all(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files, the settings last: they make the folder a project. Take all back when one fails."""
    missing = [folder for folder in (root, *root.parents) if not folder.exists()]
    written: list[Path] = []
    try:
        root.mkdir(parents=True, exist_ok=True)
        for name in sorted(contents, key=lambda name: name == SETTINGS_FILE):
            path = root / name
            path.unlink(missing_ok=True)  # only what was begun
            with path.open("xb") as file:
                written.append(path)
                file.write(contents[name])
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            for path in written:
                path.unlink()
            for folder in missing:
                folder.rmdir()
        raise
