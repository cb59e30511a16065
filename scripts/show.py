"""Answers on a terminal: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from domain.rules import Rulebook
from domain.subjects import Subject
from eventlog.ledger import Ledger
from projections.reading import View, describe
from projections.register import RecordedChange

_PIPED_WIDTH = 100


def history(
    of: Subject,
    ledger: Ledger,
    view: View,
    entries: list[dict[str, Any]],
    form: Literal["table", "json", "ndjson"],
    language: Literal["zh", "en"],
    changes: Iterable[RecordedChange] = (),
) -> None:
    """A subject's history; what a correction replaced is struck through and says by which event; what is
    of another that went into it says whose."""
    if form == "ndjson":
        seen_from = {"ledger": ledger.as_json(), "position": view.as_known}
        for entry in entries:
            typer.echo(_json({**seen_from, **entry}))
        return
    if form == "json":
        typer.echo(
            _json({
                "ledger": ledger.as_json(),
                "position": view.as_known,
                "as_of": view.as_of,
                "subject": describe(of, changes),
                "history": entries,
            })
        )  # fmt: skip
        return
    screen = console()
    screen.print(str(of), style="bold", highlight=False, markup=False)
    screen.print(_seen_from(ledger, view), highlight=False, markup=False)
    table = Table(show_lines=True, expand=not screen.is_terminal)
    judged = any(_articles(entry) for entry in entries)
    headings = ("event", "day of effect", "what", *(("articles",) if judged else ()))
    for heading in headings:
        table.add_column(heading, no_wrap=heading in {"event", "day of effect"}, overflow="fold")
    for entry in entries:
        gone = entry["known_until"] is not None
        table.add_row(
            str(entry["event"])
            + (f" (by {entry['corrected_by']})" if "corrected_by" in entry else ""),
            escape(entry.get("effective", "?")),
            escape(
                _of_another(of, entry)
                + entry["sentence"][language]
                + (f" (corrected by event {entry['known_until']})" if gone else "")
            ),
            *((escape(_articles(entry)),) if judged else ()),
            style="strike" if gone else None,
        )
    screen.print(table, highlight=False)


def _of_another(of: Subject, entry: dict[str, Any]) -> str:
    """Whose event it is, where it is not the subject's own; or what that was called then."""
    whose = entry["subject"]
    if whose["id"] == of.id and whose["then"] == whose["today"]:
        return ""
    today = f", today {whose['today']}" if whose["then"] != whose["today"] else ""
    return f"[{whose['then']}{today}] "


def _articles(entry: dict[str, Any]) -> str:
    """The articles whose rules judged an event; the ledger's own stand in `why`."""
    of = entry.get("judged", {}).get("articles", {})
    return " ".join(dict.fromkeys(article for article in of.values() if article.startswith("第")))


def roster(
    programme: str,
    ledger: Ledger,
    view: View,
    titles: list[dict[str, Any]],
    as_json: bool,
    language: Literal["zh", "en"],
) -> None:
    """Titles, a line each; what is not sure has a question mark."""
    if as_json:
        typer.echo(
            _json({
                "ledger": ledger.as_json(),
                "position": view.as_known,
                "as_of": view.as_of,
                "titles": titles,
            })
        )  # fmt: skip
        return
    screen = console()
    screen.print(programme, style="bold", highlight=False)
    screen.print(_seen_from(ledger, view), highlight=False, markup=False)
    table = Table()
    for heading in ("round", "subject", "category", "status", "announced", "document"):
        table.add_column(heading, overflow="fold")
    for title in titles:
        table.add_row(
            escape(title["round"]),
            escape(title["subject"]["name"]),
            title["category_words"][language],
            title["status"] + ("" if title["surely"] else " ?"),
            escape(title["announced"].get("edtf", "?")),
            escape(title.get("document", {}).get("number", "")),
        )
    screen.print(table, highlight=False)


def differences(
    of: str, ledger: Ledger, view: View, found: list[dict[str, Any]], as_json: bool
) -> None:
    """A line for each title that two views show otherwise."""
    if as_json:
        _answer(ledger, view, {"changes": found})
        return
    rows = [
        (
            change["designation"], change["change"],
            "; ".join(t["status"] for t in change["before"]) or "—",
            "; ".join(t["status"] for t in change["after"]) or "—",
            ", ".join(change["fields"]), ", ".join(map(str, change["by"])),
        )
        for change in found
    ]  # fmt: skip
    _table(
        of, ledger, view, ("designation", "change", "before", "after", "what", "by events"), rows
    )


