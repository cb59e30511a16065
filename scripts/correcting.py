"""Commands about corrections: propose, approve, reject; what one would change, and what it asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from api.commands import parse
from domain.access import Reader
from domain.commands import (
    ApproveCorrection,
    DecideQuestion,
    ProposeCorrection,
    RejectCorrection,
)
from domain.dates import a_day
from domain.kernel import Actor
from domain.rules import Command
from eventlog.ledger import Ledger, identity
from eventlog.log import Log
from projections import corrections
from projections.corrections import NoSuchCorrection, may_correct
from projections.impact import impact as impact_of
from projections.projector import catch_up
from projections.quotas import Quotas
from projections.reading import position_of, reached, standing_time, today
from projections.register import register
from scripts.acting import carried_out
from scripts.show import console
from scripts.terminal import AsKnown, Json, Language, err, open_log, wait_for, who_reads

commands = typer.Typer()
correction_app = typer.Typer(
    help="Put an error of the record right; it takes two.", no_args_is_help=True
)
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
        raise typer.BadParameter(f"--data is no JSON: {error}") from None


def _act(kind: type[Command], **stated: Any) -> Mapping[str, Any]:
    """Carried out in the name of the token in LEDGER_TOKEN: where it came to stand."""
    body = {key: value for key, value in stated.items() if value not in (None, {})}

    def make(actor: Actor) -> Command:
        return parse(kind, actor, body)

    return carried_out(make)


def _propose(said: str, **stated: Any) -> None:
    told = _act(ProposeCorrection, **stated)
    err.print(
        f"{said} proposed: correction {told['first']}; another person approves it", highlight=False
    )
    typer.echo(told["first"])


@correction_app.command()
def amend(
    event: AnEvent, reason: Reason, data: Data = "{}", effect: Day = None, number: Number = None,
    title: Title = None,
) -> None:  # fmt: skip
    """Propose that something else stands for an event; `data` is laid over what is believed of it."""
    _propose(
        "an amendment", act="amend", target=event, data=_json_of(data), takes_effect=effect,
        reason=reason, basis=_document(number, title),
    )  # fmt: skip


@correction_app.command()
def annul(event: AnEvent, reason: Reason, number: Number = None, title: Title = None) -> None:
    """Propose that an event falls."""
    _propose(
        "an annulment", act="annul", target=event, reason=reason, basis=_document(number, title)
    )


@correction_app.command()
def supply(
    topic: Annotated[str, typer.Argument(help="incident.recorded, score.recorded, …")],
    reason: Reason, data: Data, effect: Day = None, number: Number = None, title: Title = None,
    document: Annotated[str | None, typer.Option(help="Title of the event's own document.")] = None,
) -> None:  # fmt: skip
    """Propose that a missing event is supplied."""
    _propose(
        "a missing event", act="supply", topic=topic, data=_json_of(data), takes_effect=effect,
        reason=reason, basis=_document(number, title), document=_document(None, document),
    )  # fmt: skip


@correction_app.command()
def approve(id_: Annotated[int, typer.Argument(metavar="ID", min=1)]) -> None:
    """Approve a correction that another person proposed: from now on it holds."""
    told = _act(ApproveCorrection, proposal=id_)
    asked = told["last"] - told["first"]
    err.print(
        f"approved by event {told['first']}; {asked or 'no'} decisions are called into question",
        highlight=False,
    )


@correction_app.command()
def reject(id_: Annotated[int, typer.Argument(metavar="ID", min=1)], reason: Reason) -> None:
    """Reject a correction that another person proposed; it never held."""
    told = _act(RejectCorrection, proposal=id_, reason=reason)
    err.print(f"rejected by event {told['first']}", highlight=False)


@question_app.command()
def decide(
    id_: Annotated[int, typer.Argument(metavar="ID", min=1, help="The question's event.")],
    outcome: Annotated[Literal["let-stand", "withdraw", "re-open"], typer.Argument()],
    reason: Reason, number: Number = None, title: Title = None,
) -> None:  # fmt: skip
    """What becomes of a decision that was called into question; the ministry's act."""
    told = _act(
        DecideQuestion, question=id_, outcome=outcome, reason=reason, basis=_document(number, title)
    )
    err.print(f"decided by event {told['first']}", highlight=False)


# ------------------------------------------------------------------------------ reading


@asynccontextmanager
async def _asking(as_known: str | None) -> AsyncIterator[tuple[Log, Ledger, Reader, int]]:
    """To which ledger, whose eyes, as known where."""
    async with open_log() as log:
        reader = await who_reads(log)
        may_correct(reader)
        async with log.pool.acquire() as connection:
            await catch_up(connection, Quotas())
        known = await reached(log, Quotas(), await position_of(log, as_known))
        ledger = await identity(log)
        (await register(log, await today(log, ledger), known)).use_names()
        yield log, ledger, reader, known


