"""What of a Chinese text is English."""

from __future__ import annotations

import re

# Names of formats, products and rules, and what is typed as it is: codes, fields, commands.
NAMES = set(
    """API ASCII BOM CR CSV Ctrl-C Excel GB GB18030 GET H-1 H-2 HTTP Idempotency-Key JSON L-6 LF NDJSON
    OpenAPI POST PostgreSQL Q-10 Q-15 README RFC Retry-After SHA-256 T09 URL UTC UTF-16 UTF-8 Unicode
    base64 administrator amend annul auditor command cursor data demo designation designations export
    false import migrate miit ministry newest null open outside points project rebuild root seal sha256
    supply topic true verify""".split()
)


def english_in(told: str) -> set[str]:
    """The words of Latin letters in a text, but for names and what is quoted, typed, an address, a place."""
    left = re.sub(r"\{\w*(!r|:\w+)?\}|`[^`]*`|“[A-Za-z_-]+”|'[^']*'|\[/?[a-z]*\]", " ", told)
    left = re.sub(
        r"/v1/\S*|/\w+\S*|--?[a-z][a-z-]*|\.[a-z]+|[a-z]+[:_/.=<-][^\s（）；，。]*|[A-Z]+_[A-Z_]+", " ", left
    )
    return set(re.findall(r"[A-Za-z][A-Za-z0-9-]{2,}", left)) - NAMES
