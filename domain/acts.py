"""Every act of the ledger by its name, in the order of the table of access, which names them all."""

from __future__ import annotations

from domain import commands
from domain.access import ACTS
from domain.commands.command import DECLARED, Command
from domain.corrections import acts as corrections

__all__ = ["COMMANDS", "commands", "corrections"]

COMMANDS: dict[str, type[Command]] = {
    act: DECLARED[act] for act, field in ACTS if field is None and act in DECLARED
}
assert COMMANDS.keys() == DECLARED.keys(), "every act has a row in the table of access"