def quotas(
    of: str, ledger: Ledger, view: View, told: dict[str, Any], as_json: bool,
    language: Literal["zh", "en"],
) -> None:  # fmt: skip
    """A pool each line; what no document has set is said to be not set."""
    if as_json:
        _answer(ledger, view, told)
        return
    headings = ("pool", "cap", "used", "left", "over", "beside", "by")
    rows = [
        (
            pool["pool_words"][language],
            pool["cap"]["places"] if pool["cap"] else "not set",
            *(
                pool[key] if pool["cap"] or key == "used" else ""
                for key in ("used", "left", "over")
            ),
            len(pool["beside"]) or "",
            "  ".join(f"{e['name']} ({e['event']})" for e in pool["used_by"]),
        )
        for pool in told["pools"]
    ]
    _table(of, ledger, view, headings, rows)


def quota_why(
    of: str, ledger: Ledger, view: View, told: dict[str, Any], as_json: bool,
    language: Literal["zh", "en"],
) -> None:  # fmt: skip
    """Whose quota a subject uses, in words; the unit's figures."""
    if as_json:
        _answer(ledger, view, told)
        return
    whose = told["whose"]
    words = whose["words"][language] if whose else "the programme has no rules of it"
    pools = whose["figures"]["pools"] if whose and whose["figures"] else []
    rows = [
        (p["pool"], p["cap"]["places"] if p["cap"] else "not set", p["used"], len(p["over_quota"]))
        for p in pools
    ]
    title = f"{of} · {told['subject']['name']}：{words}"
    _table(title, ledger, view, ("pool", "cap", "used", "over quota"), rows)


def rules(
    books: Sequence[tuple[Rulebook, dict[str, Any]]], as_json: bool, language: Literal["zh", "en"]
) -> None:
    """A rule each line, then the open points of the text."""
    if as_json:
        typer.echo(_json({"programmes": [{"id": book.id, **told} for book, told in books]}))
        return
    screen = console()
    for book, told in books:
        screen.print(f"{book.id} · {book.instrument}", style="bold", highlight=False, markup=False)
        table = Table(show_lines=True)
        for heading in ("id", "article", "strength", "rule", "judges", "refused", "lifted"):
            table.add_column(heading, overflow="fold", no_wrap=heading == "id")
        for rule in told["rules"]:
            counts = ("" if rule[key] is None else str(rule[key]) for key in ("refused", "lifted"))
            table.add_row(
                rule["id"],
                rule["article"],
                rule["strength"],
                escape(rule[language]),
                ", ".join(rule["acts"]),
                *counts,
            )
        screen.print(table, highlight=False)
        for point in told["points"]:
            read = [escape(f"{r['reading']} ({r['event']})") for r in point["readings"]]
            said = "; ".join(read) or point["default"][language]
            screen.print(
                f"{point['id']} {point['question'][language]} — {said}", highlight=False,
                markup=False,
            )  # fmt: skip


def selection(of: str, ledger: Ledger, view: View, told: dict[str, Any], as_json: bool) -> None:
    """A candidate each line, and what no software decides."""
    if as_json:
        _answer(ledger, view, told)
        return
    rows = [
        (
            c["rank"], c["subject"]["name"], "in" if c["chosen"] else "out", c["reason"],
            c["rule"] or "", ", ".join(b["name"] for b in c["because_of"]),
        )
        for c in told["candidates"]
    ]  # fmt: skip
    _table(of, ledger, view, ("rank", "subject", "list", "by", "rule", "because of"), rows)
    for tie in told["ties"]:
        typer.echo(f"to be decided, equal scores: {', '.join(tie)}")
    for floor, short in told["short"].items():
        typer.echo(f"cannot be met: {floor}, {short} short")


def round_page(of: str, ledger: Ledger, view: View, told: dict[str, Any], as_json: bool) -> None:
    """The plan, a line each, then what happened."""
    if as_json:
        _answer(ledger, view, told)
        return
    planned, happened = told["planned"], told["happened"]
    rows: list[Sequence[object]] = [
        ("planned", p["step"], p["when"], "") for p in planned["steps"]
    ]  # fmt: skip
    if planned["deadline"]:
        rows.append(("planned", "deadline", planned["deadline"], ""))
    if term := planned["term"]:
        rows.append(("planned", "held", f"{term['first']} – {term['last']}", ""))
    rows += [("planned", f"places of {pool}", "", n) for pool, n in planned["places"].items()]
    rows += [("attested", a["words"] or a["measure"], "", a["value"]) for a in told["attested"]]
    rows += [("noticed", n["words"], n["effective"] or "?", "") for n in told["notices"]]
    rows += [
        ("happened", s["step"], f"{s['first']} – {s['last']}", s["cases"])
        for s in happened["steps"]
    ]
    rows.append(("happened", "titles on record", "", happened["titles"]))
    _table(of, ledger, view, ("", "what", "when", "how many"), rows)


