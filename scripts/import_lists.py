"""Put lists into the ledger: all lines of all files in one transaction, or none.

What stands there already is left alone, so importing a file again changes nothing. A title that
stands there otherwise than the file says is an error: nothing is edited, it is to be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from domain.canonical import encode
from domain.cases import Case
from domain.documents import stated
from domain.events import (
    CorrectionApproved,
    DesignationAwarded,
    HistoricalDesignationRecorded,
    HistoricalNoticeRecorded,
    PublicityOpened,
)
from domain.folding import folded
from domain.history import Believed, believed
from domain.kernel import Actor, Event, Query, Recorded, Selector
from domain.messages import Message, clauses, message
from domain.subjects import is_listed_only, is_project
from domain.tags import PROGRAMME, ROUND
from eventlog.errors import Conflict
from eventlog.ledger import identity
from eventlog.log import AppendCondition, Appended, Log
from projections.asking.moments import today
from projections.words.names import Register, register
from scripts.list_sheet import BadLine, BadSheet, Entry, read_sheet

_TRIES = 5
_ANOTHER_LIST = message(
    "if it is of another list, give the credit codes, or go on counting where that one ends"
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    lines: int
    new: int
    appended: Appended | None  # None: a dry run, or nothing new
    told: Mapping[Path, Message]  # how each file was read


async def import_files(
    log: Log,
    paths: Sequence[Path],
    actor: Actor,
    command: str,
    *,
    dry_run: bool = False,
    sheet: str | None = None,
    advance: Callable[[int], None] = lambda _bytes: None,
) -> Imported:
    """Record what the files say and the ledger does not hold yet.

    command: the id that all events of this import share; sheet: which one of a workbook; advance: told the
    bytes of each line as it is read. Raises BadSheet, with all that is wrong with the first bad file;
    Conflict, NotOpened.
    """
    day = await today(log, await identity(log))
    names = await register(log, day)
    read = {path: read_sheet(path, actor, command, advance, sheet, names) for path in paths}
    sheets = {path: one.entries for path, one in read.items()}
    told = {path: one.told for path, one in read.items()}
    _check_against_each_other(sheets)
    entries = [entry for lines in sheets.values() for entry in lines]
    if not entries:
        return Imported(0, 0, None, told)
    for tries_left in reversed(range(_TRIES)):
        head = (await log.head()).position
        boundary = _boundary(entry.event for entry in entries)
        there = _Standing([event async for event in log.stream(boundary, until=head)], names)
        for path, lines in sheets.items():
            if problems := there.contradicted_by(lines):
                raise BadSheet(path, problems)
        new = [entry.event for entry in entries if not there.holds(entry.event)]
        if dry_run or not new:
            return Imported(len(entries), len(new), None, told)
        try:
            appended = await log.append(new, AppendCondition(boundary, head))
        except Conflict:
            if not tries_left:
                raise
        else:
            return Imported(len(entries), len(new), appended, told)
    raise AssertionError("the loop returns or raises")


def _check_against_each_other(sheets: Mapping[Path, Sequence[Entry]]) -> None:
    """A title or a fact stands once in all the files together. Raises BadSheet."""
    seen: dict[bytes, tuple[Path, int]] = {}
    for path, sheet in sheets.items():
        problems = []
        for entry in sheet:
            only = _says_of(entry.event)
            own = encode([*only]) if only else _content(entry.event)
            earlier = seen.setdefault(own, (path, entry.line))
            if earlier != (path, entry.line):
                what = only[1] if only else message("the same fact")
                where = message("line {line}", line=earlier[1])
                if earlier[0] != path:
                    where = message("line {line} of {file}", line=earlier[1], file=earlier[0])
                told = message("{what} stands on {where} too", what=what, where=where)
                problems.append(BadLine(entry.line, "", told))
        if problems:
            raise BadSheet(path, problems)


def _boundary(events: Iterable[Event]) -> Query:
    """Everything that could be the same fact: the same topic in the same programme, what the ledger awarded
    or put on notice itself, and what was corrected of them."""
    selectors = set()
    for event in events:
        topics = {event.topic, CorrectionApproved.topic, DesignationAwarded.topic}
        for tag in event.tags:
            if PROGRAMME.says(tag) is not None:
                selectors.add(Selector.of(topics=topics, tags={tag}))
            elif ROUND.says(tag) is not None and event.topic == HistoricalNoticeRecorded.topic:
                of_cases = {PublicityOpened.topic, CorrectionApproved.topic}
                selectors.add(Selector.of(topics=of_cases, tags={tag}))
    return Query(tuple(sorted(selectors, key=str)))


def _says_of(event: Event | Believed) -> tuple[str, str] | None:
    """What only one fact says of an entry: that it holds a title, or that it was on notice; None: a fact of
    its kind may be said again."""
    match event.topic:
        case HistoricalDesignationRecorded.topic | DesignationAwarded.topic:
            return "title", str(event.data["designation"])
        case HistoricalNoticeRecorded.topic:
            return "notice", str(event.data["entry"])
        case PublicityOpened.topic:
            return "notice", Case.parse(str(event.data["case"])).entry
    return None


class _Standing:
    """What is believed of the same programmes: what was annulled is not there, what was amended is as it was
    amended."""

    def __init__(self, events: Sequence[Recorded], names: Register) -> None:
        there = believed(events)
        self._facts = {_content(b) for b in there}
        self._only = {only: b for b in there if (only := _says_of(b)) is not None}
        self._called = {called: b for b in there if (called := _called(b)) is not None}
        self._names = names

    def holds(self, event: Event) -> bool:
        return any(_content(same) in self._facts for same in self._as_listed(event))

    def contradicted_by(self, sheet: Sequence[Entry]) -> list[BadLine]:
        """Lines whose title or notice stands in the ledger with other words."""
        return [
            BadLine(entry.line, "", _contradicts(standing, same))
            for entry in sheet
            if not self.holds(entry.event)
            for same in self._as_listed(entry.event)
            if (only := _says_of(same)) and (standing := self._only.get(only))
        ] + [
            BadLine(entry.line, "", _is_called_so(standing, entry.event))
            for entry in sheet
            if not self.holds(entry.event) and (called := _called(entry.event))
            if (standing := self._called.get(called)) and not self._is_known_as(standing, entry.event)
        ]

    def _is_known_as(self, standing: Believed, event: Event) -> bool:
        """Whether the two have one id, or one was identified as the other: that is told by it."""
        own = {_says_of(same) for same in self._as_listed(event)}
        return _says_of(standing) in own

    def _as_listed(self, event: Event) -> Iterator[Event]:
        """The fact, and as it was before its project was identified."""
        yield event
        id_ = event.data.get("subject")
        for listed in self._names.known_as(str(id_))[1:]:
            own = {key: event.data[key] for key in ("designation", "entry") if key in event.data}
            then = {key: str(entry).replace(str(id_), listed) for key, entry in own.items()}
            yield replace(event, data={**event.data, **then, "subject": listed})


def _called(event: Event | Believed) -> tuple[str, str, str] | None:
    """Which project is meant, by its round and its name with its entity's; None: it is no project's title or
    notice."""
    data = event.data
    if event.topic == DesignationAwarded.topic and isinstance(holder := data.get("holder"), str):
        entity, _, project = holder.partition("：")
        case = Case.parse(str(data["case"]))
        return "title", f"{case.programme}/{case.round}", folded(f"{project}（{entity}）")
    only = _says_of(event)
    if only is None or not is_project(str(data.get("subject", ""))):
        return None
    return only[0], f"{data['programme']}/{data['round']}", folded(str(data["subject_name"]))


def _is_called_so(standing: Believed, event: Event) -> Message:
    return message(
        "{name} is on record as event {event}, under {title!r}: leave the line out, or, if another is meant, "
        "write what tells the two apart into the name",
        name=event.data["subject_name"],
        event=standing.position,
        title=standing.data.get("designation") or standing.data["entry"],
    )


def _contradicts(standing: Believed, event: Event) -> Message:
    of = event.data.get("designation") or event.data["entry"]
    if standing.topic == DesignationAwarded.topic:
        return message(
            "{title} was awarded by the ledger itself, by event {event}: leave the line out, or propose a "
            "correction of that event",
            title=of,
            event=standing.position,
        )
    if standing.topic == PublicityOpened.topic:
        return message(
            "{title} was put on notice by the ledger itself, by event {event}: leave the line out, "
            "or propose "
            "a correction of that event",
            title=of,
            event=standing.position,
        )
    told = [
        message(
            "{title} is recorded as event {event} with other {keys!r}",
            title=of,
            event=standing.position,
            keys=_differing(standing, event),
        ),
        message("nothing recorded is edited: leave the line out, or propose a correction of that event"),
    ]
    if is_listed_only(str(event.data["subject"])):
        told.append(_ANOTHER_LIST)
    return clauses(told)


def _content(event: Event | Believed) -> bytes:
    """What makes a fact the same fact: topic, data, day of effect, document, however it is spelled."""
    basis = dict(stated(event.basis).as_json()) if event.basis else {}
    basis.pop("number_words", None)
    return encode([event.topic, event.data, event.effective or "", basis])


def _differing(standing: Believed, event: Event) -> list[str]:
    keys = sorted({*standing.data, *event.data})
    named = [k for k in keys if encode([standing.data.get(k, "")]) != encode([event.data.get(k, "")])]
    if standing.effective != event.effective:
        named.append("date")
    if _content(replace(event, basis=standing.basis)) != _content(event):
        named.append("document")
    return named
