"""What each answer looks like: the shapes that /openapi.json publishes, and that tests hold answers to."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from domain.kernel import Role

CLOSED = ConfigDict(extra="forbid")
Position = Annotated[int, Field(ge=0, description="place in the log")]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Next = Annotated[str | None, Field(description="`cursor` of the next page; null: there is none")]
Strength = Literal["must", "principle", "duty", "record", "always"]


@with_config(CLOSED)
class Ledger(TypedDict):
    id: str
    name: str
    simulated: bool


@with_config(CLOSED)
class Words(TypedDict):
    zh: str
    en: str


@with_config(CLOSED)
class Named(TypedDict):
    id: str
    name: str


@with_config(CLOSED)
class AProgramme(TypedDict):
    id: str
    name: str
    english: str


@with_config(CLOSED)
class ADocument(TypedDict, total=False):
    number: str
    title: str
    issuer: str
    signed: str
    published: str
    sha256: str


@with_config(CLOSED)
class AnActor(TypedDict):
    principal: str
    role: Role
    unit: str


class Answer(TypedDict):
    """What every answer under /v1 begins with."""

    ledger: Ledger
    position: Position


class View(Answer):
    as_of: Day
    as_known: Position


# ---------------------------------------------------------------------------- commands


@with_config(CLOSED)
class Recorded(TypedDict):
    """What became of an act that was accepted: its events, from `first` to `last`."""

    first: Position
    last: Position
    recorded_at: Instant
    cases: list[str]


@with_config(CLOSED)
class Accepted(Answer):
    act: str
    key: Annotated[str, Field(description="the Idempotency-Key, or one given for it")]
    first: Position
    last: Position
    recorded_at: Instant
    cases: list[str]


@with_config(CLOSED)
class Broken(TypedDict):
    """One rule that refuses an act."""

    rule: str
    uri: str
    article: str
    document: str
    strength: Strength
    text: Words
    why: str
    facts: Annotated[list[Position], Field(description="the events it was judged on")]
    figures: dict[str, int | str]
    entry: NotRequired[str]


@with_config(CLOSED)
class Refusal(TypedDict):
    broken: list[Broken]
    position: Position


@with_config(CLOSED)
class Failure(TypedDict):
    cause: str
    error: str


@with_config(CLOSED)
class AnOutcome(TypedDict):
    ledger: Ledger
    key: str
    outcome: Literal["accepted", "refused", "failed"]
    answer: Recorded | Refusal | Failure


class Problem(TypedDict):
    """RFC 9457; more members as its type's page says."""

    type: str
    title: str
    status: int
    detail: str
    instance: NotRequired[str]
    broken: NotRequired[list[Broken]]
    errors: NotRequired[list[dict[str, str]]]
    candidates: NotRequired[list[dict[str, Any]]]
    position: NotRequired[Position]
    reached: NotRequired[Position]
    models: NotRequired[dict[str, Any]]


# ----------------------------------------------------------------- rosters, histories


@with_config(CLOSED)
class Days(TypedDict):
    """A date as stated, and the days between which it lies; null where there is no bound."""

    edtf: NotRequired[str]
    earliest: Day | None
    latest: Day | None


@with_config(CLOSED)
class ASource(TypedDict):
    title: str
    where: NotRequired[str]


@with_config(CLOSED)
class Withdrawn(TypedDict):
    ground: str
    event: Position
    effective: NotRequired[str]
    document: NotRequired[ADocument]


@with_config(CLOSED)
class Title(TypedDict):
    designation: str
    programme: str
    round: str
    subject: Named
    province: Named
    category: str | None
    category_words: Words
    fields: list[str]
    status: Literal["announced", "holds", "held"]
    surely: bool
    announced: Days
    held_from: Days
    held_until: Days
    record: Literal["judged", "historical"]
    event: Position
    settled_by: Position
    known_since: Position
    case: NotRequired[str]
    title: NotRequired[str]
    list: NotRequired[str]
    document: NotRequired[ADocument]
    withdrawn: NotRequired[Withdrawn]
    subject_name: NotRequired[str]
    source: NotRequired[ASource]
    announced_words: NotRequired[str]
    held_words: NotRequired[str]
    rank_words: NotRequired[str]
    note: NotRequired[str]


@with_config(CLOSED)
class Roster(View):
    programme: AProgramme
    titles: list[Title]
    next: Next


@with_config(CLOSED)
class AViewpoint(TypedDict):
    as_of: Day
    as_known: Position


