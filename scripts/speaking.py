"""The language of the command line: `--language` wherever it stands, LEDGER_LANGUAGE, else the system's.

Help and the framework's own words are put into it before they are shown; what was typed wrong is told in it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import typer
from pydantic import ValidationError
from typer import rich_utils
from typer.core import TyperGroup

from domain.events.fact import reason_of
from domain.messages import Message, Told, as_message, message
from domain.reasons import Reason
from projections.words.language import LANGUAGES, Language, of_the_system, say, speaking

_OPTION = "--language"
# The framework's words, by the names of its constants.
_PANELS = {
    "DEFAULT_STRING": message("[default: {}]"),
    "ENVVAR_STRING": message("[env var: {}]"),
    "REQUIRED_LONG_STRING": message("[required]"),
    "ARGUMENTS_PANEL_TITLE": message("Arguments"),
    "OPTIONS_PANEL_TITLE": message("Options"),
    "COMMANDS_PANEL_TITLE": message("Commands"),
    "ERRORS_PANEL_TITLE": message("Error"),
    "ABORTED_TEXT": message("Aborted."),
    "RICH_HELP": message("Try [blue]'{command_path} {help_option}'[/] for help."),
}
# What the framework says of a value, as it says it, and as we do.
_OF_VALUES = (
    (r"(?P<value>.*) is not one of (?P<those>.*)\.", message("{value} is none of: {those}")),
    (r"\w+ (?P<file>.*) does not exist\.", message("{file} does not exist")),
    (r"\w+ (?P<file>.*) is a directory\.", message("{file} is a folder: give a file's name")),
    (r"\w+ (?P<file>.*) is a file\.", message("{file} is a file, not a folder")),
    (r"\w+ (?P<file>.*) is not readable\.", message("{file} cannot be read")),
    (r"\w+ (?P<file>.*) is not writable\.", message("{file} cannot be written")),
    (r"(?P<value>.*) does not match the formats (?P<those>.*)\.", message("{value}: write it as {those}")),
    (r"Value (?P<value>.*) is not a valid .*\.", message("{value} has not the form that is needed")),
    (r"Got unexpected extra argument\(?s?\)? \((?P<those>.*)\)", message("too many words: {those}")),
    (
        r"No such command (?P<name>.*?)\.* Did you mean (?P<near>.*)\?",
        message("there is no command {name}: did you mean {near}?"),
    ),
    (r"No such command (?P<name>.*)\.", message("there is no command {name}")),
    (r"No such option: (?P<name>\S+)", message("there is no option {name}")),
    (r"Option (?P<name>\S+) requires .*", message("the option {name} takes a value")),
    (r"Option (?P<name>\S+) does not take a value\.", message("the option {name} takes no value")),
    (r"Missing command\.", message("a command is missing")),
)


FRAMEWORK = (*(told.text for told in _PANELS.values()), "Show this message and exit.")


class Spoken(TyperGroup):
    """All commands, in the language of whoever types them."""

    def main(self, args: Sequence[str] | None = None, **more: Any) -> Any:  # type: ignore[override]
        """Take the language out of the words that were typed, wherever it stands, and carry out the rest."""
        words = list(sys.argv[1:] if args is None else args)
        named, rest = _taken(words)
        with speaking(chosen(words)):
            if named not in {None, *LANGUAGES}:
                _fail(message("{value!r} is none of: {those}", value=named, those=list(LANGUAGES)))
            _translate(self)
            try:
                code = super().main(rest, **{**more, "standalone_mode": False})
            except Exception as error:
                if (told := misuse(error)) is None:
                    raise
                _fail(told)
            sys.exit(code if isinstance(code, int) else 0)


def chosen(words: Sequence[str]) -> Language:
    """The language that these words ask for; where they name none of ours, the system's."""
    named, _ = _taken(list(words))
    return named if named in LANGUAGES else of_the_system()


def misused(told: str | Told, /, **values: object) -> typer.BadParameter:
    """That the words that were typed make no sense together; exit code 2."""
    return typer.BadParameter(say(as_message(told, values)))


def misuse(error: BaseException) -> Message | None:
    """What of the words that were typed is wrong; None: it is no error of theirs."""
    if not isinstance(error, typer.BadParameter.__mro__[1]):
        return None
    said = str(getattr(error, "message", ""))
    parameter = getattr(error, "param", None)
    hint = str(getattr(error, "param_hint", None) or (parameter and _as_typed(parameter)) or "")
    if near := getattr(error, "possibilities", None):
        name = getattr(error, "option_name", "")
        return message("there is no option {name}: did you mean {near}?", name=name, near=near)
    if type(error).__name__ == "MissingParameter":
        return message("{name!r} is missing", name=hint)
    told: Message | Reason | str = _of_a_value(said)
    if isinstance(cause := error.__cause__, ValidationError):
        reason = reason_of(cause.errors()[0])
        told = reason if reason.code != "value-error" else told
    return message("{name!r}: {wrong}", name=hint, wrong=told) if hint else message("{wrong}", wrong=told)


def _as_typed(parameter: Any) -> str:
    """An option as it is typed; an argument by its name."""
    typed = [option for option in parameter.opts if option.startswith("--")]
    return str(typed[0] if typed else parameter.name).rstrip("_")


def _of_a_value(said: str) -> Message | str:
    for pattern, told in _OF_VALUES:
        if found := re.fullmatch(pattern, said.removeprefix("Value error, "), re.DOTALL):
            return Message(told.text, found.groupdict())
    return said


def _fail(told: Message) -> NoReturn:
    typer.echo(say(told), err=True)
    typer.echo(say(message("designations --help says what there is")), err=True)
    sys.exit(2)


def _taken(words: list[str]) -> tuple[str | None, list[str]]:
    """The language that these words name, as it is written, and the other words."""
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if word == "--":
            break
        if name == _OPTION:
            rest = words[:at] + words[at + (1 if equals else 2) :]
            return (value if equals else "".join(words[at + 1 : at + 2])), rest
    return None, words


def _translate(group: TyperGroup) -> None:
    """Put all help into the language that is spoken."""
    for name, told in _PANELS.items():
        setattr(rich_utils, name, say(told.text))
    for command in _commands(group):
        if command.help:
            command.help = say(command.help)
        for parameter in [*command.params, command.get_help_option(typer.Context(command))]:
            if getattr(parameter, "help", None):
                parameter.help = say(parameter.help)


def _commands(group: Any) -> Iterator[Any]:
    yield group
    for command in getattr(group, "commands", {}).values():
        yield from _commands(command)


def helps(group: Any) -> Iterator[str]:
    """Every text of the help, as the catalogues have it."""
    for command in _commands(group):
        if command.help:
            yield command.help
        yield from (p.help for p in command.params if getattr(p, "help", None))
