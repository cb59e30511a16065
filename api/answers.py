"""What every answer over HTTP has: the ledger it is of, who asked, the position it is true at, a cursor that
pins it; what each question may be answered with; and when an answer need not be given again."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, ParamSpec, TypeVar

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator

from api.house import AHouse, House, WhoAsks
from api.problems import BadQuestion
from api.settings import MOST_ROWS
from domain.access import Reader
from domain.dates import a_day
from domain.kernel import Role
from eventlog.log import POLL_SECONDS, Log, wait
from projections.answers import Answer, encode
from projections.asking.filters import tag_meant
from projections.asking.moments import NotAMoment, NotYetKnown, View, position_of, today
from projections.asking.standpoint import Eyes, Standpoint, reached
from projections.model import ReadModel, definition
from projections.words.language import language
from projections.words.names import SHIPPED, Register, register

# All that puts words into an answer stands in these, however deep.
WORDED = ("domain", "eventlog", "projections", "api")


@cache
def digest_of_the_program() -> str:
    """Of all that puts words into an answer: new words make another answer of the same rows."""
    return digest_of_files(resources.files(package) for package in WORDED)


def digest_of_files(folders: Iterable[Traversable]) -> str:
    """Of every program, query and list in these folders, and in those within them."""
    digest = hashlib.sha256()

    def take_in(folder: Traversable) -> None:
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.is_dir():
                take_in(file)
            elif not file.name.endswith(".pyc"):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())

    for folder in folders:
        take_in(folder)
    return digest.hexdigest()


def _a_day(text: object) -> date:
    return a_day(str(text))


AsOf = Annotated[
    Annotated[date, BeforeValidator(_a_day)] | None,
    Query(description="the day asked about; default: today in Shanghai"),
]
AsKnown = Annotated[
    str | None, Query(description="as known at this position or instant; default: now", max_length=40)
]
AtLeast = Annotated[
    int, Query(ge=0, le=2**53, description="wait, a few seconds at most, until this position is known here")
]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="rows in a page")]
Cursor = Annotated[str | None, Query(description="`next` of the page before", max_length=1000)]


# -------------------------------------------------------------------- what may be answered


@dataclass(frozen=True, slots=True)
class Example:
    """How the question is asked in the example round: by whom, and of what.

    `{award}` and `{proposal}` in the path stand for positions that are known once the round is played.
    """

    who: Role  # public: whoever shows no token
    path: str
    also: Mapping[str, str] = field(default_factory=dict)  # another media type: what is asked more for it


@dataclass(frozen=True, slots=True)
class Says:
    """What a question may be answered with."""

    answer: type[Answer] | None
    example: Example | None = None
    problems: tuple[str, ...] = ()  # kinds
    also: tuple[str, ...] = ()  # other media types of the same answer
    conditional: bool = True  # whether it may be 304
    enveloped: bool = True  # whether the answer says of which ledger it is
    positioned: bool = True  # and at which position it is true


SAYS: dict[str, Says] = {}  # by operation
P = ParamSpec("P")  # what an endpoint is asked with
R = TypeVar("R")


def question(
    router: APIRouter,
    path: str,
    operation: str,
    answer: type[Answer] | None,
    *,
    example: Example | None = None,
    problems: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    conditional: bool = True,
    enveloped: bool = True,
    positioned: bool = True,
    response_class: type[Response] = Response,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare an endpoint that answers a question; /openapi.json is made of these declarations."""

    def declare(endpoint: Callable[P, R]) -> Callable[P, R]:
        SAYS[operation] = Says(
            answer, example, problems, also, conditional, enveloped, enveloped and positioned
        )
        router.get(path, operation_id=operation, response_class=response_class)(endpoint)
        return endpoint

    return declare


