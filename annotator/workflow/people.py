"""Who works on a project, and what each may see and change.

An annotator sees and changes the layer of their own name, and sees the gold of a document once its adjudication is
done. A reviewer sees every layer, adjudicates and reopens. A manager may do all of that in every layer, and registers
people.
"""

from __future__ import annotations

import shlex
from dataclasses import replace

from annotator.errors import AccessError, UnwritableError, UsageError
from annotator.workflow.ports import DECISIONS, GOLD, ROLES, LayerKey, Person, Role, Store
from annotator.workflow.session import checked_name, now


def at_work(store: Store, name: str) -> Person:
    """The registered person called NAME. On a project without people that is whoever comes first, as its manager.

    AccessError, which says what to do, when the person is not registered or no longer active.
    """
    people = store.people()
    if not people:
        first = Person(name, "manager", added_at=now())
        try:
            if store.put_person(first, first.added_at, first=True):
                return first
        except UnwritableError:
            return first  # a project that can only be read: nobody's work can be disturbed
        people = store.people()
    found = next((person for person in people if person.name == name), None)
    if found is not None and found.active:
        return found
    managers = ", ".join(person.name for person in people if person.active and person.role == "manager")
    raise AccessError(
        f"{name!r} {'no longer works on' if found else 'is not registered for'} this project",
        hint=f"Give your name with --as; or ask {managers} for: annotator people add {shlex.quote(name)}",
    )


def sees(person: Person, layer: str, *, done: bool) -> bool:
    """Whether PERSON may see the LAYER of a document whose adjudication is DONE, or is not."""
    return person.role != "annotator" or layer == person.name or (layer == GOLD and done)


def writable(person: Person) -> frozenset[str] | None:
    """Names of the layers that PERSON may change; None: any."""
    match person.role:
        case "annotator":
            return frozenset({person.name})
        case "reviewer":
            return frozenset({person.name, GOLD, DECISIONS})
        case "manager":
            return None


def require_writable(person: Person, key: LayerKey) -> None:
    """AccessError unless PERSON may change the layer."""
    layers = writable(person)
    if layers is not None and key.name not in layers:
        raise AccessError(
            f"{person.name}, {person.role}, may not change this layer",
            where=f"{key.document}, layer {key.name}",
            hint="A manager may change any layer",
        )


def reviews(person: Person) -> bool:
    """Whether PERSON adjudicates, reopens and sees all layers."""
    return person.role != "annotator"


def require_manager(person: Person, what: str) -> None:
    """AccessError, WHAT being what only managers do, unless PERSON is one."""
    if person.role != "manager":
        raise AccessError(f"only a manager can {what}", where=f"{person.name}, {person.role}")


def add(store: Store, name: str, role: Role = "annotator") -> Person:
    """Register NAME; one who had left comes back. UsageError when they are registered, or can have no such name."""
    name, role = checked_name(name), _checked_role(role)
    known = _find(store, name)
    if known is not None and known.active:
        hint = f"Change what they may do with: annotator people role {shlex.quote(name)} ROLE"
        raise UsageError(f"{name!r} is registered already, as {known.role}", hint=hint)
    person = Person(name, role, added_at=known.added_at if known else "")
    return _put(store, person)


def set_role(store: Store, name: str, role: Role) -> Person:
    """Give the registered NAME another role. UsageError when there is nobody of that name."""
    return _put(store, replace(_known(store, name), role=_checked_role(role), active=True))


def remove(store: Store, name: str) -> Person:
    """Keep NAME out from now on; their layers, and what they did, stay. UsageError when there is no such person."""
    return _put(store, replace(_known(store, name), active=False))


def _put(store: Store, person: Person) -> Person:
    at = now()
    store.put_person(person, at)
    return replace(person, added_at=person.added_at or at)


def _find(store: Store, name: str) -> Person | None:
    return next((person for person in store.people() if person.name == name), None)


def _known(store: Store, name: str) -> Person:
    found = _find(store, name)
    if found is None:
        raise UsageError(f"nobody called {name!r} is registered", hint="'annotator people' lists everybody")
    return found


def _checked_role(role: Role) -> Role:
    if role not in ROLES:
        raise UsageError(f"there is no role {role!r}", hint=f"Choose one of {', '.join(ROLES)}")
    return role
