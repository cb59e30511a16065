"""Answers on a terminal: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.markup import escape
from rich.table import Table

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
from scripts.looking import Form, Lang, Looking, console, or_else, said, table

# --------------------------------------------------------------------------- histories


def history(looking: Looking, of: Subject, entries: list[HistoryEntry], form: Form, language: Lang) -> None:
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
        made.add_column(heading, no_wrap=heading in {"event", "day of effect"}, overflow="fold")
    for entry in entries:
        gone = entry.known_until is not None
        by = f" (by {entry.corrected_by})" if entry.corrected_by else ""
        what = _of_another(of, entry) + said(entry.sentence, language)
        what += f" (corrected by event {entry.known_until})" if gone else ""
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
    today = f", today {whose.today}" if whose.then != whose.today else ""
    return f"[{whose.then}{today}] "


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
    language: Lang,
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
            said(title.category_words, language),
            title.status + ("" if title.surely else " ?"),
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
            change.change,
            "; ".join(t.status for t in change.before) or "—",
            "; ".join(t.status for t in change.after) or "—",
            ", ".join(change.fields),
            ", ".join(map(str, change.by)),
        )
        for change in found
    )
    headings = ("designation", "change", "before", "after", "what", "by events")
    looking.table(of, headings, rows)


# ------------------------------------------------------------------------------ rounds


def quotas(looking: Looking, of: str, page: QuotasPage, as_json: bool, language: Lang) -> None:
    """A pool each line; what no document has set is said to be not set."""
    if as_json:
        looking.as_json(pools=page.pools, units=page.units, exceptions=page.exceptions)
        return
    rows = (
        (
            said(pool.pool_words, language),
            pool.cap.places if pool.cap else "not set",
            pool.used,
            pool.left if pool.cap else "",
            pool.over if pool.cap else "",
            len(pool.beside) or "",
            "  ".join(f"{place.name} ({place.event})" for place in pool.used_by),
        )
        for pool in page.pools
    )
    looking.table(of, ("pool", "cap", "used", "left", "over", "beside", "by"), rows)


def quota_why(looking: Looking, of: str, told: QuotaWhy, as_json: bool, language: Lang) -> None:
    """Whose quota a subject uses, in words; the unit's figures."""
    if as_json:
        looking.as_json(subject=told.subject, whose=told.whose)
        return
    words, pools = "the programme has no rules of it", tuple[UnitPool, ...]()
    if told.whose is not None:
        words = said(told.whose.words, language)
        pools = told.whose.figures.pools if told.whose.figures else ()
    rows = (
        (pool.pool, pool.cap.places if pool.cap else "not set", pool.used, len(pool.over_quota))
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
            "in" if c.chosen else "out",
            c.reason,
            c.rule or "",
            ", ".join(b.name for b in c.because_of),
        )
        for c in page.candidates
    )
    looking.table(of, ("rank", "subject", "list", "by", "rule", "because of"), rows)
    for tie in page.ties:
        typer.echo(f"to be decided, equal scores: {', '.join(tie)}")
    for floor, short in page.short.items():
        typer.echo(f"cannot be met: {floor}, {short} short")


def round_page(looking: Looking, of: str, page: RoundPage, as_json: bool) -> None:
    """The plan, a line each, then what happened."""
    if as_json:
        looking.as_json(
            planned=page.planned, happened=page.happened, attested=page.attested, notices=page.notices
        )
        return
    planned = page.planned
    rows: list[Sequence[object]] = [("planned", p.step, p.when, "") for p in planned.steps]
    if planned.deadline:
        rows.append(("planned", "deadline", planned.deadline, ""))
    if term := planned.term:
        rows.append(("planned", "held", f"{term.first} – {term.last}", ""))
    rows += [("planned", f"places of {pool}", "", n) for pool, n in planned.places.items()]
    rows += [("attested", a.words or a.measure, "", a.value) for a in page.attested]
    rows += [("noticed", n.words, n.effective or "?", "") for n in page.notices]
    rows += [("happened", s.step, f"{s.first} – {s.last}", s.cases) for s in page.happened.steps]
    rows.append(("happened", "titles on record", "", page.happened.titles))
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
    return "on notice" if notice.on_notice else "closed" if notice.closed else "over"


