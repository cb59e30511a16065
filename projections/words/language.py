"""In which language people are told things, and how a message becomes words: by the catalogues beside it.

The language is that of the request or command in hand: `speaking` sets it, `language` asks for it. A
catalogue is a gettext file (catalogues/<language>.po), read by Babel: messages by their English text; by a
context of their own the codes of reasons ("reason"), of next steps ("next") and of terms ("term").
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias, cast, get_args

import orjson
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from domain.cases import subject_of
from domain.messages import Message, Told, filled, in_lines
from domain.programmes import PROGRAMMES
from domain.reasons import Reason
from domain.rules import Words
from domain.subjects import Subject
from projections.words.names import SHIPPED, Register

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FIRST: Language = "zh"  # told to whoever asks for none
_SPOKEN: ContextVar[Language] = ContextVar("language", default=FIRST)
_COMMA = {"zh": "、", "en": ", "}
_CLAUSES = {"zh": "；", "en": "; "}
_BESIDE = {"zh": ("（", "）"), "en": (" (", ")")}
_BEFORE = {"zh": "：", "en": ": "}
_NOTHING = {"zh": "无", "en": "nothing"}


# ------------------------------------------------------------------------- which language


def language() -> Language:
    """The language of the request or command in hand."""
    return _SPOKEN.get()


@contextmanager
def speaking(spoken: Language) -> Iterator[None]:
    """Tell everything in this language until the end of the block."""
    token = _SPOKEN.set(spoken)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def accepted(header: str) -> Language:
    """The language that an Accept-Language header (RFC 9110) asks for; where it asks for none of ours, the
    first."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        wanted.append((_weight(weight), tag.strip()))
    wanted = [(weight, tag) for weight, tag in wanted if tag and weight > 0]
    tags = [FIRST if tag == "*" else tag for _, tag in sorted(wanted, key=lambda each: -each[0])]
    return _among_ours(tags) or FIRST


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _among_ours(tags: list[str]) -> Language | None:
    """The first of our languages that tags mean, as people and systems write them: zh-Hans-CN, en_GB."""
    for tag in tags:
        plain = re.split("[-_.@]", tag)[0].lower()
        if plain in LANGUAGES:
            return cast("Language", plain)
    return None