@with_config(CLOSED)
class ChangedTitle(TypedDict):
    """A title that two views show otherwise."""

    designation: str
    change: Literal["added", "removed", "changed"]
    before: list[Title]
    after: list[Title]
    fields: Annotated[list[str], Field(description="what of it differs")]
    by: Annotated[list[Position], Field(description="the events that make the difference")]


RosterDiff = TypedDict(
    "RosterDiff",
    {
        "ledger": Ledger,
        "position": Position,
        "programme": AProgramme,
        "from": AViewpoint,
        "to": AViewpoint,
        "changes": list[ChangedTitle],
    },
)


@with_config(CLOSED)
class AName(TypedDict, total=False):
    code: str
    name: str
    since: int | str
    until: int | str


@with_config(CLOSED)
class AChange(TypedDict):
    """A recorded change of a division."""

    event: Position
    on: Day
    kind: Literal["rename", "recode", "merger", "split"]
    subject: str
    name: str | None
    code: str | None
    into: list[str]


@with_config(CLOSED)
class NamedThen(TypedDict):
    """A subject under the name of the time, and today's."""

    id: str
    then: str
    today: str


@with_config(CLOSED)
class ASubject(TypedDict):
    id: str
    name: str
    level: str
    province: str
    names: list[AName]
    region: NotRequired[str]
    until: NotRequired[int | str]
    merged_into: NotRequired[list[str]]
    changes: NotRequired[list[AChange]]


@with_config(CLOSED)
class Judged(TypedDict, total=False):
    rulebook: str
    rules: list[str]
    articles: dict[str, str]
    exceptions: list[Position]
    readings: list[str]
    unset: list[str]
    facts: list[Position]


@with_config(CLOSED)
class HistoryEntry(TypedDict):
    event: Position
    subject: NamedThen
    topic: str
    recorded_at: Instant
    earliest: Day | None
    latest: Day | None
    sentence: Words
    data: dict[str, Any]
    known_since: Position
    known_until: Position | None
    actor: NotRequired[AnActor]
    effective: NotRequired[str]
    basis: NotRequired[ADocument]
    judged: NotRequired[Judged]
    corrected_by: NotRequired[Position]
    withheld: NotRequired[list[str]]


@with_config(CLOSED)
class History(View):
    subject: ASubject
    history: list[HistoryEntry]


# ------------------------------------------------------------------------------ rounds


@with_config(CLOSED)
class Place(TypedDict):
    entry: str
    name: str
    event: Position


@with_config(CLOSED)
class ACap(TypedDict):
    places: int
    counts: Literal["awards", "holders"]
    source: ADocument
    event: Position


@with_config(CLOSED)
class Pool(TypedDict):
    pool: str
    pool_words: Words
    cap: Annotated[ACap | None, Field(description="null: no document has set one")]
    used: int
    left: int | None
    over: int | None
    used_by: list[Place]
    beside: list[Place]
    applied: list[Place]
    recommended: list[Place]
    proposed: list[Place]


@with_config(CLOSED)
class AUnitsCap(TypedDict):
    places: int
    source: ADocument
    event: Position


@with_config(CLOSED)
class UnitPool(TypedDict):
    pool: Annotated[str, Field(description="the unit, and of which of its quotas: cn:420000/1-9")]
    cap: Annotated[AUnitsCap | None, Field(description="null: no document has set one")]
    used: int
    short: Annotated[int, Field(description="by how many it stays under what the text expects")]
    put_forward: list[Place]
    beside: Annotated[list[Place], Field(description="put forward by an exception: takes no place")]
    taken: list[Place]
    over_quota: list[Place]


@with_config(CLOSED)
class AUnit(TypedDict):
    unit: str
    name: str
    applied: int
    recommended: int
    pools: list[UnitPool]


@with_config(CLOSED)
class AnException(TypedDict):
    event: Position
    entry: str
    rule: str


@with_config(CLOSED)
class Quotas(View):
    programme: AProgramme
    round: str
    pools: list[Pool]
    units: list[AUnit]
    exceptions: list[AnException]


@with_config(CLOSED)
class WhoseQuota(TypedDict):
    unit: Annotated[Named | None, Field(description="null: directly, through no unit")]
    words: Words
    points: Annotated[list[str], Field(description="open points that it rests on")]
    figures: Annotated[AUnit | None, Field(description="null: nothing came through it yet")]


