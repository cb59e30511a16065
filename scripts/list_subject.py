"""Whom a line of a list is about: a division, a town, a zone, or a project with its entity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.dates import parse
from domain.subjects import AmbiguousSubject, Subject, UnknownSubject, is_project, look_up, subject
from scripts.list_line import Line


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a line is about: its id, what the source calls it, and where it lies."""

    id: str
    name: str
    province: str


def about(line: Line, announced: str | None) -> Named | None:
    """A division, town, zone or project. None: the line has said what is wrong."""
    on = parse(announced).latest if announced else None
    within = line.province()
    if line.get("project"):
        id_, name = _of_an_entity(line)
    elif is_project(line["subject"]) or _BESIDE.match(line["subject"]):
        place, name = _listed(line)
        if place is not None and not place.is_project:
            return Named(
                place.id, name, place.province if not place.inside else subject(place.inside).province
            )
        id_ = place.id if place else None
    else:
        found = line.subject("subject", on=on, province=within.id if within else None)
        return None if found is None else Named(found.id, line["subject"], found.province)
    if within is None and not line["province"]:
        line.wrong("province", "is empty; a project's id does not say where it lies")
    return None if id_ is None or within is None else Named(id_, name, within.id)


# What the register does not hold: a zone behind its division, a town by its nine digits; then its name.
_BESIDE = re.compile(r"[^/\s]+/[a-z][a-z0-9-]*(\s|$)|(cn:)?\d{9}(\s|$)")


def _of_an_entity(line: Line) -> tuple[str | None, str]:
    """A project as its list has it: by the credit code of its entity, or, where the list gives none, by its
    place on the list."""
    name = f"{line['project']}（{line['entity']}）" if line["entity"] else line["project"]
    number = line["number"] or ("1" if line["credit_code"] else "")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        line.wrong("number", f"{number!r} is no number: give the project's place on the list, 1, 2, 3 …")
        return None, name
    of_list = f"none-{line['programme']}-{line['round']}".lower()
    id_ = f"project:{line['credit_code'] or of_list}/{number}"
    if not _is_known(id_):
        line.wrong(
            "credit_code" if line["credit_code"] else "round",
            f"{id_} is no project's id: a credit code has 18 characters, GB 32100",
        )
        return None, name
    return id_, name


def _is_known(id_: str) -> bool:
    """Whether an id is of a form that is known."""
    try:
        return subject(id_) is not None
    except UnknownSubject:
        return False


def _listed(line: Line) -> tuple[Subject | None, str]:
    """What the register does not hold, by its id, and behind a blank its name as the list gives it."""
    id_, _, name = line["subject"].partition(" ")
    place, slash, rest = id_.partition("/")
    try:
        if slash and not is_project(id_):
            id_ = f"{look_up(place).id}/{rest}"
        of = subject(f"cn:{id_}" if id_.isdecimal() else id_)
    except (UnknownSubject, AmbiguousSubject):
        line.wrong(
            "subject",
            f"{id_} is no project, zone or town: write project:<credit code>/<number>, or "
            "project:none-<list>/<line> where the list gives no credit code; 武汉市/donghu; nine digits",
        )
        return None, name
    if not name.strip():
        line.wrong("subject", f"give the name behind the id: {id_} 某项目")
    return of, name.strip()
