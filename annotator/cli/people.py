"""`annotator people`: who works on the project, and what each may do."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from annotator.cli.context import open_project, opened, user
from annotator.cli.output import Writer, count

if TYPE_CHECKING:
    from annotator.workflow.ports import Person


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this command."""
    from annotator.workflow.ports import ROLES

    _add_json(parser)
    parser.set_defaults(action="list")
    actions = parser.add_subparsers(title="actions (default: list)", metavar="ACTION")
    _action(actions, "list", "list everybody who is registered")
    add = _action(actions, "add", "register somebody, or let somebody back who was removed")
    add.add_argument("name", metavar="NAME", help="their name, which is also that of their layer")
    add.add_argument(
        "--role",
        choices=ROLES,
        default=ROLES[0],
        help="annotators see their own layer; reviewers see all, adjudicate and reopen; managers also register people "
        "(default: %(default)s)",
    )
    role = _action(actions, "role", "change what somebody may do")
    role.add_argument("name", metavar="NAME", help="who")
    role.add_argument("role", metavar="ROLE", choices=ROLES, help=f"one of {', '.join(ROLES)}")
    remove = _action(actions, "remove", "keep somebody out; their annotations stay")
    remove.add_argument("name", metavar="NAME", help="who")


def _action(actions: Any, name: str, summary: str) -> argparse.ArgumentParser:
    from annotator.cli.parser import common

    parser: argparse.ArgumentParser = actions.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        parents=[common(argparse.SUPPRESS)],
        allow_abbrev=False,
    )
    _add_json(parser, argparse.SUPPRESS)
    parser.set_defaults(action=name)
    return parser


def _add_json(parser: argparse.ArgumentParser, default: object = False) -> None:
    parser.add_argument("--json", action="store_true", default=default, help="report in JSON")


def run(arguments: argparse.Namespace) -> int:
    """List people, or change one."""
    from annotator.workflow import people

    project = open_project(arguments)
    with opened(project, user(arguments), create=True) as store:
        match arguments.action:
            case "add":
                found = [people.add(store, arguments.name, arguments.role)]
            case "role":
                found = [people.set_role(store, arguments.name, arguments.role)]
            case "remove":
                found = [people.remove(store, arguments.name)]
            case _:
                found = store.people()
    writer = Writer(rtl=arguments.rtl)
    if arguments.json:
        writer.json([_as_json(person) for person in found])
    elif arguments.action == "list":
        writer.table(("NAME", "ROLE", "SINCE", ""), [_row(person) for person in found])
        writer.line(count(sum(person.active for person in found), "person", "people"))
    else:
        (person,) = found
        writer.line(f"{person.name}: {person.role if person.active else 'removed, the annotations stay'}")
    return 0


def _row(person: Person) -> tuple[str, ...]:
    return (person.name, person.role, person.added_at, "" if person.active else "removed")


def _as_json(person: Person) -> dict[str, Any]:
    return {"name": person.name, "role": person.role, "active": person.active, "added_at": person.added_at}