@with_config(CLOSED)
class QuotaWhy(View):
    programme: AProgramme
    round: str
    subject: Named
    whose: Annotated[WhoseQuota | None, Field(description="null: the programme has no rules of it")]


@with_config(CLOSED)
class BecauseOf(Named):
    case: str


@with_config(CLOSED)
class Placed(TypedDict):
    case: str
    subject: Named
    rank: int
    chosen: bool
    reason: Literal["rank", "floor", "places", "group", "displaced", "tie"]
    rule: str | None
    because_of: list[BecauseOf]


@with_config(CLOSED)
class Selection(View):
    programme: AProgramme
    round: str
    candidates: list[Placed]
    ties: Annotated[list[list[str]], Field(description="equal scores that decide a place")]
    short: Annotated[dict[str, int], Field(description="floors that nobody is left to meet")]


@with_config(CLOSED)
class AProgrammesPage(TypedDict):
    id: str
    name: str
    english: str
    document: str | None
    rules: int
    categories: dict[str, Words]
    fields: dict[str, Words]
    titles: dict[str, str]
    binds: Annotated[list[str], Field(description="programmes whose titles it binds, too")]


@with_config(CLOSED)
class Programmes(Answer):
    programmes: list[AProgrammesPage]


@with_config(CLOSED)
class ARuleAtWork(TypedDict):
    id: str
    document: str
    article: str
    strength: Strength
    zh: str
    en: str
    acts: Annotated[list[str], Field(description="that it judges; `*`: every one")]
    shows: Annotated[list[str], Field(description="topics of which it shows something")]
    refused: Annotated[int | None, Field(description="commands; null: not shown to you")]
    lifted: Annotated[int | None, Field(description="exceptions; null: not shown to you")]


@with_config(CLOSED)
class AReading(TypedDict):
    event: Position
    round: str | None
    reading: str
    choice: str | None
    effective: Day | None
    basis: ADocument | None


@with_config(CLOSED)
class APoint(TypedDict):
    id: str
    question: Words
    default: Words
    choices: list[str]
    readings: list[AReading]


@with_config(CLOSED)
class ABook(TypedDict):
    id: str
    document: str | None


@with_config(CLOSED)
class Rules(View):
    programme: ABook
    rules: list[ARuleAtWork]
    points: list[APoint]


@with_config(CLOSED)
class PlannedStep(TypedDict):
    step: str
    when: str
    source: ADocument | None


@with_config(CLOSED)
class ATerm(TypedDict):
    first: Day
    last: Day


@with_config(CLOSED)
class Plan(TypedDict):
    steps: list[PlannedStep]
    places: dict[str, int]
    deadline: Day | None
    term: ATerm | None


@with_config(CLOSED)
class AStep(TypedDict):
    step: str
    first: Day | None
    last: Day | None
    cases: int


@with_config(CLOSED)
class Happened(TypedDict):
    steps: list[AStep]
    titles: int


@with_config(CLOSED)
class Attested(TypedDict):
    measure: str
    words: str | None
    value: int
    category: str | None
    source: str
    event: Position


@with_config(CLOSED)
class ANotice(TypedDict):
    act: str
    words: str
    effective: str | None
    until: str | None
    content: str | None
    event: Position
    document: ADocument | None


@with_config(CLOSED)
class RoundPage(View):
    programme: AProgramme
    round: str
    planned: Plan
    happened: Happened
    attested: list[Attested]
    notices: list[ANotice]


@with_config(CLOSED)
class Objection(TypedDict):
    number: int
    lodged: Day
    outcome: Literal["open", "late", "upheld", "rejected"]
    resolved: Day | None
    event: Position


@with_config(CLOSED)
class Notice(TypedDict):
    case: str
    round: str
    subject: Named
    list: str
    where: str
    since: Day
    until: Day
    on_notice: bool
    left_on: Day | None
    closed: Day | None
    objections: Annotated[list[Objection] | None, Field(description="null: not shown to you")]
    objections_open: int | None
    event: Position


@with_config(CLOSED)
class Notices(View):
    programme: AProgramme
    notices: list[Notice]


@with_config(CLOSED)
class ByCriterion(TypedDict):
    criterion: str
    scores: int
    points: Annotated[int, Field(description="their sum, in hundredths of a point")]
    weight: int | None
    events: list[Position]


@with_config(CLOSED)
class Ranked(TypedDict):
    rank: int
    case: str
    subject: Named
    category: str | None
    passed: bool
    total: Annotated[str, Field(description="weighted mean and bonus, in points")]
    bonus: Annotated[int, Field(description="in hundredths of a point, in the total")]
    criteria: list[ByCriterion]
    weights_set: bool


