"""The types of problems: what each means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.messages import Message, message


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of problem: what it means, and what to do about it."""

    status: int
    title: Message
    means: Message
    do: Message


_NOTHING = message("Nothing was recorded.")
KINDS: dict[str, Kind] = {
    "refused": Kind(
        409,
        message("The act breaks rules"),
        message(
            "Rules of the regulation or of the ledger refuse the act; `broken` names all of them, "
            "each with its document, article, and the facts it was judged on. {nothing}",
            nothing=_NOTHING,
        ),
        message(
            "Read `broken`. What rests on an error of the record is put right by a correction; a rule in "
            "principle can be lifted by an exception. A changed act needs a new Idempotency-Key."
        ),
    ),
    "not-yours": Kind(
        403,
        message("The act is not yours"),
        message(
            "Your role may not carry out this act, or not for this subject (H-1). {nothing}", nothing=_NOTHING
        ),
        message("Use a token of the role and unit whose act it is: `broken` says whose."),
    ),
    "not-there": Kind(
        404,
        message("What the act refers to is not there"),
        message(
            "The programme, round, case, title or value that the act names is not on record (H-2). {nothing}",
            nothing=_NOTHING,
        ),
        message("Look the id up, or record first what comes first."),
    ),
    "not-for-you": Kind(
        403,
        message("Your role is not shown this"),
        message("What is not public yet is shown to those only whom it concerns."),
        message("Ask with a token of a role that may see it."),
    ),
    "no-token": Kind(
        401,
        message("A token is needed"),
        message("The act or answer is not for the public."),
        message("Send `Authorization: Bearer <token>`; an administrator grants tokens."),
    ),
    "bad-token": Kind(
        401,
        message("The token gives no role"),
        message("It is unknown here, over, or was revoked."),
        message("Ask an administrator for a new one."),
    ),
    "too-slow": Kind(
        408,
        message("The body did not arrive in time"),
        _NOTHING,
        message("Send it again, with the same Idempotency-Key."),
    ),
    "key-reused": Kind(
        422,
        message("The Idempotency-Key was used for another act"),
        message(
            "A key names one act: the same content gets the same answer, another is refused. {nothing}",
            nothing=_NOTHING,
        ),
        message("Send a new act with a new key."),
    ),
    "bad-body": Kind(
        422,
        message("The body is malformed"),
        message(
            "A field is missing, unknown, or not of its form; `errors` names each. {nothing}",
            nothing=_NOTHING,
        ),
        message("Correct the fields named; /openapi.json says what each takes."),
    ),
    "bad-parameter": Kind(
        422,
        message("A parameter is malformed or makes no sense"),
        message("`errors` names each parameter."),
        message("Correct the parameters named."),
    ),
    "ambiguous-subject": Kind(
        400,
        message("The name has several bearers"),
        message("`candidates` names them."),
        message("Ask by id or by code."),
    ),
    "unknown-subject": Kind(
        404,
        message("No such city, county or unit"),
        message("No division has this id, code or name."),
        message("Ask by the code of GB/T 2260 or by the full name."),
    ),
    "unknown-programme": Kind(
        404,
        message("No such programme"),
        message("The ledger knows no programme of this id."),
        message("The answer lists those there are."),
    ),
    "no-such-event": Kind(
        404,
        message("No such event for you"),
        message("There is no event at that position yet, or it is not shown to you."),
        message("Ask for an earlier one, or with a token of a role that may see it."),
    ),
    "no-such-correction": Kind(
        404,
        message("No such correction"),
        message("The event at that position, if there is one, proposes no correction."),
        message(
            "GET /v1/corrections lists the proposals; a correction's id is the position of its proposal."
        ),
    ),
    "no-selection": Kind(
        404,
        message("No selection to explain"),
        message("The programme's text sets no constraint on a round's list."),
        message("Ask for the ranking instead."),
    ),
    "no-such-rule": Kind(
        404,
        message("No such rule"),
        message("No rule of this ledger's programmes has this id."),
        message("The refusal or the explanation that names a rule gives its page."),
    ),
    "no-such-problem": Kind(
        404,
        message("No such type of problem"),
        message("This is no page."),
        message("/problems lists those there are."),
    ),
    "no-such-command": Kind(
        404,
        message("No such command"),
        message("No command of yours was settled under this key (yet)."),
        message("Send it again with the same key: it takes effect once."),
    ),
    "too-large": Kind(
        413,
        message("Too large"),
        message(
            "The body is larger than this server takes, or the event larger than any may be. {nothing}",
            nothing=_NOTHING,
        ),
        message("Keep files beside the ledger and send their SHA-256."),
    ),
    "cannot-be-stored": Kind(
        422,
        message("The act has no stored form"),
        message(
            "A text is not in Unicode normal form C, or holds what the database cannot store. {nothing}",
            nothing=_NOTHING,
        ),
        message("Correct the text; send it with a new Idempotency-Key."),
    ),
    "not-json": Kind(
        415,
        message("The body is not JSON"),
        message("Commands are sent as application/json, in UTF-8, not compressed."),
        message("Send `Content-Type: application/json`."),
    ),
    "too-many": Kind(
        429,
        message("Too many requests"),
        message("The rate of this server for one principal, or one address, is passed."),
        message("Wait as many seconds as Retry-After says."),
    ),
    "not-yet-known": Kind(
        503,
        message("Not yet known here"),
        message("The read model has not reached the position asked for."),
        message("Ask again in a moment."),
    ),
    "busy": Kind(
        503,
        message("Commands are waiting"),
        message("More are waiting than can be carried out soon. {nothing}", nothing=_NOTHING),
        message("Send it again, with the same Idempotency-Key, after Retry-After."),
    ),
    "unsafe-server": Kind(
        503,
        message("The database is set so that something could be lost"),
        message(
            "A setting of the server or of the connection keeps a promise from being kept. {nothing}",
            nothing=_NOTHING,
        ),
        message("Whoever keeps the server sets what the answer names right."),
    ),
    "unavailable": Kind(
        503,
        message("The ledger's database does not answer"),
        message("It is down, or too slow for this question."),
        message("Ask again in a moment."),
    ),
    "outcome-unknown": Kind(
        503,
        message("Whether the act took effect is not known yet"),
        message("The database was lost in the middle of it: it took effect once, or not at all."),
        message("Send it again with the same Idempotency-Key, or ask /v1/commands/{key}."),
    ),
    "clock": Kind(
        503,
        message("The database's clock is refused"),
        message(
            "It stands behind the newest event, or apart from this server's, or was given by the "
            "wrong hand. {nothing}",
            nothing=_NOTHING,
        ),
        message("Whoever keeps the server sets the clock right."),
    ),
    "not-ready": Kind(
        503,
        message("A read model does not follow the log"),
        message("`models` says which, and where it stopped."),
        message("Whoever keeps the ledger looks at its log and rebuilds."),
    ),
    "ledger": Kind(
        500,
        message("The ledger cannot answer"),
        message("It is logged."),
        message("Tell whoever keeps the ledger."),
    ),
    "internal": Kind(
        500,
        message("The ledger failed"),
        message("It is logged; nothing was changed."),
        message("Tell whoever keeps the ledger."),
    ),
}
