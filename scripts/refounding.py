"""`designations refound`: a ledger that stands ahead of the true time, founded anew from before the jump.

What is recorded in the future bars everything until then, and nothing recorded is ever changed or taken out.
So the log up to before the jump is carried on under a new id: its event 1 names the ledger that it goes on
from, that one's checkpoint and the reason; every event behind it stands at its old position in its old bytes.
docs/clock.md tells when and how.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import orjson
import typer

from domain.canonical import NotCanonical, encode, leaf_hash
from domain.dates import SHANGHAI
from domain.events import FoundedAnew, LedgerOpened, decode
from domain.kernel import Actor, Event, Recorded
from eventlog.checkpoint import Checkpoint, Tree, origin
from eventlog.database import Database
from eventlog.ledger import Ledger
from scripts import export_files, transfer
from scripts.export_files import NotRestored
from scripts.files import whole_or_not
from scripts.terminal import bar, tell, wait_for

LONGEST_REASON = 2_000
commands = typer.Typer()


@commands.command()
def refound(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Exported up to before the jump.")
    ],
    reason: Annotated[str, typer.Option(help="Why; it stands in event 1 for ever.")],
    sealed: Annotated[Path | None, typer.Option(exists=True, help="The sealed values of the export.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(exists=True, help="One that was kept of the old ledger before the jump.")
    ] = None,
) -> None:
    """Found a ledger anew, in a new database, from an export of it up to before its clock jumped ahead."""
    database = Database.from_environment()
    anew = file.with_name(f"{file.name}.anew")
    values = transfer.sealed_in(sealed) if sealed else None
    ledger = founded_anew(file, anew, reason, Checkpoint.read(checkpoint) if checkpoint else None)

    async def work() -> int:
        await database.migrate()
        with bar("restoring") as (progress, task):
            return await transfer.restore(
                database, anew, lambda position: progress.update(task, completed=position), unchecked=True
            )

    tell(
        "{count} events restored; the ledger “{name}” is {id}",
        count=wait_for(work()),
        name=ledger.name,
        id=ledger.id,
    )
    anew.unlink()
    if values is not None:
        tell("{count} sealed values restored", count=wait_for(transfer.restore_sealed(database, values)))


def founded_anew(source: Path, to: Path, reason: str, kept: Checkpoint | None = None) -> Ledger:
    """Write the export of the new ledger; interrupted and asked again, the same one. Raises NotRestored."""
    if not reason.strip() or len(reason) > LONGEST_REASON or not _is_canonical(reason):
        raise NotRestored(
            "a reason is words in Unicode normal form C, at most {most} characters: they stand in event 1",
            most=LONGEST_REASON,
        )
    end = export_files.read_whole(source, kept=kept)
    if (begun := _begun(to, end, reason)) is not None:
        return begun
    with source.open("rb") as lines, whole_or_not(to) as new:
        first = _first(Recorded.from_bytes(lines.readline().rstrip(b"\n")), end, reason)
        tree, count, grounds, lacking = Tree(), 0, 0, 0
        for line in (first + b"\n", *lines):
            if line.startswith(export_files.END):
                lacking = orjson.loads(line)["end"]["lacking"]
                continue
            if line.startswith(export_files.GROUNDS):
                grounds += 1
            else:
                tree.add(leaf_hash(export_files.event_of(line)))
                count += 1
            new.write(line)
        ledger = Ledger.of(Recorded.from_bytes(first))
        own = Checkpoint(origin(ledger), tree.size, tree.root)
        told = {"after": 0, "checkpoint": str(own), "events": count, "grounds": grounds, "lacking": lacking}
        new.write(orjson.dumps({"end": told}, option=orjson.OPT_SORT_KEYS) + b"\n")
    return ledger


def _is_canonical(text: str) -> bool:
    try:
        encode(text)
    except NotCanonical:
        return False
    return True


def _begun(to: Path, end: Checkpoint, reason: str) -> Ledger | None:
    """The ledger that an earlier call, which was interrupted, has written for the same reason."""
    if not to.exists():
        return None
    try:
        export_files.read_whole(to)
        with to.open("rb") as lines:
            opened = Recorded.from_bytes(lines.readline().rstrip(b"\n"))
        anew = cast("LedgerOpened", decode(opened.topic, opened.data)).anew
    except (NotRestored, ValueError, LookupError, TypeError, AttributeError):
        raise NotRestored(
            "{to} stands where the new ledger is to be written, and is none: move it", to=to
        ) from None
    if anew is None or (anew.checkpoint, anew.reason) != (str(end), reason):
        return None
    return Ledger.of(opened)


def _first(old: Recorded, end: Checkpoint, reason: str) -> bytes:
    """Event 1 of the new ledger: at the time of the first one, which no event behind it precedes."""
    opened = cast("LedgerOpened", decode(old.topic, old.data))
    anew = FoundedAnew(
        of=opened.ledger, checkpoint=str(end), reason=reason, on=datetime.now(SHANGHAI).date().isoformat()
    )
    fact = LedgerOpened(ledger=str(uuid.uuid4()), name=opened.name, kind=opened.kind, anew=anew)
    actor = Actor(**cast("dict[str, str]", old.actor))  # type: ignore[arg-type]
    spelled = Event(fact.topic, old.tags, fact.as_data(), actor).spelled(secrets.token_bytes(16))
    stamp = orjson.loads(old.bytes)["recorded_at"]
    return f'{spelled.before}"position":1,"recorded_at":"{stamp}"{spelled.after}'.encode()
