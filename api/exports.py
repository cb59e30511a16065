"""An answer as a file to keep: its name says what of, and at which position."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

from fastapi import Response
from fastapi.responses import StreamingResponse

from api.answers import Asked
from projections.asking.moments import View
from projections.sheets.sheet import CSV, XLSX, Sheet, csv_of, write_xlsx

T = TypeVar("T")


async def export(
    asked: Asked,
    form: Literal["csv", "xlsx"],
    sheet: Sheet[T],
    view: View,
    rows: AsyncIterator[T],
    filters: Mapping[str, str | None],
) -> Response:
    """The rows of an answer. filters: what was asked for, told in the workbook."""
    name = f"{sheet.name}-{view.as_of}-at-{view.as_known}.{form}"
    headers = {**asked.headers(view.as_known), "Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        return StreamingResponse(csv_of(sheet, rows), media_type=CSV, headers=headers)
    headers.pop("ETag", None)  # the same rows make other bytes each time
    with tempfile.TemporaryDirectory() as folder:  # an open file outlives its name
        path = Path(folder) / name
        async with asked.house.one_workbook:
            await write_xlsx(path, sheet, asked.house.ledger, view, rows, filters)
        file = path.open("rb")
    return StreamingResponse(_parts(file), media_type=XLSX, headers=headers)


def _parts(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while part := file.read(65_536):
            yield part
