"""Answers on a terminal: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.markup import escape
from rich.table import Table

from domain.messages import message
from domain.rules import Rulebook
from domain.subjects import Subject
from projections.answers import NotStated, encode
from projections.history.answer import HistoryEntry, describe
from projections.obligations.answer import Holder
from projections.publicity.answer import Notice, Notices
from projections.quotas.answer import QuotasPage, UnitPool
from projections.quotas.whose import QuotaWhy
from projections.ranking.answer import RankingPage
from projections.roster.answer import OfUnknownCategory, Title
from projections.roster.differences import ChangedTitle
from projections.rounds.answer import RoundPage
from projections.rules.answer import OpenPoint, RulesPage
from projections.selection.answer import SelectionPage
from projections.why.answer import FactShown, ReadingUsed, Why
from projections.words.language import coded, language, said, say
from scripts.looking import Form, Looking, console, or_else, table
from scripts.terminal import put

# --------------------------------------------------------------------------- histories


def history(looking: Looking, of: Subject, entries: list[HistoryEntry], form: Form) -> None:
    """A subject's history; what a correction replaced is struck through and says by which event; what is
    of another that went into it says whose."""
    if form == "ndjson":
        seen_from = {"ledger": looking.ledger, "position": looking.view.as_known}
        for entry in entries:
            typer.echo(encode({**seen_from, **entry.members()}).decode())
        return
    if form == "json":
        subject = describe(of, looking.at.names.of(of.id))
        looking.as_json(subject=subject, history=entries)
        return
    looking.heading(str(of))
    screen = console()
    made = Table(show_lines=True, expand=not screen.is_terminal)
    judged = any(_articles(entry) for entry in entries)
    headings = ("event", "day of effect", "what", *(("articles",) if judged else ()))
    for heading in headings:
        made.add_column(say(heading), no_wrap=heading in {"event", "day of effect"}, overflow="fold")
    for entry in entries:
        gone = entry.known_until is not None
        by = f" ({say(message('by {event}', event=entry.corrected_by))})" if entry.corrected_by else ""
        what = _of_another(of, entry) + said(entry.sentence)
        if gone:
            what += say(message(" (corrected by event {event})", event=entry.known_until))
        cells = [f"{entry.event}{by}", escape(entry.effective or "?"), escape(what)]
        if judged:
            cells.append(escape(_articles(entry)))
        made.add_row(*cells, style="strike" if gone else None)
    screen.print(made, highlight=False)


def _of_another(of: Subject, entry: HistoryEntry) -> str:
    """Whose event it is, where it is not the subject's own; or what that was called then."""
    whose = entry.subject
    if whose.id == of.id and whose.then == whose.today:
        return ""
    if whose.then == whose.today:
        return f"[{whose.then}] "
    return say(message("[{then}, today {today}] ", then=whose.then, today=whose.today))


def _articles(entry: HistoryEntry) -> str:
    """The articles whose rules judged an event; the ledger's own stand in `why`."""
    of = (entry.judged.articles or {}) if entry.judged else {}
    return " ".join(dict.fromkeys(article for article in of.values() if article.startswith("第")))


# ----------------------------------------------------------------------------- rosters


def roster(
    looking: Looking,
    programme: str,
    titles: list[Title],
    unknown: OfUnknownCategory | NotStated,
    as_json: bool,
) -> None:
    """Titles, a line each; what is not sure has a question mark."""
    if as_json:
        apart = {} if isinstance(unknown, NotStated) else {"unknown": unknown}
        looking.as_json(titles=titles, **apart)
        return
    rows = (
        (
            title.round,
            title.subject.name,
            said(title.category_words),
            coded(title.status) + ("" if title.surely else " ?"),
            title.announced.edtf or "?",
            (title.document.number or "") if title.document else "",
        )
        for title in titles
    )
    looking.table(programme, ("round", "subject", "category", "status", "announced", "document"), rows)


def differences(looking: Looking, of: str, found: list[ChangedTitle], as_json: bool) -> None:
    """A line for each title that two views show otherwise."""
    if as_json:
        looking.as_json(changes=found)
        return
    rows = (
        (
            change.designation,
            coded(change.change),
            "; ".join(coded(t.status) for t in change.before) or "—",
            "; ".join(coded(t.status) for t in change.after) or "—",
            ", ".join(change.fields),
            ", ".join(map(str, change.by)),
        )
        for change in found
    )
    headings = ("designation", "change", "before", "after", "what", "by events")
    looking.table(of, headings, rows)


# ------------------------------------------------------------------------------ rounds


