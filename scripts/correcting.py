"""Commands about corrections: propose, approve, reject; what one would change, and what it asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

import orjson
import typer

from domain.commands.command import Command
from domain.corrections.acts import ApproveCorrection, DecideQuestion, ProposeCorrection, RejectCorrection
from domain.dates import a_day
from domain.events import DecisionQuestioned
from domain.messages import Message, message
from eventlog.ledger import Ledger, identity
from projections.answers import encode
from projections.asking.access import may_correct
from projections.asking.moments import position_of, standing_time, today
from projections.asking.standpoint import Eyes, reached
from projections.corrections.answer import CorrectionShown, NoSuchCorrection, Proposal
from projections.corrections.answer import correction as correction_of
from projections.corrections.answer import corrections as corrections_of
from projections.corrections.changed_rows import ChangedRows, RowTold
from projections.corrections.impact import Impact
from projections.corrections.impact import impact as impact_of
from projections.corrections.questions import Question
from projections.corrections.questions import questions as questions_of
from projections.corrections.ranks import Ranks
from projections.following.projector import catch_up
from projections.quotas.rows import Quotas
from projections.words.language import said, say
from projections.words.names import register
from scripts.acting import carried_out
from scripts.looking import console, table
from scripts.speaking import misused
from scripts.terminal import AsKnown, Json, open_log, put, tell, wait_for, who_reads

T = TypeVar("T")
commands = typer.Typer()
correction_app = typer.Typer(help="Put an error of the record right; it takes two.", no_args_is_help=True)
question_app = typer.Typer(help="What corrections called into question.", no_args_is_help=True)
commands.add_typer(correction_app, name="correction")
commands.add_typer(question_app, name="question")

AnId = Annotated[int, typer.Argument(min=1, help="The position of the event that proposes it.")]
AnEvent = Annotated[int, typer.Argument(min=1, help="The position of the event to correct.")]
Reason = Annotated[str, typer.Option(help="Why; kept beside the log, sealed.")]
Number = Annotated[str | None, typer.Option(help="Number of the document that authorises it.")]
Title = Annotated[str | None, typer.Option(help="Title of the document that authorises it.")]
Day = Annotated[str | None, typer.Option(help="The event's own day of effect, if it changes.")]
Data = Annotated[str, typer.Option(help='JSON: {"points": 9300}; words to seal: {"seal": "…"}.')]
AsOf = Annotated[str | None, typer.Option(help="As things stood on a day; default: all.")]


def _document(number: str | None, title: str | None) -> dict[str, str]:
    return {key: text for key, text in (("number", number), ("title", title)) if text is not None}


def _json_of(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise misused("--data is no JSON: {error}", error=str(error)) from None


def _act(kind: type[Command], **stated: Any) -> Mapping[str, Any]:
    """Carried out in the name of the token in LEDGER_TOKEN: where it came to stand."""
    return carried_out(kind, **{key: value for key, value in stated.items() if value != {}})


def _propose(what: Message, **stated: Any) -> None:
    told = _act(ProposeCorrection, **stated)
    tell("{what} proposed: correction {first}; another person approves it", what=what, first=told["first"])
    typer.echo(told["first"])


@correction_app.command()
def amend(
    event: AnEvent,
    reason: Reason,
    data: Data = "{}",
    effect: Day = None,
    number: Number = None,
    title: Title = None,
) -> None:
    """Propose that something else stands for an event; `data` is laid over what is believed of it."""
    _propose(
        message("an amendment"),
        act="amend",
        target=event,
        data=_json_of(data),
        takes_effect=effect,
        reason=reason,
        basis=_document(number, title),
    )


@correction_app.command()
def annul(event: AnEvent, reason: Reason, number: Number = None, title: Title = None) -> None:
    """Propose that an event falls."""
    _propose(
        message("an annulment"), act="annul", target=event, reason=reason, basis=_document(number, title)
    )


@correction_app.command()
def supply(
    topic: Annotated[str, typer.Argument(help="incident.recorded, score.recorded, …")],
    reason: Reason,
    data: Data,
    effect: Day = None,
    number: Number = None,
    title: Title = None,
    document: Annotated[str | None, typer.Option(help="Title of the event's own document.")] = None,
) -> None:
    """Propose that a missing event is supplied."""
    _propose(
        message("a missing event"),
        act="supply",
        topic=topic,
        data=_json_of(data),
        takes_effect=effect,
        reason=reason,
        basis=_document(number, title),
        document=_document(None, document),
    )


async def _questions_of(first: int, last: int) -> int:
    """How many decisions the events of one act call into question."""
    async with open_log() as log:
        events = await log.at(range(first, last + 1))
    return sum(event.topic == DecisionQuestioned.topic for event in events)


@correction_app.command()
def approve(id_: Annotated[int, typer.Argument(metavar="ID", min=1)]) -> None:
    """Approve a correction that another person proposed: from now on it holds."""
    told = _act(ApproveCorrection, proposal=id_)
    asked = wait_for(_questions_of(told["first"], told["last"]))
    tell(
        "approved by event {first}; decisions called into question: {asked}", first=told["first"], asked=asked
    )


@correction_app.command()
def reject(id_: Annotated[int, typer.Argument(metavar="ID", min=1)], reason: Reason) -> None:
    """Reject a correction that another person proposed; it never held."""
    told = _act(RejectCorrection, proposal=id_, reason=reason)
    tell("rejected by event {first}", first=told["first"])


@question_app.command()
def decide(
    id_: Annotated[int, typer.Argument(metavar="ID", min=1, help="The question's event.")],
    outcome: Annotated[Literal["let-stand", "withdraw", "re-open"], typer.Argument()],
    reason: Reason,
    number: Number = None,
    title: Title = None,
) -> None:
    """What becomes of a decision that was called into question; the ministry's act."""
    told = _act(DecideQuestion, question=id_, outcome=outcome, reason=reason, basis=_document(number, title))
    tell("decided by event {first}", first=told["first"])


