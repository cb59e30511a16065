"""What questions from the terminal share: what they are asked with, a sheet, and that nothing is found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from domain.programmes import PROGRAMMES
from domain.subjects import everyone
from projections.sheets.sheet import Sheet, csv_of, each, write_xlsx
from scripts.files import whole_or_not
from scripts.looking import Looking
from scripts.speaking import misused
from scripts.terminal import tell

T = TypeVar("T")


def programmes() -> list[str]:
    return list(PROGRAMMES)


def subjects(incomplete: str) -> list[str]:
    return [of.today.name for of in everyone() if of.today.name.startswith(incomplete)][:50]


AProgramme = Annotated[str, typer.Argument(help="Its id: city-2019.", autocompletion=programmes)]
ARound = Annotated[str, typer.Argument(help="Of the programme: 2021.")]
ASubject = Annotated[
    str, typer.Argument(help="Name, code or id: 深圳, 420600, cn:420600.", autocompletion=subjects)
]
AsOf = Annotated[str | None, typer.Option(help="A day, 2021-12-31; default today.")]
Round = Annotated[str | None, typer.Option("--round", help="Only this round.")]
To = Annotated[Path | None, typer.Option(help="Write all of it to a file: .csv or .xlsx.", dir_okay=False)]


async def write(of: Looking, to: Path, sheet: Sheet[T], rows: Sequence[T], **filters: str | None) -> None:
    if to.suffix not in {".csv", ".xlsx"}:
        raise misused("{to} ends neither in .csv nor in .xlsx", to=to)
    with whole_or_not(to) as file:
        if to.suffix == ".csv":
            async for lines in csv_of(sheet, each(rows)):
                file.write(lines)
        else:
            await write_xlsx(file, sheet, of.ledger, of.view, each(rows), filters)
    tell("{count} rows written", count=len(rows))


def none_found(found: object) -> None:
    if not found:
        raise typer.Exit(1)
