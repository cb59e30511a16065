"""docs/cli.md: every command of the command line, with its arguments and options."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from scripts.cli import app

HEAD = """# The command line

Made by `make docs` from the program. `designations --help` says the same, in Chinese with `--language zh`,
which may stand anywhere in a command; `LEDGER_LANGUAGE` sets it for all. `--json` makes an answer
machine-readable. Exit codes: 0 done; 1 the answer is no (a check failed, an act was refused, nothing was
found); 2 the command was misused. `designations --install-completion` completes words in the shell.
"""


def cli_page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(words, command) for words, command in commands())


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with the words that call it, in the order of the help."""
    waiting: list[tuple[str, Any]] = [("designations", typer.main.get_command(app))]
    while waiting:
        words, command = waiting.pop(0)
        if (within := getattr(command, "commands", None)) is None:
            yield words, command
        else:
            waiting[:0] = [(f"{words} {name}", of) for name, of in within.items() if not of.hidden]


def _section(words: str, command: Any) -> str:
    shown = [of for of in command.params if of.name not in {"help", "language"}]
    arguments = [_typed(of) for of in shown if of.param_type_name == "argument"]
    text = f"\n## {' '.join([words, *arguments])}\n{inspect.cleandoc(command.help or '')}\n"
    rows = [_row(of) for of in shown if of.help]
    return text + ("\n| | |\n| --- | --- |\n" + "".join(rows) if rows else "")


def _row(of: Any) -> str:
    said = str(of.help or "").replace("|", "\\|").replace("\n", " ").strip()
    if of.param_type_name == "option":
        if of.envvar:
            said += f" (`{of.envvar}`)"
        if isinstance(of.default, str | int | Path) and of.default is not False:
            said += f" Default: {of.default}."
    return f"| `{_typed(of)}` | {said.strip()} |\n"


def _typed(of: Any) -> str:
    """An option or argument as it is typed."""
    if of.param_type_name == "argument":
        name = str(of.name).rstrip("_").upper() + ("…" if of.nargs == -1 else "")
        return name if of.required else f"[{name}]"
    return ", ".join(opt for opt in of.opts if opt.startswith("--"))
