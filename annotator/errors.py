"""Every error the program raises on purpose.

::

    AnnotatorError                 exit status 1 unless said otherwise
    ├── UsageError                 wrong use of a command or a setting; exit status 2
    ├── TextError                  bytes that are no text: encoding, size, folder, permission
    ├── SchemaError                a label schema that cannot be read; carries every problem, each with its place
    ├── OperationError             an edit the document or the schema does not allow
    ├── FormatError                an exchange file that cannot be read or written
    ├── AccessError                a person without the right to it; exit status 2
    ├── UnreadError                it is stored, but what there is now cannot be read
    └── StoreError                 the database said no
        ├── NoDocumentError        a document was named that there is not; exit status 2
        ├── NewerDatabaseError     made by a newer version of this program
        ├── StaleRevisionError     somebody else changed the layer first
        ├── LockedError            the layer was submitted and not reopened
        ├── BusyError              another program holds the database
        └── UnwritableError        read-only disk, full disk, no permission

Each error is one message of three parts: what happened, where, and what to do. Whoever shows it decides how.
"""

from __future__ import annotations


class AnnotatorError(Exception):
    """What happened, where it happened, and what to do about it.

    `what` is one sentence without a final full stop; `where` names the file, line, key or item; `hint` is what the
    person can do next. `where` and `hint` may be empty.
    """

    exit_status = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = where
        self.hint = hint

    @property
    def brief(self) -> str:
        """What happened and what to do, for a line whose reader knows where."""
        return f"{self.what}. {self.hint}" if self.hint else self.what

    def __str__(self) -> str:
        message = f"{self.where}: {self.what}" if self.where else self.what
        return f"{message}. {self.hint}" if self.hint else message


class UsageError(AnnotatorError):
    """A command, option or setting was used in a way it does not have."""

    exit_status = 2


class TextError(AnnotatorError):
    """Bytes that cannot become a document's text."""


class SchemaError(AnnotatorError):
    """A label schema with problems; `problems` holds one line for each, the place first."""

    def __init__(self, what: str, *, where: str = "", hint: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(what, where=where, hint=hint)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {problem}" for problem in self.problems)])


class OperationError(AnnotatorError):
    """An edit that the document, the schema or the other annotations do not allow."""


class FormatError(AnnotatorError):
    """An exchange file that does not hold what its format promises, or an annotation no policy lets it hold."""


class AccessError(AnnotatorError):
    """The person at work is not registered, or has no right to what they asked for. It says who can help."""

    exit_status = 2


class UnreadError(AnnotatorError):
    """What was asked for is stored; only reading what there is now did not work."""


class StoreError(AnnotatorError):
    """The database could not do what was asked; nothing was changed."""


class NoDocumentError(StoreError):
    """The project has no document of the name that was given: wrong use, nothing is the matter with the database."""

    exit_status = 2


class NewerDatabaseError(StoreError):
    """The database was made by a newer version of this program."""


class StaleRevisionError(StoreError):
    """The layer has a newer revision than the edit was made on."""


class LockedError(StoreError):
    """The layer was submitted: it can be read, and changed again once a reviewer has reopened it."""


class BusyError(StoreError):
    """Another program holds the database's write lock."""


class UnwritableError(StoreError):
    """The database or a file cannot be written: read-only, full, or not permitted."""