def quotas(looking: Looking, of: str, page: QuotasPage, as_json: bool) -> None:
    """A pool each line; what no document has set is said to be not set."""
    if as_json:
        looking.as_json(pools=page.pools, units=page.units, exceptions=page.exceptions)
        return
    rows = (
        (
            said(pool.pool_words),
            pool.cap.places if pool.cap else say("not set"),
            pool.used,
            pool.left if pool.cap else "",
            pool.over if pool.cap else "",
            len(pool.beside) or "",
            "  ".join(f"{place.name} ({place.event})" for place in pool.used_by),
        )
        for pool in page.pools
    )
    looking.table(of, ("pool", "cap", "used", "left", "over", "beside", "by"), rows)


def quota_why(looking: Looking, of: str, told: QuotaWhy, as_json: bool) -> None:
    """Whose quota a subject uses, in words; the unit's figures."""
    if as_json:
        looking.as_json(subject=told.subject, whose=told.whose)
        return
    words, pools = say("the programme has no rules of it"), tuple[UnitPool, ...]()
    if told.whose is not None:
        words = said(told.whose.words)
        pools = told.whose.figures.pools if told.whose.figures else ()
    rows = (
        (pool.pool, pool.cap.places if pool.cap else say("not set"), pool.used, len(pool.over_quota))
        for pool in pools
    )
    title = f"{of} · {told.subject.name}：{words}"
    looking.table(title, ("pool", "cap", "used", "over quota"), rows)


def selection(looking: Looking, of: str, page: SelectionPage, as_json: bool) -> None:
    """A candidate each line, and what no software decides."""
    if as_json:
        looking.as_json(candidates=page.candidates, ties=page.ties, short=page.short)
        return
    rows = (
        (
            c.rank,
            c.subject.name,
            say("in") if c.chosen else say("out"),
            coded(c.reason),
            c.rule or "",
            ", ".join(b.name for b in c.because_of),
        )
        for c in page.candidates
    )
    looking.table(of, ("rank", "subject", "list", "by", "rule", "because of"), rows)
    for tie in page.ties:
        put("to be decided, equal scores: {those}", those=tie)
    for floor, short in page.short.items():
        put("cannot be met: {floor}, {short} short", floor=floor, short=short)


def round_page(looking: Looking, of: str, page: RoundPage, as_json: bool) -> None:
    """The plan, a line each, then what happened."""
    if as_json:
        looking.as_json(
            planned=page.planned, happened=page.happened, attested=page.attested, notices=page.notices
        )
        return
    planned = page.planned
    rows: list[Sequence[object]] = [(say("planned"), coded(p.step), p.when, "") for p in planned.steps]
    if planned.deadline:
        rows.append((say("planned"), say("deadline"), planned.deadline, ""))
    if term := planned.term:
        rows.append((say("planned"), say("held"), f"{term.first} – {term.last}", ""))
    rows += [
        (say("planned"), say(message("places of {pool}", pool=pool)), "", n)
        for pool, n in planned.places.items()
    ]
    rows += [(say("attested"), a.words or coded(a.measure), "", a.value) for a in page.attested]
    rows += [(say("noticed"), n.words, n.effective or "?", "") for n in page.notices]
    rows += [(say("happened"), coded(s.step), f"{s.first} – {s.last}", s.cases) for s in page.happened.steps]
    rows.append((say("happened"), say("titles on record"), "", page.happened.titles))
    looking.table(of, ("", "what", "when", "how many"), rows)


def publicity(looking: Looking, of: str, page: Notices, as_json: bool) -> None:
    """A case each line."""
    if as_json:
        looking.as_json(notices=page.notices)
        return
    rows = (
        (
            notice.round,
            notice.subject.name,
            notice.since,
            notice.until,
            _state(notice),
            or_else(notice.objections_open),
            notice.event,
        )
        for notice in page.notices
    )
    headings = ("round", "subject", "since", "until", "state", "objections open", "event")
    looking.table(of, headings, rows)


def _state(notice: Notice) -> str:
    if notice.on_notice:
        return say("on notice")
    return say("closed") if notice.closed else say("over")


def ranking(looking: Looking, of: str, page: RankingPage, as_json: bool) -> None:
    """A case each line, by rank."""
    if as_json:
        shown = {"not_yet_shown": page.not_yet_shown, "own_scores": page.own_scores}
        stated = {key: value for key, value in shown.items() if not isinstance(value, NotStated)}
        looking.as_json(ranking=page.ranking, **stated)
        return
    rows = (
        (
            case.rank,
            case.subject.name,
            coded(case.category),
            case.total,
            say("yes") if case.passed else say("no"),
        )
        for case in page.ranking
    )
    looking.table(of, ("rank", "subject", "category", "points", "passed"), rows)


