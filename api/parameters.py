"""Parameters that several questions take."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query

AProgramme = Annotated[str, Path(max_length=64)]
ARound = Annotated[str, Path(max_length=64)]
Code = Annotated[str | None, Query(max_length=64)]
Format = Annotated[
    Literal["json", "csv", "xlsx"], Query(description="csv and xlsx hold all rows, without pages")
]
UNKNOWN_SUBJECT = ("unknown-subject", "ambiguous-subject")  # kinds of problems
READ = ("not-yet-known",)  # of whoever asks a read model