class Unchanged(Exception):
    """The asker has this answer already."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


@dataclass(slots=True)
class Asked:
    """One question to the ledger: who asks, of what moment, and what they have already."""

    house: House
    request: Request
    reader: Reader
    at_least: int
    cached: bool = True
    newest: int | None = None  # the log's head, once it was asked for
    etag: str | None = None
    names: Register = SHIPPED  # the divisions, as known where the question looks from

    @property
    def log(self) -> Log:
        return self.house.log

    @property
    def eyes(self) -> Eyes:
        """Who looks, and how divisions are called."""
        return Eyes(self.log, self.reader, self.names)

    async def today(self) -> date:
        return await today(self.log, self.house.ledger)

    async def head(self) -> int:
        """The newest position; raises BadQuestion if `at_least` lies beyond it."""
        self.newest = head = (await self.log.head()).position
        if self.at_least > head:
            raise BadQuestion(
                "at_least",
                "the log has {head} events yet; {at_least} was asked for",
                head=head,
                at_least=self.at_least,
            )
        return head

    async def log_position(self, as_known: str | None) -> int:
        """The position that is asked about; by default the newest. Of the log itself, whatever the read
        models have reached. Raises BadQuestion."""
        asked = await self._asked(as_known)
        assert self.newest is not None
        return self.newest if asked is None else asked

    async def _asked(self, as_known: str | None, name: str = "as_known") -> int | None:
        try:
            asked = await position_of(self.log, as_known)
        except NotAMoment as error:
            raise BadQuestion(name, error.message) from None
        head = await self.head()
        if asked is not None and asked > head:
            raise BadQuestion(
                name, "the log has {head} events yet; {asked} was asked for", head=head, asked=asked
            )
        return asked

    async def reached(
        self, model: ReadModel, as_known: str | None, name: str = "as_known"
    ) -> tuple[str, int]:
        """Where the live rows are, and the position to answer at, waited for as long as `at_least` may take.
        name: of the parameter."""
        asked = await self._asked(as_known, name)
        await self._wait(model)
        return await reached(self.log, model, asked)

    async def _wait(self, model: ReadModel) -> None:
        """Until the read model has reached `at_least`. Raises NotYetKnown."""
        if not self.at_least:
            return
        ends = time.monotonic() + self.house.settings.at_least_seconds
        heard = asyncio.Event()
        stop_listening = self.log.listener.add(heard)
        try:
            while True:
                try:
                    await reached(self.log, model, self.at_least)
                except NotYetKnown:
                    if time.monotonic() >= ends:
                        raise
                else:
                    return
                heard.clear()
                await wait(heard, min(0.02, POLL_SECONDS))
        finally:
            stop_listening()

    async def look(self, model: ReadModel, as_of: date | None, as_known: str | None) -> Standpoint:
        """From where the question looks; raises Unchanged if the asker has the answer."""
        home, position = await self.reached(model, as_known)
        view = View(as_of or await self.today(), position)
        if as_known is not None or self.names.newest > position:
            await self.look_from(position)
        self.fresh(definition(model), view.as_of, view.as_known, home)
        return self.at(view, home)

    def at(self, view: View, home: str = "") -> Standpoint:
        """The question from a view; home: where the live rows are, if it asks a read model."""
        return Standpoint(self.log, self.reader, self.names, view=view, home=home)

    def tags_meant(self, tags: Iterable[str] | None) -> tuple[str, ...]:
        """The tags of a question as events carry them. Raises UnknownSubject, AmbiguousSubject."""
        return tuple(tag_meant(tag, self.names) for tag in tags or ())

    async def look_from(self, position: int) -> None:
        """Call subjects as recorded changes do that were known at a position."""
        self.names = await register(self.log, await self.today(), position)

    def fresh(self, *depends: object) -> None:
        """Note all that the answer depends on. Raises Unchanged."""
        if not self.cached:
            return
        actor = self.reader.actor
        # what is shown once a review is concluded depends on now, whatever the view
        now = self.newest if self.reader.topics("closed") else None
        parts = (
            digest_of_the_program(),
            now,
            self.house.ledger.id,
            actor,
            self.request.url.path,
            sorted(self.request.query_params.multi_items()),
            self.request.headers.get("accept", ""),
            language(),
            self.names.newest,
            *depends,
        )
        digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
        self.etag = f'"{digest[:32]}"'
        held = self.request.headers.get("if-none-match", "")
        tags = (tag.strip().removeprefix("W/") for tag in held.split(","))
        if held.strip() == "*" or self.etag in tags:
            raise Unchanged(self._caching())

    def _caching(self) -> dict[str, str]:
        caching = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept, Accept-Language"}
        return {**caching, "ETag": self.etag} if self.etag else caching

    def headers(self, position: int) -> dict[str, str]:
        """What every answer's headers say beside which ledger it is of."""
        return {"Ledger-Position": str(position), **self._caching()}

    def next_cursor(self, **pinned: str | int) -> str:
        """Where the next page goes on, what it must keep, and of which question it is."""
        whole = {"question": self._question(), **pinned}
        return base64.urlsafe_b64encode(orjson.dumps(whole)).decode().rstrip("=")

    def pinned(self, cursor: str, **kinds: type) -> Pinned:
        """What a cursor keeps. Raises BadQuestion if it is no `next` of this question."""
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            pinned = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            pinned = None
        kinds = {"question": str, **kinds}
        if (
            not isinstance(pinned, dict)
            or pinned.keys() != kinds.keys()
            or any(type(pinned[key]) is not kind for key, kind in kinds.items())
            or pinned["question"] != self._question()
        ):
            raise BadQuestion("cursor", "is not a `next` of this question: ask without a cursor")
        return Pinned(pinned)

    def _question(self) -> str:
        """What is asked, whichever page of it."""
        paging = {"cursor", "limit", "at_least"}
        asked = sorted(p for p in self.request.query_params.multi_items() if p[0] not in paging)
        text = repr((self.request.url.path, asked)).encode("utf-8", "surrogatepass")
        return hashlib.sha256(text).hexdigest()[:16]

    async def look_again(self, model: ReadModel, pinned: Pinned) -> Standpoint:
        """From where a cursor looks. Raises BadQuestion, Unchanged."""
        await self.head()
        await self._wait(model)
        home, position = await reached(self.log, model, pinned.number("as_known"))
        try:
            view = View(date.fromisoformat(pinned.text("as_of")), position)
        except ValueError:
            raise BadQuestion("cursor", "is not a `next` of this question") from None
        await self.look_from(position)
        self.fresh(definition(model), view.as_of, view.as_known, home)
        return self.at(view, home)

    def answer(self, position: int, body: Answer, status: int = 200) -> Response:
        """A JSON answer that says of which ledger it is, and at which position it is true."""
        whole = {"ledger": self.house.ledger, "position": position, **body.members()}
        return Response(encode(whole), status, media_type="application/json", headers=self.headers(position))


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a cursor keeps, each of the kind that was asked for."""

    kept: Mapping[str, object]

    def text(self, key: str) -> str:
        return str(self.kept[key])

    def number(self, key: str) -> int:
        return int(str(self.kept[key]))


async def asked(house: AHouse, request: Request, actor: WhoAsks, at_least: AtLeast = 0) -> Asked:
    """Given to every endpoint that answers a question."""
    names = await register(house.log, await today(house.log, house.ledger))
    return Asked(house, request, Reader(actor), at_least, names=names)


AQuestion = Annotated[Asked, Depends(asked)]
