"""Whom a line of a list is about: a division, a town, a zone, or a project with its entity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from domain.cases import is_a_round
from domain.dates import parse
from domain.folding import folded
from domain.subjects import AmbiguousSubject, Subject, UnknownSubject, is_project, subject
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
        within = _where_it_lies(line, on, within)
    elif is_project(line["subject"]) or _BESIDE.fullmatch(_id_and_name(line)[0]):
        _names_no_project(line)
        place, name = _listed(line, on, within)
        if place is not None and not place.is_project:
            around = subject(place.inside) if place.inside else place
            if within is not None and not around.lies_in(within.id):
                line.wrong("province", line.contradiction(around))
            return Named(place.id, name, around.province)
        id_ = place.id if place else None
    else:
        _names_no_project(line)
        if line["province"] and within is None:
            return None
        found = line.subject("subject", on=on, province=within.id if within else None)
        return None if found is None else Named(found.id, _as_called(line, found, on), found.province)
    if within is None and not line["province"]:
        line.wrong("province", "is empty; a project's id does not say where it lies")
    return None if id_ is None or within is None else Named(id_, name, within.id)


def _as_called(line: Line, of: Subject, on: date | None) -> str:
    """As the source has it; where it gives a code, the name that went with it, else that of the day."""
    code = folded(line["subject"]).removeprefix("cn:")
    if not code.isdecimal() and line["subject"] != of.id:
        return line["subject"]
    then = [name for name in of.names if name.code == code and (on is None or name.valid_in(on.year))]
    return then[-1].name if then else line.names.name_on(of.id, on)


def _names_no_project(line: Line) -> None:
    """What is of projects only stands in no other line; a number may count the lines of any list."""
    for column in ("entity", "credit_code"):
        if line.get(column):
            line.wrong(column, "is for a project, and the line names none: give its name, or empty the cell")
    if line.get("number") and not line["number"].isdecimal():
        line.wrong("number", "{number!r} is no number: 1, 2, 3 …", number=line["number"])


def _where_it_lies(line: Line, on: date | None, within: Subject | None) -> Subject | None:
    """The province of a project, as its line says, or as the place says that stands beside it."""
    if not line.get("subject"):
        return within
    place = line.subject("subject", on=on, province=within.id if within else None)
    if place is None or within is not None or line["province"]:
        return within
    return subject(place.province)


# What the register does not hold: a zone behind its division, a town by its nine digits; then its name.
_BESIDE = re.compile(r"[^/]+/[a-z][a-z0-9-]*|(cn:)?\d{9}", re.ASCII)


def _id_and_name(line: Line) -> tuple[str, str]:
    """An id, and behind a blank the name."""
    id_, *name = re.split(r"\s+", line["subject"], maxsplit=1)
    return folded(id_), "".join(name)


def _of_an_entity(line: Line) -> tuple[str | None, str]:
    """A project as its list has it: by the credit code of its entity, or, where the list gives none, by its
    place on the list."""
    name = f"{line['project']}（{line['entity']}）" if line["entity"] else line["project"]
    number = line["number"] or ("1" if line["credit_code"] else "")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        line.wrong(
            "number",
            "{number!r} is no number: give the project's place on the list, 1, 2, 3 …",
            number=number,
        )
        return None, name
    kind = "-notice" if "on_notice_from" in line.cells else ""  # whose numbers are others
    of_list = f"none-{line['programme']}-{line['round']}{kind}".lower()
    id_ = f"project:{line['credit_code'] or of_list}/{number}"
    if not line["credit_code"] and not is_a_round(line["round"]):
        return None, name  # said of its own cell
    if not _is_known(id_):
        line.wrong(
            "credit_code" if line["credit_code"] else "round",
            "{id!r} is no project's id: a credit code has 18 characters, GB 32100",
            id=id_,
        )
        return None, name
    return id_, name


def _is_known(id_: str) -> bool:
    """Whether an id is of a form that is known."""
    try:
        return subject(id_) is not None
    except UnknownSubject:
        return False


def _in_its_division(line: Line, id_: str, on: date | None, within: Subject | None) -> Subject:
    """A zone or a town; the province says which division is meant, where several are called so. Raises
    UnknownSubject, AmbiguousSubject."""
    try:
        return line.names.find(id_, on=on)
    except AmbiguousSubject:
        if within is None:
            raise
        return line.names.find(id_, on=on, province=within.id)


def _listed(line: Line, on: date | None, within: Subject | None) -> tuple[Subject | None, str]:
    """What the register does not hold, by its id, and behind a blank its name as the list gives it."""
    id_, name = _id_and_name(line)
    try:
        of = subject(id_) if is_project(id_) else _in_its_division(line, id_, on, within)
    except AmbiguousSubject as several:
        line.wrong("subject", "{several}; name the division so that one is meant", several=several)
        return None, name
    except UnknownSubject:
        line.wrong(
            "subject",
            "{id!r} is no project, zone or town: write project:<credit code>/<number>, or "
            "project:none-<list>/<line> where the list gives no credit code; 武汉市/donghu; nine digits",
            id=id_,
        )
        return None, name
    if not name:
        line.wrong("subject", "give the name behind the id: {id} 某项目", id=id_)
    return of, name
