"""What a process that serves HTTP may be told: how much it takes, from whom, how often."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass, fields
from typing import Self

from limits import parse
from pydantic import TypeAdapter

from eventlog.errors import LedgerError

MOST_ROWS = 1_000  # in a page


class NotASetting(LedgerError):
    """A setting of the environment cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Each can be set by an environment variable of its name, `LEDGER_` before it."""

    read_rate: str = "1200/minute"  # questions of one principal
    command_rate: str = "600/minute"  # commands of one principal
    public_rate: str = "300/minute"  # questions from one address that shows no token
    public_command_rate: str = "20/hour"  # objections from one address that shows no token
    public_objections: int = 200  # to one case, by whoever shows no token
    body_bytes: int = 1_048_576  # of a command
    public_body_bytes: int = 65_536  # of one without a token
    body_seconds: float = 30.0  # that a body may take to arrive
    statement_seconds: float = 10.0  # that a question may take in the database
    at_least_seconds: float = 5.0  # that an answer waits for `at_least`
    root_path: str = ""  # below which a proxy shows this server: /ledger; the proxy takes it off
    streams: int = 100  # open event streams of this process
    driven: bool = False  # a simulated ledger takes its clock from `Ledger-Clock`

    @classmethod
    def from_environment(cls) -> Self:
        """Raises NotASetting."""
        usual = cls()
        found: dict[str, object] = {}
        for field in fields(cls):
            name = f"LEDGER_{field.name.upper()}"
            if (text := os.environ.get(name)) is None or field.name == "driven":
                continue
            default = getattr(usual, field.name)
            try:
                stated = found[field.name] = type(default)(text)
                if field.name.endswith("_rate"):
                    parse(text)
                elif field.name == "root_path":
                    if text != "" and re.fullmatch(r"(/[\w.~-]+)+", text, re.ASCII) is None:
                        raise ValueError(text)  # noqa: TRY301 — said below, like all others
                elif not stated > 0:
                    raise ValueError(text)  # noqa: TRY301 — said below, like all others
            except ValueError:
                raise NotASetting(
                    "{name}={text!r}: write it like {default}",
                    name=name,
                    text=text,
                    default=default or "/ledger",
                ) from None
        return TypeAdapter(cls).validate_python(asdict(usual) | found)