@with_config(CLOSED)
class OwnScore(TypedDict):
    case: str
    criterion: str
    points: int
    weight: int | None
    scored: Day
    event: Position


@with_config(CLOSED)
class Ranking(View):
    programme: AProgramme
    round: str
    ranking: list[Ranked]
    not_yet_shown: NotRequired[int]
    own_scores: NotRequired[list[OwnScore]]


@with_config(CLOSED)
class Duty(TypedDict):
    rule: str
    what: str
    of: str | None
    due: Day | None
    state: str
    filed: Day | None
    filed_by: Position | None
    days_late: NotRequired[int]
    rests: NotRequired[Annotated[str, Field(description="on which open point the day rests")]]
    lacking: NotRequired[list[str]]


@with_config(CLOSED)
class Holder(TypedDict):
    designation: str
    programme: str
    round: str
    subject: Named
    held_from: Day
    held_until: Day | None
    obligations: list[Duty]


@with_config(CLOSED)
class Obligations(View):
    titles: list[Holder]
    next: Next


# ----------------------------------------------------------------------- why, the log


@with_config(CLOSED)
class ARule(TypedDict):
    id: str
    document: NotRequired[str]
    article: NotRequired[str]
    strength: NotRequired[Strength]
    zh: NotRequired[str]
    en: NotRequired[str]


@with_config(CLOSED)
class AFact(TypedDict):
    event: Position
    topic: str
    sentence: Words
    settled_by: NotRequired[Position]
    corrected_since: Annotated[
        list[Position],
        Field(description="the corrections of it that were approved since it was judged on"),
    ]


class Judgement(TypedDict):
    rulebook: str
    rules: list[ARule]
    facts: list[AFact]
    exceptions: list[AFact]
    readings: list[dict[str, Any]]
    unset: list[str]


@with_config(CLOSED)
class Why(Answer):
    event: Position
    topic: str
    recorded_at: Instant
    effective: str | None
    actor: AnActor | None
    basis: ADocument | None
    command: str | None
    sentence: Words
    judged: Judgement | None
    as_known: Position
    corrected_since: Annotated[
        list[Position], Field(description="the corrections of it that were approved")
    ]
    questions: Annotated[
        list[AQuestion], Field(description="what called it into question, where you may see that")
    ]


@with_config(CLOSED)
class AnEvent(TypedDict):
    """As stored; `withheld` names what is not shown to you."""

    position: Position
    recorded_at: Instant
    topic: str
    tags: list[str]
    data: dict[str, Any]
    format: int
    salt: NotRequired[str]
    actor: NotRequired[AnActor]
    basis: NotRequired[ADocument]
    command: NotRequired[str]
    effective: NotRequired[str]
    judged: NotRequired[Judged]
    withheld: NotRequired[list[str]]


@with_config(CLOSED)
class Leaf(TypedDict):
    leaf_hash: Hash
    event: AnEvent


@with_config(CLOSED)
class Events(Answer):
    events: list[Leaf]
    next: Next


class CloudEvent(TypedDict):
    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    recordedtime: Instant
    datacontenttype: str
    data: dict[str, Any]
    time: NotRequired[Instant]
    subject: NotRequired[str]


@with_config(CLOSED)
class ACheckpoint(Answer):
    origin: str
    size: int
    root: Hash
    text: str


# -------------------------------------------------------------------- access, the house


@with_config(CLOSED)
class Me(Answer):
    actor: AnActor
    acts: dict[str, Literal["any", "own", "paper"]]


@with_config(CLOSED)
class Grant(TypedDict):
    event: Position
    principal: str
    role: Role
    unit: str
    until: Day
    state: Literal["stands", "over", "to come", "revoked"]
    token: NotRequired[Hash]
    revoked_by: NotRequired[Position]


@with_config(CLOSED)
class Grants(View):
    grants: list[Grant]


@with_config(CLOSED)
class RulePage(Answer):
    rule: ARule


@with_config(CLOSED)
class AModel(TypedDict):
    position: Position
    lag: int
    failure: str | None


@with_config(CLOSED)
class Readiness(Answer):
    models: dict[str, AModel]


# ------------------------------------------------------------------------- corrections