# ------------------------------------------------------------------------------ reading


@asynccontextmanager
async def _asking(as_known: str | None) -> AsyncIterator[tuple[Ledger, Eyes, int]]:
    """To which ledger, whose eyes, as known where."""
    async with open_log() as log:
        reader = await who_reads(log)
        may_correct(reader)
        async with log.pool.acquire() as connection:
            await catch_up(connection, Quotas())
        _, known = await reached(log, Quotas(), await position_of(log, as_known))
        ledger = await identity(log)
        names = await register(log, await today(log, ledger), known)
        yield ledger, Eyes(log, reader, names), known


@correction_app.command(name="list")
def list_(
    state: Annotated[Literal["open", "approved", "rejected"] | None, typer.Option()] = None,
    event: Annotated[int | None, typer.Option(help="Only what concerns this event.")] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Proposed corrections, the newest first."""
    day = a_day(as_of) if as_of else None

    async def work() -> list[Proposal]:
        async with _asking(as_known) as (_, eyes, known):
            return await corrections_of(eyes, known, state=state, target=event, as_of=day)

    found = wait_for(work())
    if as_json:
        typer.echo(encode(found).decode())
        return
    rows = (
        (
            c.id,
            c.state,
            c.act,
            c.target or "",
            c.topic or "",
            c.proposed_by.principal,
            (c.basis.number or c.basis.title or "") if c.basis else "",
        )
        for c in found
    )
    table(("id", "state", "act", "event", "topic", "proposed by", "authorised by"), rows)


@correction_app.command()
def show(id_: AnId, as_known: AsKnown = None) -> None:
    """One correction as JSON: the event as recorded, as believed, and what is to stand instead."""

    async def work() -> CorrectionShown:
        async with _asking(as_known) as (_, eyes, known):
            return await correction_of(eyes, id_, known)

    told = orjson.loads(encode(_found(work())))
    typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


def _found(work: Coroutine[Any, Any, T]) -> T:
    try:
        return wait_for(work)
    except NoSuchCorrection as error:
        tell(error)
        raise typer.Exit(1) from None


@correction_app.command()
def impact(id_: AnId, as_known: AsKnown = None, as_json: Json = False) -> None:
    """What would change if it were approved now, from which day on, and what it would call into question."""

    async def work() -> Impact:
        async with _asking(as_known) as (ledger, eyes, known):
            now = await standing_time(eyes.log, ledger) or datetime.now(UTC)
            return await impact_of(eyes, id_, known, now)

    told = _found(work())
    if as_json:
        typer.echo(encode(told).decode())
    else:
        _show_impact(told)


def _show_impact(told: Impact) -> None:
    for why in told.why_not:
        put("it cannot be approved: {why}", why=why)
    for model in ("roster", "quotas", "obligations", "publicity"):
        changed: ChangedRows = getattr(told, model)
        signed = [*(("-", row) for row in changed.gone), *(("+", row) for row in changed.new)]
        rows = [(sign, *_row(row)) for sign, row in signed]
        _section(model, ("", "of", "what", "from", "until"), rows)
    figures = [
        (
            f"{f.programme}/{f.round}/{f.pool}",
            f.since,
            f"{f.before.used} → {f.after.used}",
            f"{f.before.left} → {f.after.left}",
            f"{f.before.over} → {f.after.over}",
        )
        for f in told.figures
    ]
    _section("figures", ("pool", "since", "used", "left", "over"), figures)
    ranks = [
        (r.case, f"{_total(r.before)} → {_total(r.after)}", f"{_rank(r.before)} → {_rank(r.after)}")
        for r in told.ranking
    ]
    _section("ranking", ("case", "total", "rank"), ranks)
    rested = [(r.event, said(r.sentence)) for r in told.rested]
    _section("rested on it", ("event", "what"), rested)
    refused = [(r.act, ", ".join(r.rules)) for r in told.refusals]
    _section("refused on it", ("act", "rules"), refused)
    _heading("called into question")
    asked = ((q.decision, said(q.sentence), q.ground, "; ".join(q.why)) for q in told.questions)
    table(("event", "what", "ground", "why"), asked)


def _section(heading: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table under its heading; nothing where there are no rows."""
    if rows:
        _heading(heading)
        table(headings, rows)


def _heading(text: str) -> None:
    console().print(say(text), style="bold", highlight=False, markup=False)


def _total(place: Ranks | None) -> object:
    return place.total if place else "—"


def _rank(place: Ranks | None) -> object:
    return place.rank if place else "—"


def _row(row: RowTold) -> tuple[object, ...]:
    """A row of any read model in four cells."""
    of = row.get("designation") or row.get("case_id") or row.get("entry", "")
    keys = ("category", "measure", "pool", "rule", "what", "kind", "outcome")
    what = [str(row[key]) for key in keys if row.get(key)]
    since = row.get("from_latest") or row.get("due") or row.get("since", "")
    return of, " ".join(what), since, row.get("until_latest") or row.get("until") or ""


@question_app.command(name="list")
def list_questions(
    state: Annotated[Literal["open", "decided"] | None, typer.Option()] = None,
    as_of: AsOf = None,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """Decisions that were called into question, the newest first, and what was decided."""
    day = a_day(as_of) if as_of else None

    async def work() -> list[Question]:
        async with _asking(as_known) as (_, eyes, known):
            return await questions_of(eyes, known, state=state, as_of=day)

    found = wait_for(work())
    if as_json:
        typer.echo(encode(found).decode())
        return
    rows = (
        (
            q.id,
            q.state,
            q.decision,
            said(q.sentence),
            "; ".join(q.why),
            q.decided.outcome if q.decided else "",
        )
        for q in found
    )
    table(("id", "state", "event", "what", "why", "decided"), rows)