def publicity(
    of: str, ledger: Ledger, view: View, notices: list[dict[str, Any]], as_json: bool
) -> None:
    """A case each line."""
    if as_json:
        _answer(ledger, view, {"notices": notices})
        return
    rows = [
        (
            notice["round"], notice["subject"]["name"], notice["since"], notice["until"],
            "on notice" if notice["on_notice"] else "closed" if notice["closed"] else "over",
            "" if notice["objections_open"] is None else notice["objections_open"], notice["event"],
        )
        for notice in notices
    ]  # fmt: skip
    headings = ("round", "subject", "since", "until", "state", "objections open", "event")
    _table(of, ledger, view, headings, rows)


def ranking(of: str, ledger: Ledger, view: View, told: dict[str, Any], as_json: bool) -> None:
    """A case each line, by rank."""
    if as_json:
        _answer(ledger, view, told)
        return
    rows = [
        (case["rank"], case["subject"]["name"], case["category"], case["total"], case["passed"])
        for case in told["ranking"]
    ]
    _table(of, ledger, view, ("rank", "subject", "category", "points", "passed"), rows)


def obligations(ledger: Ledger, view: View, titles: list[dict[str, Any]], as_json: bool) -> None:
    """A duty each line."""
    if as_json:
        _answer(ledger, view, {"titles": titles})
        return
    rows = [
        (
            title["round"], title["subject"]["name"], duty["rule"], duty["what"], duty["of"] or "",
            duty["due"] or "no date set", duty["state"], duty["filed"] or "",
            duty.get("days_late", ""),
        )
        for title in titles
        for duty in title["obligations"]
    ]  # fmt: skip
    headings = ("round", "subject", "rule", "what", "of", "due", "state", "filed", "days late")
    _table("obligations", ledger, view, headings, rows)


def _answer(ledger: Ledger, view: View, told: dict[str, Any]) -> None:
    seen_from = {"ledger": ledger.as_json(), "position": view.as_known, "as_of": view.as_of}
    typer.echo(_json({**seen_from, **told}))


def _table(
    of: str, ledger: Ledger, view: View, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    screen = console()
    screen.print(of, style="bold", highlight=False, markup=False)
    screen.print(_seen_from(ledger, view), highlight=False, markup=False)
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    screen.print(table, highlight=False)


def why(told: dict[str, Any], language: Literal["zh", "en"]) -> None:
    """An event, the rules it was judged by, and the facts they were shown."""
    screen = console()
    screen.print(
        f"{told['event']}  {told['sentence'][language]}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    who = f"{told['actor']['role']} {told['actor']['unit']}" if told["actor"] else "(not shown)"
    screen.print(
        f"   {told['recorded_at']:%Y-%m-%d %H:%M} UTC, {who}",
        highlight=False, markup=False,
    )  # fmt: skip
    if told["corrected_since"]:
        screen.print(_corrected(told), highlight=False)
    for question in told["questions"]:
        screen.print(
            f"   called into question by event {question['id']} ({question['state']}): "
            f"{'; '.join(question['why'])}",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
    judged = told["judged"]
    if judged is None:
        screen.print("   not judged by any rule of procedure (L-6)", highlight=False)
        return
    table = Table()
    for heading in ("rule", "where", "strength", "text"):
        table.add_column(heading, overflow="fold")
    for rule in judged["rules"]:
        table.add_row(
            rule["id"], escape(f"{rule.get('document', '')} {rule.get('article', '')}"),
            rule.get("strength", ""), escape(rule.get(language, "")),
        )  # fmt: skip
    screen.print(table, highlight=False)
    for heading, key in (("on these facts", "facts"), ("lifted by", "exceptions")):
        if judged[key]:
            screen.print(f"{heading}:", highlight=False)
        for fact in judged[key]:
            line = f"   {fact['event']}  {fact['sentence'][language]}"
            screen.print(line, highlight=False, markup=False, soft_wrap=True)
            if fact["corrected_since"]:
                screen.print(_corrected(fact), highlight=False)
    for reading in judged["readings"]:
        said = reading.get("recorded", {}).get("reading") or reading.get("default", {}).get(
            language
        )
        screen.print(f"resting on {reading['point']}: {said}", highlight=False, markup=False)
    for parameter in judged["unset"]:
        screen.print(f"not set, so judged by nobody: {parameter}", highlight=False, markup=False)


def _corrected(told: dict[str, Any]) -> str:
    return f"   corrected since, by event {', '.join(map(str, told['corrected_since']))}"


def console() -> Console:
    """The terminal; a fixed width where it is none."""
    screen = Console()
    return screen if screen.is_terminal else Console(width=_PIPED_WIDTH)


def _seen_from(ledger: Ledger, view: View) -> str:
    kind = "simulated ledger" if ledger.simulated else "ledger"
    return f"{kind} “{ledger.name}”, at position {view.as_known}, as of {view.as_of}"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
