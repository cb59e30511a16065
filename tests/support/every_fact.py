"""A ledger with a fact of every topic, readers of every role with their tokens, and hidden words.

`ledger_with_every_fact(0)` and `ledger_with_every_fact(1)` have the same public facts at the same
positions; whatever is hidden from the public differs. 深圳 goes through the whole round; what the hidden
cities do is never published.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.commands import (
    ConfirmErasure,
    DeclareInterest,
    Decline,
    Erase,
    GrantException,
    InspectSite,
    LodgeObjection,
    Reassess,
    RecordArrangement,
    RecordIncident,
    RecordInspection,
    RecordReading,
    RecordSupport,
    ReportProgress,
    ResolveObjection,
    Retract,
    RevokeRole,
    Supplement,
    Withdraw,
)
from domain.events import (
    ApprovalRecorded,
    BonusRecorded,
    CalendarPublished,
    CaseAdmitted,
    CommendationRecorded,
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionPublished,
    CorrectionRejected,
    CreditCodeConfirmed,
    Criterion,
    DebarmentImposed,
    DecisionQuestioned,
    DeclineRevised,
    Fact,
    FiguresAttested,
    Found,
    HistoricalNoticeRecorded,
    IndicatorReported,
    IntakeClosed,
    LedgerOpened,
    MaterialChangeReported,
    MonitoringChosen,
    OrderRevised,
    QuestionDecided,
    ReferralRecorded,
    RoleGranted,
    RoleProposed,
    Sealed,
    Source,
    SubjectChanged,
    TieDecided,
    decode,
)
from domain.kernel import Actor, Document
from domain.subjects import find
from eventlog import sealed
from eventlog.log import Log
from eventlog.sealed import Sealing
from projections.asking.tokens import digest_of
from projections.following.projector import catch_up
from tests.support.city_round import (
    ADMINISTRATOR,
    ANNOUNCEMENT,
    CIRCULAR,
    EXPERT,
    MINISTRY,
    applies,
    awards,
    cap,
    case,
    city,
    closes,
    defence,
    form,
    notice,
    opened,
    proposes,
    recommends,
    review,
    scores,
    unit,
)
from tests.support.databases import LEDGER
from tests.support.facts import designation, replacing
from tests.support.facts import notice as announced
from tests.support.given import given, on, stands
from tests.support.ledger_in_memory import LedgerInMemory
from tests.support.played_rounds import as_appended

PUBLIC_CITY = "深圳市"
OTHER_EXPERT = Actor("p-expert-2", "reviewer", "independent")


@dataclass(frozen=True)
class Who:
    """A reader: in which role, and what is theirs."""

    name: str
    actor: Actor
    token: str | None  # None: the public


def _who(name: str, actor: Actor) -> Who:
    return Who(name, actor, f"dlt_{name.replace(' ', '-'):_<43}"[:47])


READERS: tuple[Who, ...] = (
    _who("ministry", MINISTRY),
    _who("administrator", ADMINISTRATOR),
    _who("auditor", Actor("p-auditor", "auditor", "audit-office")),
    _who("unit of hubei", unit("湖北省")),
    _who("unit of guangdong", unit("广东省")),
    _who("wuhan", city("武汉市")),
    _who("shenzhen", city(PUBLIC_CITY)),
    _who("reviewer", EXPERT),
    _who("other reviewer", OTHER_EXPERT),
    Who("public", Actor("public", "public", "public"), None),
)


def ledger_with_every_fact(hidden: int = 0) -> LedgerInMemory:
    """hidden: which of two contents what is not public has."""
    secret = f"secret-{hidden}"
    name = ("武汉市", "襄阳市")[hidden]  # applies, is recommended, is being reviewed
    gone = ("宜昌市", "荆州市")[hidden]  # is declined, takes its application back
    objector = ("昆明市", "长沙市")[hidden]
    own = find(name).id
    criteria = (Criterion("supply", "供给水平", 10_000, 10_000, CIRCULAR),)
    title = case(PUBLIC_CITY)
    order = Document(number=f"令〔2022〕{hidden + 1}号")
    g = given(
        stands(LedgerOpened(ledger=str(LEDGER), name="world", kind="simulated"), "2019-06-01"),
        *(
            stands(
                RoleGranted(
                    principal=who.actor.principal,
                    role=who.actor.role,  # type: ignore[arg-type]
                    unit=who.actor.unit,
                    token=digest_of(who.token),
                    until="2199-12-31",
                ),
                "2021-01-01",
            )
            for who in READERS
            if who.token
        ),
        stands(designation("成都市", "2019"), "2020-01-01"),
        stands(announced("通知"), "2020-01-01"),
        stands(
            FiguresAttested(programme="city-2019", measure="applied", value=103, source=Source("s")),
            "2020-01-01",
        ),
        *opened(criteria=criteria, caps=(cap("comprehensive", 3),)),
        on(
            "2021-03-02",
            RecordReading(actor=MINISTRY, basis=CIRCULAR, of="city-2019", point="Q-9", reading="自次日起算"),
        ),
        on("2021-05-01", replace(applies(name), led_by=secret)),
        on("2021-05-01", applies(PUBLIC_CITY, led_by=secret)),
        on("2021-05-01", applies(gone)),
        on("2021-05-02", Supplement(actor=city(name), case=case(name), conditions=applies(name).conditions)),
        on(
            "2021-05-02",
            GrantException(actor=MINISTRY, basis=order, entry=case(name), rule="C19-6", reason=secret),
        ),
        on("2021-05-25", recommends(name, order=7 + hidden)),
        on("2021-05-25", Decline(actor=unit("湖北省"), case=case(gone), unit="cn:420000", reason=secret)),
        on("2021-05-26", Retract(actor=city(gone), case=case(gone), reason=secret)),
        *(on("2021-06-10", form(n)) for n in (name, PUBLIC_CITY)),
        on("2021-06-11", DeclareInterest(actor=OTHER_EXPERT, case=case(PUBLIC_CITY), explanation=secret)),
        on("2021-06-12", scores(name, 7_001 + hidden)),
        on("2021-06-12", scores(name, 7_003 + hidden, by=OTHER_EXPERT)),
        on("2021-06-12", scores(PUBLIC_CITY, 8_001 + hidden)),
        on("2021-06-13", InspectSite(actor=MINISTRY, case=case(PUBLIC_CITY), findings=secret)),
        on("2021-07-10", review(PUBLIC_CITY)),
        on("2021-10-10", defence(PUBLIC_CITY)),
        on(
            "2021-11-01",
            replace(
                proposes(PUBLIC_CITY),
                candidates=tuple(replace(c, reason=secret) for c in proposes(PUBLIC_CITY).candidates),
            ),
        ),
        on("2021-11-05", notice(PUBLIC_CITY)),
        on(
            "2021-11-08",
            LodgeObjection(
                actor=city(objector),
                case=case(PUBLIC_CITY),
                words=secret,
                author=f"author-{secret}",
                attachments=(secret.encode(),),
            ),
        ),
        on(
            "2021-11-09",
            ResolveObjection(
                actor=MINISTRY, case=case(PUBLIC_CITY), objection=1, upheld=False, reason=secret
            ),
        ),
        on("2021-11-15", closes(PUBLIC_CITY)),
        on("2022-01-25", awards(PUBLIC_CITY)),
        on(
            "2022-12-01",
            ReportProgress(
                actor=city(PUBLIC_CITY), designation=title, kind="yearly", year=2022, words=secret
            ),
        ),
        on("2022-12-02", Reassess(actor=MINISTRY, designation=title, passed=bool(hidden))),
        on(
            "2022-12-03",
            RecordInspection(
                actor=MINISTRY, designation=title, carried_out_by=f"by {secret}", findings=secret
            ),
        ),
        on(
            "2022-12-04",
            RecordIncident(
                subject=own,
                kind="environmental",
                words=secret,
                happened_on="2022-11-01",
                basis=order,
                actor=MINISTRY,
            ),
        ),
        *(stands(fact, "2022-12-04") for fact in _of_other_programmes(case(name), title, own, hidden)),
        on("2022-12-05", RecordSupport(actor=MINISTRY, designation=title, kind="brand", words=secret)),
        on(
            "2022-12-06",
            RecordArrangement(
                designation=title, kind="coordination-body", words=secret, basis=order, actor=MINISTRY
            ),
        ),
        on(
            "2023-05-01",
            Withdraw(
                actor=MINISTRY,
                basis=replace(ANNOUNCEMENT, published="2023-05-01"),
                designation=title,
                ground="4",
                act="消极应付",
            ),
        ),
    )
    ledger = g.ledger
    _corrections(ledger, secret, own)
    author = next(s for s, value in ledger.sealed.items() if value == f"author-{secret}".encode())
    on("2023-06-02", Erase(actor=ADMINISTRATOR, basis=order, sealed=author))(ledger)
    on("2023-06-02", ConfirmErasure(actor=MINISTRY, basis=order, sealed=author))(ledger)
    stands(
        RoleProposed(
            principal="p-later",
            role="ministry",
            unit="miit",
            token=digest_of(f"later-{secret}"),
            until="2099-01-01",
        ),
        "2023-06-03",
    )(ledger)
    stands(SubjectChanged(kind="rename", subject="cn:420200", name="新黄石市"), "2023-06-03")(ledger)
    stands(
        RoleGranted(
            principal="p-gone",
            role="reviewer",
            unit="independent",
            token=digest_of(secret),
            until="2099-01-01",
        ),
        "2023-06-03",
    )(ledger)
    on("2023-06-04", RevokeRole(actor=ADMINISTRATOR, token=digest_of(secret), reason=secret))(ledger)
    return ledger


def _of_other_programmes(hidden_case: str, title: str, own: str, hidden: int) -> list[Fact]:
    """Facts that no rule of city-2019 asks for, of whom the public knows nothing."""
    words = Sealed(("12", "34")[hidden] * 32)
    pool = f"city-2019/2021/{own}"
    return [
        IntakeClosed(case=hidden_case, pool=pool, taken=bool(hidden), order=3 + hidden),
        CaseAdmitted(case=hidden_case, pool=pool, reason=words),
        BonusRecorded(case=hidden_case, points=200 + hidden, words=words),
        TieDecided(programme="city-2019", round="2021", order=(hidden_case, case("黄石市")), reason=words),
        ApprovalRecorded(case=hidden_case, list="1", by=("ministry-meeting", "leading-group")[hidden]),
        IndicatorReported(
            designation=hidden_case, indicator="broadband-20m", value=5_000 + hidden, unit="%", period="2022"
        ),
        MaterialChangeReported(designation=hidden_case, kind="merger", words=words),
        CommendationRecorded(designation=title, kind="advanced-city", words="先进城市"),
        DeclineRevised(case=hidden_case, unit="cn:420000", reason=words),
        HistoricalNoticeRecorded(
            entry=title,
            programme="city-2019",
            round="2021",
            subject="cn:440300",
            subject_name="深圳市",
            province="cn:440000",
            until="2021-11-12",
            source=Source("公示"),
        ),
        CalendarPublished(year=2199, off=("2199-01-01",)),
        OrderRevised(case=hidden_case, unit="cn:420000", order=5 + hidden),
        MonitoringChosen(designation=hidden_case, words=f"平台{hidden}"),
        CreditCodeConfirmed(case=f"project-2019/2021/project:91420100MA4K00003{3 + hidden}/1"),
        DebarmentImposed(
            programme="city-2019", subject=own, unit="cn:420000", until=f"2025-12-0{1 + hidden}", words=words
        ),
        ReferralRecorded(programme="city-2019", subject=own, to=f"body-{hidden}", words=words),
    ]


def _corrections(ledger: LedgerInMemory, secret: str, own: str) -> None:
    """Of a hidden fact, which nothing public rests on: what it amends says another secret."""
    incident = next(e for e in ledger.events if e.topic == "incident.recorded")
    right = replacing(
        decode(incident.topic, {**incident.data, "kind": f"amended-{secret}"}), "2022-11-02", incident.tags
    )
    correction = Correction("amend", incident.position, right)
    tags = incident.tags | {f"event:{incident.position}"}
    proposed = ledger.record(
        CorrectionProposed(correction=correction, reason=Sealed("ab" * 32)), "2023-06-01", tags
    )
    ledger.record(CorrectionApproved(proposal=proposed.position, correction=correction), "2023-06-01", tags)
    again = ledger.record(
        CorrectionProposed(correction=correction, reason=Sealed("cd" * 32)), "2023-06-01", tags
    )
    notice = next(e for e in ledger.events if e.topic == "publicity.opened")
    ledger.record(CorrectionPublished(event=notice.position, act="annulled"), "2023-06-01", notice.tags)
    ledger.record(CorrectionRejected(proposal=again.position, reason=Sealed("ef" * 32)), "2023-06-01", tags)
    questioned = DecisionQuestioned(
        decision=incident.position,
        ground="refused",
        found=(Found(code="is-not-stated-right", values={"said": secret}),),
        about=f"city-2019/2021/{own}",
    )
    asked = ledger.record(questioned, "2023-06-01", tags)
    decided = QuestionDecided(
        question=asked.position, decision=incident.position, outcome="let-stand", reason=Sealed("12" * 32)
    )
    ledger.record(decided, "2023-06-01", tags)


async def fill(log: Log, ledger: LedgerInMemory) -> None:
    """Put such a ledger into an empty log, its sealed values beside it, its read models caught up."""
    for event in ledger.events:
        await log.append([as_appended(event)], clock=event.recorded_at)
    async with log.pool.acquire() as connection:
        values = enumerate(ledger.sealed.values())
        kept = [(number.to_bytes(16, "big"), value) for number, value in values]
        await sealed.keep(connection, [Sealing([s for s, _ in kept], [v for _, v in kept])])
        await catch_up(connection)