@correction_app.command(name="list")
def list_(
    state: Annotated[Literal["open", "approved", "rejected"] | None, typer.Option()] = None,
    event: Annotated[int | None, typer.Option(help="Only what concerns this event.")] = None,
    as_of: AsOf = None, as_known: AsKnown = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Proposed corrections, the newest first."""

    async def work() -> list[dict[str, Any]]:
        async with _asking(as_known) as (log, _, reader, known):
            return await corrections.corrections(
                log, reader, known, state=state, target=event, as_of=a_day(as_of) if as_of else None
            )

    found = wait_for(work())
    if as_json:
        typer.echo(orjson.dumps(found).decode())
        return
    rows = (
        (c["id"], c["state"], c["act"], c["target"] or "", c["topic"] or "", c["proposed_by"]["principal"],
         (c["basis"] or {}).get("number") or (c["basis"] or {}).get("title") or "")
        for c in found
    )  # fmt: skip
    _table(("id", "state", "act", "event", "topic", "proposed by", "authorised by"), rows)


@correction_app.command()
def show(id_: AnId, as_known: AsKnown = None) -> None:
    """One correction as JSON: the event as recorded, as believed, and what is to stand instead."""

    async def work() -> dict[str, Any]:
        async with _asking(as_known) as (log, _, reader, known):
            return await corrections.correction(log, reader, id_, known)

    typer.echo(orjson.dumps(_found(work()), option=orjson.OPT_INDENT_2).decode())


def _found(work: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = wait_for(work)
    except NoSuchCorrection as error:
        err.print(str(error), highlight=False)
        raise typer.Exit(1) from None
    return found


@correction_app.command()
def impact(
    id_: AnId, as_known: AsKnown = None, as_json: Json = False, language: Language = "zh"
) -> None:
    """What would change if it were approved now, from which day on, and what it would call into question."""

    async def work() -> dict[str, Any]:
        async with _asking(as_known) as (log, ledger, reader, known):
            now = await standing_time(log, ledger) or datetime.now(UTC)
            return {"correction": id_, **await impact_of(log, reader, id_, known, now)}

    told = _found(work())
    if as_json:
        typer.echo(orjson.dumps(told).decode())
        return
    screen = console()
    for why in told["why_not"]:
        screen.print(f"it cannot be approved: {why}", highlight=False, markup=False)
    for model in ("roster", "quotas", "obligations", "publicity"):
        rows = [
            (sign, *_row(row)) for sign, key in (("-", "gone"), ("+", "new")) for row in told[model][key]
        ]  # fmt: skip
        if rows:
            screen.print(f"[bold]{model}[/bold]", highlight=False)
            _table(("", "of", "what", "from", "until"), rows)
    if told["figures"]:
        screen.print("[bold]figures[/bold]", highlight=False)
        _table(("pool", "since", "used", "left", "over"), (
            (f"{f['programme']}/{f['round']}/{f['pool']}", f["since"],
             *(f"{f['before'][k]} → {f['after'][k]}" for k in ("used", "left", "over")))
            for f in told["figures"]
        ))  # fmt: skip
    if told["ranking"]:
        screen.print("[bold]ranking[/bold]", highlight=False)
        _table(("case", "total", "rank"), (
            (r["case"], *(f"{_at(r['before'], k)} → {_at(r['after'], k)}" for k in ("total", "rank")))
            for r in told["ranking"]
        ))  # fmt: skip
    if told["rested"]:
        screen.print("[bold]rested on it[/bold]", highlight=False)
        _table(("event", "what"), ((r["event"], r["sentence"][language]) for r in told["rested"]))
    if told["refusals"]:
        screen.print("[bold]refused on it[/bold]", highlight=False)
        _table(("act", "rules"), ((r["act"], ", ".join(r["rules"])) for r in told["refusals"]))
    screen.print("[bold]called into question[/bold]", highlight=False)
    _table(("event", "what", "ground", "why"), (
        (q["decision"], q["sentence"][language], q["ground"], "; ".join(q["why"]))
        for q in told["questions"]
    ))  # fmt: skip


def _at(place: dict[str, Any] | None, key: str) -> object:
    return place[key] if place else "—"


def _row(row: dict[str, Any]) -> tuple[object, ...]:
    """A row of any read model in four cells."""
    of = row.get("designation") or row.get("case_id") or row.get("entry", "")
    what = [str(row[k]) for k in ("category", "measure", "pool", "rule", "what", "kind", "outcome")
            if row.get(k)]  # fmt: skip
    since = row.get("from_latest") or row.get("due") or row.get("since", "")
    return of, " ".join(what), since, row.get("until_latest") or row.get("until") or ""


@question_app.command(name="list")
def list_questions(
    state: Annotated[Literal["open", "decided"] | None, typer.Option()] = None,
    as_of: AsOf = None, as_known: AsKnown = None, as_json: Json = False, language: Language = "zh",
) -> None:  # fmt: skip
    """Decisions that were called into question, the newest first, and what was decided."""

    async def work() -> list[dict[str, Any]]:
        async with _asking(as_known) as (log, _, reader, known):
            return await corrections.questions(
                log, reader, known, state=state, as_of=a_day(as_of) if as_of else None
            )

    found = wait_for(work())
    if as_json:
        typer.echo(orjson.dumps(found).decode())
        return
    _table(("id", "state", "event", "what", "why", "decided"), (
        (q["id"], q["state"], q["decision"], q["sentence"][language], "; ".join(q["why"]),
         q["decided"]["outcome"] if q["decided"] else "")
        for q in found
    ))  # fmt: skip


def _table(headings: tuple[str, ...], rows: Any) -> None:
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    console().print(table, highlight=False)
