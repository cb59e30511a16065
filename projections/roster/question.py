"""Which titles of a programme are asked for, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.messages import Told
from domain.programme import Programme
from domain.programmes import PROGRAMMES
from projections.asking.moments import View
from projections.roster.rows import Status
from projections.words.names import Register

PlaceInRoster = tuple[str, int, str]  # a designation, the position of its event, what it is sorted by
Sort: TypeAlias = Literal["designation", "announced", "newest", "province", "category"]


class NotAsked(Told, ValueError):
    """A part of the question is none of what may be asked for; `parameter` says which."""

    def __init__(self, parameter: str, text: str, /, **values: object) -> None:
        super().__init__(text, **values)
        self.parameter = parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterQuestion:
    """Which titles; what is None is not asked."""

    programme: str | None = None
    round: str | None = None
    category: str | None = None
    field: str | None = None
    province: str | None = None
    subjects: tuple[str, ...] | None = None  # one, under all ids that it has on lists
    status: Status | None = None
    sort: Sort = "designation"

    def at(self, view: View) -> tuple[object, ...]:
        """What every query of titles is asked: $1 to $9 of rows.sql."""
        of = self.programme, self.round, self.category, self.field, self.province, self.subjects
        return view.as_known, view.as_of, *of, self.status

    def may_be_of_its_field(self) -> list[str]:
        """The categories whose titles may be of the field that is asked for, where no source gives theirs."""
        of = PROGRAMMES.get(self.programme or "")
        if self.field is None or of is None:
            return []
        return [c for c in of.ever("categories") if self.category in {None, c} and of.is_of_fields(c)]

    @staticmethod
    def asked(
        names: Register,
        of: Programme,
        *,
        round_: str | None = None,
        category: str | None = None,
        field: str | None = None,
        province: str | None = None,
        subject: str | None = None,
        status: Status | None = None,
        sort: Sort = "designation",
    ) -> RosterQuestion:
        """As a person asks it: places by name, code or id. Raises NotAsked, UnknownSubject,
        AmbiguousSubject."""
        _known_code("category", category, of.ever("categories"))
        _known_code("field", field, of.ever("fields"))
        return RosterQuestion(
            programme=of.id,
            round=round_,
            category=category,
            field=field,
            province=_province(names, province) if province is not None else None,
            subjects=names.known_as(names.look_up(subject).id) if subject is not None else None,
            status=status,
            sort=sort,
        )


def _known_code(parameter: str, given: str | None, known: dict[str, tuple[str, str]]) -> None:
    if given is not None and given not in known:
        raise NotAsked(parameter, "{given!r} is none of: {there:codes}", given=given, there=list(known))


def _province(names: Register, text: str) -> str:
    found = names.look_up(text)
    if found.province != found.id:
        raise NotAsked("province", "{found} is no province, region or municipality", found=found)
    return found.id
