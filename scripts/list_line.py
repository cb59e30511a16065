"""One line of a list: its cells by column, what they say, and what is wrong with them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.dates import NotADate, parse
from domain.documents import stated as in_its_spelling
from domain.events import Source
from domain.folding import folded, of_half_width
from domain.kernel import Document
from domain.messages import Message, Told, as_message, message
from domain.subjects import AmbiguousSubject, Subject, UnknownSubject, may_mean
from projections.words.names import SHIPPED, Register


class Wrong(Exception):
    """A line from which no fact can be made; its cells have told why."""


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line, by column; what is wrong with any of them is noted, and reading goes on."""

    cells: Mapping[str, str]
    names: Register = SHIPPED  # of the divisions, with the changes that the ledger knows
    problems: list[tuple[str, Message]] = field(default_factory=list)  # column, what is wrong

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def get(self, column: str) -> str | None:
        """What a cell says; empty: nothing."""
        return self.cells[column] or None

    def wrong(self, column: str, told: str | Message | Told, /, **values: object) -> None:
        """Note what is wrong with a cell; empty: with the line as a whole."""
        problem = column, as_message(told, values)
        if problem not in self.problems:
            self.problems.append(problem)

    def date(self, column: str) -> str | None:
        """A date, in EDTF or as people write a day: 2022/1/25, 2022年1月25日."""
        text = _as_a_day(self.cells[column])
        if not text:
            return None
        try:
            parse(text)
        except NotADate as error:
            self.wrong(column, error)
            return None
        return text

    def day(self, column: str) -> str | None:
        """A day, and nothing less certain."""
        text = self.date(column)
        if text is not None and not parse(text).is_a_day:
            self.wrong(column, "{cell!r} is no day: write it as 2022-02-21", cell=text)
            return None
        return text

    def subject(
        self, column: str, *, on: datetime.date | None = None, province: str | None = None
    ) -> Subject | None:
        """The subject that a cell names, on its day and in its province."""
        try:
            return self.names.find(self.cells[column], on=on, province=province)
        except AmbiguousSubject as error:
            self.wrong(column, error)
        except UnknownSubject as error:
            if province is None or not self._lies_elsewhere(column, on):
                if error.candidates:
                    self.wrong(column, error)
                else:
                    self.wrong(column, "{that}: write its full name, or its code (GB/T 2260)", that=error)
        return None

    def _lies_elsewhere(self, column: str, on: datetime.date | None) -> bool:
        """Whether the one that a cell names lies in another province than its line says."""
        try:
            of = self.names.find(self.cells[column], on=on)
        except (UnknownSubject, AmbiguousSubject):
            return False
        self.wrong("province", self.contradiction(of))
        return True

    def contradiction(self, of: Subject) -> Message:
        """That something does not lie where its line says."""
        return message(
            "{name} lies in {where}, not in {stated!r}",
            name=self.names.name_of(of.id),
            where=self.names.name_of(of.province),
            stated=self.cells["province"],
        )

    def province(self, column: str = "province") -> Subject | None:
        """The province that a cell names, by its full or short name: 湖北. An empty cell names none."""
        if not self.cells[column]:
            return None
        meant = [of for of in may_mean(self.cells[column]) if of.province == of.id]
        if len(meant) == 1:
            return meant[0]
        self.wrong(
            column, "{cell!r} is no province, region, municipality or the XPCC", cell=self.cells[column]
        )
        return None

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """A cell that is one of these."""
        if self.cells[column] not in (known := list(allowed)):
            self.wrong(column, not_among(self.cells[column], known))
        return self.cells[column]

    def coded(self, column: str, called: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """The codes of a cell of one or several, with ; between, each as its code or as it is called."""
        codes = {folded(name): code for code, names in called.items() for name in (code, *names)}
        found = []
        for part in re.split(r"[;；]", self.cells[column]):
            if (code := codes.get(folded(part))) is not None:
                found.append(code)
            elif part.strip():
                self.wrong(column, not_among(part.strip(), called))
        return tuple(sorted(found))

    def listed(self, column: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A cell of several of these, with ; between."""
        return self.coded(column, dict.fromkeys(allowed, ()))

    def document(self) -> Document | None:
        stated = Document(
            number=self.get("document"),
            title=self.get("document_title"),
            issuer=self.get("issuer"),
            signed=self.date("signed"),
            published=self.date("published"),
        )
        return in_its_spelling(stated) if stated.as_json() else None

    def source(self) -> Source:
        return Source(self["source"], self.get("source_where"))


# What holds digits and no words: those of full width are the same digits.
_OF_DIGITS = {"round", "credit_code", "number", "value", "announced", "held_from", "held_until"} | {
    *("on_notice_from", "on_notice_until", "stated", "effective", "until", "signed", "published")
}


def as_compared(column: str, cell: str) -> str:
    """A cell as it is read: digits of one width where it holds no words, a credit code in capitals."""
    if column == "credit_code":
        return of_half_width(cell).upper()
    return of_half_width(cell) if column in _OF_DIGITS else cell


_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)


def _as_a_day(text: str) -> str:
    """A day as people write it, year first, as EDTF; anything else as it is."""
    if found := _DAY.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return text


def not_among(given: str, allowed: Iterable[str]) -> Message:
    return message("{given!r} is none of: {there:codes}", given=given, there=list(allowed))
