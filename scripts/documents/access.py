"""docs/access.md: the table of who may do what, and who is shown what."""

from __future__ import annotations

from domain.access import ACTS, FACTS, ROLES, Table
from domain.acts import COMMANDS

ACTS_HEAD = """# Who may do what, and who is shown what

Made by `make docs` from domain/access.py; `tests/api/test_access.py` tries every cell over HTTP. What no
row names is nobody's; an empty cell is no. Whoever shows no token is the public.

## Acts
*any*: the role may carry it out; *own*: for its own area or city only; *paper*: recorded for another, from
a document (H-3). Rows with a dot are fields: who may fill them.

"""
FACTS_HEAD = """
## Facts
*see*: shown, sealed values as commitments; *open*: sealed values too; *own*: open, of its own area or
city; *self*: open to whoever recorded it; *closed*: open to whoever recorded it, to others once the review
of the case is concluded. Rows with a dot are fields that are shown to fewer.

"""


def access_page() -> str:
    """The whole page."""
    return ACTS_HEAD + _grid("act", ACTS) + FACTS_HEAD + _grid("fact", FACTS)


def _grid(what: str, rows: Table) -> str:
    paths = {name: f"`POST /v1/{act.collection}`" for name, act in COMMANDS.items()}
    lines = [f"| {what} | {' | '.join(ROLES)} |\n", f"| --- |{' --- |' * len(ROLES)}\n"]
    for (of, field), row in rows.items():
        name = f"{of} {paths.get(of, '')}".strip() if field is None else f"· {of}: {field}"
        cells = ("" if row[role] == "-" else row[role] for role in ROLES)
        lines.append(f"| {name} | {' | '.join(cells)} |\n")
    return "".join(lines)
