"""Lists as files: a CSV of some lines, and a line that is right."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from scripts.list_files import ListFile

WUHAN = {
    "programme": "city-2019",
    "round": "2021",
    "subject": "武汉市",
    "province": "湖北省",
    "category": "comprehensive",
    "announced": "2022-01-25",
    "source": "来源",
}


def written(folder: Path, sheet: ListFile, *rows: dict[str, str]) -> Path:
    """A CSV file of these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, sheet.columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / f"{sheet.name}.csv"
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path