def ranking(looking: Looking, of: str, page: RankingPage, as_json: bool) -> None:
    """A case each line, by rank."""
    if as_json:
        shown = {"not_yet_shown": page.not_yet_shown, "own_scores": page.own_scores}
        stated = {key: value for key, value in shown.items() if not isinstance(value, NotStated)}
        looking.as_json(ranking=page.ranking, **stated)
        return
    rows = ((case.rank, case.subject.name, case.category, case.total, case.passed) for case in page.ranking)
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
            duty.what,
            duty.of or "",
            duty.due or "no date set",
            duty.state,
            duty.filed or "",
            or_else(duty.days_late),
        )
        for title in titles
        for duty in title.obligations
    )
    headings = ("round", "subject", "rule", "what", "of", "due", "state", "filed", "days late")
    looking.table("obligations", headings, rows)


# ------------------------------------------------------------------------- rules, why


def rules(books: Sequence[tuple[Rulebook, RulesPage]], as_json: bool, language: Lang) -> None:
    """A rule each line, then the open points of the text."""
    if as_json:
        told = [{"id": b.id, "rules": page.rules, "points": page.points} for b, page in books]
        typer.echo(encode({"programmes": told}).decode())
        return
    for book, page in books:
        _rule_book(book, page, language)


def _rule_book(book: Rulebook, page: RulesPage, language: Lang) -> None:
    screen = console()
    screen.print(f"{book.id} · {book.instrument}", style="bold", highlight=False, markup=False)
    made = Table(show_lines=True)
    for heading in ("id", "article", "strength", "rule", "judges", "refused", "lifted"):
        made.add_column(heading, overflow="fold", no_wrap=heading == "id")
    for rule in page.rules:
        made.add_row(
            rule.id,
            rule.article,
            rule.strength,
            escape(rule.zh if language == "zh" else rule.en),
            ", ".join(rule.acts),
            *(str(or_else(count)) for count in (rule.refused, rule.lifted)),
        )
    screen.print(made, highlight=False)
    for point in page.points:
        line = f"{point.id} {said(point.question, language)} — {_read_as(point, language)}"
        screen.print(line, highlight=False, markup=False)


def _read_as(point: OpenPoint, language: Lang) -> str:
    """How an open point is read: as recorded, else by the ledger's default."""
    recorded = "; ".join(escape(f"{r.reading} ({r.event})") for r in point.readings)
    return recorded or said(point.default, language)


def why(told: Why, language: Lang) -> None:
    """An event, the rules it was judged by, and the facts they were shown."""
    screen = console()
    who = f"{told.actor.role} {told.actor.unit}" if told.actor else "(not shown)"
    _line(f"{told.event}  {said(told.sentence, language)}")
    _line(f"   {told.recorded_at:%Y-%m-%d %H:%M} UTC, {who}")
    if told.corrected_since:
        screen.print(_corrected(told), highlight=False)
    for question in told.questions:
        asked = f"   called into question by event {question.id} ({question.state}): "
        _line(asked + "; ".join(question.why))
    judged = told.judged
    if judged is None:
        screen.print("   not judged by any rule of procedure (L-6)", highlight=False)
        return
    rows = (
        (
            rule.id,
            f"{rule.document or ''} {rule.article or ''}",
            rule.strength or "",
            (rule.zh if language == "zh" else rule.en) or "",
        )
        for rule in judged.rules
    )
    table(("rule", "where", "strength", "text"), rows)
    for heading, facts in (("on these facts", judged.facts), ("lifted by", judged.exceptions)):
        if facts:
            screen.print(f"{heading}:", highlight=False)
        for fact in facts:
            _line(f"   {fact.event}  {said(fact.sentence, language)}")
            if fact.corrected_since:
                screen.print(_corrected(fact), highlight=False)
    for reading in judged.readings:
        line = f"resting on {reading.point}: {_used(reading, language)}"
        screen.print(line, highlight=False, markup=False)
    for parameter in judged.unset:
        screen.print(f"not set, so judged by nobody: {parameter}", highlight=False, markup=False)


def _line(text: str) -> None:
    """One line, however long it is."""
    console().print(text, highlight=False, markup=False, soft_wrap=True)


def _used(reading: ReadingUsed, language: Lang) -> str | None:
    if reading.recorded and reading.recorded.reading:
        return reading.recorded.reading
    return said(reading.default, language) if reading.default else None


def _corrected(told: Why | FactShown) -> str:
    return f"   corrected since, by event {', '.join(map(str, told.corrected_since))}"
