"""Every fact that can be recorded, in the order of a case's life; how each is tagged.

A fact's topic is a name for ever, never derived from its class. Dates in it are EDTF (domain.dates);
codes are ASCII; Chinese stands for proper names and for a source's own words. A field that may hold
what must one day be erased is `Sealed`: a commitment, the value lies beside the log.
"""

from domain.events.announced import FiguresAttested, HistoricalDesignationRecorded, NoticeRecorded
from domain.events.applying import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    CaseAdmitted,
    Condition,
    Consent,
    Entity,
    IntakeClosed,
    Material,
    RecommendationDeclined,
    Statistic,
)
from domain.events.awarding import (
    ApprovalRecorded,
    DesignationAwarded,
    ObjectionLodged,
    ObjectionResolved,
    PublicityClosed,
    PublicityOpened,
)
from domain.events.corrections import (
    CORRECTION_TOPICS,
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    DecisionQuestioned,
    QuestionDecided,
    Replacement,
)
from domain.events.fact import (
    STRICT,
    TOPICS,
    Confidence,
    Fact,
    NotThatFact,
    Sealed,
    Source,
    UnknownTopic,
    commitments,
    decode,
    fact,
)
from domain.events.holding import (
    Arranged,
    ArrangementRecorded,
    AssessmentRecorded,
    CommendationRecorded,
    DebarmentImposed,
    DesignationWithdrawn,
    IncidentRecorded,
    IndicatorReported,
    InspectionRecorded,
    MaterialChangeReported,
    ProgressReported,
    ReferralRecorded,
    SupportRecorded,
)
from domain.events.record import ErasureProposed, LedgerOpened, SealedValueErased
from domain.events.reviewing import (
    BonusRecorded,
    DefenceHeld,
    FormalReviewRecorded,
    InterestDeclared,
    ReviewConcluded,
    ScoreRecorded,
    SelectionProposed,
    SiteInspected,
    TieDecided,
)
from domain.events.roles import RoleGranted, RoleProposed, RoleRevoked
from domain.events.rounds import (
    Cap,
    Criterion,
    Deadline,
    ExceptionGranted,
    Floor,
    Parameters,
    Planned,
    Publicity,
    ReadingRecorded,
    RoundOpened,
    Term,
)
from domain.events.subjects import SubjectChanged, Successor

__all__ = [
    "CORRECTION_TOPICS", "STRICT", "TOPICS", "ApplicationRecommended", "ApplicationRetracted",
    "ApplicationSubmitted", "ApplicationSupplemented", "ApprovalRecorded", "Arranged",
    "ArrangementRecorded", "AssessmentRecorded", "BonusRecorded", "Cap", "CaseAdmitted",
    "CommendationRecorded", "Condition", "Confidence", "Consent", "Correction",
    "CorrectionApproved", "CorrectionProposed", "CorrectionRejected", "Criterion", "Deadline",
    "DebarmentImposed", "DecisionQuestioned", "DefenceHeld", "DesignationAwarded",
    "DesignationWithdrawn", "Entity", "ErasureProposed", "ExceptionGranted", "Fact",
    "FiguresAttested", "Floor", "FormalReviewRecorded", "HistoricalDesignationRecorded",
    "IncidentRecorded", "IndicatorReported", "InspectionRecorded", "IntakeClosed",
    "InterestDeclared", "LedgerOpened", "Material", "MaterialChangeReported", "NotThatFact",
    "NoticeRecorded", "ObjectionLodged", "ObjectionResolved", "Parameters", "Planned",
    "ProgressReported", "Publicity", "PublicityClosed", "PublicityOpened", "QuestionDecided",
    "ReadingRecorded", "RecommendationDeclined", "ReferralRecorded", "Replacement",
    "ReviewConcluded", "RoleGranted", "RoleProposed", "RoleRevoked", "RoundOpened",
    "ScoreRecorded", "Sealed", "SealedValueErased", "SelectionProposed", "SiteInspected",
    "Source", "Statistic", "SubjectChanged", "Successor", "SupportRecorded", "Term",
    "TieDecided", "UnknownTopic", "commitments", "decode", "fact",
]  # fmt: skip
