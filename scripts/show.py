"""Answers on a terminal: tables for people, JSON for programs."""

from __future__ import annotations

from typing import Any, Literal

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.subjects import Subject
from eventlog.ledger import Ledger
from projections.reading import View, describe

_PIPED_WIDTH = 100


def history(
    of: Subject,
    ledger: Ledger,
    view: View,
    entries: list[dict[str, Any]],
    form: Literal["table", "json", "ndjson"],
    language: Literal["zh", "en"],
) -> None:
    """A subject's history; what a correction replaced is struck through and says by which event."""
    if form == "ndjson":
        seen_from = {"ledger": ledger.as_json(), "position": view.as_known}
        for entry in entries:
            typer.echo(_json({**seen_from, **entry}))
        return
    if form == "json":
        typer.echo(
            _json({
                "ledger": ledger.as_json(),
                "position": view.as_known,
                "as_of": view.as_of,
                "subject": describe(of),
                "history": entries,
            })
        )  # fmt: skip
        return
    console = _console()
    console.print(str(of), style="bold", highlight=False, markup=False)
    console.print(_seen_from(ledger, view), highlight=False, markup=False)
    table = Table(show_lines=True, expand=not console.is_terminal)
    for heading in ("event", "day of effect", "what"):
        table.add_column(heading, no_wrap=heading != "what", overflow="fold")
    for entry in entries:
        gone = entry["known_until"] is not None
        table.add_row(
            str(entry["event"])
            + (f" (by {entry['corrected_by']})" if "corrected_by" in entry else ""),
            escape(entry.get("effective", "?")),
            escape(
                entry["sentence"][language]
                + (f" (corrected by event {entry['known_until']})" if gone else "")
            ),
            style="strike" if gone else None,
        )
    console.print(table, highlight=False)


def roster(
    programme: str,
    ledger: Ledger,
    view: View,
    titles: list[dict[str, Any]],
    as_json: bool,
    language: Literal["zh", "en"],
) -> None:
    """Titles, a line each; what is not sure has a question mark."""
    if as_json:
        typer.echo(
            _json({
                "ledger": ledger.as_json(),
                "position": view.as_known,
                "as_of": view.as_of,
                "titles": titles,
            })
        )  # fmt: skip
        return
    console = _console()
    console.print(programme, style="bold", highlight=False)
    console.print(_seen_from(ledger, view), highlight=False, markup=False)
    table = Table()
    for heading in ("round", "subject", "category", "status", "announced", "document"):
        table.add_column(heading, overflow="fold")
    for title in titles:
        table.add_row(
            escape(title["round"]),
            escape(title["subject"]["name"]),
            title["category_words"][language],
            title["status"] + ("" if title["surely"] else " ?"),
            escape(title["announced"].get("edtf", "?")),
            escape(title.get("document", {}).get("number", "")),
        )
    console.print(table, highlight=False)


def why(told: dict[str, Any], language: Literal["zh", "en"]) -> None:
    """An event, the rules it was judged by, and the facts they were shown."""
    console = _console()
    console.print(
        f"{told['event']}  {told['sentence'][language]}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    actor = told["actor"]
    console.print(
        f"   {told['recorded_at']:%Y-%m-%d %H:%M} UTC, {actor['role']} {actor['unit']}",
        highlight=False, markup=False,
    )  # fmt: skip
    judged = told["judged"]
    if judged is None:
        console.print("   not judged by any rule of procedure (L-6)", highlight=False)
        return
    table = Table()
    for heading in ("rule", "where", "strength", "text"):
        table.add_column(heading, overflow="fold")
    for rule in judged["rules"]:
        table.add_row(
            rule["id"], escape(f"{rule.get('document', '')} {rule.get('article', '')}"),
            rule.get("strength", ""), escape(rule.get(language, "")),
        )  # fmt: skip
    console.print(table, highlight=False)
    for heading, key in (("on these facts", "facts"), ("lifted by", "exceptions")):
        if judged[key]:
            console.print(f"{heading}:", highlight=False)
        for fact in judged[key]:
            line = f"   {fact['event']}  {fact['sentence'][language]}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    for reading in judged["readings"]:
        said = reading.get("recorded", {}).get("reading") or reading.get("default", {}).get(
            language
        )
        console.print(f"resting on {reading['point']}: {said}", highlight=False, markup=False)
    for parameter in judged["unset"]:
        console.print(f"not set, so judged by nobody: {parameter}", highlight=False, markup=False)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED_WIDTH)


def _seen_from(ledger: Ledger, view: View) -> str:
    kind = "simulated ledger" if ledger.simulated else "ledger"
    return f"{kind} “{ledger.name}”, at position {view.as_known}, as of {view.as_of}"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
