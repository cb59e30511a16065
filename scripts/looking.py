"""What every question from the terminal does first and last: where it looks from, and how it is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.dates import a_day
from domain.messages import message
from eventlog.ledger import Ledger, identity
from projections.answers import NotStated, encode
from projections.asking.moments import View, position_of, today
from projections.asking.standpoint import Standpoint, reached
from projections.following.projector import catch_up
from projections.model import ReadModel
from projections.words.language import say
from projections.words.names import register
from scripts.terminal import open_log, who_reads

Form: TypeAlias = Literal["table", "json", "ndjson"]
_PIPED_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Looking:
    """One question from the terminal: to which ledger, and from where it looks."""

    ledger: Ledger
    at: Standpoint

    @property
    def view(self) -> View:
        return self.at.view

    def as_json(self, **told: object) -> None:
        """What is told, for a program: of which ledger, and from where."""
        seen_from = {"ledger": self.ledger, "position": self.view.as_known}
        typer.echo(encode({**seen_from, "as_of": self.view.as_of, **told}).decode())

    def table(self, of: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """What is told, for a person."""
        self.heading(of)
        table(headings, rows)

    def heading(self, of: str) -> None:
        """What a table is of, and from where it looks."""
        seen = {"name": self.ledger.name, "position": self.view.as_known, "day": self.view.as_of}
        told = message("ledger “{name}”, at position {position}, as of {day}", **seen)
        if self.ledger.simulated:
            told = message("simulated ledger “{name}”, at position {position}, as of {day}", **seen)
        screen = console()
        screen.print(of, style="bold", highlight=False, markup=False)
        screen.print(say(told), highlight=False, markup=False)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows of cells under headings."""
    made = Table()
    for heading in headings:
        made.add_column(say(heading) if heading else "", overflow="fold")
    for row in rows:
        made.add_row(*(escape(str(cell)) for cell in row))
    console().print(made, highlight=False)


def console() -> Console:
    """The terminal; a fixed width where it is none."""
    screen = Console()
    return screen if screen.is_terminal else Console(width=_PIPED_WIDTH)


def or_else(value: object, otherwise: str = "") -> object:
    """A value, or what stands for one that is absent or null."""
    return otherwise if value is None or isinstance(value, NotStated) else value


@asynccontextmanager
async def looking(model: ReadModel, as_of: str | None, as_known: str | None) -> AsyncIterator[Looking]:
    """The read model brought up to the log, and the view asked for."""
    async with open_log() as log:
        ledger, reader = await identity(log), await who_reads(log)
        async with log.pool.acquire() as connection:
            await catch_up(connection, model)
        home, position = await reached(log, model, await position_of(log, as_known))
        now = await today(log, ledger)
        names = await register(log, now, position)
        view = View(a_day(as_of) if as_of else now, position)
        yield Looking(ledger, Standpoint(log, reader, names, view=view, home=home))
