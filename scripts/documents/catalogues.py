"""The catalogues of messages, held to the code: every text that is told is in them, and nothing else.

`python -m scripts.documents` adds what is missing, untranslated, and takes out what is told no more; a test
asks that nothing is missing. What is told is found in the code: the texts of messages and of errors, the
headings of tables, the help of the command line.
"""

from __future__ import annotations

import ast
import inspect
import io
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import typer
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from starlette.exceptions import HTTPException

from domain.malformed import Malformed
from domain.messages import Told
from projections.words.language import LANGUAGES, Language, catalogue
from scripts.speaking import FRAMEWORK, helps

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "projections" / "words" / "catalogues"
ROOMS = ("domain", "eventlog", "projections", "api", "scripts")
# Whose first arguments are names: of a parameter, a column, a kind of problem.
_NAMING = {"Problem": 1, "BadQuestion": 1, "NotAsked": 1, "wrong": 1, "BadField": 1, "BadLine": 2}
_SAYING = {"message", "say", "tell", "put", "misused", "bar", "_heading", "_section", "table"}
# What the framework answers of itself: no such path, no such method.
OF_THE_FRAMEWORK = tuple(HTTPException(status).detail for status in (404, 405))
_HEADER = """# {note}
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {of}\\n"

"""
_NOTE = "What the ledger tells people. Placeholders stay as they are; see scripts/documents/catalogues.py."


def texts_told() -> dict[str, str]:
    """Every English text that a person may be told, and where it is said first."""
    found: dict[str, str] = {}
    errors = {error.__name__ for error in _errors(Told) if not issubclass(error, Malformed)}
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for text, line in _in_file(ast.parse(file.read_text(encoding="utf-8")), errors):
                found.setdefault(text, f"{file.relative_to(ROOT)}:{line}")
    app = import_module("scripts.cli").app
    for text in helps(typer.main.get_command(app)):
        found.setdefault(inspect.cleandoc(text), "--help")
    for text in OF_THE_FRAMEWORK + FRAMEWORK:
        found.setdefault(text, "the framework")
    return found


def _errors(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    """An error and all that are kinds of it, in whatever program."""
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            if file.stem != "__main__":
                import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    waiting = [kind]
    while waiting:
        of = waiting.pop()
        yield of
        waiting.extend(of.__subclasses__())


def _in_file(tree: ast.Module, errors: set[str]) -> Iterator[tuple[str, int]]:
    """The texts that calls in a program say: of messages and errors, and the headings of tables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in _SAYING | errors | {"wrong", "__init__"}:
                yield from _texts(node.args[_NAMING.get(called, 0) :])
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "headings" for target in node.targets
        ):
            yield from _texts([node.value])


def _texts(arguments: list[ast.expr]) -> Iterator[tuple[str, int]]:
    for node in arguments:
        match node:
            case ast.Constant(value=str(text)) if _is_told(text):
                yield text, node.lineno
            case ast.JoinedStr() | ast.BinOp():
                raise ValueError(
                    f"line {node.lineno}: a text is told with its values apart, not made of them"
                )
            case ast.Tuple(elts=items):
                yield from _texts(list(items))
            case ast.IfExp(body=one, orelse=other):
                yield from _texts([one, other])


def _is_told(text: str) -> bool:
    """Whether a text is words: neither empty, nor the code of a problem or reason, nor places alone."""
    return any(character.isalpha() for character in _outside(text))


def _outside(text: str) -> str:
    """A text without its places."""
    return "".join(part.partition("}")[2] or ("" if "}" in part else part) for part in text.split("{"))


def written(of: Language) -> bytes:
    """A catalogue as it should be: its codes, and exactly the texts that are told."""
    there = catalogue(of)
    made = Catalog(locale=of)
    for one in there:
        if one.id and one.context:
            made.add(one.id, one.string, context=one.context)
    if of != "en":  # an English text is its own
        for text in sorted(texts_told()):
            known = there.get(text)
            made.add(text, known.string if known is not None else "")
    to = io.BytesIO()
    write_po(to, made, width=110, omit_header=True, sort_output=False)
    return _HEADER.format(note=_NOTE, of=of).encode() + to.getvalue()


def update() -> Iterator[tuple[Path, bytes]]:
    """Each catalogue's file, and what should stand in it."""
    for of in LANGUAGES:
        yield FOLDER / f"{of}.po", written(of)
