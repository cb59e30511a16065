"""docs/tags.md: every kind of tag."""

from __future__ import annotations

from domain.tags import PREFIXES, SUBJECT

HEAD = f"""# Tags: by what facts are found

Made by `make docs` from domain/tags.py. An event carries tags; an act's boundary, a question and a
subscriber name them (`GET /v1/events?tag={SUBJECT("cn:420100")}`). They are part of the events, and so
they are fixed for ever: a kind may come to be, none ever changes or goes.

| tag | what is found by it |
| --- | --- |
"""


def tags_page() -> str:
    """The whole page."""
    return HEAD + "".join(f"| `{prefix.name}:{prefix.form}` | {prefix.finds} |\n" for prefix in PREFIXES)
