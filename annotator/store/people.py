"""People and claims inside a transaction."""

from __future__ import annotations

from typing import Final, cast

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from annotator.errors import StoreError
from annotator.store import journal, tables
from annotator.store.documents import no_document
from annotator.store.rows import check_storable
from annotator.workflow.ports import REMOVED, Claim, Person, Role, StateChange

_person, _claim, _document = tables.person, tables.claim, tables.document
_ALL: Final = select(_person)
_ONE: Final = select(_person).where(_person.c.name == bindparam("of_name"))
_OTHER_MANAGERS: Final = select(func.count()).where(
    _person.c.name != bindparam("of_name"), _person.c.role == "manager", _person.c.active
)
_ADD: Final = insert(_person)
_CHANGE: Final = (
    update(_person)
    .where(_person.c.name == bindparam("of_name"))
    .values(role=bindparam("new_role"), active=bindparam("new_active"))
)
_CLAIMS: Final = select(_document.c.id, _claim.c.who, _claim.c.until).join(
    _document, _claim.c.document == _document.c.number
)
_NUMBER: Final = select(_document.c.number).where(_document.c.id == bindparam("of_id"))
_CLAIM_OF: Final = select(_claim.c.who, _claim.c.until).where(_claim.c.document == bindparam("of_number"))
_TAKE: Final = insert(_claim)
_TAKE_OVER: Final = (
    update(_claim)
    .where(_claim.c.document == bindparam("of_number"))
    .values(who=bindparam("new_who"), until=bindparam("new_until"))
)
_GIVE_UP: Final = delete(_claim).where(
    _claim.c.who == bindparam("of_who"),
    _claim.c.document.in_(select(_document.c.number).where(_document.c.id == bindparam("of_id"))),
)


def everybody(connection: Connection) -> list[Person]:
    """All who were ever registered. Sorted here, because databases sort by the language of their server."""
    people = (
        Person(row.name, cast("Role", row.role), bool(row.active), row.added_at) for row in connection.execute(_ALL)
    )
    return sorted(people, key=lambda person: person.name)


def put(connection: Connection, person: Person, at: str, by: str, *, first: bool) -> bool:
    """Register or change PERSON, and journal it as BY. False, and nothing changed, when FIRST and there is somebody."""
    check_storable(person.name, at, by)
    if first and connection.execute(_ALL.limit(1)).one_or_none() is not None:
        return False
    known = connection.execute(_ONE, {"of_name": person.name}).one_or_none()
    before = "" if known is None else _standing(known.role, active=known.active)
    after = _standing(person.role, active=person.active)
    if known is None:
        row = {"name": person.name, "role": person.role, "active": person.active, "added_at": at}
        connection.execute(_ADD, row)
        journal.record_change(connection, by, at, "Register", StateChange(before, after, person=person.name))
        return True
    managed = known.active and known.role == "manager"
    manages = person.active and person.role == "manager"
    if managed and not manages and not connection.scalar(_OTHER_MANAGERS, {"of_name": person.name}):
        raise StoreError("nobody would be left to manage people", where=person.name, hint="Make another manager first")
    connection.execute(_CHANGE, {"of_name": person.name, "new_role": person.role, "new_active": person.active})
    if before != after:
        name = "Remove" if after == REMOVED else "Register" if before == REMOVED else "Change role"
        journal.record_change(connection, by, at, name, StateChange(before, after, person=person.name))
    return True


def _standing(role: str, *, active: bool) -> str:
    """What the journal says of a person."""
    return role if active else REMOVED


def claims(connection: Connection) -> list[Claim]:
    """All claims, by document."""
    return sorted((Claim(*row) for row in connection.execute(_CLAIMS)), key=lambda claim: claim.document)


def claim(connection: Connection, wanted: Claim, at: str) -> Claim:
    """Make the WANTED claim, unless somebody else's lasts beyond AT; the claim that then holds."""
    check_storable(wanted.who, wanted.until)
    number = connection.scalar(_NUMBER, {"of_id": wanted.document})
    if number is None:
        raise no_document(connection, wanted.document)
    held = connection.execute(_CLAIM_OF, {"of_number": number}).one_or_none()
    if held is None:
        connection.execute(_TAKE, {"document": number, "who": wanted.who, "until": wanted.until})
    elif held.who != wanted.who and held.until > at:
        return Claim(wanted.document, held.who, held.until)
    else:
        connection.execute(_TAKE_OVER, {"of_number": number, "new_who": wanted.who, "new_until": wanted.until})
    return wanted


def release(connection: Connection, document: str, who: str) -> None:
    """Give up WHO's claim of DOCUMENT, if it is theirs."""
    connection.execute(_GIVE_UP, {"of_id": document, "of_who": who})
