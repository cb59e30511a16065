"""The types of problems: what each means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of problem: what it means, and what to do about it."""

    status: int
    title: str
    means: str
    do: str


_NOTHING = "Nothing was recorded."
KINDS: dict[str, Kind] = {
    "refused": Kind(
        409,
        "The act breaks rules",
        "Rules of the regulation or of the ledger refuse the act; `broken` names all of them, each with "
        f"its document, article, and the facts it was judged on. {_NOTHING}",
        "Read `broken`. What rests on an error of the record is put right by a correction; a rule in "
        "principle can be lifted by an exception. A changed act needs a new Idempotency-Key.",
    ),
    "not-yours": Kind(
        403,
        "The act is not yours",
        f"Your role may not carry out this act, or not for this subject (H-1). {_NOTHING}",
        "Use a token of the role and unit whose act it is: `broken` says whose.",
    ),
    "not-there": Kind(
        404,
        "What the act refers to is not there",
        f"The programme, round, case, title or value that the act names is not on record (H-2). {_NOTHING}",
        "Look the id up, or record first what comes first.",
    ),
    "not-for-you": Kind(
        403,
        "Your role is not shown this",
        "What is not public yet is shown to those only whom it concerns.",
        "Ask with a token of a role that may see it.",
    ),
    "no-token": Kind(
        401,
        "A token is needed",
        "The act or answer is not for the public.",
        "Send `Authorization: Bearer <token>`; an administrator grants tokens.",
    ),
    "bad-token": Kind(
        401,
        "The token gives no role",
        "It is unknown here, over, or was revoked.",
        "Ask an administrator for a new one.",
    ),
    "too-slow": Kind(
        408, "The body did not arrive in time", _NOTHING, "Send it again, with the same Idempotency-Key."
    ),
    "key-reused": Kind(
        422,
        "The Idempotency-Key was used for another act",
        f"A key names one act: the same content gets the same answer, another is refused. {_NOTHING}",
        "Send a new act with a new key.",
    ),
    "bad-body": Kind(
        422,
        "The body is malformed",
        f"A field is missing, unknown, or not of its form; `errors` names each. {_NOTHING}",
        "Correct the fields named; /openapi.json says what each takes.",
    ),
    "bad-parameter": Kind(
        422,
        "A parameter is malformed or makes no sense",
        "`errors` names each parameter.",
        "Correct the parameters named.",
    ),
    "ambiguous-subject": Kind(
        400, "The name has several bearers", "`candidates` names them.", "Ask by id or by code."
    ),
    "unknown-subject": Kind(
        404,
        "No such city, county or unit",
        "No division has this id, code or name.",
        "Ask by the code of GB/T 2260 or by the full name.",
    ),
    "unknown-programme": Kind(
        404,
        "No such programme",
        "The ledger knows no programme of this id.",
        "The answer lists those there are.",
    ),
    "no-such-event": Kind(
        404,
        "No such event for you",
        "There is no event at that position yet, or it is not shown to you.",
        "Ask for an earlier one, or with a token of a role that may see it.",
    ),
    "no-such-correction": Kind(
        404,
        "No such correction",
        "The event at that position, if there is one, proposes no correction.",
        "GET /v1/corrections lists the proposals; a correction's id is the position of its proposal.",
    ),
    "no-selection": Kind(
        404,
        "No selection to explain",
        "The programme's text sets no constraint on a round's list.",
        "Ask for the ranking instead.",
    ),
    "no-such-rule": Kind(
        404,
        "No such rule",
        "No rule of this ledger's programmes has this id.",
        "The refusal or the explanation that names a rule gives its page.",
    ),
    "no-such-problem": Kind(
        404, "No such type of problem", "This is no page.", "/problems lists those there are."
    ),
    "no-such-command": Kind(
        404,
        "No such command",
        "No command of yours was settled under this key (yet).",
        "Send it again with the same key: it takes effect once.",
    ),
    "too-large": Kind(
        413,
        "Too large",
        f"The body is larger than this server takes, or the event larger than any may be. {_NOTHING}",
        "Keep files beside the ledger and send their SHA-256.",
    ),
    "cannot-be-stored": Kind(
        422,
        "The act has no stored form",
        f"A text is not in Unicode normal form C, or holds what the database cannot store. {_NOTHING}",
        "Correct the text; send it with a new Idempotency-Key.",
    ),
    "not-json": Kind(
        415,
        "The body is not JSON",
        "Commands are sent as application/json, in UTF-8, not compressed.",
        "Send `Content-Type: application/json`.",
    ),
    "too-many": Kind(
        429,
        "Too many requests",
        "The rate of this server for one principal, or one address, is passed.",
        "Wait as many seconds as Retry-After says.",
    ),
    "not-yet-known": Kind(
        503,
        "Not yet known here",
        "The read model has not reached the position asked for.",
        "Ask again in a moment.",
    ),
    "busy": Kind(
        503,
        "Commands are waiting",
        f"More are waiting than can be carried out soon. {_NOTHING}",
        "Send it again, with the same Idempotency-Key, after Retry-After.",
    ),
    "unsafe-server": Kind(
        503,
        "The database is set so that something could be lost",
        f"A setting of the server or of the connection keeps a promise from being kept. {_NOTHING}",
        "Whoever keeps the server sets what the answer names right.",
    ),
    "unavailable": Kind(
        503,
        "The ledger's database does not answer",
        "It is down, or too slow for this question.",
        "Ask again in a moment.",
    ),
    "outcome-unknown": Kind(
        503,
        "Whether the act took effect is not known yet",
        "The database was lost in the middle of it: it took effect once, or not at all.",
        "Send it again with the same Idempotency-Key, or ask /v1/commands/{key}.",
    ),
    "clock": Kind(
        503,
        "The database's clock is refused",
        "It stands behind the newest event, or apart from this server's, or was given by the wrong hand. "
        f"{_NOTHING}",
        "Whoever keeps the server sets the clock right.",
    ),
    "not-ready": Kind(
        503,
        "A read model does not follow the log",
        "`models` says which, and where it stopped.",
        "Whoever keeps the ledger looks at its log and rebuilds.",
    ),
    "ledger": Kind(500, "The ledger cannot answer", "It is logged.", "Tell whoever keeps the ledger."),
    "internal": Kind(
        500, "The ledger failed", "It is logged; nothing was changed.", "Tell whoever keeps the ledger."
    ),
}