def obligations(looking: Looking, titles: list[Holder], as_json: bool) -> None:
    """A duty each line."""
    if as_json:
        looking.as_json(titles=titles)
        return
    rows = (
        (
            title.round,
            title.subject.name,
            duty.rule,
            coded(duty.what),
            coded(duty.of or None),
            duty.due or say("no date set"),
            coded(duty.state),
            duty.filed or "",
            or_else(duty.days_late),
        )
        for title in titles
        for duty in title.obligations
    )
    headings = ("round", "subject", "rule", "what", "of", "due", "state", "filed", "days late")
    looking.table(say("obligations"), headings, rows)


# ------------------------------------------------------------------------- rules, why


def rules(books: Sequence[tuple[Rulebook, RulesPage]], as_json: bool) -> None:
    """A rule each line, then the open points of the text."""
    if as_json:
        told = [{"id": b.id, "rules": page.rules, "points": page.points} for b, page in books]
        typer.echo(encode({"programmes": told}).decode())
        return
    for book, page in books:
        _rule_book(book, page)


def _rule_book(book: Rulebook, page: RulesPage) -> None:
    screen = console()
    screen.print(f"{book.id} · {book.instrument}", style="bold", highlight=False, markup=False)
    made = Table(show_lines=True)
    for heading in ("id", "article", "strength", "rule", "judges", "refused", "lifted"):
        made.add_column(say(heading), overflow="fold", no_wrap=heading == "id")
    for rule in page.rules:
        made.add_row(
            rule.id,
            rule.article,
            coded(rule.strength),
            escape(rule.zh if language() == "zh" else rule.en),
            ", ".join(map(coded, rule.acts)),
            *(str(or_else(count)) for count in (rule.refused, rule.lifted)),
        )
    screen.print(made, highlight=False)
    for point in page.points:
        line = f"{point.id} {said(point.question)} — {_read_as(point)}"
        screen.print(line, highlight=False, markup=False)


def _read_as(point: OpenPoint) -> str:
    """How an open point is read: as recorded, else by the ledger's default."""
    recorded = "; ".join(escape(f"{r.reading} ({r.event})") for r in point.readings)
    return recorded or said(point.default)


def why(told: Why) -> None:
    """An event, the rules it was judged by, and the facts they were shown."""
    screen = console()
    who = f"{coded(told.actor.role)} {told.actor.unit}" if told.actor else say("(not shown)")
    _line(f"{told.event}  {said(told.sentence)}")
    _line(f"   {told.recorded_at:%Y-%m-%d %H:%M} UTC, {who}")
    if told.corrected_since:
        screen.print(_corrected(told), highlight=False)
    for question in told.questions:
        asked = message(
            "   called into question by event {event} ({state}): {why:clauses}",
            event=question.id,
            state=question.state,
            why=list(question.why),
        )
        _line(say(asked))
    judged = told.judged
    if judged is None:
        _line(say("   not judged by any rule of procedure (L-6)"))
        return
    rows = (
        (
            rule.id,
            f"{rule.document or ''} {rule.article or ''}",
            coded(rule.strength or None),
            (rule.zh if language() == "zh" else rule.en) or "",
        )
        for rule in judged.rules
    )
    table(("rule", "where", "strength", "text"), rows)
    for heading, facts in (("on these facts", judged.facts), ("lifted by", judged.exceptions)):
        if facts:
            _line(f"{say(heading)}:")
        for fact in facts:
            _line(f"   {fact.event}  {said(fact.sentence)}")
            if fact.corrected_since:
                screen.print(_corrected(fact), highlight=False)
    for reading in judged.readings:
        used = message("resting on {point}: {reading}", point=reading.point, reading=_used(reading))
        _line(say(used))
    for parameter in judged.unset:
        _line(say(message("not set, so judged by nobody: {parameter!r}", parameter=parameter)))


def _line(text: str) -> None:
    """One line, however long it is."""
    console().print(text, highlight=False, markup=False, soft_wrap=True)


def _used(reading: ReadingUsed) -> str | None:
    if reading.recorded and reading.recorded.reading:
        return reading.recorded.reading
    return said(reading.default) if reading.default else None


def _corrected(told: Why | FactShown) -> str:
    return say(message("   corrected since, by event {events}", events=list(told.corrected_since)))