@with_config(CLOSED)
class AProposal(TypedDict):
    """A proposed correction; its id is the position of the event that proposes it."""

    id: Position
    state: Literal["open", "approved", "rejected"]
    act: Literal["amend", "annul", "supply"]
    target: Position | None
    topic: Annotated[str | None, Field(description="of what is to stand; null: nothing")]
    proposed_at: Instant
    proposed_by: AnActor
    basis: ADocument | None
    settled_by: Position | None
    settled_at: Instant | None


class Corrections(Answer):
    as_of: Annotated[Day | None, Field(description="null: no day was asked for")]
    as_known: Position
    corrections: list[AProposal]
    next: Next


class AnEventsContent(TypedDict):
    """What an event says, or is to say."""

    topic: str
    data: dict[str, Any]
    effective: str | None
    basis: ADocument | None
    tags: list[str]
    sentence: Words
    settled_by: NotRequired[Position]
    withheld: NotRequired[list[str]]


@with_config(CLOSED)
class ADecision(TypedDict):
    """What the ministry decided of a question."""

    event: Position
    outcome: Literal["let-stand", "withdraw", "re-open"]
    at: Instant
    basis: ADocument | None


@with_config(CLOSED)
class AQuestioned(TypedDict):
    """A decision that would not be what it is on the facts as they are believed."""

    decision: Position
    topic: str
    about: str
    ground: Literal["refused", "otherwise", "outranked", "merged"]
    rules: list[str]
    why: list[str]
    proposal: Position | None
    sentence: Words


@with_config(CLOSED)
class AQuestion(TypedDict):
    """The same once it is recorded: an item for the ministry to decide."""

    id: Position
    decision: Position
    topic: str
    about: str
    ground: Literal["refused", "otherwise", "outranked", "merged"]
    rules: list[str]
    why: list[str]
    proposal: Position | None
    sentence: Words
    asked_at: Instant
    state: Literal["open", "decided"]
    decided: ADecision | None


class Questions(Answer):
    as_of: Annotated[Day | None, Field(description="null: no day was asked for")]
    as_known: Position
    questions: list[AQuestion]
    next: Next


@with_config(CLOSED)
class ACorrection(TypedDict):
    """A proposal with all that an approver needs to see."""

    id: Position
    state: Literal["open", "approved", "rejected"]
    act: Literal["amend", "annul", "supply"]
    target: Position | None
    topic: str | None
    proposed_at: Instant
    proposed_by: AnActor
    basis: ADocument | None
    settled_by: Position | None
    settled_at: Instant | None
    reason: dict[str, Any]
    sentence: Words
    recorded: Annotated[dict[str, Any] | None, Field(description="the event as it was recorded")]
    believed: Annotated[AnEventsContent | None, Field(description="null: it is struck out")]
    replacement: AnEventsContent | None
    others_open: list[AProposal]
    questions: list[AQuestion]


class CorrectionPage(Answer):
    as_known: Position
    correction: ACorrection


@with_config(CLOSED)
class ChangedRows(TypedDict):
    """Rows of a read model that would no longer be believed, and those that would be."""

    gone: list[dict[str, Any]]
    new: list[dict[str, Any]]


@with_config(CLOSED)
class AFigure(TypedDict):
    cap: int | None
    used: int
    left: int | None
    over: int | None


@with_config(CLOSED)
class ChangedFigure(TypedDict):
    """A pool's figures, before and after, from a day on."""

    programme: str
    round: str
    pool: str
    since: Day
    before: AFigure
    after: AFigure


@with_config(CLOSED)
class APlace(TypedDict):
    total: str
    rank: int
    of: int


@with_config(CLOSED)
class Reranked(TypedDict):
    case: str
    subject: Named
    before: APlace | None
    after: APlace | None


@with_config(CLOSED)
class Rested(TypedDict):
    """A later event that was judged on the fact."""

    event: Position
    topic: str
    sentence: Words


@with_config(CLOSED)
class RefusedOn(TypedDict):
    """An act that was refused on the fact."""

    act: str
    at: Instant
    rules: list[str]
    why: list[str]


class Impact(Answer):
    as_known: Position
    correction: Position
    stands: Annotated[bool, Field(description="whether it could be approved as things are")]
    why_not: list[str]
    roster: ChangedRows
    quotas: ChangedRows
    obligations: ChangedRows
    publicity: ChangedRows
    figures: list[ChangedFigure]
    ranking: list[Reranked]
    rested: list[Rested]
    refusals: list[RefusedOn]
    questions: list[AQuestioned]