def of_the_system(environment: Mapping[str, str] = os.environ) -> Language:
    """The language of whoever types commands: LEDGER_LANGUAGE, else the system's, else English."""
    named = ("LEDGER_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    stated = [value for name in named if (value := environment.get(name))]
    return _among_ours([tag for value in stated for tag in value.split(os.pathsep)]) or "en"


# ------------------------------------------------------------------------------ catalogues


@cache
def catalogue(of: Language) -> Catalog:
    """All that can be said in a language."""
    with resources.files("projections.words.catalogues").joinpath(f"{of}.po").open("rb") as file:
        return read_po(file, locale=of)


def translated(text: str, context: str | None = None, of: Language | None = None) -> str | None:
    """What a catalogue has for a text or a code; None: nothing."""
    found = catalogue(of or language()).get(text, context=context)
    return str(found.string) if found is not None and found.string else None


# ------------------------------------------------------------------------------- messages


def say(told: Message | Reason | Told | str, names: Register = SHIPPED, of: Language | None = None) -> str:
    """A message in words. names: of the divisions that it names. of: the language; default the one spoken."""
    spoken = of or language()
    match told:
        case Told():
            return say(told.message, names, spoken)
        case str():
            return translated(told, of=spoken) or told
        case Message():
            text, values = translated(told.text, of=spoken) or told.text, told.values
        case Reason():
            return _of_whom([case] if (case := told.values.get("case")) else [], told, names, spoken)
    return filled(text, values, spelled(names, spoken))


def term(code: str, of: Language | None = None) -> str | None:
    """The word for a code of ours: provincial-unit, 省级推荐单位. None: it is no code of ours."""
    spoken = of or language()
    if (found := translated(code, "term", spoken)) is not None:
        return found
    return _of_a_programme(code, spoken)


def coded(code: object) -> str:
    """A code of ours by its word, anything else as it is; nothing where there is none."""
    return "" if code is None else term(str(code)) or str(code)


def said(both: Words, of: Language | None = None) -> str:
    """What is said in both languages, in one."""
    return both.chinese if (of or language()) == "zh" else both.english


def of_entries(entries: Sequence[str], told: Reason, names: Register) -> str:
    """A reason that is given for these entries of an act: who they are, then what is said of them."""
    return _of_whom(entries, told, names, language())


def _of_whom(whom: Sequence[object], told: Reason, names: Register, spoken: Language) -> str:
    """A reason, and before it of whom it is said, unless its own sentence says so."""
    text = translated(told.code, "reason", spoken)
    if text is None:  # of a later program
        return str(told)
    sentence = filled(text, told.values, spelled(names, spoken))
    if not whom or (len(whom) == 1 and _names(text, told, str(whom[0]))):
        return sentence
    return f"{_said(list(whom), '', names, spoken)}{_BEFORE[spoken]}{sentence}"


def _names(text: str, told: Reason, entry: str) -> bool:
    """Whether the sentence of a reason names the entry itself, or its subject."""
    itself = {"case", *(key for key, value in told.values.items() if value in (entry, subject_of(entry)))}
    return any(f"{{{key}" in text for key in itself)


def _said(value: object, form: str, names: Register, spoken: Language) -> str:
    """A value as it stands in a sentence."""
    if value is None or (isinstance(value, Sized) and not value):
        return _NOTHING[spoken]
    match value:
        case list() | tuple() if form == ":lines":
            return in_lines(_said(item, "", names, spoken) for item in value)
        case list() | tuple() if form == ":clauses":
            return _CLAUSES[spoken].join(_said(item, "", names, spoken) for item in value)
        case {"code": str(code), "values": dict(values)}:
            return say(Reason(code, values), names, spoken)
        case Message() | Reason() | Told():
            return say(value, names, spoken)
        case Words():
            return said(value, spoken)
        case Subject():
            return _named(value.today.name, value.id, spoken)
        case Mapping() | [Mapping(), *_]:  # data, as they stand
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        case list() | tuple() | set() | frozenset():
            return _COMMA[spoken].join(_said(item, form, names, spoken) for item in value)
        case int() if form == ":points":
            whole, rest = divmod(value, 100)
            return f"{whole}.{rest:02}" if rest else str(whole)
        case date():
            return value.isoformat()
    text = str(value)
    if form == ":typed" or text.startswith("/"):  # what is typed; an address
        return text
    if form == ":codes" and (word := term(text, spoken)) is not None:
        return _named(word, text, spoken)
    if form == "!r":
        return f"“{repr(text)[1:-1]}”"
    return (
        _of_an_id(text, names, spoken)
        or translated(text, "term", spoken)
        or _with_its_code(text, spoken)
        or _of_a_pool(text, names, spoken)
        or text
    )


def spelled(names: Register, of: Language | None = None) -> Callable[[object, str], str]:
    """How values stand in a text of a language."""
    spoken = of or language()
    return lambda value, form: _said(value, form, names, spoken)


def _named(name: str, id_: str, spoken: Language) -> str:
    if name == id_:
        return name
    opening, closing = _BESIDE[spoken]
    return f"{name}{opening}{id_}{closing}"


def _of_an_id(text: str, names: Register, spoken: Language) -> str | None:
    """A subject, or the subject of a case or title, by its name, the id beside it."""
    about = subject_of(text)
    name = names.name_of(about)
    return _named(name, text, spoken) if name != about else None


def _of_a_pool(text: str, names: Register, spoken: Language) -> str | None:
    """A quota by what it is of: special/life, cn:440000/1-9, project-2019/2019/cn:440000/1-9."""
    parts = text.split("/")
    if len(parts) < 2:
        return None
    told = [_of_an_id(part, names, spoken) or term(part, spoken) for part in parts]
    if not any(told):
        return None
    return _named("·".join(word or part for word, part in zip(told, parts, strict=True)), text, spoken)


def _with_its_code(code: str, spoken: Language) -> str | None:
    """A programme, or what one calls a category or field; the code by which it is asked for stands beside."""
    called = _of_a_programme(code, spoken)
    return None if called is None else _named(called, code, spoken)


@cache
def _of_a_programme(code: str, spoken: Language) -> str | None:
    """What a programme is called, or calls one of its categories or fields."""
    if code in PROGRAMMES:
        return PROGRAMMES[code].name if spoken == "zh" else PROGRAMMES[code].english
    for programme in PROGRAMMES.values():
        for table in (programme.ever("categories"), programme.ever("fields")):
            if code in table and not code.isdecimal():
                return table[code][0 if spoken == "zh" else 1]
    return None
